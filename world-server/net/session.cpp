#include "world-server/net/session.h"

#include <utility>

namespace world::net {

using proto::GoodbyeReason;

Sessions::Sessions(SessionConfig config, Ports& ports, TicketBook& tickets, Counters& counters)
    : m_config(std::move(config)),
      m_ports(ports),
      m_tickets(tickets),
      m_counters(counters),
      m_door(m_config.waiting_max, m_config.waiting_per_address_max),
      m_voices(m_config.clients_max) {
  m_config.random(m_person_key);
  m_slots.resize(m_config.clients_max);
  for (std::uint16_t i = 0; i < m_config.clients_max; ++i) m_free_slots.push_back(i);
  const std::size_t places = m_config.clients_max + kPendingLinksMax + m_config.waiting_max;
  m_sessions.resize(places);
  for (std::size_t i = places; i > 0; --i) m_free_sessions.push_back(static_cast<std::uint16_t>(i - 1));
}

Session* Sessions::find(SessionId id) {
  if (id.index >= m_sessions.size()) return nullptr;
  Session& session = m_sessions[id.index];
  return session.link != nullptr && session.generation == id.generation ? &session : nullptr;
}

SessionId Sessions::id_of(const Session& session) const {
  return {static_cast<std::uint16_t>(&session - m_sessions.data()), session.generation};
}

std::optional<SessionId> Sessions::link_opened(Link& link, proto::TimeUs now) {
  const std::string key = quota_key(link.address());
  if (m_pending.held_by(key) >= m_config.pending_per_address_max) return std::nullopt;
  if (m_pending.size() >= kPendingLinksMax) make_room();
  if (m_free_sessions.empty()) return std::nullopt;
  m_pending.take(key, m_free_sessions.back());
  ++m_open;
  Session& session = m_sessions[m_free_sessions.back()];
  m_free_sessions.pop_back();
  session.link = &link;
  session.state = SessionState::kConnecting;
  ++session.generation;
  session.avatar.reset();
  session.way_in.reset();
  session.opened = now;
  session.heard = now;
  session.forgiveness = TokenBucket(kRateRefusalsPerS, kRateRefusalsBurst);
  for (std::size_t i = 0; i < kHandlers; ++i) {
    session.buckets[i] = TokenBucket(kTable[i].rate_per_s, kTable[i].burst);
  }
  return id_of(session);
}

/// A connection counts as pending until its Hello was good or it is gone.
void Sessions::release_place(Session& session) {
  if (session.state != SessionState::kConnecting) return;
  m_pending.leave(id_of(session).index);
}

/// It is not waited for: the link goes in its own time, and what it still says finds no session.
void Sessions::make_room() {
  const std::uint16_t index = m_pending.next_to_go();
  Session& session = m_sessions[index];
  m_pending.leave(index);
  ++m_counters.of(session.link->kind()).connects_refused;
  session.link->refuse(kNoRoom);
  session.state = SessionState::kClosed;
  session.link = nullptr;
  m_free_sessions.push_back(index);
  --m_open;
}

void Sessions::link_lost(SessionId id, bool leaving, proto::TimeUs now) {
  Session* session = find(id);
  if (session == nullptr) return;
  release_place(*session);
  if (session->state == SessionState::kWaiting) {
    if (leaving) {
      m_door.leave(session->waiting);
    } else {
      m_door.lose(session->waiting, now);
    }
  }
  if (session->avatar) {
    if (leaving) {
      free_slot(session->avatar->index, now);
    } else {
      suspend(session->avatar->index, now);
    }
  }
  session->state = SessionState::kClosed;
  session->link = nullptr;
  m_free_sessions.push_back(id.index);
  --m_open;
}

void Sessions::link_keyed(SessionId id, const proto::Ticket& ticket, proto::TimeUs now) {
  if (Session* session = find(id)) session->way_in = spend(ticket, now);
}

void Sessions::link_received(SessionId id, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  Session* session = find(id);
  if (session == nullptr || session->state == SessionState::kClosed) return;
  TransportCounters& counters = m_counters.of(session->link->kind());
  const auto refuse = [&](GoodbyeReason reason, bool retryable) {
    ++counters.refused;
    say_goodbye(*session, reason, retryable, now);
  };
  const proto::Peeked peeked = proto::peek(packet, proto::Direction::kToServer);
  if (peeked.status != proto::WireStatus::kOk) return refuse(GoodbyeReason::kBadMessage, false);
  for (std::size_t i = 0; i < kHandlers; ++i) {
    const HandlerRow& row = kTable[i];
    if (row.opcode != peeked.info->opcode) continue;
    if (row.required != session->state) return refuse(GoodbyeReason::kBadMessage, false);
    if (!session->buckets[i].take(now)) {
      ++counters.refused;
      if (!session->forgiveness.take(now)) say_goodbye(*session, GoodbyeReason::kFlooding, true, now);
      return;
    }
    session->heard = now;
    return (this->*row.handler)(*session, packet, now);
  }
  refuse(GoodbyeReason::kBadMessage, false);
}

void Sessions::say_goodbye(Session& session, GoodbyeReason reason, bool retryable, proto::TimeUs now) {
  say_goodbye(session, {reason, retryable, retryable ? kRetryAfterMs : std::uint16_t{0}}, now);
}

void Sessions::say_goodbye(Session& session, const proto::Goodbye& goodbye, proto::TimeUs now) {
  if (session.state == SessionState::kClosed) return;
  release_place(session);
  if (session.state == SessionState::kWaiting) m_door.leave(session.waiting);
  session.state = SessionState::kClosed;
  if (session.avatar) free_slot(session.avatar->index, now);
  session.avatar.reset();
  session.link->send_reliable(proto::encode(goodbye));
  session.link->close();
}

namespace {

void send(Link& link, Lane lane, std::uint32_t tick, std::span<const std::uint8_t> payload) {
  if (lane == Lane::kState) {
    link.send_state(tick, payload);
  } else {
    link.send_reliable(payload);
  }
}

}  // namespace

void Sessions::deliver(const TickOutput& output, proto::TimeUs now) {
  for (const Outgoing& message : output.outgoing) {
    if (message.to.index >= m_slots.size()) continue;
    const AvatarSlot& slot = m_slots[message.to.index];
    if (!slot.live || slot.generation != message.to.generation || !slot.session) continue;
    Session* session = find(*slot.session);
    const std::span<const std::uint8_t> payload = output.payload(message);
    if (session == nullptr || payload.empty()) continue;
    if (session->state == SessionState::kGreeted || session->state == SessionState::kResuming) {
      // What the world still sent to the connection before this one means nothing to this one.
      if (payload[0] != static_cast<std::uint8_t>(proto::Opcode::kWelcome)) continue;
      session->state = SessionState::kJoined;
    }
    if (session->state == SessionState::kJoined) send(*session->link, message.lane, output.tick, payload);
  }
  m_voices.route(output, voice_sender(now));
  for (const Kick& kick : output.kicks) {
    if (kick.avatar.index >= m_slots.size()) continue;
    AvatarSlot& slot = m_slots[kick.avatar.index];
    if (!slot.live || slot.generation != kick.avatar.generation) continue;
    Session* session = slot.session ? find(*slot.session) : nullptr;
    if (session != nullptr) {
      say_goodbye(*session, GoodbyeReason::kKicked, true, now);
    } else {
      free_slot(kick.avatar.index, now);
    }
  }
}

void Sessions::sweep(proto::TimeUs now) {
  for (Session& session : m_sessions) {
    // Who waits at the door has nothing to say; the transport notices when nobody is there any more.
    const bool silent_by_right = session.state == SessionState::kClosed || session.state == SessionState::kWaiting;
    if (session.link == nullptr || silent_by_right) continue;
    const bool connecting = session.state == SessionState::kConnecting;
    const std::int64_t limit_ms = connecting ? m_config.greet_timeout_ms : m_config.silence_timeout_ms;
    const proto::TimeUs since = connecting ? session.opened : session.heard;
    if (now - since >= proto::milliseconds(limit_ms)) say_goodbye(session, GoodbyeReason::kIdle, true, now);
  }
  for (std::size_t i = 0; i < m_slots.size(); ++i) {
    const AvatarSlot& slot = m_slots[i];
    const bool over = slot.suspended && now - slot.since >= proto::milliseconds(m_config.resume_window_ms);
    if (over) free_slot(static_cast<std::uint16_t>(i), now);
  }
  std::erase_if(m_barred, [now](const auto& entry) { return entry.second <= now; });
  std::erase_if(m_moved, [now](const auto& entry) { return entry.second <= now; });
  std::erase_if(m_staff_lately, [now](const auto& entry) { return entry.second.until <= now; });
  tell_who_is_silent(now);
  m_door.sweep(now, proto::milliseconds(m_config.resume_window_ms));
  admit(now);
  tell_places(now);
  m_counters.waiting = m_door.size();
  m_counters.rows = {{"sessions", m_open},
                     {"sessions_greeting", m_pending.size()},
                     {"avatars", m_slot_by_account.size()},
                     {"resume_tickets", m_slot_by_resume.size()},
                     {"tickets", m_tickets.size()},
                     {"barred", m_barred.size()},
                     {"moved", m_moved.size()},
                     {"staff_lately", m_staff_lately.size()}};
}

void Sessions::close_all(proto::TimeUs now) {
  for (Session& session : m_sessions) {
    if (session.link != nullptr) say_goodbye(session, GoodbyeReason::kServerClosing, true, now);
  }
}

std::optional<TicketSecret> Sessions::secret_of(const TicketId& id, proto::TimeUs now) const {
  const auto resume = m_slot_by_resume.find(id);
  if (resume != m_slot_by_resume.end()) return m_slots[resume->second].resume.secret;
  return m_tickets.secret_of(id, now);
}

}  // namespace world::net
