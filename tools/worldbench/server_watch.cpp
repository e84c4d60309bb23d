#include "tools/worldbench/server_watch.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "tools/loadbot/api_client.h"

namespace worldbench {

namespace {

/// utime and stime of a stat file, in seconds.
double cpu_seconds(const std::filesystem::path& stat_file) {
  std::ifstream file(stat_file);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(text.substr(name_end + 2));
  std::string field;
  double jiffies = 0;
  // After the name the state is the first field, utime the twelfth, stime the thirteenth.
  for (int i = 1; i <= 13 && fields >> field; ++i) {
    if (i >= 12) jiffies += std::strtod(field.c_str(), nullptr);
  }
  return jiffies / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// The second field of a schedstat file, in seconds.
double wait_seconds(const std::filesystem::path& schedstat_file) {
  std::ifstream file(schedstat_file);
  double ran_ns = 0;
  double waited_ns = 0;
  return file >> ran_ns >> waited_ns ? waited_ns * 1e-9 : 0;
}

/// What /proc/PID/status says under this name; empty when it is not there.
std::string status_of(int pid, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind(name + ":\t", 0) == 0) return line.substr(name.size() + 2);
  }
  return {};
}

/// Time that a core has spent in programs, since it was started.
std::optional<double> core_busy_seconds(const std::string& core) {
  if (core.empty() || core.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  std::ifstream file("/proc/stat");
  std::string name;
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    double user = 0;
    double nice = 0;
    double system = 0;
    if (fields >> name >> user >> nice >> system && name == "cpu" + core) {
      return (user + nice + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
  }
  return std::nullopt;
}

/// The text between the quotes that follow `key`.
std::string label(const std::string& line, const std::string& key) {
  const std::size_t at = line.find(key + "=\"");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + key.size() + 2;
  return line.substr(begin, line.find('"', begin) - begin);
}

void read_metrics(const std::string& text, ServerSample& sample) {
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    const std::size_t space = line.rfind(' ');
    if (line.empty() || line[0] == '#' || space == std::string::npos) continue;
    const double value = std::strtod(line.c_str() + space, nullptr);
    if (line.rfind("galleria_tick_seconds_bucket", 0) == 0) {
      const std::string edge = label(line, "le");
      const double edge_s =
          edge == "+Inf" ? std::numeric_limits<double>::infinity() : std::strtod(edge.c_str(), nullptr);
      sample.ticks_below.emplace_back(edge_s, value);
    } else if (line.rfind("galleria_tick_stage_seconds_total", 0) == 0) {
      sample.stage_s[label(line, "stage")] = value;
    } else if (line.rfind("galleria_states_replaced_total", 0) == 0) {
      sample.replaced += value;
    } else if (line.rfind("galleria_states_lost_total", 0) == 0) {
      sample.states_lost += value;
    } else if (line.rfind("galleria_clients{", 0) == 0) {
      sample.clients += value;
    } else if (line.rfind("galleria_table_rows", 0) == 0) {
      sample.rows[label(line, "table")] = value;
    } else if (line.rfind("galleria_avatars_suspended", 0) == 0) {
      sample.rows["avatars_suspended"] = value;
    } else if (line.rfind("galleria_shoppers_waiting", 0) == 0) {
      sample.rows["shoppers_waiting"] = value;
    } else if (line.rfind("galleria_http_connections ", 0) == 0) {
      sample.rows["connections"] = value;
    } else if (line.rfind("galleria_ticks_late_total", 0) == 0) {
      sample.ticks_late = value;
    } else if (line.rfind("galleria_world_tick_zero_microseconds", 0) == 0) {
      sample.tick_zero_us = static_cast<std::int64_t>(value);
      sample.answered = true;
    }
  }
}

}  // namespace

ThreadTimes ServerWatch::threads() const {
  ThreadTimes times;
  std::error_code problem;
  const std::filesystem::path tasks = "/proc/" + std::to_string(m_pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, problem)) {
    std::ifstream comm(task.path() / "comm");
    std::string name;
    std::getline(comm, name);
    times.cpu_s[name] += cpu_seconds(task.path() / "stat");
    times.wait_s[name] += wait_seconds(task.path() / "schedstat");
  }
  return times;
}

double held_up_s(const ThreadTimes& before, const ThreadTimes& after) {
  double ran_s = 0;
  for (const auto& [name, cpu_s] : after.cpu_s) {
    const auto earlier = before.cpu_s.find(name);
    if (earlier != before.cpu_s.end()) ran_s += cpu_s - earlier->second;
  }
  double longest_s = 0;
  for (const auto& [name, wait_s] : after.wait_s) {
    const auto earlier = before.wait_s.find(name);
    if (earlier != before.wait_s.end()) longest_s = std::max(longest_s, wait_s - earlier->second);
  }
  return std::max(0.0, longest_s - ran_s);
}

ServerSample ServerWatch::sample() const {
  ServerSample sample;
  const std::filesystem::path process = "/proc/" + std::to_string(m_pid);
  sample.cpu_s = cpu_seconds(process / "stat");
  sample.threads = threads();
  std::error_code problem;
  sample.rss_mb = std::strtod(status_of(m_pid, "VmRSS").c_str(), nullptr) / 1024;
  sample.core_busy_s = core_busy_seconds(status_of(m_pid, "Cpus_allowed_list"));
  const auto open_now = std::filesystem::directory_iterator(process / "fd", problem);
  sample.descriptors = static_cast<int>(std::distance(begin(open_now), end(open_now)));
  read_metrics(loadbot::http("GET", m_base_url + "/metrics", {}, {}).body, sample);
  return sample;
}

double rounded(double value) { return std::round(value * 100) / 100; }

double tick_percentile_ms(const ServerSample& before, const ServerSample& after, double share) {
  if (before.ticks_below.size() != after.ticks_below.size() || after.ticks_below.empty()) return 0;
  const double total = after.ticks_below.back().second - before.ticks_below.back().second;
  for (std::size_t i = 0; i < after.ticks_below.size(); ++i) {
    if (after.ticks_below[i].second - before.ticks_below[i].second >= share * total) {
      return after.ticks_below[i].first * 1e3;
    }
  }
  return 0;
}

}  // namespace worldbench
