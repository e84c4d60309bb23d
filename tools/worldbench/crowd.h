/// All walkers on one thread and one core: brings them in, lets them walk, measures, and says what came of it.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "tools/loadbot/web_client.h"
#include "tools/worldbench/census.h"
#include "tools/worldbench/porter.h"
#include "tools/worldbench/server_watch.h"
#include "tools/worldbench/truth.h"
#include "tools/worldbench/walker.h"

namespace worldbench {

struct Plan {
  ServerAddress server;
  int clients = 100;
  int web_percent = 0;  ///< of the clients, spread evenly: those over WebSocket instead of ENet
  int seconds = 30;
  int speakers = 0;   ///< of the clients: these speak all the time, and everybody wants to hear
  int readers = 400;  ///< of the clients, spread evenly: those whose picture is looked at
  int strangers = 0;  ///< others whom the hall has room for
  unsigned seed = 1;
  float view_m = 25;
  int server_pid = 0;
  bool profile = false;
};

class Crowd {
 public:
  explicit Crowd(const Plan& plan);
  ~Crowd();
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  /// False, and a line on standard error, when somebody was not let in.
  [[nodiscard]] bool gather();
  /// What is measured is what happens between these two; it can be done several times. Both ask the server.
  void begin_measure();
  void end_measure();
  void walk(int seconds);
  /// They go on meanwhile, and nothing of it is measured.
  void walk_until(const std::function<bool()>& done) {
    while (!done()) live(false);
  }
  /// Of what was measured last.
  [[nodiscard]] nlohmann::ordered_json figures() const;
  /// One line of JSON on standard output; the profile on standard error. False when the run was not sound.
  [[nodiscard]] bool report() const;

  /// The ports that the walkers speak from.
  [[nodiscard]] std::vector<std::uint16_t> udp_ports() const;
  [[nodiscard]] std::vector<std::uint16_t> tcp_ports() const;

 private:
  void profile() const;
  void report_talk(nlohmann::ordered_json& line) const;
  [[nodiscard]] ServerSample ask_server();
  [[nodiscard]] bool enter(const Guest& guest);
  /// About a millisecond of everybody's life.
  void live(bool measuring);
  void receive();
  void watch_budgets(proto::TimeUs now);
  /// Of everybody, or of the readers alone.
  [[nodiscard]] Arrived arrived(bool readers_only) const;
  [[nodiscard]] std::vector<double> join_times_ms() const;

  Plan m_plan;
  Truth m_truth;
  Census m_census;
  std::vector<std::unique_ptr<Walker>> m_walkers;
  std::vector<Walker*> m_readers;
  Hearsay m_hearsay;
  loadbot::WebClients m_web;  ///< after the walkers: its end still speaks to their connections
  ServerWatch m_server;
  int m_epoll = -1;
  Porter m_porter;
  std::size_t m_next_look = 0;
  std::size_t m_lost = 0;
  proto::TimeUs m_begun;

  ServerSample m_server_before;
  ServerSample m_server_after;
  Arrived m_before;
  Arrived m_after;
  Arrived m_read_before;
  Arrived m_read_after;
  std::uint32_t m_tick_before = 0;
  std::uint32_t m_tick_after = 0;
  double m_seconds = 0;
  double m_load_cpu_before_s = 0;
  double m_load_cpu_s = 0;
  proto::TimeUs m_budget_second;
  std::vector<std::uint64_t> m_wire_before;
  std::uint64_t m_wire_most = 0;
};

}  // namespace worldbench
