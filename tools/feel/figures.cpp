#include "tools/feel/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "client-proto/move/movement.h"

namespace feel {

namespace {

constexpr float kCorrected_m = 0.01F;
constexpr float kFast = 1.5F;
constexpr std::size_t kNear = 20;
constexpr std::uint32_t kRested_frames = 15;
constexpr std::uint32_t kUnseen_frames = 30;
/// Who pushes against a wall moves by name only.
constexpr float kMoves_mps = 0.2F;
constexpr float kMoved_m = 0.0005F;
constexpr float kMoves_m = 0.02F;
/// The drawn time may differ from the server's step, so what is allowed is looked up this far around.
constexpr int kAround_ticks = 12;
constexpr float kFrame_s = static_cast<float>(kFrame_us / 1e6);

double distance_m(Vec3 a, Vec3 b) { return static_cast<double>(proto::length(a - b)); }

}  // namespace

void Spread::add(double value) {
  ++m_count;
  m_sum += value;
  m_squares += value * value;
  m_largest = std::max(m_largest, value);
  const auto bin = static_cast<std::size_t>(std::max(0.0, value) * 1000);
  ++m_bins[std::min(bin, m_bins.size() - 1)];
}

double Spread::rms() const { return m_count == 0 ? 0 : std::sqrt(m_squares / static_cast<double>(m_count)); }

double Spread::percentile(double share) const {
  const auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(m_count));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < m_bins.size(); ++i) {
    seen += m_bins[i];
    if (seen > wanted) return std::min(static_cast<double>(i + 1) / 1000, m_largest);
  }
  return m_largest;
}

Watcher::Watcher(const Crowd& crowd, std::uint32_t seconds)
    : m_crowd(crowd), m_seconds(seconds), m_eyes(crowd.people().size()) {}

void Watcher::see_own(const SeenFrame& seen, Eyes& eyes) {
  ++m_figures.own_frames;
  if (seen.corrected_m > kCorrected_m) ++m_figures.own_corrected;
  m_figures.own_correction_max_m = std::max(m_figures.own_correction_max_m, static_cast<double>(seen.corrected_m));
  if (eyes.frames > 0) {
    const Vec3 way = seen.frame.own->position - eyes.own;
    const float allowed_m = kFast * proto::kRunSpeed_mps * kFrame_s;
    if (proto::length({way.x, 0, way.z}) > allowed_m) ++m_figures.own_jumps;
  }
  see_input(seen, eyes);
  eyes.own = seen.frame.own->position;
}

/// Whether what is wished moves anybody there: not if a wall is in the way.
bool Watcher::lets_move(const SeenFrame& seen) const {
  const proto::MoveState& state = m_crowd.people()[seen.person].brain.prediction().state();
  proto::MoveInput input;
  input.buttons = seen.wish.buttons;
  input.move_x = static_cast<std::int8_t>(seen.wish.move_x * 127);
  input.move_z = static_cast<std::int8_t>(seen.wish.move_z * 127);
  return proto::length(proto::step(m_crowd.world().collision(), state, input).position - state.position) > kMoves_m;
}

/// Who rested and now wants to move: how many frames until the picture shows it.
void Watcher::see_input(const SeenFrame& seen, Eyes& eyes) {
  const bool wants = seen.wish.move_x != 0 || seen.wish.move_z != 0 || (seen.wish.buttons & proto::kButtonJump) != 0;
  const bool moved = proto::length(seen.frame.own->position - eyes.own) > kMoved_m;
  if (eyes.waits) {
    ++eyes.waiting_frames;
    if (moved || eyes.waiting_frames == kUnseen_frames) m_figures.input_frames.add(eyes.waiting_frames);
    eyes.waits = !moved && eyes.waiting_frames < kUnseen_frames;
  } else if (wants && eyes.rested_frames >= kRested_frames) {
    eyes.waits = lets_move(seen);
    eyes.waiting_frames = 0;
    if (!eyes.waits) ++m_figures.inputs_blocked;
  }
  eyes.rested_frames = wants || moved ? 0 : eyes.rested_frames + 1;
}

void Watcher::see_clock(const SeenFrame& seen, Eyes& eyes) {
  const double tick = m_crowd.people()[seen.person].brain.statistics().render_tick;
  if (eyes.frames > 0) {
    const double ran =
        (tick - eyes.last_tick) * static_cast<double>(proto::kStepUs) / (seen.time_us - eyes.last_time_us);
    m_figures.clock_rate_max = std::max(m_figures.clock_rate_max, std::abs(ran - 1));
  }
  const double delay_s = seen.time_us / 1e6 - tick * static_cast<double>(proto::kStepSeconds);
  const double share = (seen.time_us / 1e6 - kWarmUp_s) / m_seconds;
  if (share >= 0.25 && share < 0.5) {
    eyes.early_sum_s += delay_s;
    ++eyes.early_count;
  } else if (share >= 0.75) {
    eyes.late_sum_s += delay_s;
    ++eyes.late_count;
  }
  eyes.last_tick = tick;
  eyes.last_time_us = seen.time_us;
}

void Watcher::see_other(const SeenFrame& seen, Eyes& eyes, const proto::AvatarPose& other, bool is_near) {
  const Truth& truth = m_crowd.truth();
  const double error_m = distance_m(other.pose.position, truth.position(other.id.index, other.pose.tick));
  const double delay_s = seen.time_us / 1e6 - other.pose.tick * static_cast<double>(proto::kStepSeconds);
  m_figures.error_m.add(error_m);
  m_figures.delay_s.add(delay_s);
  if (is_near) {
    m_figures.error_near_m.add(error_m);
    m_figures.delay_near_s.add(delay_s);
  }
  if (other.staleness_s > 0 && (other.pose.flags & proto::kAvatarMoving) != 0 && other.pose.speed_mps > kMoves_mps)
    ++m_figures.extrapolated;
  Drawn& last = eyes.others[other.id.packed()];
  const bool teleported = ((last.flags ^ other.pose.flags) & proto::kAvatarTeleportParity) != 0;
  if (last.frame != 0 && last.frame == eyes.frames && !teleported) {
    const float fastest_m = std::max(proto::kRunSpeed_mps * proto::kStepSeconds,
                                     truth.farthest_step(other.id.index, other.pose.tick, kAround_ticks));
    const float allowed_m = kFast * fastest_m * kFrame_s / proto::kStepSeconds;
    const double share = distance_m(other.pose.position, last.position) / static_cast<double>(allowed_m);
    m_figures.jump_max = std::max(m_figures.jump_max, share);
    if (share > 1) ++m_figures.jumps;
  }
  last = {eyes.frames + 1, other.pose.position, other.pose.flags};
}

void Watcher::see(const SeenFrame& seen) {
  Eyes& eyes = m_eyes[seen.person];
  if (!seen.frame.own) return;
  see_own(seen, eyes);
  see_clock(seen, eyes);
  const Vec3 here = m_crowd.world().people().state[seen.person].position;
  std::vector<float> distances;
  for (const proto::AvatarPose& other : seen.frame.avatars)
    distances.push_back(proto::length(m_crowd.world().people().state[other.id.index].position - here));
  float near_m = 1e9F;
  if (distances.size() > kNear) {
    std::vector<float> sorted = distances;
    std::nth_element(sorted.begin(), sorted.begin() + kNear - 1, sorted.end());
    near_m = sorted[kNear - 1];
  }
  for (std::size_t i = 0; i < seen.frame.avatars.size(); ++i)
    see_other(seen, eyes, seen.frame.avatars[i], distances[i] <= near_m);
  ++eyes.frames;
}

Figures Watcher::finish() {
  for (const Eyes& eyes : m_eyes) {
    if (eyes.early_count == 0 || eyes.late_count == 0) continue;
    const double early_s = eyes.early_sum_s / static_cast<double>(eyes.early_count);
    const double late_s = eyes.late_sum_s / static_cast<double>(eyes.late_count);
    m_figures.clock_drift_s.add(std::abs(late_s - early_s));
  }
  double bytes = 0;
  for (const Person& person : m_crowd.people()) bytes += static_cast<double>(person.brain.statistics().bytes_received);
  m_figures.bytes_per_client_s = bytes / static_cast<double>(m_crowd.people().size()) / (m_seconds + kWarmUp_s);
  return m_figures;
}

Figures measure(const CrowdPlan& plan, std::uint32_t seconds) {
  Crowd crowd(plan);
  Watcher watcher(crowd, seconds);
  const double end_us = (kWarmUp_s + seconds) * 1e6;
  for (;;) {
    const SeenFrame seen = crowd.next_frame();
    if (seen.time_us >= end_us) break;
    if (seen.time_us >= kWarmUp_s * 1e6) watcher.see(seen);
  }
  return watcher.finish();
}

std::string to_json(const std::string& scenario, const CrowdPlan& plan, std::uint32_t seconds, const Figures& f) {
  const auto share = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  std::array<char, 1400> line{};
  std::snprintf(
      line.data(), line.size(),
      "{\"scenario\":\"%s\",\"seed\":%llu,\"clients\":%u,\"lookers\":%u,\"in_view\":%.0f,\"seconds\":%u,\"own_"
      "corrected_pct\":%.4f,"
      "\"own_correction_max_cm\":%.2f,\"own_jumps\":%llu,\"input_to_screen_frames_mean\":%.2f,"
      "\"input_to_screen_frames_max\":%.0f,\"inputs\":%llu,\"inputs_blocked\":%llu,\"near20_rms_cm\":%.2f,"
      "\"view_rms_cm\":%.2f,\"view_p99_cm\":%.1f,\"view_max_cm\":%.1f,\"jumps\":%llu,\"fastest_of_allowed\":%.2f,"
      "\"extrapolated_pct\":%.3f,\"near20_delay_ms\":%.0f,\"view_delay_ms\":%.0f,\"clock_rate_max_pct\":%.2f,\"clock_"
      "drift_ms\":%.1f,"
      "\"bytes_per_client_s\":%.0f}",
      scenario.c_str(), static_cast<unsigned long long>(plan.seed), plan.clients,
      plan.lookers == 0 ? plan.clients : plan.lookers,
      f.own_frames == 0 ? 0 : static_cast<double>(f.error_m.count()) / static_cast<double>(f.own_frames), seconds,
      share(f.own_corrected, f.own_frames), f.own_correction_max_m * 100, static_cast<unsigned long long>(f.own_jumps),
      f.input_frames.mean(), f.input_frames.largest(), static_cast<unsigned long long>(f.input_frames.count()),
      static_cast<unsigned long long>(f.inputs_blocked), f.error_near_m.rms() * 100, f.error_m.rms() * 100,
      f.error_m.percentile(0.99) * 100, f.error_m.largest() * 100, static_cast<unsigned long long>(f.jumps), f.jump_max,
      share(f.extrapolated, f.error_m.count()), f.delay_near_s.mean() * 1e3, f.delay_s.mean() * 1e3,
      f.clock_rate_max * 100, f.clock_drift_s.mean() * 1e3, f.bytes_per_client_s);
  return line.data();
}

}  // namespace feel
