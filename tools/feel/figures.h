/// What a run felt like, in figures: how often and how far one's own avatar was corrected, how soon an input was seen,
/// and how far from the server's real path, jumping or guessing, the others were drawn.
///
/// A drawn avatar says which tick it is drawn at; its error is the distance to where the server had it at that tick.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/feel/crowd.h"

namespace feel {

/// Mean square, largest, and a histogram for percentiles.
class Spread {
 public:
  void add(double value);
  [[nodiscard]] double rms() const;
  [[nodiscard]] double mean() const { return m_count == 0 ? 0 : m_sum / static_cast<double>(m_count); }
  [[nodiscard]] double largest() const { return m_largest; }
  /// Upper end of the bin of 1 mm (or of 1/1000 of what is measured).
  [[nodiscard]] double percentile(double share) const;
  [[nodiscard]] std::uint64_t count() const { return m_count; }

 private:
  std::vector<std::uint64_t> m_bins = std::vector<std::uint64_t>(10'000);
  std::uint64_t m_count = 0;
  double m_sum = 0;
  double m_squares = 0;
  double m_largest = 0;
};

struct Figures {
  std::uint64_t own_frames = 0;
  std::uint64_t own_corrected = 0;  ///< frames, by more than 1 cm
  double own_correction_max_m = 0;
  std::uint64_t own_jumps = 0;
  Spread input_frames;  ///< from the frame that saw the input to the first that shows it
  std::uint64_t inputs_blocked = 0;
  Spread error_near_m;  ///< the nearest 20
  Spread error_m;       ///< all in view
  std::uint64_t jumps = 0;
  double jump_max = 0;  ///< the fastest that anybody was drawn, as a share of what is allowed
  std::uint64_t extrapolated = 0;
  Spread delay_near_s;
  Spread delay_s;
  double clock_rate_max = 0;
  Spread clock_drift_s;  ///< of each person: the delay of the drawn time in the last quarter less that in the second
  double bytes_per_client_s = 0;
};

class Watcher {
 public:
  Watcher(const Crowd& crowd, std::uint32_t seconds);
  void see(const SeenFrame& seen);
  [[nodiscard]] Figures finish();

 private:
  struct Drawn {
    std::uint64_t frame = 0;
    Vec3 position;
    std::uint8_t flags = 0;
  };
  struct Eyes {
    std::uint64_t frames = 0;
    std::unordered_map<std::uint32_t, Drawn> others;
    Vec3 own;
    std::uint32_t rested_frames = 0;
    std::uint32_t waiting_frames = 0;
    bool waits = false;
    double last_tick = 0;
    double last_time_us = 0;
    double early_sum_s = 0;  ///< of the delay of the drawn time, in the second and the last quarter of a run
    double late_sum_s = 0;
    std::uint64_t early_count = 0;
    std::uint64_t late_count = 0;
  };
  void see_own(const SeenFrame& seen, Eyes& eyes);
  [[nodiscard]] bool lets_move(const SeenFrame& seen) const;
  void see_input(const SeenFrame& seen, Eyes& eyes);
  void see_clock(const SeenFrame& seen, Eyes& eyes);
  void see_other(const SeenFrame& seen, Eyes& eyes, const proto::AvatarPose& other, bool is_near);

  const Crowd& m_crowd;
  double m_seconds;
  std::vector<Eyes> m_eyes;
  Figures m_figures;
};

/// Runs a plan for so long after the warm-up.
[[nodiscard]] Figures measure(const CrowdPlan& plan, std::uint32_t seconds);

/// One line of JSON.
[[nodiscard]] std::string to_json(const std::string& scenario, const CrowdPlan& plan, std::uint32_t seconds,
                                  const Figures& figures);

}  // namespace feel
