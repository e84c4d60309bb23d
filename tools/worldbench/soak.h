/// A long day in the furnished hall: people come, live there for a while and go, over ENet and over WebSocket, some
/// with a goodbye and some without, and some lose their connection and are back within seconds. Meanwhile pages are
/// read. Looked at every few seconds; what is said of it in the end is in verdict.h.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <random>
#include <vector>

#include "tools/loadbot/market.h"
#include "tools/loadbot/web_client.h"
#include "tools/worldbench/page_reader.h"
#include "tools/worldbench/porter.h"
#include "tools/worldbench/resident.h"
#include "tools/worldbench/server_watch.h"
#include "tools/worldbench/truth.h"
#include "tools/worldbench/verdict.h"

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
  /// Nothing, and a line on standard error, when the server's mall cannot be read or has nothing to wear or sit on.
  [[nodiscard]] static std::unique_ptr<Soak> open(const SoakPlan& plan);

  void run();
  /// One line of JSON on standard output. False when the day was not sound.
  [[nodiscard]] bool report() const;

 private:
  /// A place: who is there, and how the visit goes on.
  struct Visit {
    enum class Stage : std::uint8_t { kNobody, kHere, kBreaking, kAway, kLeaving };
    Stage stage = Stage::kNobody;
    std::unique_ptr<Resident> resident;
    proto::TimeUs until;   ///< the end of the visit
    proto::TimeUs breaks;  ///< when the connection is lost next
    proto::TimeUs back;    ///< when it is tried again
    bool says_goodbye = true;
    bool comes_back = true;  ///< after the connection is lost
  };
  Soak(const SoakPlan& plan, loadbot::Market market, std::vector<std::string> paths);

  void live(std::size_t place, proto::TimeUs now);
  void begin(Visit& visit, std::size_t place, const Guest& guest);
  void be_here(Visit& visit, proto::TimeUs now);
  void break_off(Visit& visit, proto::TimeUs now);
  void come_back(Visit& visit);
  void leave(Visit& visit);
  void lose(Visit& visit, proto::TimeUs now);
  void forget(Visit& visit);
  void choose_break(Visit& visit, proto::TimeUs now);
  [[nodiscard]] bool chance(std::uint32_t percent) { return m_dice() % 100 < percent; }

  void look(proto::TimeUs now);
  /// Whether others kept the server from running, without asking it.
  void glance(proto::TimeUs now);
  [[nodiscard]] std::size_t present() const;
  void tell() const;

  SoakPlan m_plan;
  loadbot::Market m_market;
  std::mt19937 m_dice;
  Truth m_truth;
  Floor m_floor{m_truth};
  ServerWatch m_server;
  std::future<ServerSample> m_asked;
  proto::TimeUs m_next_look{};
  Day m_day;
  HoldUps m_hold_ups;
  ThreadTimes m_threads;
  proto::TimeUs m_next_glance{};
  std::vector<Visit> m_visits;
  loadbot::WebClients m_web;  ///< after the visits: its end still speaks to their connections
  Porter m_porter;
  PageReader m_pages;
};

}  // namespace worldbench
