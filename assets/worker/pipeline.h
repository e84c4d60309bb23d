/// The whole way of an upload inside the worker, from bytes to GLB, picture and report; no files, no clock, no
/// randomness.
#pragma once

#include <span>
#include <string>

#include "assets/importer.h"
#include "assets/ingest/files.h"

namespace assets {

/// What the parent tells the worker, as one JSON text.
struct Job {
  std::string filename;
  SizeCm size_cm;
  int turn_deg = 0;
  Limits limits;

  [[nodiscard]] std::string to_json() const;
  [[nodiscard]] static std::optional<Job> parse(std::string_view json);
};

struct Cooked {
  Report report;
  std::optional<Piece> piece;  ///< without the hashes, which the parent computes from what it stores
  Bytes model;
  Bytes thumbnail;
};

[[nodiscard]] Cooked cook(Bytes upload, const Job& job);

/// The worker's last word to its parent and back: {"format":"galleria.cooked/1","report":[...],"piece":{...}|null}.
[[nodiscard]] std::string answer_json(const Cooked& cooked);
/// The parent trusts no worker: everything is checked again. Nothing when the text is not such an answer.
[[nodiscard]] std::optional<Cooked> parse_answer(std::string_view json);

/// Exit statuses of the worker.
enum class WorkerExit : int {
  kReady = 0,
  kRefused = 1,
  kReferenceRefused = 2,
  kNoSandbox = 3,
  kOutOfMemory = 4,
  kInternal = 5
};

}  // namespace assets
