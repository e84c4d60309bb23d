/// The way of something that others move: the states that snapshots brought, and between them a smooth curve. Where the
/// next state is missing the way goes on for a quarter of a second and then stops. When a late state bends the curve,
/// what was drawn does not jump: the difference melts away.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "client-proto/brain/way.h"
#include "client-proto/move/vec.h"

namespace proto {

struct TrackPose {
  double tick = 0;  ///< the server's time of this pose
  Vec3 position;
  float speed_mps = 0;  ///< over ground, smoothed
  float yaw_rad = 0;
  std::array<float, 4> rotation{0, 0, 0, 1};
  std::uint8_t flags = 0;
};

class Track {
 public:
  /// `complete_tick`: of all that was sent since that tick, nothing is missing.
  void add(TrackSample sample, std::uint32_t complete_tick);
  /// Moves what is drawn to `render_tick`, less the lag that it needs; nothing before the first sample. `heard_tick` is
  /// the newest tick of which anything was heard at all, `complete_tick` as above.
  [[nodiscard]] std::optional<TrackPose> advance(double render_tick, std::uint32_t heard_tick,
                                                 std::uint32_t complete_tick);
  /// Out of sight: when it is drawn again, it need not continue from where it was drawn last.
  void hide();
  [[nodiscard]] bool empty() const { return m_count == 0; }
  [[nodiscard]] std::uint32_t newest_tick() const { return m_samples[m_count - 1].tick; }

 private:
  static constexpr std::size_t kSamples = 24;
  static constexpr std::uint32_t kLongest_ticks = 255;
  struct Point {
    Vec3 position;
    Vec3 velocity_per_tick;
    std::size_t from = 0;
    std::size_t to = 0;
    float fraction = 0;
  };
  [[nodiscard]] Point point_at(double tick) const;
  /// The velocity with which the way reaches a sample.
  [[nodiscard]] Vec3 arrives(std::size_t at) const;
  [[nodiscard]] Point beyond(double tick) const;
  void keep_drawn();
  void note_quiet(std::uint32_t heard_tick, std::uint32_t complete_tick);
  void note_interval(TrackSample& newest, std::uint32_t complete_tick);
  void melt(float ticks, float walked_m, float speed_per_tick);
  [[nodiscard]] bool waits_for_news(double render_tick);
  void note_need(const TrackSample& newest);
  [[nodiscard]] std::uint8_t interval_ticks() const { return std::max({m_gaps[0], m_gaps[1], m_gaps[2]}); }
  void move_lag(double ticks);

  std::array<TrackSample, kSamples> m_samples{};  ///< ascending by tick
  std::size_t m_count = 0;
  bool m_drawn = false;
  double m_drawn_tick = 0;
  Vec3 m_drawn_position;
  Vec3 m_offset;  ///< drawn less curve
  float m_speed_mps = 0;
  double m_seen_tick = 0;   ///< `render_tick` of the last call
  float m_lag_ticks = 0;    ///< drawn behind `render_tick`
  float m_need_ticks = 0;   ///< what the lag should be
  bool m_is_quiet = false;  ///< others were heard of for so long that nothing can be new about this one
  std::array<std::uint8_t, 3> m_gaps{kLongest_ticks, kLongest_ticks, kLongest_ticks};  ///< the last, while moving
  std::uint8_t m_next_gap = 0;
  std::uint32_t m_need_tick = 0;  ///< when it was last needed
  bool m_hidden = false;
  bool m_returned = false;
  double m_return_tick = 0;
};

}  // namespace proto
