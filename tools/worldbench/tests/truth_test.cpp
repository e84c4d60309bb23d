#include "tools/worldbench/truth.h"

#include <catch2/catch.hpp>

#include "tools/worldbench/census.h"

using namespace worldbench;

namespace {

proto::MoveState at(float x, float z) {
  proto::MoveState state;
  state.position = {x, 0, z};
  return state;
}

proto::TimeUs moment(std::uint32_t tick) { return {static_cast<std::int64_t>(tick) * proto::kStepUs}; }

/// A snapshot in which the walker with index 0 learns where it stands and, unless starved, where the other is.
std::vector<std::uint8_t> snapshot(std::uint16_t sequence, std::uint32_t tick, bool with_other) {
  proto::SnapshotHeader header;
  header.sequence = sequence;
  header.tick = tick;
  header.own = proto::OwnState{0, 0, at(0, 0)};
  proto::SnapshotWriter writer(header);
  const proto::AvatarRecord other = proto::avatar_record({1, 1}, at(static_cast<float>(tick % 8), 3), false);
  if (with_other) CHECK(writer.add(proto::AvatarUpdate{other, {}, 0}));
  const auto packet = writer.finish();
  return {packet.begin(), packet.end()};
}

/// Walker 0 looks at walker 1, who moves in every tick; from `starved_from` on it is told nothing of it.
double worst_staleness_ms(std::uint32_t starved_from, bool own_states_too) {
  constexpr std::uint32_t kTicks = 160;
  Truth truth(2);
  Walker viewer(1, 2, true, truth);
  viewer.take(proto::encode(proto::Welcome{{0, 1}, 1, 0, 2, 32'000, {}, 30}), {});
  viewer.take(proto::encode(proto::Appearance{{1, 1}, 1, "Other", 0, 0, false, {}}), {});
  truth.joined(1);
  Census census(25);
  for (std::uint32_t tick = 1; tick <= kTicks; ++tick) {
    const bool starved = tick >= starved_from;
    truth.own_state(1, tick, at(static_cast<float>(tick % 8), 3));
    if (!starved || !own_states_too) {
      viewer.take(snapshot(static_cast<std::uint16_t>(tick), tick, !starved), moment(tick));
    }
    census.look(viewer, truth, 2, moment(tick));
  }
  return census.view_max_ms();
}

}  // namespace

TEST_CASE("who is told of everything in every tick has nothing stale") { CHECK(worst_staleness_ms(1'000, false) < 1); }

TEST_CASE("who is told nothing of somebody for two seconds is found to be as stale as that") {
  CHECK(worst_staleness_ms(121, false) == Approx(2000).margin(100));
}

TEST_CASE("who is told nothing at all, not even of itself, does not look well fed") {
  CHECK(worst_staleness_ms(121, true) == Approx(2000).margin(100));
}
