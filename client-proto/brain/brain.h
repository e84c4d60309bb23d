/// The client's brain: takes what the server sent and what the person wants, and says what to send and what to draw. It
/// knows no socket and no clock (every call brings the time of one steady clock), so that it runs the same under ENet,
/// in a browser and in a test with a seeded lossy link.
///
/// One frame: `on_message` for all that arrived, `input`, `poll` until empty, `frame`.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client-proto/brain/prediction.h"
#include "client-proto/brain/render_clock.h"
#include "client-proto/brain/track.h"
#include "client-proto/brain/voices.h"
#include "client-proto/core/time.h"
#include "client-proto/move/passing.h"
#include "client-proto/wire/messages.h"
#include "client-proto/wire/snapshot.h"
#include "client-proto/wire/social.h"

namespace proto {

enum class BrainState : std::uint8_t { kIdle = 0, kConnecting = 1, kJoined = 2, kClosed = 3 };

/// What the person wants now.
struct Wish {
  std::uint8_t buttons = 0;  ///< Button
  float move_x = 0;          ///< world axes, length up to 1
  float move_z = 0;
  float yaw_rad = 0;
};

struct OutgoingMessage {
  Lane lane = Lane::kState;
  std::vector<std::uint8_t> packet;
};

struct AvatarPose {
  AvatarId id;
  TrackPose pose;
  float staleness_s = 0;  ///< drawn time less the time of its newest record; below zero while records are ahead
};

struct PropPose {
  std::uint16_t index = 0;
  TrackPose pose;
};

struct OwnPose {
  Vec3 position;
  float yaw_rad = 0;
  float speed_mps = 0;
  bool grounded = false;
  bool seated = false;
};

/// Everything to draw. Appearances, gone, events and said are what is new since the last frame.
struct Frame {
  std::vector<AvatarPose> avatars;
  std::vector<PropPose> props;
  std::uint64_t closed = 0;  ///< boutiques, bit by their place in mall.json
  std::vector<Appearance> appearances;
  std::vector<AvatarId> gone;
  std::vector<Event> events;
  std::vector<Said> said;
  std::vector<PartyMember> party;   ///< everybody in it with their names, oneself included; empty: in none
  bool party_changed = false;       ///< since the last frame
  std::optional<QueuePlace> queue;  ///< while one waits at the door of a full mall
  std::optional<OwnPose> own;       ///< nothing until the first snapshot and the scene are there
};

struct BrainStatistics {
  double round_trip_ms = 0;  ///< from an input to its acknowledgement, smoothed
  double jitter_ms = 0;
  double delay_ms = 0;
  std::uint32_t snapshots = 0;
  std::uint32_t snapshots_lost = 0;
  std::uint64_t bytes_received = 0;
  std::uint32_t corrections = 0;
  float correction_max_m = 0;
  std::uint32_t inputs_waiting = 0;
  double render_tick = 0;
  std::uint32_t messages_refused = 0;
};

class Brain {
 public:
  [[nodiscard]] Status<CollisionStatus> load_collision(std::span<const std::uint8_t> bytes);
  void set_collision(CollisionWorld world);
  [[nodiscard]] const CollisionWorld* collision() const { return m_world ? &*m_world : nullptr; }
  /// Nothing until both the scene and the Welcome are there.
  [[nodiscard]] std::optional<bool> collision_matches() const;

  /// Begins a connection (from any state); the Hello is the first message to poll.
  void hello(const Ticket& ticket);
  /// The ticket of the last Welcome, once; the caller gives it to `hello` on the new connection.
  [[nodiscard]] std::optional<Ticket> take_resume_ticket();
  /// kOk, or why the packet was refused; a refused packet changed nothing.
  WireStatus on_message(std::span<const std::uint8_t> packet, TimeUs now);
  /// Each message of a bundle (wire/bundle.h); the first thing wrong is what comes back.
  WireStatus on_bundle(std::span<const std::uint8_t> bundle, TimeUs now);
  /// The connection is gone without a Goodbye.
  void on_closed();

  void input(const Wish& wish, TimeUs now);
  /// False when the queue of wishes is full.
  bool wave() { return enqueue(encode(Wave{})); }
  bool wave_at(AvatarId at);
  /// Also false when the text is none that may be said.
  bool say(SpeechLane lane, std::string_view text);
  bool emote(EmoteKind kind) { return enqueue(encode(Emote{kind})); }
  bool relate(AvatarId avatar, RelateAction action);
  /// For staff. False also when a ban lasts for no time, or longer than one may.
  bool moderate(AvatarId avatar, ModerateAction action, std::uint32_t minutes);
  /// `avatar`: whom it is about; not asked for kLeave.
  bool party(PartyAction action, AvatarId avatar = {});
  bool try_on(std::uint32_t variant_id);
  bool take_off(int slot);
  /// The seat's number in mall.json. To stand up again one walks.
  bool sit(std::uint32_t seat);
  /// Whether to be sent what others nearby say; holds for later connections too. False when it was not sent yet.
  bool hear(bool wanted);
  /// One Opus frame; false when it is none or nobody is there to send it to.
  bool speak(std::span<const std::uint8_t> frame, bool starts_spurt, TimeUs now);
  [[nodiscard]] Voices& voices() { return m_voices; }
  [[nodiscard]] std::optional<OutgoingMessage> poll(TimeUs now);

  /// Valid until the next call.
  [[nodiscard]] const Frame& frame(TimeUs now);

  [[nodiscard]] BrainState state() const { return m_state; }
  [[nodiscard]] AvatarId self() const { return m_welcome.self; }
  [[nodiscard]] const Welcome& welcome() const { return m_welcome; }
  [[nodiscard]] const std::optional<Goodbye>& goodbye() const { return m_goodbye; }
  [[nodiscard]] const Prediction& prediction() const { return m_prediction; }
  [[nodiscard]] BrainStatistics statistics() const;

 private:
  struct Other {
    AvatarId id;
    Track track;
    Passer newest{};  ///< as its newest record says
  };

  bool enqueue(std::vector<std::uint8_t> packet);
  void forget_everything();
  WireStatus on_snapshot(std::span<const std::uint8_t> packet, TimeUs now);
  void take_snapshot(const Snapshot& snapshot, TimeUs now);
  void take_own(const OwnState& own, std::uint32_t tick, TimeUs now);
  void take_appearance(Appearance appearance);
  void take_gone(AvatarId id);
  void take_doors(Places closed);
  void take_party(PartyState state);
  void run_steps(TimeUs now);
  void one_step(TimeUs now);
  void look_ahead();
  void look_around();
  [[nodiscard]] MoveInput polite() const { return passing(*m_world, m_prediction.state(), m_wished, m_passers); }
  void draw_own(TimeUs now);
  [[nodiscard]] Vec3 predicted_position(TimeUs now) const;

  static constexpr std::size_t kReliableWaitingMax = 32;
  static constexpr std::size_t kEventsWaitingMax = 256;
  static constexpr std::size_t kSaidWaitingMax = 256;
  static constexpr std::size_t kGoneWaitingMax = 8192;

  BrainState m_state = BrainState::kIdle;
  Welcome m_welcome;
  Places m_closed = 0;
  std::optional<Goodbye> m_goodbye;
  std::optional<Ticket> m_resume;
  std::optional<CollisionWorld> m_world;

  std::deque<std::vector<std::uint8_t>> m_reliable;
  std::optional<std::vector<std::uint8_t>> m_inputs;  ///< the newest wins
  Voices m_voices;

  SnapshotHistory m_history;
  RenderClock m_clock;
  std::uint32_t m_complete_tick = 0;  ///< since this tick no snapshot is missing
  Prediction m_prediction;
  std::optional<OwnState> m_unplaced_own;  ///< arrived before the scene did
  std::uint32_t m_unplaced_tick = 0;
  std::map<std::uint16_t, Other> m_others;
  std::map<std::uint16_t, Track> m_props;
  std::map<std::uint16_t, Appearance> m_appearances;
  Frame m_frame;
  std::vector<Appearance> m_new_appearances;
  std::vector<AvatarId> m_new_gone;
  std::vector<Event> m_new_events;
  std::vector<Said> m_new_said;
  std::optional<QueuePlace> m_queue;
  std::vector<PartyMember> m_party;
  bool m_party_changed = false;

  double m_step_us = 0;         ///< the current length of a step: the server's queue of inputs paces it
  double m_inputs_waiting = 1;  ///< in the server's queue, smoothed
  double m_next_step_us = 0;
  bool m_stepping = false;
  MoveInput m_wished;             ///< what holds for the step under way, as far as it is known
  std::vector<Passer> m_passers;  ///< who may be in the way in the step under way
  MoveState m_ahead;              ///< where that step leads
  bool m_jump_held = false;
  bool m_jump_pressed = false;  ///< since the last step
  Vec3 m_own_offset;            ///< drawn less predicted, after a correction or another wish
  TimeUs m_own_drawn;
  float m_own_yaw_rad = 0;
  std::deque<TimeUs> m_sent_at;  ///< when each waiting input was made
  BrainStatistics m_statistics;
};

}  // namespace proto
