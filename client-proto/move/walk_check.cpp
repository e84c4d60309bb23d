#include "client-proto/move/walk_check.h"

#include <array>

#include "client-proto/core/check.h"
#include "client-proto/move/movement.h"
#include "client-proto/move/sitting.h"

namespace proto {

namespace {

constexpr float kHalfFloor_m = 30;
constexpr int kObstaclesOfTheCheck = 400;
constexpr int kSitEvery_steps = 61;

void add_box(CollisionBuilder& builder, Vec3 center, Vec3 half, float yaw_rad) {
  const auto status = builder.add_box({center, half, yaw_rad});
  GALLERIA_CHECK(status.ok());
}

void add_ramp(CollisionBuilder& builder, TestNumbers& numbers, Vec3 place) {
  const float width = numbers.between(0.6F, 2);
  const float run = numbers.between(0.8F, 3);
  const float rise = numbers.between(0.2F, 1.5F);
  const std::array<Vec3, 6> wedge{place,
                                  place + Vec3{width, 0, 0},
                                  place + Vec3{0, 0, run},
                                  place + Vec3{width, 0, run},
                                  place + Vec3{0, rise, run},
                                  place + Vec3{width, rise, run}};
  const auto status = builder.add_hull(wedge);
  GALLERIA_CHECK(status.ok());
}

void add_stairs(CollisionBuilder& builder, TestNumbers& numbers, Vec3 place) {
  const float height = numbers.between(0.1F, 0.29F);
  const float depth = numbers.between(0.28F, 0.5F);
  for (int i = 0; i < 4; ++i) {
    const float top = height * static_cast<float>(i + 1);
    add_box(builder, place + Vec3{0, top / 2, depth * static_cast<float>(i)}, {0.8F, top / 2, depth / 2}, 0);
  }
}

void add_triangle(CollisionBuilder& builder, TestNumbers& numbers, Vec3 place) {
  const auto corner = [&] {
    return place + Vec3{numbers.between(-1.5F, 1.5F), numbers.between(0, 1.2F), numbers.between(-1.5F, 1.5F)};
  };
  const Vec3 a = corner();
  const Vec3 b = corner();
  const Vec3 c = corner();
  (void)builder.add_triangle({a, b, c});  // a sliver may be refused; the scene does without it
}

}  // namespace

std::uint64_t TestNumbers::next() {
  m_state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t z = m_state;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

CollisionWorld walk_scene(std::uint64_t seed, int obstacles) {
  TestNumbers numbers(seed);
  CollisionBuilder builder;
  add_box(builder, {0, -0.5F, 0}, {kHalfFloor_m, 0.5F, kHalfFloor_m}, 0);
  for (const float side : {-kHalfFloor_m, kHalfFloor_m}) {
    add_box(builder, {side, 2, 0}, {0.2F, 2, kHalfFloor_m}, 0);
    add_box(builder, {0, 2, side}, {kHalfFloor_m, 2, 0.2F}, 0);
  }
  for (int i = 0; i < obstacles; ++i) {
    const float x = numbers.between(-kHalfFloor_m + 2, kHalfFloor_m - 4);
    const float z = numbers.between(-kHalfFloor_m + 2, kHalfFloor_m - 4);
    const Vec3 place{x, 0, z};
    switch (numbers.below(8)) {
      case 0:
        add_ramp(builder, numbers, place);
        break;
      case 1:
        add_stairs(builder, numbers, place);
        break;
      case 2:
        add_triangle(builder, numbers, place);
        break;
      default: {
        const float half_x = numbers.between(0.1F, 0.9F);
        const float half_y = numbers.between(0.05F, 1.2F);
        const float half_z = numbers.between(0.1F, 0.9F);
        const float yaw = numbers.between(-3.2F, 3.2F);
        add_box(builder, place + Vec3{0, half_y, 0}, {half_x, half_y, half_z}, yaw);
      }
    }
  }
  auto world = std::move(builder).build();
  GALLERIA_CHECK(world.ok());
  return std::move(world).value();
}

MoveInput TestVisitor::next() {
  if (m_steps_left == 0) {
    m_steps_left = 5 + m_numbers.below(60);
    const bool rests = m_numbers.below(8) == 0;
    m_input.move_x = static_cast<std::int8_t>(rests ? 0 : static_cast<int>(m_numbers.below(255)) - 127);
    m_input.move_z = static_cast<std::int8_t>(rests ? 0 : static_cast<int>(m_numbers.below(255)) - 127);
    m_input.yaw = static_cast<std::uint16_t>(m_numbers.below(kYawUnitsPerTurn));
  }
  --m_steps_left;
  m_input.buttons = static_cast<std::uint8_t>((m_numbers.below(4) != 0 ? kButtonRun : 0) |
                                              (m_numbers.below(12) == 0 ? kButtonJump : 0));
  return m_input;
}

std::uint64_t walk_hash(std::uint64_t seed, int steps) {
  const CollisionWorld world = walk_scene(seed, kObstaclesOfTheCheck);
  TestVisitor visitor(seed + 1);
  MoveState state;
  state.position = {0, 3, 0};
  std::uint64_t hash = world.hash();
  for (int i = 0; i < steps; ++i) {
    if (i % kSitEvery_steps == 0) state = seated(state.position, state.yaw, 0);
    state = step(world, state, visitor.next());
    hash = state_hash(state, hash);
  }
  return hash;
}

}  // namespace proto
