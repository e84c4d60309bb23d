#include "tools/loadbot/shopper.h"

#include <array>
#include <cmath>

namespace loadbot {

namespace {

constexpr float kArrived_m = 0.5F;
/// Before what one looks at.
constexpr float kLookFrom_m = 1.1F;
constexpr float kDoorStep_m = 1.3F;
/// Who does not come nearer for so long steps aside for a moment, and gives up after three times.
constexpr double kStuck_s = 1.5;
constexpr double kAside_s = 0.8;
constexpr double kGiveUp_s = 12;
constexpr double kSocialEvery_s = 4;
constexpr int kGoalTriesMax = 8;
constexpr double kNowhereToGo_s = 2;
constexpr float kTurnAside_rad = 1.4F;
constexpr std::array<const char*, 6> kPhrases{"What a lovely colour!",   "Do you know this brand?",
                                              "Shall we sit down?",      "That suits you.",
                                              "I have seen nicer ones.", "Where did you find that?"};

float over_ground_m(Vec3 a, Vec3 b) { return proto::length({a.x - b.x, 0, a.z - b.z}); }

}  // namespace

bool Room::holds(Vec3 place) const {
  return place.x >= min.x && place.x <= max.x && place.z >= min.z && place.z <= max.z;
}

Shopper::Shopper(std::uint64_t seed, const Market& market) : m_market(&market), m_numbers(seed) {
  m_visit_s = static_cast<double>(m_numbers.between(60, 300));
  m_social_s = static_cast<double>(m_numbers.between(1, static_cast<float>(kSocialEvery_s)));
}

void Shopper::plan_way(Vec3 from, Vec3 to) {
  m_way.clear();
  const auto through = [this](const Room& room, float first) {
    const Vec3 middle{(room.min.x + room.max.x) / 2, 0, (room.min.z + room.max.z) / 2};
    const Vec3 inwards{middle.x - room.door.x, 0, middle.z - room.door.z};
    const bool along_x = std::fabs(inwards.x) >= std::fabs(inwards.z);
    const Vec3 step =
        along_x ? Vec3{std::copysign(kDoorStep_m, inwards.x), 0, 0} : Vec3{0, 0, std::copysign(kDoorStep_m, inwards.z)};
    for (const float side : {first, 0.0F, -first}) m_way.push_back(room.door + step * side);
  };
  for (const Room& room : m_market->rooms) {
    if (room.holds(from) && !room.holds(to)) through(room, 1);
  }
  for (const Room& room : m_market->rooms) {
    if (room.holds(to) && !room.holds(from)) through(room, -1);
  }
  m_way.push_back(to);
  m_nearest_m = 1e9F;
  m_stuck_s = 0;
}

void Shopper::choose_goal(Vec3 at) {
  const std::size_t benches = m_market->benches.size();
  const std::size_t stands = m_market->stands.size();
  if (benches + stands == 0) return;
  for (int tries = 0; tries < kGoalTriesMax; ++tries) {
    const bool sits = stands == 0 || (benches > 0 && chance(25));
    m_plan = sits ? Plan::kSit : Plan::kLook;
    m_goal = m_numbers.below(static_cast<std::uint32_t>(sits ? benches : stands));
    const Vec3 goal = sits ? m_market->benches[m_goal].before : m_market->stands[m_goal].position;
    if (!is_closed(goal)) return plan_way(at, goal);
  }
  m_way.clear();
  m_pause_s = kNowhereToGo_s;
}

bool Shopper::is_closed(Vec3 place) const {
  for (std::size_t i = 0; i < m_market->rooms.size(); ++i) {
    if ((m_closed >> i & 1U) != 0 && m_market->rooms[i].holds(place)) return true;
  }
  return false;
}

/// There: sits down, or looks for a while and perhaps tries on.
void Shopper::arrive(proto::Brain& brain) {
  m_way.clear();
  m_pause_s = static_cast<double>(m_numbers.between(2, m_plan == Plan::kSit ? 12 : 6));
  if (m_plan == Plan::kSit) {
    m_deeds.sat += brain.sit(m_market->benches[m_goal].seat) ? 1 : 0;
    return;
  }
  ++m_deeds.looked;
  const auto& variants = m_market->stands[m_goal].wearable_variants;
  if (variants.empty() || !chance(70)) return;
  const auto choice = m_numbers.below(static_cast<std::uint32_t>(variants.size()));
  m_deeds.tried_on += brain.try_on(variants[choice]) ? 1 : 0;
}

void Shopper::be_social(proto::Brain& brain, const proto::Frame& frame) {
  for (const proto::Event& event : frame.events) {
    if (event.kind != proto::EventKind::kInvited || !chance(80)) continue;
    m_deeds.accepted += brain.party(proto::PartyAction::kAccept, event.avatar) ? 1 : 0;
  }
  if (m_social_s > 0) return;
  m_social_s = kSocialEvery_s;
  const std::uint32_t dice = m_numbers.below(10);
  if (dice < 2) m_deeds.waved += brain.wave() ? 1 : 0;
  if (dice >= 2 && dice < 5) {
    const char* phrase = kPhrases[m_numbers.below(static_cast<std::uint32_t>(kPhrases.size()))];
    m_deeds.said += brain.say(proto::SpeechLane::kNear, phrase) ? 1 : 0;
  }
  if (dice != 5 || frame.avatars.empty()) return;
  const auto& whom = frame.avatars[m_numbers.below(static_cast<std::uint32_t>(frame.avatars.size()))];
  m_deeds.invited += brain.party(proto::PartyAction::kInvite, whom.id) ? 1 : 0;
}

/// Towards the next point of the way; who is held up by something steps aside.
proto::Wish Shopper::walk(Vec3 at, double dt_s) {
  const Vec3 goal = m_way.front();
  const float distance = over_ground_m(at, goal);
  m_aside_s -= dt_s;
  if (distance < m_nearest_m - 0.1F) {
    m_nearest_m = distance;
    m_stuck_s = 0;
  }
  m_stuck_s += dt_s;
  const double rounds = m_stuck_s / kStuck_s;
  if (m_aside_s <= 0) {
    m_yaw_rad = std::atan2(goal.x - at.x, goal.z - at.z);
    if (rounds >= 1 && rounds - std::floor(rounds) < dt_s / kStuck_s) {
      m_yaw_rad += chance(50) ? kTurnAside_rad : -kTurnAside_rad;
      m_aside_s = kAside_s;
    }
  }
  return {0, std::sin(m_yaw_rad), std::cos(m_yaw_rad), m_yaw_rad};
}

proto::Wish Shopper::next(proto::Brain& brain, const proto::Frame& frame, double dt_s) {
  const proto::Wish still{0, 0, 0, m_yaw_rad};
  m_age_s += dt_s;
  m_pause_s -= dt_s;
  m_social_s -= dt_s;
  if (!frame.own) return still;
  be_social(brain, frame);
  if (frame.closed != m_closed) {
    m_closed = frame.closed;
    m_way.clear();
  }
  if (m_pause_s > 0) return still;
  const Vec3 at = frame.own->position;
  if (m_way.empty() || m_stuck_s > kGiveUp_s) choose_goal(at);
  if (m_way.empty()) return still;
  const bool is_last = m_way.size() == 1;
  const float near_m = is_last && m_plan == Plan::kLook ? kLookFrom_m : kArrived_m;
  if (over_ground_m(at, m_way.front()) > near_m) return walk(at, dt_s);
  if (is_last) {
    arrive(brain);
    return still;
  }
  m_way.erase(m_way.begin());
  m_nearest_m = 1e9F;
  return walk(at, dt_s);
}

}  // namespace loadbot
