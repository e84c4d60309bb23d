/// The server seen from outside: processor time and memory from /proc, ticks from /metrics.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace worldbench {

/// What the kernel says of a process without asking it anything.
struct ThreadTimes {
  std::map<std::string, double> cpu_s;   ///< by the threads' names
  std::map<std::string, double> wait_s;  ///< ready to run, while somebody else had the core
};
/// For how long others kept a process from running between these two, at least: the longest wait of a thread, less what
/// the process itself ran meanwhile.
[[nodiscard]] double held_up_s(const ThreadTimes& before, const ThreadTimes& after);

struct ServerSample {
  double cpu_s = 0;
  ThreadTimes threads;
  double rss_mb = 0;
  int descriptors = 0;                                 ///< open files and sockets
  std::vector<std::pair<double, double>> ticks_below;  ///< seconds, count; the last one is everything
  std::map<std::string, double> stage_s;
  double replaced = 0;
  double states_lost = 0;
  double ticks_late = 0;
  double clients = 0;                  ///< joined, over all transports
  std::map<std::string, double> rows;  ///< of the tables that come and go with people, by name
  std::optional<double> core_busy_s;   ///< of the one core that the server has, whoever used it; nothing if it has more
  std::int64_t tick_zero_us = 0;
  bool answered = false;
};

class ServerWatch {
 public:
  ServerWatch(int pid, std::string base_url) : m_pid(pid), m_base_url(std::move(base_url)) {}
  /// Blocks for the time of one HTTP request.
  [[nodiscard]] ServerSample sample() const;
  [[nodiscard]] ThreadTimes threads() const;

 private:
  int m_pid;
  std::string m_base_url;
};

/// Of the ticks between two samples, in milliseconds: the upper edge of the step in which the share lies.
[[nodiscard]] double tick_percentile_ms(const ServerSample& before, const ServerSample& after, double share);
/// To two places, as the benches print.
[[nodiscard]] double rounded(double value);

}  // namespace worldbench
