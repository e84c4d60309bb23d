/// How it feels to be in the real world over bad networks, at a small size: what tools/feel/measure prints at a large
/// one.
#include <catch2/catch.hpp>

#include "tools/feel/figures.h"

namespace feel {

namespace {

constexpr std::uint32_t kSeconds = 15;

CrowdPlan plan_of(const Manners& manners, std::uint64_t seed) {
  CrowdPlan plan;
  plan.down = plan.up = manners;
  plan.seed = seed;
  plan.clients = 12;
  plan.colliders = 500;
  return plan;
}

void check_own(const Figures& figures) {
  CHECK(figures.own_frames > 12 * kSeconds * 55);
  CHECK(figures.own_corrected == 0);
  CHECK(figures.own_jumps == 0);
  CHECK(figures.input_frames.count() > 2);
  CHECK(figures.input_frames.largest() == 1);
}

}  // namespace

TEST_CASE("at 100 ms and 2 % loss nobody is corrected, and others walk where they walked") {
  const Figures figures = measure(plan_of(proto::LinkManners{30'000, 40'000, 2, 2, 2, 60'000}, 3), kSeconds);
  check_own(figures);
  CHECK(figures.error_m.count() > 50'000);
  CHECK(figures.error_m.rms() < 0.05);
  CHECK(figures.error_near_m.rms() < 0.03);
  CHECK(figures.jumps == 0);
  CHECK(figures.jump_max > 0.6);  // somebody did run
  CHECK(figures.delay_near_s.mean() < 0.3);
}

TEST_CASE("at 300 ms and 10 % loss one can still play") {
  const Figures figures = measure(plan_of(proto::LinkManners{100'000, 100'000, 10, 0, 0, 0}, 4), kSeconds);
  check_own(figures);
  CHECK(figures.error_m.rms() < 0.1);
  CHECK(figures.delay_near_s.mean() < 0.5);
}

TEST_CASE("behind a WebSocket that stalls nobody is corrected and nobody jumps") {
  CrowdPlan plan = plan_of(proto::StallManners{25'000, 5'000'000, 300'000, 0, 64 * 1024}, 5);
  Figures figures = measure(plan, kSeconds);
  check_own(figures);
  CHECK(figures.error_m.rms() < 0.05);
  CHECK(figures.jumps == 0);

  // The same where the server's states are replaced instead of kept.
  std::get<proto::StallManners>(plan.down).room_bytes = 0;
  figures = measure(plan, kSeconds);
  check_own(figures);
  CHECK(figures.jumps == 0);
  CHECK(figures.error_near_m.rms() < 0.1);
}

}  // namespace feel
