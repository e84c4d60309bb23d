/// The simulation: everybody and everything that moves in one mall, at a fixed step of 50 ms. A tick applies what came
/// in since the last one, moves everybody by the movement rule, lets Bullet move the props, returns what was tried on
/// too long, and writes for each client what is new. It calls no clock, no socket, no database and no random source but
/// its own seeded dice, so the same messages in the same ticks give the same world.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "client-proto/core/result.h"
#include "client-proto/move/collision_world.h"
#include "client-proto/move/passing.h"
#include "world-server/world/grid.h"
#include "world-server/world/hearing.h"
#include "world-server/world/input_queue.h"
#include "world-server/world/mall.h"
#include "world-server/world/parties.h"
#include "world-server/world/people.h"
#include "world-server/world/port.h"
#include "world-server/world/props.h"
#include "world-server/world/replica.h"
#include "world-server/world/seats.h"
#include "world-server/world/staff.h"
#include "world-server/world/tick_bucket.h"
#include "world-server/world/tick_stage.h"
#include "world-server/world/wardrobe.h"

namespace world {

inline constexpr float kViewDefault_m = 60;
inline constexpr float kViewMin_m = 10;
inline constexpr float kViewMax_m = 250;

struct WorldOptions {
  std::uint16_t clients_max = 256;
  std::uint64_t seed = 1;
  float view_m = kViewDefault_m;  ///< how far a shopper is told of others
};

/// Indices on the wire end at proto::kAvatarIndexMax; staff take the last ones.
inline constexpr std::size_t kClientsMax = proto::kAvatarIndexMax + 1 - kStaffMax;
inline constexpr std::uint32_t kWaveAgain_ticks = kTicksPerSecond;
/// A wave is answered by staff this near.
inline constexpr float kWaveReach_m = 7;
/// Gestures are seen this far, words heard this far; both only by who sees the avatar at all.
inline constexpr float kGestureReach_m = 30;
inline constexpr float kSpeechReach_m = 15;
/// Who is further away is not invited into a party.
inline constexpr float kInviteReach_m = kViewDefault_m;
inline constexpr std::uint32_t kEmoteAgain_ticks = kTicksPerSecond / 2;
/// A sentence every second and a half, and five at once after a silence.
inline constexpr std::uint32_t kSpeechFill_ticks = 30;
inline constexpr std::uint32_t kSpeechBurst = 5;
/// How often one may be brought to a friend, and how often a party is told where everybody is.
inline constexpr std::uint32_t kComeAgain_ticks = 10 * kTicksPerSecond;
/// After a search for a place that found none; a search costs some hundred capsule tests.
inline constexpr std::uint32_t kComeRetry_ticks = kTicksPerSecond;
inline constexpr std::uint32_t kPartyNews_ticks = kTicksPerSecond;
/// Names in one message to a party, so that it fits into one tick of the smallest budget.
inline constexpr int kPartyNamesMax = 2;

class World {
 public:
  /// Refuses a mall whose colliders are not sound, or whose seats nobody could stand up from. `options.clients_max` is
  /// at most kClientsMax.
  [[nodiscard]] static proto::Result<std::unique_ptr<World>, MallError> make(Mall mall, const WorldOptions& options);

  /// One step. `output` is cleared first; hand in the same one again and its memory is reused.
  void tick(std::span<const ShopToWorld> from_shop, std::span<const NetToWorld> from_net, TickOutput& output);

  /// Called in every tick at the end of each stage.
  void on_stage(std::function<void(TickStage)> ended) { m_on_stage = std::move(ended); }

  [[nodiscard]] std::uint32_t current_tick() const { return m_tick; }
  /// Of everybody's movement, outfit and party. Props are left out: Bullet gives the same bits only within one build.
  [[nodiscard]] std::uint64_t state_hash() const;
  /// Of the collision world that clients must use as well.
  [[nodiscard]] std::uint64_t collision_hash() const { return m_collision.hash(); }
  [[nodiscard]] const proto::CollisionWorld& collision() const { return m_collision; }
  [[nodiscard]] const People& people() const { return m_people; }
  [[nodiscard]] const PropPhysics& props() const { return m_props; }
  [[nodiscard]] const Parties& parties() const { return m_parties; }

 private:
  struct Client {
    bool is_connected = false;
    InputQueue inputs;
    Replica replica;
    std::uint32_t wave_ready_tick = 0;
    std::uint32_t emote_ready_tick = 0;
    std::uint32_t come_ready_tick = 0;
    bool party_due = false;        ///< its party has changed, or it does not know all names yet
    std::uint8_t party_named = 0;  ///< bit by member: the name is told
    TickBucket speech{kSpeechFill_ticks, kSpeechBurst};
  };

  World(Mall mall, const WorldOptions& options, proto::CollisionWorld collision);

  void apply(const Wearables& message);
  void apply(const DisplayBoxes& message);
  void apply(const ClosedBoutiques& message);
  void apply(const Join& message, TickOutput& output);
  void apply(const Suspend& message);
  void apply(const Resume& message, TickOutput& output);
  void apply(const Leave& message);
  void apply(const Inputs& message);
  void apply(const TryOn& message);
  void apply(const TakeOff& message);
  void apply(const Wave& message);
  void apply(const Say& message);
  void apply(const Emote& message);
  void apply(const Relate& message);
  void apply(const Party& message);
  void apply(const Sit& message);
  void apply(const Rank& message);
  void apply(const Speak& message);
  void apply(const Hear& message);

  /// The client of a shopper that is really here; null for an old generation or an index of somebody else.
  [[nodiscard]] Client* find(AvatarId avatar);
  template <class Message>
  void welcome(Client& client, const Message& message);
  void place_anew(std::size_t row);
  void stand_props_among_solids();
  /// Calls `deliver(row, client)` for every connected client but the sender's own that is within reach and sees it.
  template <class Deliver>
  void for_each_near(AvatarId sender, float reach_m, Deliver deliver);
  void post_gesture(const proto::Event& event);
  void related(Client& client, AvatarId avatar, AvatarId other);
  void wave_at(Client& client, AvatarId from, AvatarId at);
  void invite(Client& client, AvatarId from, AvatarId to);
  void accept(Client& client, AvatarId from, AvatarId to);
  void come(Client& client, AvatarId asker, AvatarId to);
  void refuse(Client& client, AvatarId about, proto::PartyRefusal why);
  [[nodiscard]] bool is_party_of(std::size_t row, AvatarId other) const;
  [[nodiscard]] proto::PartyMember member(AvatarId avatar) const;
  void tell_parties();
  void tell_party(std::size_t row);
  void choose_voices(TickOutput& output);

  void ended(TickStage stage) const {
    if (m_on_stage) m_on_stage(stage);
  }
  void move_shoppers();
  void move_staff();
  void dress_staff(std::size_t index, std::span<const Wearable> items);
  [[nodiscard]] std::optional<Visitor> nearest_shopper(Vec3 from) const;
  /// Everybody whom the one in this row may have to walk around; valid until the next call.
  [[nodiscard]] std::span<const proto::Passer> passers_near(std::size_t row);
  void return_garments();
  void move_props();
  void serve(TickOutput& output);

  Mall m_mall;
  WorldOptions m_options;
  proto::CollisionWorld m_collision;
  std::vector<Box> m_displays;
  People m_people;
  std::vector<std::unique_ptr<Client>> m_clients;  ///< by index; made at a slot's first Join and kept
  std::vector<StaffMember> m_staff;
  Wardrobe m_wardrobe;
  Seats m_seats;
  Parties m_parties{m_people.party};
  std::vector<std::vector<proto::PartyMember>>
      m_party_told;  ///< by party, as its members were told last, without names
  PropPhysics m_props;
  InterestGrid m_grid;
  Hearing m_hearing;
  std::vector<Pusher> m_pushers;
  std::vector<proto::Passer> m_passers;
  RecordHistory<proto::PropRecord> m_prop_records;
  ReplicaScratch m_scratch;
  std::function<void(TickStage)> m_on_stage;
  std::uint32_t m_tick = 0;
  std::uint32_t m_arrivals = 0;
};

}  // namespace world
