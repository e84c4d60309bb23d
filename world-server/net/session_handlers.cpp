/// The opcode table of the server and what each message does: check, then hand a plain struct to the world. A handler
/// sees only messages whose state, size and rate are right already, and acts for no avatar but the session's own. What
/// people do with each other is in session_social.cpp.
#include <openssl/crypto.h>

#include <utility>

#include "world-server/net/session.h"

namespace world::net {

using proto::GoodbyeReason;

// Sizes and lanes are the wire's (client-proto/wire/opcodes.h). Rates are per second, with the burst that jitter needs.
const std::array<Sessions::HandlerRow, kHandlers> Sessions::kTable{{
    {proto::Opcode::kHello, SessionState::kConnecting, 1.0, 2.0, &Sessions::on_hello},
    {proto::Opcode::kInputs, SessionState::kJoined, 24.0, 32.0, &Sessions::on_inputs},
    {proto::Opcode::kTryOn, SessionState::kJoined, 4.0, 8.0, &Sessions::on_try_on},
    {proto::Opcode::kTakeOff, SessionState::kJoined, 4.0, 8.0, &Sessions::on_take_off},
    {proto::Opcode::kWave, SessionState::kJoined, 1.0, 4.0, &Sessions::on_wave},
    {proto::Opcode::kSay, SessionState::kJoined, 1.0, 6.0, &Sessions::on_say},
    {proto::Opcode::kEmote, SessionState::kJoined, 2.0, 4.0, &Sessions::on_emote},
    {proto::Opcode::kRelate, SessionState::kJoined, 2.0, 8.0, &Sessions::on_relate},
    {proto::Opcode::kParty, SessionState::kJoined, 2.0, 8.0, &Sessions::on_party},
    {proto::Opcode::kModerate, SessionState::kJoined, 2.0, 8.0, &Sessions::on_moderate},
    {proto::Opcode::kSit, SessionState::kJoined, 2.0, 4.0, &Sessions::on_sit},
    {proto::Opcode::kVoice, SessionState::kJoined, kVoiceFramesPerSecond, kVoiceFramesBurst, &Sessions::on_voice},
    {proto::Opcode::kVoiceSettings, SessionState::kJoined, 2.0, 8.0, &Sessions::on_voice_settings},
}};

/// [1][protocol version 16][ticket id 16 bytes][ticket secret 32 bytes]
void Sessions::on_hello(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto hello = proto::decode<proto::Hello>(packet);
  if (!hello) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  const proto::Ticket& ticket = hello.value().ticket;
  const bool sealed = session.way_in.has_value();
  std::optional<WayIn> way_in = sealed ? std::exchange(session.way_in, std::nullopt) : spend(ticket, now);
  if (hello.value().protocol_version != proto::kProtocolVersion) {
    return say_goodbye(session, GoodbyeReason::kWrongVersion, false, now);
  }
  if (!way_in || way_in->ticket != ticket.id) return say_goodbye(session, GoodbyeReason::kBadTicket, false, now);
  if (auto* passenger = std::get_if<Passenger>(&way_in->to)) return enter(session, std::move(*passenger), now);
  attach(session, std::get<AvatarId>(way_in->to).index, now);
}

/// A ticket lets in once: after this it is unknown. Nothing for one that is unknown or of another secret.
std::optional<WayIn> Sessions::spend(const proto::Ticket& ticket, proto::TimeUs now) {
  const auto resume = m_slot_by_resume.find(ticket.id);
  if (resume == m_slot_by_resume.end()) {
    auto passenger = m_tickets.redeem(ticket, now);
    if (!passenger) return std::nullopt;
    return WayIn{ticket.id, std::move(*passenger)};
  }
  const std::uint16_t index = resume->second;
  const auto& secret = m_slots[index].resume.secret;
  if (CRYPTO_memcmp(secret.data(), ticket.secret.data(), secret.size()) != 0) return std::nullopt;
  m_slot_by_resume.erase(resume);
  return WayIn{ticket.id, AvatarId{index, m_slots[index].generation}};
}

/// [2][ack][newest][count][inputs...]
void Sessions::on_inputs(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  auto message = proto::decode<proto::Inputs>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  if (m_ports.to_world.size() + kWorldQueueReserve >= kWorldQueueMax) {
    ++m_counters.world_queue_dropped;  // inputs repeat themselves; joins and leaves do not
    return;
  }
  tell_world(Inputs{*session.avatar, std::move(message).value()});
}

/// [3][variant id 32]
void Sessions::on_try_on(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto message = proto::decode<proto::TryOn>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  tell_world(TryOn{*session.avatar, message.value().variant_id});
}

/// [4][slot 3]
void Sessions::on_take_off(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto message = proto::decode<proto::TakeOff>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  tell_world(TakeOff{*session.avatar, static_cast<Slot>(message.value().slot)});
}

/// [12][seat 10]
void Sessions::on_sit(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto message = proto::decode<proto::Sit>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  tell_world(Sit{*session.avatar, message.value().seat});
}

/// A shopper with a fresh ticket: back to the avatar that waits or is still connected elsewhere, unless it looks
/// different now; otherwise into a free slot, unless others wait for one.
void Sessions::enter(Session& session, Passenger passenger, proto::TimeUs now) {
  if (is_barred(passenger.account, now)) return say_goodbye(session, GoodbyeReason::kKicked, false, now);
  if (const auto index = slot_of_account(passenger.account)) {
    const Passenger& before = m_slots[*index].passenger;
    const bool same = before.name == passenger.name && before.shape == passenger.shape && before.tint == passenger.tint;
    if (same) return attach(session, *index, now);
    Session* older = m_slots[*index].session ? find(*m_slots[*index].session) : nullptr;
    if (older != nullptr) {
      say_goodbye(*older, GoodbyeReason::kReplaced, false, now);
    } else {
      free_slot(*index, now);
    }
    return wait_at_door(session, std::move(passenger), true, now);
  }
  wait_at_door(session, std::move(passenger), false, now);
}

void Sessions::seat(Session& session, Passenger passenger, std::uint16_t index) {
  AvatarSlot& slot = m_slots[index];
  ++slot.generation;
  slot.live = true;
  slot.passenger = std::move(passenger);
  slot.session = id_of(session);
  m_slot_by_account[slot.passenger.account] = index;
  const AvatarId avatar{index, slot.generation};
  release_place(session);
  m_voices.forget(index);
  session.avatar = avatar;
  session.state = SessionState::kGreeted;
  ++m_counters.of(session.link->kind()).clients;
  tell_shop(Came{slot.passenger.account, slot.passenger.name, quota_key(session.link->address())});
  const TransportKind kind = session.link->kind();
  tell_world(Join{avatar, slot.passenger.name, Look{slot.passenger.shape, slot.passenger.tint},
                  m_config.bytes_per_s_max_of(kind), new_resume_ticket(index),
                  static_cast<std::uint8_t>(m_config.resume_window_ms / 1000), person_of(slot.passenger.account),
                  bonds_of(slot.passenger), slot.passenger.is_staff, carriage_of(kind)});
}

/// Gives a live avatar to another connection.
void Sessions::attach(Session& session, std::uint16_t index, proto::TimeUs now) {
  AvatarSlot& slot = m_slots[index];
  if (slot.session) {
    if (Session* older = find(*slot.session)) {
      --m_counters.of(older->link->kind()).clients;
      older->avatar.reset();  // it no longer owns what the newer connection takes over
      say_goodbye(*older, GoodbyeReason::kReplaced, false, now);
    }
  }
  if (slot.suspended) --m_counters.suspended;
  slot.suspended = false;
  slot.session = id_of(session);
  const AvatarId avatar{index, slot.generation};
  release_place(session);
  m_voices.forget(index);
  session.avatar = avatar;
  session.state = SessionState::kResuming;
  ++m_counters.of(session.link->kind()).clients;
  const TransportKind kind = session.link->kind();
  tell_world(Resume{avatar, m_config.bytes_per_s_max_of(kind), new_resume_ticket(index),
                    static_cast<std::uint8_t>(m_config.resume_window_ms / 1000), carriage_of(kind)});
}

void Sessions::free_slot(std::uint16_t index, proto::TimeUs now) {
  AvatarSlot& slot = m_slots[index];
  if (!slot.live) return;
  m_door.note_somebody_left(now);
  if (slot.suspended) {
    --m_counters.suspended;
  } else if (Session* session = slot.session ? find(*slot.session) : nullptr) {
    --m_counters.of(session->link->kind()).clients;
  }
  tell_world(Leave{AvatarId{index, slot.generation}});
  tell_shop(Went{slot.passenger.account});
  m_slot_by_account.erase(slot.passenger.account);
  m_slot_by_resume.erase(slot.resume.id);
  OPENSSL_cleanse(slot.resume.secret.data(), slot.resume.secret.size());
  slot.live = false;
  slot.suspended = false;
  slot.session.reset();
  slot.since = now;
  m_free_slots.push_back(index);
}

void Sessions::suspend(std::uint16_t index, proto::TimeUs now) {
  AvatarSlot& slot = m_slots[index];
  if (!slot.live || slot.suspended) return;
  if (Session* session = slot.session ? find(*slot.session) : nullptr) --m_counters.of(session->link->kind()).clients;
  slot.suspended = true;
  slot.session.reset();
  slot.since = now;
  ++m_counters.suspended;
  tell_world(Suspend{AvatarId{index, slot.generation}});
}

std::optional<std::uint16_t> Sessions::take_free_slot(proto::TimeUs now) {
  if (m_free_slots.empty()) return std::nullopt;
  const std::uint16_t index = m_free_slots.front();
  const AvatarSlot& slot = m_slots[index];
  if (slot.generation != 0 && now - slot.since < proto::milliseconds(kSlotRestMs)) return std::nullopt;
  m_free_slots.pop_front();
  return index;
}

std::optional<std::uint16_t> Sessions::slot_of_account(const proto::AccountId& account) const {
  const auto found = m_slot_by_account.find(account);
  return found == m_slot_by_account.end() ? std::nullopt : std::optional(found->second);
}

/// Every ticket is used once, so a resumed connection gets a new one, and with it new keys.
proto::Ticket Sessions::new_resume_ticket(std::uint16_t index) {
  AvatarSlot& slot = m_slots[index];
  m_slot_by_resume.erase(slot.resume.id);
  m_config.random(slot.resume.id);
  m_config.random(slot.resume.secret);
  m_slot_by_resume[slot.resume.id] = index;
  return slot.resume;
}

void Sessions::tell_world(NetToWorld message) {
  // The reserve above keeps room for what must not be lost; should even that run out, the world thread is dead and
  // /healthz says so.
  if (!m_ports.to_world.push(std::move(message))) ++m_counters.world_queue_dropped;
}

}  // namespace world::net
