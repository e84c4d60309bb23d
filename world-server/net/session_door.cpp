/// The door of the mall: who is let in at once, who waits, and what they are told meanwhile.
#include <utility>

#include "client-proto/core/check.h"
#include "world-server/net/session.h"

namespace world::net {

using proto::GoodbyeReason;

/// Everybody goes through the queue; who finds it empty and a slot free is through it at once.
void Sessions::wait_at_door(Session& session, Passenger passenger, bool had_a_place, proto::TimeUs now) {
  if (has_moved(passenger.account, now)) {
    return say_goodbye(session, {GoodbyeReason::kBadTicket, true, kComeAgainAfterMs}, now);
  }
  bring_up_to_date(passenger, now);
  release_place(session);
  const proto::AccountId account = passenger.account;
  if (Waiting* waiting = m_door.find(account)) {
    Session* older = waiting->session ? find(*waiting->session) : nullptr;
    waiting->passenger = std::move(passenger);
    waiting->session = id_of(session);
    waiting->address = quota_key(session.link->address());
    waiting->told_place = 0;
    if (older != nullptr) {
      older->state = SessionState::kGreeted;  // its place at the door is the newer one's now
      say_goodbye(*older, GoodbyeReason::kReplaced, false, now);
    }
  } else if (!m_door.join({std::move(passenger), quota_key(session.link->address()), id_of(session)}, had_a_place)) {
    // The state is still kConnecting, whose place among the pending was given back above.
    session.state = SessionState::kGreeted;
    return say_goodbye(session, GoodbyeReason::kFull, true, now);
  }
  session.state = SessionState::kWaiting;
  session.waiting = account;
  admit(now);
  if (session.state == SessionState::kWaiting) tell_places(now);
}

void Sessions::admit(proto::TimeUs now) {
  while (m_door.has_next()) {
    const auto index = take_free_slot(now);
    if (!index) return;
    auto next = m_door.take_next();
    GALLERIA_CHECK(next && next->session);
    Session* session = find(*next->session);
    GALLERIA_CHECK(session != nullptr);  // a session that ends takes its place with it
    session->heard = now;
    seat(*session, std::move(next->passenger), *index);
  }
}

/// Each place that has changed, and each once a second at most.
void Sessions::tell_places(proto::TimeUs now) {
  std::size_t place = 0;
  for (Waiting& waiting : m_door.all()) {
    ++place;
    Session* session = waiting.session ? find(*waiting.session) : nullptr;
    const bool told_already = waiting.told_place == place;
    const bool told_lately = waiting.told_place != 0 && now - waiting.told_at < proto::milliseconds(kQueueNewsPeriodMs);
    if (session == nullptr || told_already || told_lately) continue;
    const proto::QueuePlace told = m_door.told(place, now);
    waiting.told_place = told.place;
    waiting.told_at = now;
    session->link->send_reliable(proto::encode(told));
  }
}

}  // namespace world::net
