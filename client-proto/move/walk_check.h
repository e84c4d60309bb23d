/// A self-check of the movement rule: a seeded walk through a seeded scene ends in one number, the same in every build
/// and on every machine. A build whose number differs must not be trusted to predict.
#pragma once

#include <cstdint>

#include "client-proto/move/collision_world.h"
#include "client-proto/move/state.h"

namespace proto {

/// A small generator of test numbers (SplitMix64), for scenes and walks that are the same everywhere.
class TestNumbers {
 public:
  explicit TestNumbers(std::uint64_t seed) : m_state(seed) {}
  std::uint64_t next();
  /// 0 .. bound - 1
  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>((next() >> 32U) % bound); }
  /// low .. high, in steps of 1/65536 of the way.
  float between(float low, float high) { return low + (high - low) * (static_cast<float>(next() >> 48U) / 65536.0F); }

 private:
  std::uint64_t m_state;
};

/// A floor of 60 m with walls around it and `obstacles` boxes, ramps, stairs and loose triangles on it.
[[nodiscard]] CollisionWorld walk_scene(std::uint64_t seed, int obstacles);

/// An input as an impatient visitor gives it: keeps a direction for a while, runs and jumps now and then.
class TestVisitor {
 public:
  explicit TestVisitor(std::uint64_t seed) : m_numbers(seed) {}
  MoveInput next();

 private:
  TestNumbers m_numbers;
  MoveInput m_input;
  std::uint32_t m_steps_left = 0;
};

/// The chained state hash after `steps` steps among 400 obstacles, sitting down every now and then.
[[nodiscard]] std::uint64_t walk_hash(std::uint64_t seed, int steps);

}  // namespace proto
