#include "assets/importer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "assets/gltf/json_text.h"
#include "assets/sandbox/process.h"
#include "assets/worker/pipeline.h"
#include "client-proto/core/bounded_queue.h"

namespace assets {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Changes whenever the same upload would be cooked differently, so that old results are not taken for new ones.
constexpr int kCookVersion = 1;
constexpr std::size_t kFilenameBytesMax = 200;
constexpr std::uint64_t kOutputSlackBytes = 4U << 20U;

/// A folder for one job, gone with all it holds at the end.
class JobFolder {
 public:
  explicit JobFolder(fs::path path) : m_path(std::move(path)) {}
  ~JobFolder() {
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
  }
  JobFolder(const JobFolder&) = delete;
  JobFolder& operator=(const JobFolder&) = delete;
  [[nodiscard]] const fs::path& path() const { return m_path; }

 private:
  fs::path m_path;
};

class Descriptors {
 public:
  ~Descriptors() {
    for (const int fd : m_all) ::close(fd);
  }
  Descriptors() = default;
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;
  [[nodiscard]] bool open(const fs::path& path, int flags) {
    const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
    if (fd >= 0) m_all.push_back(fd);
    return fd >= 0;
  }
  [[nodiscard]] const std::vector<int>& all() const { return m_all; }

 private:
  std::vector<int> m_all;
};

ImportResult failed(std::string_view code, std::string_view message) {
  ImportResult result;
  result.state = ImportState::kFailed;
  result.report.error(code, "", message, "Nothing is wrong with the upload; try again in a while.");
  return result;
}

ImportResult store_failed(StoreError error) {
  if (error == StoreError::kDiskFull) return failed("store.full", "The shop has no room left for uploads.");
  return failed("store.io", "The upload could not be stored.");
}

ImportResult refused(std::string_view code, std::string_view message, std::string_view remedy) {
  ImportResult result;
  result.state = ImportState::kRefused;
  result.report.error(code, "", message, remedy);
  return result;
}

/// Wishes that change the outcome are part of the note's name.
std::string note_tag(const Job& job) {
  const std::string text = std::to_string(kCookVersion) + job.to_json();
  const auto sha = sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return "import-" + sha.hex().substr(0, 16);
}

json to_note(const Cooked& cooked, const Piece& piece, proto::TimeUs now) {
  json note = {{"format", "galleria.import/1"}, {"made_us", now.us}, {"answer", answer_json(cooked)}};
  note["source_bytes"] = piece.source_bytes;
  note["model"] = {{"sha", piece.model.hex()}, {"bytes", piece.model_bytes}};
  note["thumbnail"] = {{"sha", piece.thumbnail.hex()}, {"bytes", piece.thumbnail_bytes}};
  return note;
}

/// What was cooked before from the same bytes with the same wishes; nothing when any part of it is gone.
std::optional<ImportResult> from_note(const Store& store, const proto::Sha256& source, const std::string& tag) {
  const auto text = store.note(source, tag);
  if (!text) return std::nullopt;
  const auto note = gltf::parse_json(*text);
  if (!note) return std::nullopt;
  auto cooked = parse_answer(gltf::text(*note, "answer"));
  const json* model = gltf::member(*note, "model");
  const json* thumbnail = gltf::member(*note, "thumbnail");
  if (!cooked || !cooked->piece || model == nullptr || thumbnail == nullptr) return std::nullopt;
  const auto model_sha = proto::Sha256::parse(gltf::text(*model, "sha"));
  const auto thumbnail_sha = proto::Sha256::parse(gltf::text(*thumbnail, "sha"));
  if (!model_sha || !thumbnail_sha || !store.has(*model_sha) || !store.has(*thumbnail_sha)) return std::nullopt;
  Piece& piece = *cooked->piece;
  piece.source = source;
  piece.model = *model_sha;
  piece.thumbnail = *thumbnail_sha;
  piece.source_bytes = gltf::whole(*note, "source_bytes").value_or(0);
  piece.model_bytes = gltf::whole(*model, "bytes").value_or(0);
  piece.thumbnail_bytes = gltf::whole(*thumbnail, "bytes").value_or(0);
  return ImportResult{ImportState::kReady, std::move(cooked->report), std::move(piece)};
}

/// How a worker ended badly, in words for the creator.
ImportResult explain(const ProcessEnd& end) {
  constexpr std::string_view kSmaller = "Reduce the model, or export it again with another program.";
  switch (end.kind) {
    case ProcessEnd::Kind::kOutOfTime:
      return refused("worker.timeout", "Reading the model took too long and was stopped.", kSmaller);
    case ProcessEnd::Kind::kOutOfMemory:
      return refused("worker.memory", "Reading the model took too much memory and was stopped.", kSmaller);
    case ProcessEnd::Kind::kStopped:
      return failed("worker.stopped", "The shop is closing.");
    case ProcessEnd::Kind::kNotStarted:
      return failed("worker.missing", "The import program could not be started.");
    case ProcessEnd::Kind::kSignalled:
      if (end.code == SIGKILL) return failed("worker.killed", "The import was ended from outside.");
      if (end.code == SIGSYS) {
        return refused("worker.forbidden", "Reading the model tried something forbidden and was stopped.", kSmaller);
      }
      return refused("worker.crash", "The model made its reader crash.", kSmaller);
    case ProcessEnd::Kind::kExited:
      break;
  }
  if (end.code == static_cast<int>(WorkerExit::kNoSandbox)) {
    return failed("sandbox.unavailable", "This machine offers no safe place to read uploads in.");
  }
  if (end.code == static_cast<int>(WorkerExit::kOutOfMemory)) {
    return refused("worker.memory", "Reading the model took too much memory and was stopped.", kSmaller);
  }
  // The sanitizers of development builds end a crashing process with a status of their own.
  return refused("worker.crash", "The model made its reader fail.", kSmaller);
}

std::optional<std::string> read_output(const fs::path& path, std::uint64_t bytes_max) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::string text;
  std::array<char, 1U << 16U> block{};
  ssize_t got = ::read(fd, block.data(), block.size());
  while (got > 0 && text.size() <= bytes_max) {
    text.append(block.data(), static_cast<std::size_t>(got));
    got = ::read(fd, block.data(), block.size());
  }
  ::close(fd);
  return got < 0 || text.size() > bytes_max ? std::nullopt : std::optional(std::move(text));
}

/// The worker is not trusted: what it calls a GLB and a WebP must at least begin like one.
bool looks_right(const std::string& model, const std::string& thumbnail) {
  return model.starts_with("glTF") && thumbnail.size() > 12 && thumbnail.starts_with("RIFF") &&
         thumbnail.compare(8, 4, "WEBP") == 0;
}

ImportResult run_worker(const ImportEnvironment& environment, const Job& job, const Stored& source, proto::TimeUs now,
                        const std::atomic<bool>* stop) {
  Store& store = *environment.store;
  const auto made = store.make_temporary_folder();
  if (!made) return store_failed(made.error());
  const JobFolder folder(*made);
  const fs::path model_path = folder.path() / "model";
  const fs::path thumbnail_path = folder.path() / "thumbnail";
  const fs::path answer_path = folder.path() / "answer";
  const fs::path empty = folder.path() / "empty";
  Descriptors descriptors;
  constexpr int kFresh = O_WRONLY | O_CREAT | O_EXCL;
  const bool opened = ::mkdir(empty.c_str(), 0700) == 0 && descriptors.open(store.path_of(source.sha), O_RDONLY) &&
                      descriptors.open(model_path, kFresh) && descriptors.open(thumbnail_path, kFresh) &&
                      descriptors.open(answer_path, kFresh);
  if (!opened) return failed("store.io", "The upload could not be prepared.");

  ProcessRequest request;
  request.program = environment.worker;
  request.arguments = {job.to_json()};
  request.folder = empty;
  request.descriptors = descriptors.all();
  request.memory_bytes_max = environment.limits.memory_bytes_max;
  request.file_bytes_max = environment.limits.model_bytes_max + kOutputSlackBytes;
  request.cpu_s_max = environment.limits.cpu_s_max;
  request.wall_ms_max = environment.limits.wall_ms_max;
  request.stop = stop;
  const ProcessEnd end = run_process(request);

  const auto exited = [&](WorkerExit with) {
    return end.kind == ProcessEnd::Kind::kExited && end.code == static_cast<int>(with);
  };
  const bool answered =
      exited(WorkerExit::kReady) || exited(WorkerExit::kRefused) || exited(WorkerExit::kReferenceRefused);
  if (!answered) return explain(end);
  const auto answer = read_output(answer_path, kNoteBytesMax);
  auto cooked = answer ? parse_answer(*answer) : std::nullopt;
  if (!cooked || cooked->piece.has_value() != exited(WorkerExit::kReady)) {
    return failed("worker.answer", "The import program gave no understandable answer.");
  }
  if (!cooked->piece) return {ImportState::kRefused, std::move(cooked->report), std::nullopt};
  const auto model = read_output(model_path, environment.limits.model_bytes_max);
  const auto thumbnail = read_output(thumbnail_path, environment.limits.model_bytes_max);
  if (!model || !thumbnail || !looks_right(*model, *thumbnail)) {
    return failed("worker.answer", "The import program gave no understandable answer.");
  }
  const auto bytes = [](const std::string& text) {
    return std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  const auto stored_model = store.put(bytes(*model));
  if (!stored_model) return store_failed(stored_model.error());
  const auto stored_thumbnail = store.put(bytes(*thumbnail));
  if (!stored_thumbnail) return store_failed(stored_thumbnail.error());
  Piece piece = *cooked->piece;
  piece.source = source.sha;
  piece.source_bytes = source.bytes;
  piece.model = stored_model->sha;
  piece.model_bytes = stored_model->bytes;
  piece.thumbnail = stored_thumbnail->sha;
  piece.thumbnail_bytes = stored_thumbnail->bytes;
  if (const auto noted = store.put_note(source.sha, note_tag(job), to_note(*cooked, piece, now).dump()); !noted) {
    return store_failed(noted.error());
  }
  return {ImportState::kReady, std::move(cooked->report), std::move(piece)};
}

ImportResult import_with_stop(const ImportEnvironment& environment, const UploadRequest& request, proto::TimeUs now,
                              const std::atomic<bool>* stop) {
  const auto source = environment.store->put_file(request.file, environment.limits.upload_bytes_max);
  if (!source && source.error() == StoreError::kTooLarge) {
    return refused("upload.too-large",
                   "The upload has more than " + std::to_string(environment.limits.upload_bytes_max >> 20U) + " MiB.",
                   "Use smaller textures and a simpler model.");
  }
  if (!source) return store_failed(source.error());
  Job job;
  job.filename =
      request.filename.substr(request.filename.size() - std::min(request.filename.size(), kFilenameBytesMax));
  job.size_cm = request.size_cm;
  job.turn_deg = request.turn_deg;
  job.limits = environment.limits;
  if (auto known = from_note(*environment.store, source->sha, note_tag(job))) return std::move(*known);
  return run_worker(environment, job, *source, now, stop);
}

}  // namespace

std::string_view to_string(ImportState state) {
  switch (state) {
    case ImportState::kReady:
      return "ready";
    case ImportState::kRefused:
      return "refused";
    case ImportState::kFailed:
      return "failed";
  }
  return "failed";
}

fs::path default_worker_path() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  return self.parent_path() / "galleria-asset-worker";
}

ImportResult import_upload(const ImportEnvironment& environment, const UploadRequest& request, proto::TimeUs now) {
  return import_with_stop(environment, request, now, nullptr);
}

struct Importer::State {
  struct Waiting {
    UploadId id;
    UploadRequest request;
    proto::TimeUs submitted;
  };

  explicit State(ImportEnvironment with) : environment(std::move(with)), waiting(kImportsWaitingMax) {}

  void run() {
    while (!stop.load()) {
      auto next = waiting.wait_pop(std::chrono::milliseconds(200));
      if (!next) continue;
      FinishedImport done{next->id, import_with_stop(environment, next->request, next->submitted, &stop)};
      const std::lock_guard lock(mutex);
      finished.push_back(std::move(done));
      ready.notify_all();
    }
  }

  ImportEnvironment environment;
  proto::BoundedQueue<Waiting> waiting;
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::condition_variable ready;
  std::vector<FinishedImport> finished;  ///< bounded by what was submitted and not yet polled
  std::thread thread;
};

Importer::Importer(ImportEnvironment environment) : m_state(std::make_unique<State>(std::move(environment))) {
  m_state->thread = std::thread([state = m_state.get()] { state->run(); });
}

Importer::~Importer() {
  m_state->stop.store(true);
  m_state->waiting.close();
  m_state->thread.join();
}

bool Importer::submit(const UploadId& id, UploadRequest request, proto::TimeUs now) {
  return m_state->waiting.push({id, std::move(request), now});
}

std::vector<FinishedImport> Importer::poll() {
  const std::lock_guard lock(m_state->mutex);
  return std::exchange(m_state->finished, {});
}

std::vector<FinishedImport> Importer::wait(std::chrono::milliseconds timeout) {
  std::unique_lock lock(m_state->mutex);
  m_state->ready.wait_for(lock, timeout, [this] { return !m_state->finished.empty(); });
  return std::exchange(m_state->finished, {});
}

}  // namespace assets
