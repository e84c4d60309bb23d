/// Whether a long day was sound. The day is looked at every few seconds; what it left behind is judged by the trend
/// over its second half, when everything that fills up is full: a straight line through the looks (least squares), and
/// how far it rises from its beginning to its end.
///
/// The machine may have other things to do. While somebody else took a part of the server's core and let its world
/// wait, a tick's time says nothing about the server, and such a stretch is left out of what is said about ticks.
/// Whoever was lost while the machine held up the load side or the server for seconds is counted apart: no server keeps
/// people whom it cannot hear.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "tools/worldbench/resident.h"
#include "tools/worldbench/server_watch.h"

namespace worldbench {

// How far each may rise over the second half.
inline constexpr double kRssRiseMax_mb = 4;
inline constexpr double kDescriptorsRiseMax = 16;
/// Of a table: so many rows, or this share of those that are in it on average, whichever is more.
inline constexpr double kRowsRiseMax = 24;
inline constexpr double kRowsRiseShareMax = 0.15;
inline constexpr double kTickP99Max_ms = 40;
/// Processor time of a tick, against its mean.
inline constexpr double kTickCostRiseShareMax = 0.3;
inline constexpr double kClockOffMax_ms = 100;
/// Of those who should be in.
inline constexpr double kPresentShareMin = 0.8;
/// The server's core is somebody else's as well when others take more of it ...
inline constexpr double kOthersShareMax = 0.05;
/// ... and its world waits for the core longer than this in a tick, on average.
inline constexpr double kWaitMax_ms = 0.2;
/// So many stretches without others say something about ticks.
inline constexpr std::size_t kQuietMin = 4;
/// Whatever people do shows in a day of so many visits.
inline constexpr std::uint64_t kVisitsTelling = 200;

/// One look at the server and the hall, of those that the server answered.
struct Look {
  ServerSample server;
  proto::TimeUs at;
  std::uint32_t tick = 0;   ///< the newest that anybody was told of
  std::size_t present = 0;  ///< who stood in the hall, as the load side knows
};

struct Day {
  std::size_t clients = 0;
  std::vector<Look> looks;
  std::uint64_t came = 0;
  std::uint64_t left = 0;
  std::uint64_t lost = 0;
  std::uint64_t lost_while_held_up = 0;  ///< the machine's doing
  std::uint64_t not_itself = 0;          ///< came back as somebody else
  std::uint64_t refused = 0;             ///< were given no ticket
  std::uint64_t unreadable = 0;
  std::uint64_t unanswered = 0;  ///< looks
  std::uint64_t pages = 0;
  std::uint64_t pages_failed = 0;
  Tally tally{};
};

/// How much a straight line through these rises from the first to the last `at`; 0 for fewer than three.
struct Point {
  double at = 0;
  double value = 0;
};
[[nodiscard]] double rise(std::span<const Point> points);

/// What is said of the ticks of the stretches that the server had its core to itself.
struct QuietTicks {
  std::size_t stretches = 0;
  double p99_ms = 0;
  double cost_ms = 0;       ///< processor time of one tick, on average
  double cost_rise_ms = 0;  ///< over these stretches
};
[[nodiscard]] QuietTicks quiet_ticks(std::span<const Look> looks);
/// What others took of the server's core between two looks, 0 to 1; 0 where it has more than one.
[[nodiscard]] double others_share(const Look& before, const Look& after);
/// Whether they kept the server from its work.
[[nodiscard]] bool is_disturbed(const Look& before, const Look& after);

/// The second half of the day.
[[nodiscard]] std::span<const Look> second_half(const Day& day);
/// By how much the newest state that anybody has is behind the server's clock, at the best of the last looks.
[[nodiscard]] double behind_ms(const Day& day);
/// By how much the server's clock of ticks moved while it had its core to itself.
[[nodiscard]] double clock_moved_ms(std::span<const Look> looks);

/// What was wrong, a sentence for each; empty when the day was sound.
[[nodiscard]] std::vector<std::string> complaints(const Day& day);

/// Knows how long the machine has held up the load side or the server of late. The load side lives in short rounds: one
/// that took long kept everybody waiting.
class HoldUps {
 public:
  /// At the end of each round of the load side.
  void round(proto::TimeUs now);
  /// Others kept the server from running for so long, just now.
  void server_waited(proto::TimeUs now, proto::SpanUs by) { add(now, by); }
  /// Whether somebody may have been lost because of it.
  [[nodiscard]] bool may_have_lost(proto::TimeUs now) const;
  [[nodiscard]] double all_s() const { return static_cast<double>(m_all.us) * 1e-6; }

 private:
  struct HoldUp {
    proto::TimeUs at;
    proto::SpanUs by;
  };
  void add(proto::TimeUs now, proto::SpanUs by);

  std::deque<HoldUp> m_lately;
  proto::TimeUs m_round{};
  proto::SpanUs m_all{};
};

}  // namespace worldbench
