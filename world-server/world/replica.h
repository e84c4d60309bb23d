/// What one client knows of the world, and the messages that bring it up to date. Each tick has a byte allowance; what
/// is saved lasts for kBudgetBurst_ticks, and nothing is ever sent beyond it, counted as it travels (postage.h).
///
/// A budget is divided by what everything in view needs (view.h) to be told of within a second:
///
///     what the view needs | a tenth for reliable messages | voices, four at most | what is left, for both of the first
///
/// Reliable messages (welcome, news, letters, then appearances, nearest first) are paid from a purse that fills by
/// their share in every tick, so that a large one can be saved for while snapshots go on. Then come one or more
/// snapshot datagrams. What does not fit waits for the next tick.
///
/// All snapshot datagrams of one tick belong together: a transport that replaces unsent state must replace them as one.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "client-proto/wire/messages.h"
#include "client-proto/wire/snapshot.h"
#include "world-server/world/people.h"
#include "world-server/world/port.h"
#include "world-server/world/postage.h"
#include "world-server/world/sent_ring.h"
#include "world-server/world/view.h"

namespace world {

inline constexpr std::uint32_t kBudgetBurst_ticks = 2;
/// Of every budget, so much belongs to reliable messages, whatever the view and voices need.
inline constexpr std::uint32_t kReliableShare = 10;  ///< one part of so many
/// What a record takes at most on average: of those told of in every tick, and of those whose turn comes rarely.
inline constexpr std::uint32_t kFocusRecord_bytes = 6;
inline constexpr std::uint32_t kOtherRecord_bytes = 12;
/// Another voice is heard only when so much is left besides, so that one does not come and go with every passer-by.
inline constexpr std::uint32_t kVoiceSpare_bytes_per_s = 500;
/// Somebody to whom nothing is new still gets the time this often.
inline constexpr std::uint32_t kHeartbeat_ticks = 4;
/// Events that wait for allowance; more are dropped, oldest last.
inline constexpr std::size_t kEventsWaitingMax = 64;
/// Letters (what was said, news of the party) that wait for allowance; more are dropped. While somebody in view is not
/// introduced yet, they take half of what reliable messages have in the long run.
inline constexpr std::size_t kLettersWaitingMax = 64;
inline constexpr std::uint32_t kPropFar_ticks = 4;
inline constexpr float kPropNear_m = 20;

/// The updates of one tick, encoded when the first client needs them and then used for every other that has the same
/// baseline: in a full hall each is written a hundred times.
class BodyCache {
 public:
  [[nodiscard]] proto::BodyBits get(const RecordHistory<proto::AvatarRecord>& records, std::size_t row,
                                    std::uint32_t tick, std::uint8_t age);

 private:
  /// Sixteen bytes. What does not fit into one word is rare and not kept.
  struct Entry {
    std::uint64_t bits = 0;
    std::uint32_t tick = 0;
    std::int32_t count = 0;
  };
  std::vector<Entry> m_entries;  ///< by age, then by row: most clients have baselines of the same few ages
};

/// Memory that all replicas share while they take turns.
struct ReplicaScratch {
  struct Newcomer {
    float distance_m;
    std::uint32_t position;
  };
  ViewScratch view;
  std::vector<Newcomer> newcomers;
  std::vector<AvatarId> avatars;
  std::vector<std::uint8_t> props;
  std::vector<std::uint8_t> due_props;
  BodyCache bodies;
};

/// The world as a replica is told of it in one tick.
struct Surroundings {
  const People& people;
  const InterestGrid& grid;
  const RecordHistory<proto::PropRecord>& props;
  std::uint32_t tick;
};

class Replica {
 public:
  /// A new connection: nothing is known yet. `welcome` is sent first.
  void begin(const proto::Welcome& welcome, Carriage carriage, std::size_t props, float reach_m);
  /// Says hello again because the floor changed; the client fetches the collision world anew.
  void announce_collision(std::uint64_t hash);
  /// Which doors are closed, before anything else but the welcome: a client that does not know walks into them.
  void tell_doors(const proto::Doors& doors) { m_doors_due = doors; }
  /// An event for this client. What others do shares the part of the allowance that words have, so that a gesturing
  /// crowd does not take the place of where everybody is. Dropped when too many wait.
  void post(const proto::Event& event);
  /// Any other reliable message, encoded. False when too many wait.
  bool post_packet(std::vector<std::uint8_t> packet);
  /// Only for events about somebody whom the client knows.
  [[nodiscard]] bool knows(AvatarId id) const;
  void acknowledge(const proto::SnapshotAck& ack);
  /// How many voices the budget bears beside the view and the letters, for one who hears so many now.
  [[nodiscard]] std::uint32_t voices_max(std::uint32_t heard) const;
  /// What so many voices may take, which net sends, is not spent here.
  void set_aside(std::uint32_t voices) {
    m_aside_bytes = voices_bytes_per_s(m_postage.carriage(), voices) / kTicksPerSecond;
  }

  /// Appends this tick's messages for the client to `output`.
  void serve(const Surroundings& now, const proto::OwnState& own, ReplicaScratch& scratch, TickOutput& output);

 private:
  template <class Message>
  [[nodiscard]] bool send_reliable(const Message& message, TickOutput& output);
  [[nodiscard]] bool send_packet(std::span<const std::uint8_t> packet, TickOutput& output);
  [[nodiscard]] std::uint32_t allowance_bytes() const {
    return m_allowance_bytes - std::min(m_aside_bytes, m_allowance_bytes);
  }
  [[nodiscard]] std::uint32_t need_bytes() const;
  void fill_purse();
  [[nodiscard]] bool is_something_waiting() const;
  void send_news(std::uint32_t tick, TickOutput& output);
  void send_letters(TickOutput& output);
  void tell_bond(const People& people, std::size_t row, std::uint32_t tick);
  void introduce(const Surroundings& now, ReplicaScratch& scratch, TickOutput& output);
  [[nodiscard]] bool send_appearance(const People& people, std::size_t row, TickOutput& output);
  void choose_props(const Surroundings& now, ReplicaScratch& scratch);
  [[nodiscard]] std::uint32_t snapshot_budget_bytes() const { return m_budget_bytes - m_kept_bytes; }
  [[nodiscard]] std::uint32_t datagram_room_bytes() const;
  [[nodiscard]] std::size_t records_room_bits(const ReplicaScratch& scratch) const;
  void choose_avatars(const Surroundings& now, ReplicaScratch& scratch);
  [[nodiscard]] std::size_t chosen_bits(const Surroundings& now, ReplicaScratch& scratch) const;
  void send_snapshots(const Surroundings& now, const proto::OwnState& own, ReplicaScratch& scratch, TickOutput& output);
  void send_datagram(const Surroundings& now, const proto::SnapshotHeader& header, ReplicaScratch& scratch,
                     TickOutput& output);
  void fill_avatars(const Surroundings& now, proto::SnapshotWriter& writer, ReplicaScratch& scratch);
  void fill_props(const Surroundings& now, proto::SnapshotWriter& writer, ReplicaScratch& scratch);

  proto::Welcome m_welcome;
  bool m_welcome_due = false;
  std::optional<proto::Doors> m_doors_due;
  std::uint16_t m_own_version = 0;
  std::uint32_t m_introduced_tick = 0;  ///< everybody's appearance of this tick was sent
  std::uint32_t m_allowance_bytes = 0;
  std::uint32_t m_aside_bytes = 0;
  std::uint32_t m_saved_bytes_max = 0;
  std::uint32_t m_budget_bytes = 0;
  std::uint32_t m_purse_bytes = 0;  ///< of the budget, for reliable messages
  std::uint32_t m_share_bytes = 0;  ///< what the purse was given in this tick
  std::uint32_t m_kept_bytes = 0;   ///< of the budget, for reliable messages that still wait
  std::uint32_t m_props_bytes = 0;  ///< what moving props took of late
  Postage m_postage;
  std::uint16_t m_next_sequence = 1;
  std::uint32_t m_snapshot_tick = 0;
  std::optional<proto::OwnState> m_own_sent;
  float m_record_bits = 90;  ///< what an avatar's record takes, learned from the datagrams written
  std::vector<proto::Event> m_events;
  std::vector<std::vector<std::uint8_t>> m_letters;
  std::int64_t m_letters_credit_bytes = 0;
  std::vector<AvatarId> m_gone;
  View m_view;
  std::vector<Told> m_props;
  SentRing m_sent;
};

}  // namespace world
