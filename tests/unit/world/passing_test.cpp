/// Passing each other in the world: corridors, doors and streams of people by the server's own steps, and two real
/// clients that meet over a network.
#include "client-proto/move/passing.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <functional>
#include <string>

#include "client-proto/brain/brain.h"
#include "client-proto/move/movement.h"
#include "client-proto/native/bad_link.h"
#include "tests/unit/world/client.h"
#include "world-server/world/random.h"

using namespace world;
using world::test::go;

namespace {

constexpr float kTooNear_m = 0.4F;

struct Wall {
  float x, z, half_x, half_z;
};

/// A floor of 80 m with walls; people arrive at the given places in turn.
Mall hall(const std::vector<Vec3>& arrivals, const std::vector<Wall>& walls) {
  Mall mall;
  mall.name = "Passing";
  mall.bounds = {{-40, -1, -40}, {40, 5, 40}};
  mall.boxes.push_back({{0, -0.5F, 0}, {40, 0.5F, 40}, 0});
  for (const Wall& wall : walls) mall.boxes.push_back({{wall.x, 1, wall.z}, {wall.half_x, 1, wall.half_z}, 0});
  for (const Vec3 place : arrivals) mall.spawns.push_back({place, 0});
  return mall;
}

/// People who each walk as `wish` says, with manners or without.
class Walkers {
 public:
  Walkers(const Mall& mall, bool polite) : m_polite(polite), m_count(static_cast<std::uint16_t>(mall.spawns.size())) {
    auto made = World::make(mall, {m_count, 1});
    REQUIRE(made.ok());
    world = std::move(made).value();
    for (std::uint16_t i = 0; i < m_count; ++i) {
      Join join{{i, 1}, "Guest", {}, kBytesPerSecondMin, {}, 0};
      join.person = i + 1U;
      m_messages.emplace_back(join);
    }
    world->tick({}, m_messages, m_output);
  }

  void step(const std::function<proto::MoveInput(std::uint16_t)>& wish) {
    m_messages.clear();
    ++m_sequence;
    for (std::uint16_t i = 0; i < m_count; ++i) {
      Inputs inputs;
      inputs.avatar = {i, 1};
      inputs.message.newest = m_sequence;
      inputs.message.inputs = {m_polite ? proto::passing(world->collision(), state(i), wish(i), around(i)) : wish(i)};
      m_messages.emplace_back(inputs);
    }
    world->tick({}, m_messages, m_output);
  }

  [[nodiscard]] const proto::MoveState& state(std::uint16_t index) const { return world->people().state[index]; }
  [[nodiscard]] std::uint16_t count() const { return m_count; }
  [[nodiscard]] float apart_m(std::uint16_t a, std::uint16_t b) const {
    return proto::length(state(a).position - state(b).position);
  }

  std::unique_ptr<World> world;

 private:
  std::vector<proto::Passer> around(std::uint16_t self) const {
    std::vector<proto::Passer> found;
    for (std::uint16_t i = 0; i < m_count && found.size() < proto::kPassersMax; ++i) {
      if (i != self && apart_m(i, self) < proto::kPassReach_m) found.push_back({state(i).position, state(i).velocity});
    }
    return found;
  }

  bool m_polite;
  std::uint16_t m_count;
  std::uint16_t m_sequence = 0;
  std::vector<NetToWorld> m_messages;
  TickOutput m_output;
};

struct StreamFigures {
  double too_near_s = 0;  ///< per person, nearer than kTooNear_m to somebody of the other stream
  double speed_mps = 0;   ///< along the wish
};

/// 200 people in a hall 10 m wide, half of them one way, half the other, for 15 s.
StreamFigures two_streams(bool polite) {
  std::vector<Vec3> arrivals;
  Dice dice(3);
  const auto jitter = [&dice] { return static_cast<float>(dice.between(0, 180)) / 1000 - 0.09F; };
  for (int i = 0; i < 200; ++i) {
    const float side = i % 2 == 0 ? -1.0F : 1.0F;
    const float column = static_cast<float>(i / 2 % 10);
    const float row = static_cast<float>(i / 20);
    arrivals.push_back({column * 0.98F - 4.4F + jitter(), 0.02F, side * (2 + row * 1.2F + jitter())});
  }
  Walkers people(hall(arrivals, {{-5.2F, 0, 0.2F, 40}, {5.2F, 0, 0.2F, 40}}), polite);
  const auto way = [](std::uint16_t i) { return i % 2 == 0 ? 1 : -1; };
  constexpr int kSteps = 15 * static_cast<int>(kTicksPerSecond);
  StreamFigures figures;
  for (int tick = 0; tick < kSteps; ++tick) {
    people.step([&way](std::uint16_t i) { return go(0, 127 * way(i)); });
    for (std::uint16_t a = 0; a < people.count(); ++a) {
      figures.speed_mps += static_cast<double>(people.state(a).velocity.z) * way(a);
      for (std::uint16_t b = 0; b < people.count(); ++b) {
        if (way(a) == way(b) || people.apart_m(a, b) >= kTooNear_m) continue;
        figures.too_near_s += static_cast<double>(proto::kStepSeconds);
        break;
      }
    }
  }
  figures.too_near_s /= people.count();
  figures.speed_mps /= people.count() * kSteps;
  return figures;
}

/// Ticks until 40 people, half from either side, are all through a door 1.2 m wide.
int through_a_door(bool polite) {
  std::vector<Vec3> arrivals;
  for (int i = 0; i < 40; ++i) {
    const float side = i % 2 == 0 ? -1.0F : 1.0F;
    arrivals.push_back({static_cast<float>(i / 2 % 5) - 2.0F, 0.02F, side * (2.5F + static_cast<float>(i / 10))});
  }
  Walkers people(hall(arrivals, {{-10.6F, 0, 10, 0.1F}, {10.6F, 0, 10, 0.1F}}), polite);
  const auto wish = [&people](std::uint16_t i) {
    const Vec3 at = people.state(i).position;
    const float side = i % 2 == 0 ? -1.0F : 1.0F;
    // Through the middle of the door, and straight on.
    const bool is_before = at.z * side > 0.2F;
    const Vec3 goal = is_before ? Vec3{0, 0, 0} : Vec3{at.x, 0, -side * 12};
    const float x = goal.x - at.x;
    const float z = goal.z - at.z;
    const float size = std::sqrt(x * x + z * z) + 0.001F;
    return go(static_cast<int>(x / size * 127), static_cast<int>(z / size * 127));
  };
  for (int tick = 0; tick < 1200; ++tick) {
    people.step(wish);
    int through = 0;
    for (std::uint16_t i = 0; i < people.count(); ++i) {
      if (people.state(i).position.z * (i % 2 == 0 ? -1.0F : 1.0F) < -1) ++through;
    }
    if (through == people.count()) return tick;
  }
  return 1200;
}

}  // namespace

TEST_CASE("two people who meet in a corridor 1.2 m wide get past each other without stopping") {
  const std::vector<Wall> corridor{{-0.8F, 0, 0.2F, 20}, {0.8F, 0, 0.2F, 20}};
  Walkers people(hall({{0, 0.02F, -6}, {0, 0.02F, 6}}, corridor), true);
  float nearest_m = 10;
  float slowest_mps = 10;
  for (int tick = 0; tick < 100; ++tick) {
    people.step([](std::uint16_t i) { return go(0, i == 0 ? 127 : -127); });
    nearest_m = std::min(nearest_m, people.apart_m(0, 1));
    if (tick > 3) {
      slowest_mps = std::min({slowest_mps, people.state(0).velocity.z, -people.state(1).velocity.z});
    }
  }
  CHECK(people.state(0).position.z > 3.5F);
  CHECK(people.state(1).position.z < -3.5F);
  CHECK(nearest_m > 0.5F);
  CHECK(slowest_mps > proto::kWalkSpeed_mps * 0.8F);
}

TEST_CASE("two streams of a hundred people each walk through each other and hardly touch") {
  const StreamFigures without = two_streams(false);
  const StreamFigures with = two_streams(true);
  WARN("nearer than 0.4 m to somebody who comes towards one: " << without.too_near_s << " s each without manners, "
                                                               << with.too_near_s << " s with; speed "
                                                               << without.speed_mps << " and " << with.speed_mps);
  CHECK(without.too_near_s > 0.5);
  CHECK(with.too_near_s * 5 < without.too_near_s);
  CHECK(with.speed_mps > without.speed_mps * 0.95);
}

TEST_CASE("a crowd at a door still flows") {
  const int without = through_a_door(false);
  const int with = through_a_door(true);
  INFO(without << " ticks without manners, " << with << " with");
  CHECK(with < without * 5 / 4);
}

TEST_CASE("staff walk around whoever stands in their way") {
  std::vector<Vec3> arrivals{{0, 0.02F, 0}};
  Mall mall = hall(arrivals, {});
  mall.staff.push_back({"Ines", "", {}, {{0, 0.02F, -8}, {0, 0.02F, 8}}, {}});
  auto made = World::make(mall, {1, 1});
  REQUIRE(made.ok());
  World& world = **made;
  TickOutput output;
  const std::vector<NetToWorld> join{Join{{0, 1}, "Guest", {}, kBytesPerSecondMin, {}, 0}};
  world.tick({}, join, output);
  float nearest_m = 10;
  bool was_past = false;
  for (int tick = 0; tick < 60 * static_cast<int>(kTicksPerSecond); ++tick) {
    world.tick({}, {}, output);
    nearest_m = std::min(nearest_m, proto::length(world.people().state[1].position - world.people().state[0].position));
    was_past = was_past || world.people().state[1].position.z > 5;
  }
  CHECK(was_past);
  CHECK(nearest_m > 0.5F);
  CHECK(proto::length(world.people().state[0].position) < 0.1F);
}

TEST_CASE("two clients who meet over a network pass each other, predict it exactly and see it in the next frame") {
  const Mall mall = hall({{0, 0.02F, -6}, {0, 0.02F, 6}}, {});
  auto made = World::make(mall, {2, 1});
  REQUIRE(made.ok());
  World& world = **made;
  struct End {
    proto::Brain brain;
    proto::LossyLink up, down;
  };
  const proto::LinkManners manners{30'000, 40'000, 2, 2, 2, 60'000};
  std::vector<End> ends;
  for (std::uint64_t i = 0; i < 2; ++i) {
    ends.push_back({{}, proto::LossyLink(manners, 2 * i), proto::LossyLink(manners, 2 * i + 1)});
    ends.back().brain.set_collision(world.collision());
    ends.back().brain.hello(proto::Ticket{});
  }
  std::vector<NetToWorld> messages;
  TickOutput output;
  float nearest_m = 10;
  float bent_m = 0;
  std::int64_t next_tick_us = proto::kStepUs;
  for (proto::TimeUs now{0}; now.us < 9'000'000; now.us += 16'667) {
    for (std::size_t i = 0; i < 2; ++i) {
      proto::Brain& brain = ends[i].brain;
      for (const auto& packet : ends[i].down.arrived(now))
        CHECK(brain.on_message(packet, now) == proto::WireStatus::kOk);
      const bool walks = now.us > 2'000'000;
      brain.input({0, 0, walks ? (i == 0 ? 1.0F : -1.0F) : 0.0F, 0}, now);
      while (auto message = brain.poll(now)) ends[i].up.send(message->lane, std::move(message->packet), now);
      (void)brain.frame(now);
    }
    if (now.us < next_tick_us) continue;
    next_tick_us += proto::kStepUs;
    for (std::uint16_t i = 0; i < 2; ++i) {
      for (const auto& packet : ends[i].up.arrived(now)) {
        if (auto inputs = proto::decode<proto::Inputs>(packet)) {
          messages.emplace_back(Inputs{{i, 1}, std::move(inputs).value()});
        } else {
          messages.emplace_back(Join{{i, 1}, "Guest", {}, kBytesPerSecondDefault, {}, 0});
        }
      }
    }
    world.tick({}, messages, output);
    messages.clear();
    for (const Outgoing& message : output.outgoing) {
      const auto payload = output.payload(message);
      ends[message.to.index].down.send(message.lane, {payload.begin(), payload.end()}, now);
    }
    if (world.people().kind[1] != Kind::kShopper) continue;
    nearest_m = std::min(nearest_m, proto::length(world.people().state[0].position - world.people().state[1].position));
    bent_m = std::max(bent_m, std::fabs(world.people().state[0].position.x));
  }
  CHECK(world.people().state[0].position.z > 4);
  CHECK(bent_m > 0.15F);
  CHECK(nearest_m > 0.45F);
  for (const End& end : ends) CHECK(end.brain.prediction().corrections() == 0);
}
