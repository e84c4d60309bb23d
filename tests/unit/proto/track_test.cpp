/// What is drawn of others: when it is, on which way, and what happens when news are missing.
#include "client-proto/brain/track.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "client-proto/brain/render_clock.h"
#include "client-proto/move/movement.h"
#include "client-proto/move/walk_check.h"
#include "client-proto/wire/snapshot.h"

using namespace proto;

namespace {

/// Since when nothing is missing.
constexpr std::uint32_t kAlways = 0;
constexpr std::uint32_t kNever = 0xffffffff;
constexpr double kFrame_ticks = 1.0 / 3;
constexpr std::int64_t kFrame_us = 16'667;
constexpr std::uint8_t kWalks = kAvatarGrounded | kAvatarMoving;
constexpr std::uint8_t kFlies = kAvatarMoving;
constexpr std::uint8_t kStands = kAvatarGrounded;

TrackSample sample(std::uint32_t tick, Vec3 position, std::uint8_t flags = kWalks) {
  TrackSample made;
  made.tick = tick;
  made.position = position;
  made.flags = flags;
  return made;
}

Vec3 along_x(double tick) { return {static_cast<float>(tick) * 0.2F, 0, 0}; }

/// Snapshots whose ways take `delay_us(tick)`, and a clock that is asked 60 times a second.
template <class Delay>
class ClockRun {
 public:
  explicit ClockRun(Delay delay) : m_delay(delay) {}
  /// Runs to this second; keeps the fastest and slowest that time ran, frame by frame.
  void until(double second) {
    for (; static_cast<double>(m_now_us) < second * 1e6; m_now_us += kFrame_us) {
      while (m_tick * kStepUs + m_delay(m_tick) <= m_now_us) {
        m_clock.on_snapshot(static_cast<std::uint32_t>(m_tick), {m_now_us});
        ++m_tick;
      }
      const double drawn = m_clock.render_tick({m_now_us});
      if (m_drawn > 0) {
        const double rate = (drawn - m_drawn) * static_cast<double>(kStepUs) / static_cast<double>(kFrame_us);
        slowest = std::min(slowest, rate);
        fastest = std::max(fastest, rate);
      }
      m_drawn = drawn;
    }
  }
  /// How far behind the server the drawn time is.
  [[nodiscard]] double behind_ms() const { return static_cast<double>(m_now_us) / 1e3 - m_drawn * 50; }
  [[nodiscard]] const RenderClock& clock() const { return m_clock; }
  double slowest = 1;
  double fastest = 1;

 private:
  Delay m_delay;
  RenderClock m_clock;
  std::int64_t m_now_us = 1'000'000;
  std::int64_t m_tick = 20;
  double m_drawn = 0;
};

}  // namespace

TEST_CASE("the drawn time comes to lie as late as the network needs, and no later") {
  ClockRun even([](std::int64_t) { return std::int64_t{40'000}; });
  even.until(10);
  CHECK(even.behind_ms() > 40 + 50);
  CHECK(even.behind_ms() < 40 + 95);  // a tick, a quarter, and a frame
  CHECK(even.clock().jitter_ms() < 20);
}

TEST_CASE("a network that gets worse makes the drawn time later soon, one that gets better makes it nearer slowly") {
  // From 20 s to 30 s every fourth tick is 150 ms late.
  ClockRun run(
      [](std::int64_t tick) { return std::int64_t{tick > 400 && tick < 600 && tick % 4 == 0 ? 190'000 : 40'000}; });
  run.until(20);
  const double before_ms = run.behind_ms();
  run.until(22.5);
  CHECK(run.behind_ms() > before_ms + 70);  // three quarters of what is missing in two and a half seconds
  run.until(30);
  const double worst_ms = run.behind_ms();
  run.until(40);
  CHECK(run.behind_ms() > worst_ms - 10);  // it may come again
  run.until(80);
  CHECK(run.behind_ms() < before_ms + 10);
  CHECK(run.slowest > 0.84);
  CHECK(run.fastest < 1.021);
}

TEST_CASE("a stall now and then is waited for, and the drawn time never jumps") {
  // 300 ms in every five seconds nothing arrives; what was sent meanwhile comes in a heap.
  ClockRun run([](std::int64_t tick) {
    const std::int64_t into_us = tick * kStepUs % 5'000'000;
    return std::int64_t{25'000} + (into_us < 300'000 ? 300'000 - into_us : 0);
  });
  run.until(60);
  CHECK(run.behind_ms() > 275 + 25);
  CHECK(run.behind_ms() < 425);
  CHECK(run.slowest > 0.84);
  CHECK(run.fastest < 1.021);
}

TEST_CASE("a clock that runs fast is followed without being seen") {
  // The server's ticks come ever earlier by 200 millionths.
  ClockRun run([](std::int64_t tick) { return 500'000 - tick * kStepUs / 5000; });
  run.until(30);
  const double before_ms = run.behind_ms() - (500 - 30'000 / 5000.0);
  run.slowest = run.fastest = 1;
  run.until(120);
  CHECK(run.behind_ms() - (500 - 120'000 / 5000.0) == Approx(before_ms).margin(8));
  CHECK(run.slowest > 0.99);
  CHECK(run.fastest < 1.021);
}

TEST_CASE("without news an avatar goes on for a quarter of a second and then stops") {
  Track track;
  std::uint32_t tick = 100;
  double drawn_tick = 98;
  for (; tick < 130; ++tick) {
    track.add(sample(tick, along_x(tick)), kNever);
    for (int i = 0; i < 3; ++i) (void)track.advance(drawn_tick += kFrame_ticks, tick, kNever);
  }
  const float newest_m = along_x(tick - 1).x;
  float farthest_m = 0;
  std::optional<TrackPose> pose;
  for (int i = 0; i < 120; ++i) {
    pose = track.advance(drawn_tick += kFrame_ticks, tick - 1, kNever);
    farthest_m = std::max(farthest_m, pose->position.x);
  }
  CHECK(farthest_m > newest_m + 0.3F);
  CHECK(farthest_m < newest_m + 5 * 0.2F + 0.001F);
  CHECK(pose->position.x == farthest_m);  // stopped
  CHECK(pose->speed_mps < 0.01F);
}

TEST_CASE("whoever is not told of while others are has not moved on") {
  Track track;
  double drawn_tick = 98;
  for (std::uint32_t tick = 100; tick < 120; ++tick) {
    track.add(sample(tick, along_x(tick)), kAlways);
    for (int i = 0; i < 3; ++i) (void)track.advance(drawn_tick += kFrame_ticks, tick, kAlways);
  }
  std::optional<TrackPose> pose;
  for (std::uint32_t tick = 120; tick < 140; ++tick) {
    for (int i = 0; i < 3; ++i) pose = track.advance(drawn_tick += kFrame_ticks, tick, kAlways);
  }
  CHECK(pose->position.x == Approx(along_x(119).x).margin(0.001));
}

TEST_CASE("news that come every eighth tick are drawn later, and without guessing") {
  Track track;
  double drawn_tick = 98;
  int guessed = 0;
  float farthest_m = 0;
  double shortest_lag = 99;
  for (std::uint32_t tick = 100; tick < 400; ++tick) {
    if (tick % 8 == 0) track.add(sample(tick, along_x(tick)), kNever);
    for (int i = 0; i < 3; ++i) {
      drawn_tick += kFrame_ticks;
      const auto pose = track.advance(drawn_tick, tick, kNever);
      if (!pose || tick < 200) continue;
      if (pose->tick > track.newest_tick()) ++guessed;
      farthest_m = std::max(farthest_m, std::abs(pose->position.x - along_x(pose->tick).x));
      shortest_lag = std::min(shortest_lag, drawn_tick - pose->tick);
    }
  }
  CHECK(guessed == 0);
  CHECK(farthest_m < 0.01F);
  CHECK(shortest_lag > 4);
  // Told of in every tick again, it is drawn without a lag of its own, but not at once.
  double lag = 0;
  for (std::uint32_t tick = 400; tick < 800; ++tick) {
    track.add(sample(tick, along_x(tick)), kNever);
    for (int i = 0; i < 3; ++i) {
      drawn_tick += kFrame_ticks;
      lag = drawn_tick - track.advance(drawn_tick, tick, kNever)->tick;
    }
    if (tick == 440) CHECK(lag > 4);
  }
  CHECK(lag < 0.8);
}

TEST_CASE("late, double and disordered news bend the way without a jump") {
  Track track;
  TestNumbers numbers(5);
  std::vector<std::pair<std::uint32_t, TrackSample>> under_way;
  double drawn_tick = 98;
  Vec3 last = along_x(100);
  float longest_m = 0;
  std::uint32_t heard = 100;
  for (std::uint32_t tick = 100; tick < 1000; ++tick) {
    const auto angle = static_cast<float>(tick) * 0.1F;
    const TrackSample made = sample(tick, {std::cos(angle) * 2, 0, std::sin(angle) * 2});
    // Now and then nothing comes for eight ticks.
    const std::uint32_t free = tick % 50 < 8 ? tick - tick % 50 + 8 : tick;
    if (numbers.below(10) != 0) under_way.emplace_back(free + numbers.below(6), made);
    if (numbers.below(10) == 0) under_way.emplace_back(free + numbers.below(6), made);
    for (const auto& [due, state] : under_way) {
      if (due != tick) continue;
      track.add(state, kNever);
      heard = std::max(heard, state.tick);
    }
    for (int i = 0; i < 3; ++i) {
      const auto pose = track.advance(drawn_tick += kFrame_ticks, heard, kNever);
      if (!pose) continue;
      if (tick > 110) longest_m = std::max(longest_m, length(pose->position - last));
      last = pose->position;
    }
  }
  CHECK(longest_m > 0.05F);
  CHECK(longest_m < kRunSpeed_mps * kStepSeconds * 1.5F / 3);
}

TEST_CASE("who comes back into sight is drawn when there is news, not where he was left") {
  Track track;
  track.add(sample(100, {0, 0, 0}, kStands), kNever);
  REQUIRE(track.advance(101, 101, kNever));
  track.hide();
  CHECK_FALSE(track.advance(200, 200, kNever));
  track.add(sample(202, {20, 0, 0}, kStands), kNever);
  const auto pose = track.advance(204, 204, kNever);
  REQUIRE(pose);
  CHECK(pose->position.x == 20);

  // If nothing comes, he stands where he stood.
  track.hide();
  CHECK_FALSE(track.advance(300, 300, kNever));
  CHECK(track.advance(330, 330, kNever)->position.x == 20);
}

TEST_CASE("a jump between two distant states is drawn as a jump") {
  // The movement rule's own jump, of which only every fifth tick is known.
  const CollisionWorld world = walk_scene(1, 0);
  MoveState state;
  state.position = {0, 0.02F, 0};
  for (int i = 0; i < 5; ++i) state = step(world, state, {});
  REQUIRE(state.grounded);
  std::vector<MoveState> ticks{state};
  for (int i = 0; i < 40; ++i) {
    const MoveInput input{static_cast<std::uint8_t>(i == 2 ? kButtonJump : 0), 127, 0, 0};
    ticks.push_back(state = step(world, state, input));
  }
  const auto sample_at = [&](std::size_t tick) {
    const MoveState& at = ticks[tick];
    const std::uint8_t flags = (at.grounded ? kAvatarGrounded : 0) | (at.velocity == Vec3{} ? 0 : kAvatarMoving);
    return sample(static_cast<std::uint32_t>(tick), at.position, flags);
  };
  float highest_m = 0;
  float farthest_m = 0;
  Vec3 enters;
  for (std::size_t from = 0; from + 5 < ticks.size(); from += 5) {
    const Way way(sample_at(from), sample_at(from + 5), enters);
    enters = way.leaves();
    for (std::size_t i = 0; i <= 5; ++i) {
      const Vec3 off = way.position(static_cast<float>(i)) - ticks[from + i].position;
      farthest_m = std::max(farthest_m, std::abs(off.y));
      highest_m = std::max(highest_m, ticks[from + i].position.y);
    }
  }
  CHECK(highest_m > 0.7F);
  CHECK(farthest_m < 0.05F);
}

TEST_CASE("a way ends where it should, and nobody hurries on it more than he can") {
  TestNumbers numbers(8);
  int checked = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto span = 1 + numbers.below(12);
    const float reach = kRunSpeed_mps * kStepSeconds * static_cast<float>(span);
    const auto flags = [&] { return static_cast<std::uint8_t>(numbers.below(4)); };
    const TrackSample a = sample(100, {}, flags());
    TrackSample b =
        sample(100 + span, {numbers.between(-0.7F, 0.7F) * reach, 0, numbers.between(-0.7F, 0.7F) * reach}, flags());
    b.still_ticks = static_cast<std::uint8_t>(numbers.below(span));
    const Vec3 enters{numbers.between(-0.14F, 0.14F), 0, numbers.between(-0.14F, 0.14F)};
    const Way way(a, b, enters);
    CHECK(length(way.position(0) - a.position) < 1e-3F);
    CHECK(length(way.position(static_cast<float>(span)) - b.position) < 1e-3F);
    Vec3 last = a.position;
    for (float t = 0.25F; t <= static_cast<float>(span); t += 0.25F) {
      const Vec3 at = way.position(t);
      const Vec3 moved = at - last;
      if (length({moved.x, 0, moved.z}) > kRunSpeed_mps * kStepSeconds * 0.25F * 1.05F) FAIL("too fast");
      last = at;
      ++checked;
    }
  }
  CHECK(checked > 100'000);
}
