#include "world-server/world/input_queue.h"

#include <catch2/catch.hpp>

using namespace world;

namespace {

/// Inputs with the sequences `newest` - count + 1 to `newest`; the yaw tells them apart.
proto::Inputs batch(std::uint16_t newest, std::size_t count) {
  proto::Inputs message;
  message.newest = newest;
  for (std::size_t i = 0; i < count; ++i) {
    proto::MoveInput input;
    input.yaw = static_cast<std::uint16_t>((newest - (count - 1 - i)) % proto::kYawUnitsPerTurn);
    message.inputs.push_back(input);
  }
  return message;
}

/// One tick: how many steps were made.
std::uint32_t tick(InputQueue& queue) {
  queue.begin_tick();
  std::uint32_t steps = 0;
  while (steps < kStepsPerTickMax && queue.take()) ++steps;
  (void)queue.end_tick();
  return steps;
}

}  // namespace

TEST_CASE("an input that is repeated is simulated once, in order") {
  InputQueue queue;
  REQUIRE(queue.accept(batch(2, 2)));
  REQUIRE(queue.accept(batch(3, 3)));
  REQUIRE(queue.accept(batch(3, 1)));
  REQUIRE(queue.accept(batch(1, 1)));
  CHECK(queue.waiting() == 3);

  for (std::uint16_t expected = 1; expected <= 3; ++expected) {
    queue.begin_tick();
    const auto input = queue.take();
    REQUIRE(input);
    CHECK(input->yaw == expected);
    CHECK(queue.acked() == expected);
    CHECK_FALSE(queue.take());
    (void)queue.end_tick();
  }
}

TEST_CASE("sequence numbers pass 65,535 without a stop") {
  InputQueue queue;
  REQUIRE(queue.accept(batch(65'535, 1)));
  REQUIRE(tick(queue) == 1);
  REQUIRE(queue.accept(batch(1, 3)));
  CHECK(queue.waiting() == 2);
  CHECK(tick(queue) == 1);
  CHECK(tick(queue) == 1);
  CHECK(queue.acked() == 1);
}

TEST_CASE("a queue holds no more than its limit, and what did not fit is taken when it comes again") {
  InputQueue queue;
  REQUIRE(queue.accept(batch(16, 16)));
  REQUIRE(queue.accept(batch(32, 16)));
  CHECK(queue.waiting() == kInputsQueuedMax);
  CHECK(tick(queue) >= 1);
  const std::size_t before = queue.waiting();
  REQUIRE(queue.accept(batch(32, 16)));
  CHECK(queue.waiting() > before);
}

TEST_CASE("steps are paid with ticks: a burst gets what was saved and then one step a tick") {
  InputQueue queue;
  for (int i = 0; i < 100; ++i) (void)tick(queue);
  std::uint16_t newest = 0;
  std::uint32_t steps = 0;
  constexpr std::uint32_t kTicks = 50;
  for (std::uint32_t i = 0; i < kTicks; ++i) {
    newest = static_cast<std::uint16_t>(newest + 16);
    REQUIRE(queue.accept(batch(newest, 16)));
    steps += tick(queue);
  }
  CHECK(steps <= kTicks + kStepTokensMax_ticks);
  CHECK(steps >= kTicks);
  CHECK(queue.waiting() <= kInputsLagMax);
}

TEST_CASE("a client with a fast clock is not simulated ever further in the past") {
  InputQueue queue;
  std::uint16_t newest = 0;
  for (int i = 0; i < 2'000; ++i) {
    newest = static_cast<std::uint16_t>(newest + (i % 20 == 0 ? 2 : 1));
    REQUIRE(queue.accept(batch(newest, 3)));
    (void)tick(queue);
    REQUIRE(queue.waiting() <= kInputsLagMax);
  }
}

TEST_CASE("silence is noticed after its limit, and ends with the next input") {
  InputQueue queue;
  REQUIRE(queue.accept(batch(1, 1)));
  REQUIRE(tick(queue) == 1);
  for (std::uint32_t i = 0; i < kSilenceMax_ticks - 1; ++i) {
    queue.begin_tick();
    CHECK_FALSE(queue.end_tick());
  }
  queue.begin_tick();
  CHECK_FALSE(queue.end_tick());
  queue.begin_tick();
  CHECK(queue.end_tick());

  REQUIRE(queue.accept(batch(2, 1)));
  CHECK(tick(queue) == 1);
  queue.begin_tick();
  CHECK_FALSE(queue.end_tick());
}
