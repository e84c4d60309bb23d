#include "world-server/net/metrics.h"

#include <fmt/format.h>

#include <iterator>
#include <nlohmann/json.hpp>
#include <string_view>

namespace world::net {

namespace {

constexpr proto::SpanUs kAliveWithin = proto::seconds(3);

class Page {
 public:
  void head(std::string_view name, std::string_view kind, std::string_view help) {
    fmt::format_to(std::back_inserter(m_text), "# HELP galleria_{} {}\n# TYPE galleria_{} {}\n", name, help, name,
                   kind);
  }
  template <class T>
  void line(std::string_view name, std::string_view labels, T value) {
    fmt::format_to(std::back_inserter(m_text), "galleria_{}{} {}\n", name, labels, value);
  }
  template <class T>
  void single(std::string_view name, std::string_view kind, std::string_view help, T value) {
    head(name, kind, help);
    line(name, "", value);
  }
  std::string take() { return std::move(m_text); }

 private:
  std::string m_text;
};

void write_transports(Page& page, const Counters& counters) {
  struct Row {
    std::string_view name;
    std::string_view kind;
    std::string_view help;
    std::uint64_t TransportCounters::*member;
  };
  constexpr std::array kRows{
      Row{"clients", "gauge", "Clients in the world.", &TransportCounters::clients},
      Row{"bytes_received_total", "counter", "Payload bytes from clients.", &TransportCounters::bytes_in},
      Row{"bytes_sent_total", "counter", "Payload bytes to clients.", &TransportCounters::bytes_out},
      Row{"messages_received_total", "counter", "Messages from clients.", &TransportCounters::messages_in},
      Row{"messages_sent_total", "counter", "Messages to clients.", &TransportCounters::messages_out},
      Row{"states_lost_total", "counter", "State messages that the socket did not take.",
          &TransportCounters::states_lost},
      Row{"states_replaced_total", "counter", "State messages replaced by a newer one before they left.",
          &TransportCounters::states_replaced},
      Row{"voices_dropped_total", "counter",
          "Frames of voice that waited too long to be sent, or were more than the listener's share.",
          &TransportCounters::voices_dropped},
      Row{"messages_refused_total", "counter", "Messages that a rule refused.", &TransportCounters::refused},
      Row{"connects_refused_total", "counter", "Connections that a rule refused.",
          &TransportCounters::connects_refused},
  };
  constexpr std::array<std::string_view, kTransports> kLabels{"{transport=\"websocket\"}", "{transport=\"enet\"}"};
  for (const Row& row : kRows) {
    page.head(row.name, row.kind, row.help);
    for (std::size_t i = 0; i < kTransports; ++i) page.line(row.name, kLabels[i], counters.transports[i].*row.member);
  }
}

std::string_view chain_state_text(ChainState state) {
  constexpr std::array<std::string_view, 5> kNames{"none", "working", "unreachable", "wrong_chain", "forgotten"};
  return kNames[static_cast<std::size_t>(state)];
}

void write_ticks(Page& page, const Vitals& vitals) {
  page.single("world_tick", "gauge", "Number of the newest tick.", vitals.world_tick.load());
  page.single("world_tick_zero_microseconds", "gauge", "When tick 0 would have begun, on the machine's steady clock.",
              vitals.tick_zero_us.load());
  page.single("ticks_late_total", "counter", "Ticks that began later than their time.", vitals.ticks_late.load());
  page.head("tick_seconds", "histogram", "Time that one tick takes.");
  for (const std::int64_t ms : {1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 12, 14, 16, 18, 20, 22, 24,
                                26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 60, 70, 80, 90}) {
    page.line("tick_seconds_bucket", fmt::format("{{le=\"{}\"}}", static_cast<double>(ms) * 1e-3),
              vitals.tick_times.below(proto::milliseconds(ms)));
  }
  page.line("tick_seconds_bucket", "{le=\"+Inf\"}", vitals.tick_times.total());
  page.line("tick_seconds_count", "", vitals.tick_times.total());
  page.head("tick_stage_seconds_total", "counter", "Time spent in each part of the tick.");
  constexpr std::array<std::string_view, kTickStages> kStages{"commands", "move",    "staff", "garments",
                                                              "props",    "publish", "serve"};
  for (std::size_t i = 0; i < kTickStages; ++i) {
    page.line("tick_stage_seconds_total", fmt::format("{{stage=\"{}\"}}", kStages[i]),
              static_cast<double>(vitals.stage_us[i].load(std::memory_order_relaxed)) * 1e-6);
  }
}

}  // namespace

std::string metrics_text(const Counters& counters, const Ports& ports) {
  Page page;
  write_transports(page, counters);
  write_ticks(page, ports.vitals);
  page.single("avatars_suspended", "gauge", "Avatars that wait for their shopper.", counters.suspended);
  page.single("shoppers_waiting", "gauge", "Shoppers at the door of the full mall.", counters.waiting);
  page.single("http_connections", "gauge", "Open connections, HTTP and WebSocket.", counters.connections);
  page.single("http_connections_refused_total", "counter", "Connections refused by quota.",
              counters.connections_refused);
  page.single("http_connections_given_up_total", "counter", "Silent connections that gave way to newer ones.",
              counters.connections_given_up);
  page.single("http_bytes_sent_total", "counter", "Bytes of replies.", counters.http_bytes_out);
  page.single("voice_frames_received_total", "counter", "Frames of voice from clients.", counters.voice_frames_in);
  page.single("voice_frames_sent_total", "counter", "Frames of voice handed to listeners.", counters.voice_frames_out);
  page.head("http_responses_total", "counter", "Replies by status.");
  for (const auto& [status, count] : counters.responses) {
    page.line("http_responses_total", fmt::format("{{status=\"{}\"}}", status), count);
  }
  page.head("queue_depth", "gauge", "Items that wait between threads.");
  page.line("queue_depth", "{queue=\"to_shop\"}", ports.to_shop.size());
  page.line("queue_depth", "{queue=\"from_shop\"}", ports.from_shop.size());
  page.line("queue_depth", "{queue=\"to_world\"}", ports.to_world.size());
  page.line("queue_depth", "{queue=\"from_world\"}", ports.from_world.size());
  page.head("table_rows", "gauge", "Rows of tables that come and go with people.");
  for (const auto& [table, rows] : counters.rows) {
    page.line("table_rows", fmt::format("{{table=\"{}\"}}", table), rows);
  }
  page.line("table_rows", "{table=\"parties\"}", ports.vitals.parties.load(std::memory_order_relaxed));
  page.line("table_rows", "{table=\"invitations\"}", ports.vitals.invitations.load(std::memory_order_relaxed));
  page.head("queue_refused_total", "counter", "Items that a full queue refused.");
  page.line("queue_refused_total", "{queue=\"to_shop\"}", counters.shop_queue_refused);
  page.line("queue_refused_total", "{queue=\"to_world\"}", counters.world_queue_dropped);
  return page.take();
}

Health health_of(const Vitals& vitals, proto::TimeUs now) {
  const auto alive = [now](const std::atomic<std::int64_t>& beat) {
    const std::int64_t at = beat.load();
    return at != 0 && now - proto::TimeUs{at} <= kAliveWithin;
  };
  const bool world_alive = alive(vitals.world_beat_us);
  const bool shop_alive = alive(vitals.shop_beat_us);
  const bool database_ok = vitals.database_ok.load();
  const bool ok = world_alive && shop_alive && database_ok;
  const nlohmann::json json{{"status", ok ? "ok" : "failing"},
                            {"world", {{"alive", world_alive}, {"tick", vitals.world_tick.load()}}},
                            {"shop", {{"alive", shop_alive}, {"database", database_ok}}},
                            {"chains",
                             {{"shop", chain_state_text(vitals.shop_chain.load())},
                              {"customer", chain_state_text(vitals.customer_chain.load())}}}};
  return {ok, json.dump()};
}

}  // namespace world::net
