/// galleria-asset-worker: one upload, one process, no rights. Started by assets/importer.cpp with
///
///     argv[1]  the job as JSON (assets/worker/pipeline.h)
///     3        the upload, read-only
///     4, 5, 6  empty files for the GLB, the picture and the answer
///
/// It enters the sandbox before it reads the first byte of the upload.
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <new>
#include <string>

#include "assets/sandbox/sandbox.h"
#include "assets/worker/pipeline.h"

// The sandbox leaves leak detection nothing to work with; leaks of a process that ends are none.
// NOLINTBEGIN(bugprone-reserved-identifier): the sanitizer asks for this name
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0:allocator_may_return_null=0"; }
// NOLINTEND(bugprone-reserved-identifier)

namespace {

using assets::WorkerExit;

enum Descriptor : int { kUpload = 3, kModel = 4, kThumbnail = 5, kAnswer = 6 };

[[noreturn]] void leave(WorkerExit with) { ::_exit(static_cast<int>(with)); }

assets::Bytes read_upload(std::uint64_t bytes_max) {
  assets::Bytes bytes;
  std::array<std::uint8_t, 1U << 16U> block{};
  for (;;) {
    const ssize_t got = ::read(kUpload, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 || bytes.size() > bytes_max) leave(WorkerExit::kInternal);
    if (got == 0) return bytes;
    bytes.insert(bytes.end(), block.begin(), block.begin() + got);
  }
}

void write_all(int fd, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  while (size > 0) {
    const ssize_t written = ::write(fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) leave(WorkerExit::kInternal);
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

WorkerExit work(const assets::Job& job) {
  const assets::Cooked cooked = assets::cook(read_upload(job.limits.upload_bytes_max), job);
  const std::string answer = assets::answer_json(cooked);
  write_all(kAnswer, answer.data(), answer.size());
  if (cooked.report.has("reference.outside")) return WorkerExit::kReferenceRefused;
  if (!cooked.piece) return WorkerExit::kRefused;
  write_all(kModel, cooked.model.data(), cooked.model.size());
  write_all(kThumbnail, cooked.thumbnail.data(), cooked.thumbnail.size());
  return WorkerExit::kReady;
}

}  // namespace

int main(int argc, char** argv) {
  // A file that grows beyond its limit is an error of write(), not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);  // NOLINT: before any thread could exist
  const auto job = argc == 2 ? assets::Job::parse(argv[1]) : std::nullopt;
  if (!job) leave(WorkerExit::kInternal);
  if (!assets::enter_sandbox(".").empty()) leave(WorkerExit::kNoSandbox);
  try {
    leave(work(*job));
  } catch (const std::bad_alloc&) {
    leave(WorkerExit::kOutOfMemory);
  } catch (...) {
    // Assimp and libzip may throw whatever they like at a malformed file.
    leave(WorkerExit::kInternal);
  }
}
