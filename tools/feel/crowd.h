/// The real world and real client brains in one process and in virtual time: some people in a hall, each with a network
/// of its own between brain and world, drawing 60 frames a second by a clock of its own that runs a little fast or
/// slow. The same plan gives the same run.
///
/// In a dense crowd nearly all of the work is drawing everybody for everybody, which grows with the square of their
/// number. So only some may look: the others walk, predict, acknowledge and make room for each other just the same, and
/// draw nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "client-proto/brain/brain.h"
#include "client-proto/native/bad_link.h"
#include "tools/feel/hall.h"
#include "tools/feel/walker.h"
#include "world-server/world/world.h"

namespace feel {

inline constexpr double kFrame_us = 1e6 / 60;
inline constexpr std::uint32_t kWarmUp_s = 6;

using Manners = std::variant<proto::LinkManners, proto::StallManners>;
using AnyLink = std::variant<proto::LossyLink, proto::StallingLink>;

struct CrowdPlan {
  Manners down;
  Manners up;
  std::uint64_t seed = 1;
  std::uint16_t clients = 40;
  std::uint16_t lookers = 0;  ///< of the clients, spread evenly: these draw; 0: all of them
  std::size_t colliders = 500;
};

/// One person: brain, controls, links and clock.
struct Person {
  world::AvatarId id;
  proto::Brain brain;
  Walker walker;
  AnyLink up;
  AnyLink down;
  double clock_rate = 1;
  double clock_start_us = 0;
  double next_frame_us = 0;
  bool looks = true;
  Vec3 stands{};  ///< as drawn last, or as predicted
};

/// Where everybody really was, tick by tick, as far as anybody may still draw it.
class Truth {
 public:
  explicit Truth(std::size_t rows) : m_rows(rows) {}
  void note(const world::People& people);
  /// Between two ticks on the straight line; the tick is cut to those that are kept.
  [[nodiscard]] Vec3 position(std::size_t row, double tick) const;
  /// The farthest that anybody in this row went in one tick, `around` ticks before and after.
  [[nodiscard]] float farthest_step(std::size_t row, double tick, int around) const;
  [[nodiscard]] std::uint32_t newest_tick() const { return static_cast<std::uint32_t>(m_ticks.size()); }

 private:
  std::size_t m_rows;
  std::vector<std::vector<Vec3>> m_ticks;  ///< the first is tick 1
};

/// What one person's frame was, for whoever measures.
struct SeenFrame {
  std::size_t person = 0;
  double time_us = 0;     ///< the server's clock: tick n happens at n * 50 ms
  float corrected_m = 0;  ///< how far messages of this frame moved one's own prediction
  const proto::Wish& wish;
  const proto::Frame& frame;
};

class Crowd {
 public:
  explicit Crowd(const CrowdPlan& plan);

  /// Runs to the next frame of anybody who looks.
  [[nodiscard]] SeenFrame next_frame();
  /// From now on everybody's network behaves like this; only for paths of datagrams.
  void become(const proto::LinkManners& manners);

  [[nodiscard]] const Truth& truth() const { return m_truth; }
  [[nodiscard]] const world::World& world() const { return *m_world; }
  [[nodiscard]] const std::vector<Person>& people() const { return m_people; }

 private:
  void add_person(std::uint16_t index, const CrowdPlan& plan);
  void tick();
  /// One's messages and controls, up to the picture; how far messages moved one's own prediction.
  [[nodiscard]] float live(Person& person, double time_us, proto::TimeUs now);
  void receive(Person& person, std::span<const std::uint8_t> packet);

  Hall m_hall;
  std::unique_ptr<world::World> m_world;
  Truth m_truth;
  std::vector<Person> m_people;
  std::vector<world::NetToWorld> m_to_world;
  world::TickOutput m_output;
  double m_next_tick_us = proto::kStepUs;
  proto::Wish m_wish;
};

}  // namespace feel
