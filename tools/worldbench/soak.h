/// A long day in the hall: people come, walk for a while and go, some with a goodbye and some without, so that what the
/// server keeps of them shows. Looked at each minute: its memory, its descriptors, its ticks.
#pragma once

#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tools/loadbot/web_client.h"
#include "tools/worldbench/porter.h"
#include "tools/worldbench/server_watch.h"
#include "tools/worldbench/truth.h"
#include "tools/worldbench/walker.h"

namespace worldbench {

struct SoakPlan {
  ServerAddress server;
  int clients = 200;  ///< at once; every other one over WebSocket
  int minutes = 60;
  unsigned seed = 1;
  int server_pid = 0;
};

class Soak {
 public:
  explicit Soak(const SoakPlan& plan);

  void run();
  /// One line of JSON on standard output. False when somebody was lost or the server grew or lost time.
  [[nodiscard]] bool report() const;

 private:
  struct Visit {
    std::unique_ptr<Walker> walker;
    proto::TimeUs until;
    bool says_goodbye = true;
    bool ending = false;
  };
  struct Minute {
    ServerSample server;
    proto::TimeUs at;
    std::uint32_t tick = 0;
    double tick_p99_ms = 0;  ///< since the minute before
  };
  void live(std::size_t place);
  void begin(Visit& visit, std::size_t place, const Guest& guest);
  void end(Visit& visit);
  void look();
  /// Least squares over the minutes from a third on, when everything that fills up is full.
  [[nodiscard]] double growth_mb_per_hour() const;

  SoakPlan m_plan;
  std::mt19937 m_dice;
  Truth m_truth;
  Porter m_porter;
  ServerWatch m_server;
  std::vector<Visit> m_visits;  ///< one for each place
  loadbot::WebClients m_web;    ///< after the walkers: its end still speaks to their connections
  std::vector<Minute> m_minutes;
  std::size_t m_came = 0;
  std::size_t m_left = 0;
  std::size_t m_lost = 0;
  std::uint64_t m_unreadable = 0;
};

}  // namespace worldbench
