/// Runs one program to its end under hard limits: its descriptors are exactly those it is given (3, 4, 5, ...), its
/// environment is empty, its memory, CPU time, file size and wall-clock time are bounded, and it dies with its parent.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace assets {

struct ProcessRequest {
  std::filesystem::path program;
  std::vector<std::string> arguments;  ///< without the program's own name
  std::filesystem::path folder;        ///< working folder
  std::vector<int> descriptors;        ///< become 3, 4, 5, ... in the child; stay open here
  std::uint64_t memory_bytes_max = 0;
  std::uint64_t file_bytes_max = 0;
  std::uint32_t cpu_s_max = 0;
  std::uint32_t wall_ms_max = 0;
  const std::atomic<bool>* stop = nullptr;  ///< when it turns true, the child is killed
};

struct ProcessEnd {
  enum class Kind : std::uint8_t {
    kExited,     ///< `code` is its exit status
    kSignalled,  ///< `code` is the signal; nobody here sent it
    kOutOfTime,  ///< wall-clock or CPU time
    kOutOfMemory,
    kStopped,     ///< `stop` was set
    kNotStarted,  ///< `code` is errno
  };
  Kind kind = Kind::kNotStarted;
  int code = 0;
};

[[nodiscard]] ProcessEnd run_process(const ProcessRequest& request);

}  // namespace assets
