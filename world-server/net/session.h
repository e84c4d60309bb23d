/// Who is speaking, in which state, and how much it may still send. A session belongs to one connection; an avatar slot
/// belongs to one shopper and outlives a lost connection for 30 seconds.
///
///     connection:  connecting --Hello--> greeted --Welcome passes--> joined --Goodbye--> closed
///                              |-Hello-> resuming -Welcome passes--^
///                              \-Hello-> waiting  --a slot is free--> greeted
///     avatar slot: free --> live --connection lost--> suspended --Hello in time--> live
///                             \--Goodbye--> free        \--30 s--> free
///
/// When all slots are taken, who comes with a good ticket waits at the door (door_queue.h). A resumed avatar has its
/// slot still and waits for nobody.
///
/// A shopper has one avatar: who comes in again elsewhere takes the avatar over, and the older connection is told.
/// Nothing here knows a socket: a transport is a Link, and time is an argument.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "client-proto/wire/messages.h"
#include "world-server/api/ticket_book.h"
#include "world-server/net/address_quota.h"
#include "world-server/net/door_queue.h"
#include "world-server/net/limits.h"
#include "world-server/net/link.h"
#include "world-server/net/ports.h"
#include "world-server/net/shared_places.h"
#include "world-server/net/token_bucket.h"
#include "world-server/net/voice_relay.h"

namespace world::net {

enum class SessionState : std::uint8_t { kConnecting, kWaiting, kGreeted, kResuming, kJoined, kClosed };

/// Messages from clients, one row each in session_handlers.cpp.
constexpr std::size_t kHandlers = 13;

struct SessionConfig {
  std::uint16_t clients_max = 256;
  std::uint32_t enet_bytes_per_s_max = kBytesPerSecondDefault;  ///< to one client
  std::uint32_t websocket_bytes_per_s_max = kBytesPerSecondDefault;
  std::int64_t greet_timeout_ms = kGreetTimeoutMs;
  std::int64_t resume_window_ms = kResumeWindowMs;
  std::int64_t silence_timeout_ms = kSilenceTimeoutMs;
  std::uint32_t pending_per_address_max = kPendingLinksPerAddressMax;
  std::size_t waiting_max = kWaitingMax;
  std::size_t waiting_per_address_max = kWaitingPerAddressMax;
  std::function<void(std::span<std::uint8_t>)> random;  ///< fills with secret random bytes

  [[nodiscard]] std::uint32_t bytes_per_s_max_of(TransportKind kind) const {
    return kind == TransportKind::kEnet ? enet_bytes_per_s_max : websocket_bytes_per_s_max;
  }
};

/// What a ticket that has just been spent opens: the mall for a new shopper, or an avatar that was left.
struct WayIn {
  TicketId ticket{};
  std::variant<Passenger, AvatarId> to;
};

struct Session {
  Link* link = nullptr;  ///< null: the place is free
  SessionState state = SessionState::kClosed;
  std::uint16_t generation = 0;
  std::optional<AvatarId> avatar;
  proto::AccountId waiting;     ///< whose place at the door it is, while the state is kWaiting
  std::optional<WayIn> way_in;  ///< of a sealed link, from its keys to its Hello
  proto::TimeUs opened;
  proto::TimeUs heard;
  std::array<TokenBucket, kHandlers> buckets;
  TokenBucket forgiveness;
};

class Sessions final : public LinkListener {
 public:
  Sessions(SessionConfig config, Ports& ports, TicketBook& tickets, Counters& counters);

  [[nodiscard]] std::optional<SessionId> link_opened(Link& link, proto::TimeUs now) override;
  void link_keyed(SessionId id, const proto::Ticket& ticket, proto::TimeUs now) override;
  void link_received(SessionId id, std::span<const std::uint8_t> packet, proto::TimeUs now) override;
  void link_lost(SessionId id, bool leaving, proto::TimeUs now) override;

  /// Hands a tick's messages to their links.
  void deliver(const TickOutput& output, proto::TimeUs now);
  /// Times out what never said Hello, what fell silent, and avatars whose shopper did not come back.
  void sweep(proto::TimeUs now);
  /// Says Goodbye to everybody; they may come back soon.
  void close_all(proto::TimeUs now);
  /// What the operator has decided about somebody.
  void obey(const DoorOrder& order, proto::TimeUs now);

  /// The secret of a ticket that would be let in, for the sealed transport.
  [[nodiscard]] std::optional<TicketSecret> secret_of(const TicketId& id, proto::TimeUs now) const;
  [[nodiscard]] std::size_t open_links() const { return m_open; }

 private:
  struct AvatarSlot {
    std::uint16_t generation = 0;
    bool live = false;       ///< the world knows it
    bool suspended = false;  ///< without a connection
    std::optional<SessionId> session;
    Passenger passenger;
    proto::Ticket resume;
    proto::TimeUs since;  ///< of the suspension, or of being free
  };
  /// What the operator said last of somebody, until no ticket says anything older.
  struct StaffWord {
    bool is_staff = false;
    proto::TimeUs until;
  };
  using Handler = void (Sessions::*)(Session&, std::span<const std::uint8_t>, proto::TimeUs);
  struct HandlerRow {
    proto::Opcode opcode;
    SessionState required;
    double rate_per_s;
    double burst;
    Handler handler;
  };
  static const std::array<HandlerRow, kHandlers> kTable;

  Session* find(SessionId id);
  [[nodiscard]] SessionId id_of(const Session& session) const;
  void say_goodbye(Session& session, proto::GoodbyeReason reason, bool retryable, proto::TimeUs now);
  void say_goodbye(Session& session, const proto::Goodbye& goodbye, proto::TimeUs now);
  void release_place(Session& session);
  /// Of those that have not said Hello one gives up its place.
  void make_room();

  void on_hello(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_inputs(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_try_on(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_sit(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_take_off(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_wave(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_say(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_emote(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_relate(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_party(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_moderate(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_voice(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);
  void on_voice_settings(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now);

  std::optional<WayIn> spend(const proto::Ticket& ticket, proto::TimeUs now);
  void enter(Session& session, Passenger passenger, proto::TimeUs now);
  void attach(Session& session, std::uint16_t index, proto::TimeUs now);
  void free_slot(std::uint16_t index, proto::TimeUs now);
  void suspend(std::uint16_t index, proto::TimeUs now);
  std::optional<std::uint16_t> take_free_slot(proto::TimeUs now);
  std::optional<std::uint16_t> slot_of_account(const proto::AccountId& account) const;
  proto::Ticket new_resume_ticket(std::uint16_t index);
  void tell_world(NetToWorld message);
  void tell_shop(PeopleNote note);
  void seat(Session& session, Passenger passenger, std::uint16_t index);
  void wait_at_door(Session& session, Passenger passenger, bool had_a_place, proto::TimeUs now);
  /// Lets in whose turn it is, as long as there are free slots.
  void admit(proto::TimeUs now);
  void tell_places(proto::TimeUs now);
  void turn_out(const proto::AccountId& account, std::uint32_t minutes, proto::TimeUs now);
  void show_out(const proto::AccountId& account, const proto::Goodbye& goodbye, proto::TimeUs now);
  void let_come_again(const proto::AccountId& account, proto::TimeUs now);
  [[nodiscard]] bool has_moved(const proto::AccountId& account, proto::TimeUs now) const;
  void reconcile(const proto::AccountId& account, const proto::AccountId& other);
  void set_staff(const SetStaff& staff, proto::TimeUs now);
  static bool see_staff(Passenger& passenger, const proto::AccountId& staff);
  /// What was ordered after the ticket was given out, for who comes in with it.
  void bring_up_to_date(Passenger& passenger, proto::TimeUs now);
  [[nodiscard]] bool is_barred(const proto::AccountId& account, proto::TimeUs now) const;
  VoiceRelay::Send voice_sender(proto::TimeUs now);
  void tell_who_is_silent(proto::TimeUs now);
  /// The slot of an avatar that is here, suspended or not; null for an old generation.
  AvatarSlot* slot_of(AvatarId avatar);
  [[nodiscard]] Person person_of(const proto::AccountId& account) const;
  [[nodiscard]] Bonds<Person> bonds_of(const Passenger& passenger) const;

  SessionConfig m_config;
  Ports& m_ports;
  TicketBook& m_tickets;
  Counters& m_counters;
  std::array<std::uint8_t, 32> m_person_key{};  ///< drawn at start: what stands for accounts means nothing elsewhere
  std::vector<Session> m_sessions;
  std::vector<std::uint16_t> m_free_sessions;
  std::vector<AvatarSlot> m_slots;
  std::deque<std::uint16_t> m_free_slots;  ///< the one that rested longest first
  std::map<proto::AccountId, std::uint16_t> m_slot_by_account;
  std::map<TicketId, std::uint16_t> m_slot_by_resume;
  SharedPlaces<std::uint16_t> m_pending{kPendingLinksFair};  ///< sessions without a valid Hello
  DoorQueue m_door;
  VoiceRelay m_voices;
  std::map<proto::AccountId, proto::TimeUs> m_barred;  ///< until when; the shop gives them no new ticket for longer
  std::map<proto::AccountId, StaffWord> m_staff_lately;
  std::map<proto::AccountId, proto::TimeUs> m_moved;  ///< guests who have become somebody else; until when
  std::size_t m_open = 0;
};

}  // namespace world::net
