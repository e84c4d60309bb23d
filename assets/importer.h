/// The way in for everything that creators upload. `import_upload` takes one uploaded file through the store and a
/// sandboxed worker process and blocks until there is an answer; `Importer` does the same on a thread of its own,
/// behind a bounded queue, for a caller that must not wait (the shop thread): submit, then poll. Nothing an upload
/// contains can harm the caller: it is opened only inside the worker (assets/sandbox/sandbox.h); a hang, a crash or a
/// bomb becomes a report like any other mistake.
///
///     assets::Importer importer(options);                     // one per server
///     importer.submit(id, {body_file, "chair.zip", {.width = 60, .height = 90, .depth = 60}}, now);
///     for (auto& done : importer.poll()) { done.id; done.result.state; done.result.report.to_json();
///     done.result.piece; }
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assets/piece.h"
#include "assets/report.h"
#include "assets/store/store.h"
#include "client-proto/core/ids.h"
#include "client-proto/core/time.h"

namespace assets {

/// What the creator says about the real size; zero means "not said". One stated side is enough: pieces are scaled
/// evenly.
struct SizeCm {
  double width = 0;
  double height = 0;
  double depth = 0;
};

struct UploadRequest {
  std::filesystem::path file;  ///< the uploaded bytes; read once, kept in the store, never deleted here
  std::string filename;        ///< as the creator named it; its ending says what the file claims to be
  SizeCm size_cm;
  int turn_deg = 0;  ///< 0, 90, 180 or 270 counter-clockwise from above, so that the front comes to +Z
};

/// Limits of one upload, the same for everybody.
struct Limits {
  std::uint64_t upload_bytes_max = 64U << 20U;
  std::uint64_t unpacked_bytes_max = 256U << 20U;
  std::uint64_t model_bytes_max = 16U << 20U;
  std::uint32_t archive_entries_max = 512;
  std::uint32_t archive_ratio_max = 200;  ///< unpacked bytes for one packed byte, beyond the first MiB
  std::uint32_t source_triangles_max = 2'000'000;
  std::uint32_t triangles_max = 20'000;  ///< what a static piece is simplified to
  std::uint32_t skinned_triangles_max =
      60'000;  ///< skinned pieces are not simplified, so more passes and less is refused
  std::uint32_t texture_side_px_max = 1024;
  std::uint32_t thumbnail_side_px = 512;
  std::uint64_t memory_bytes_max = 1U << 30U;
  std::uint32_t cpu_s_max = 40;
  std::uint32_t wall_ms_max = 90'000;
};

enum class ImportState : std::uint8_t {
  kReady,    ///< `piece` is there; the report may hold warnings
  kRefused,  ///< the upload is at fault; the report says what to do
  kFailed,   ///< we are at fault (disk full, worker missing, no sandbox); the same upload may be tried again
};

[[nodiscard]] std::string_view to_string(ImportState state);

struct ImportResult {
  ImportState state = ImportState::kFailed;
  Report report;
  std::optional<Piece> piece;  ///< exactly when kReady
};

/// Where things are; made once at start-up.
struct ImportEnvironment {
  Store* store = nullptr;        ///< outlives the importer; safe to share between threads
  std::filesystem::path worker;  ///< the program galleria-asset-worker (`default_worker_path()`)
  Limits limits;
};

/// galleria-asset-worker beside the running program.
[[nodiscard]] std::filesystem::path default_worker_path();

/// Blocks until the worker has ended, at most `limits.wall_ms_max` and the time to hash and store. `now` is written
/// into the index of the store and nowhere else. The same bytes and wishes give the same piece, and are cooked only
/// once.
[[nodiscard]] ImportResult import_upload(const ImportEnvironment& environment, const UploadRequest& request,
                                         proto::TimeUs now);

/// At most this many uploads wait; `submit` says no beyond.
constexpr std::size_t kImportsWaitingMax = 32;

using UploadId = proto::RandomId<struct UploadTag>;

struct FinishedImport {
  UploadId id;
  ImportResult result;
};

/// One background thread that imports one upload after the other.
class Importer {
 public:
  explicit Importer(ImportEnvironment environment);
  /// Kills a worker that still runs; uploads that wait are dropped.
  ~Importer();
  Importer(const Importer&) = delete;
  Importer& operator=(const Importer&) = delete;

  /// False when the queue is full: answer "busy, try again".
  [[nodiscard]] bool submit(const UploadId& id, UploadRequest request, proto::TimeUs now);
  /// What has ended since the last call, in order. Never waits.
  [[nodiscard]] std::vector<FinishedImport> poll();
  /// As `poll`, but waits for at least one result for at most `timeout`.
  [[nodiscard]] std::vector<FinishedImport> wait(std::chrono::milliseconds timeout);

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace assets
