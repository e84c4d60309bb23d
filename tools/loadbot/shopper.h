/// One who shops: goes from one display to the next, looks, tries on what can be worn, says a few words, waves, sits
/// down for a while, asks somebody along, and goes home. It acts through a brain, as people do, and knows no socket and
/// no clock: what it does follows from its seed, the mall and what its brain shows.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "client-proto/brain/brain.h"
#include "client-proto/move/walk_check.h"

namespace loadbot {

using proto::Vec3;

/// A room with one door, a boutique in the order of mall.json; the way in and out leads a step before it and a step
/// behind it.
struct Room {
  Vec3 min, max;
  Vec3 door;
  [[nodiscard]] bool holds(Vec3 place) const;
};

/// Something to look at, and what of it can be tried on.
struct Stand {
  Vec3 position;
  std::vector<std::uint32_t> wearable_variants;
};

struct Bench {
  Vec3 before;  ///< where one stands to sit down
  std::uint16_t seat = 0;
};

/// What a bot knows of the mall.
struct Market {
  std::vector<Room> rooms;
  std::vector<Stand> stands;
  std::vector<Bench> benches;
};

/// What one did so far, as far as it was sent.
struct Deeds {
  std::uint32_t looked = 0;
  std::uint32_t tried_on = 0;
  std::uint32_t said = 0;
  std::uint32_t waved = 0;
  std::uint32_t sat = 0;
  std::uint32_t invited = 0;
  std::uint32_t accepted = 0;
  bool operator==(const Deeds&) const = default;

  Deeds& operator+=(const Deeds& other) {
    looked += other.looked;
    tried_on += other.tried_on;
    said += other.said;
    waved += other.waved;
    sat += other.sat;
    invited += other.invited;
    accepted += other.accepted;
    return *this;
  }
};

class Shopper {
 public:
  /// `market` must outlive the shopper.
  Shopper(std::uint64_t seed, const Market& market);

  /// After each frame of the brain: does what is due, and says how to walk on.
  [[nodiscard]] proto::Wish next(proto::Brain& brain, const proto::Frame& frame, double dt_s);

  [[nodiscard]] const Deeds& deeds() const { return m_deeds; }
  /// The visit is over.
  [[nodiscard]] bool goes_home() const { return m_age_s > m_visit_s; }

 private:
  enum class Plan : std::uint8_t { kLook, kSit };

  void choose_goal(Vec3 at);
  [[nodiscard]] bool is_closed(Vec3 place) const;
  void plan_way(Vec3 from, Vec3 to);
  void arrive(proto::Brain& brain);
  void be_social(proto::Brain& brain, const proto::Frame& frame);
  [[nodiscard]] proto::Wish walk(Vec3 at, double dt_s);
  [[nodiscard]] bool chance(std::uint32_t percent) { return m_numbers.below(100) < percent; }

  const Market* m_market;
  proto::TestNumbers m_numbers;
  Deeds m_deeds;
  double m_age_s = 0;
  double m_visit_s = 0;
  double m_pause_s = 0;  ///< of looking or sitting, what is left
  double m_social_s = 0;
  Plan m_plan = Plan::kLook;
  std::size_t m_goal = 0;      ///< stand or bench
  std::uint64_t m_closed = 0;  ///< rooms, bit by index
  std::vector<Vec3> m_way;
  float m_nearest_m = 0;
  double m_stuck_s = 0;
  double m_aside_s = 0;
  float m_yaw_rad = 0;
};

}  // namespace loadbot
