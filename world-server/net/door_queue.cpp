#include "world-server/net/door_queue.h"

#include <algorithm>
#include <utility>

namespace world::net {

namespace {

bool is_lost(const Waiting& waiting) { return !waiting.session.has_value(); }

}  // namespace

Waiting* DoorQueue::find(const proto::AccountId& account) {
  const auto found = std::find_if(m_waiting.begin(), m_waiting.end(),
                                  [&account](const Waiting& w) { return w.passenger.account == account; });
  return found == m_waiting.end() ? nullptr : &*found;
}

bool DoorQueue::give_up_lost(const std::string* address) {
  const auto last = std::find_if(m_waiting.rbegin(), m_waiting.rend(), [address](const Waiting& w) {
    return is_lost(w) && (address == nullptr || w.address == *address);
  });
  if (last == m_waiting.rend()) return false;
  m_waiting.erase(std::next(last).base());
  return true;
}

bool DoorQueue::join(Waiting waiting, bool is_first) {
  const auto own = static_cast<std::size_t>(std::count_if(
      m_waiting.begin(), m_waiting.end(), [&waiting](const Waiting& w) { return w.address == waiting.address; }));
  if (own >= m_per_address_max && !is_first && !give_up_lost(&waiting.address)) return false;
  if (m_waiting.size() >= m_places_max && !give_up_lost(nullptr)) return false;
  if (is_first) {
    m_waiting.push_front(std::move(waiting));
  } else {
    m_waiting.push_back(std::move(waiting));
  }
  return true;
}

void DoorQueue::leave(const proto::AccountId& account) {
  std::erase_if(m_waiting, [&account](const Waiting& w) { return w.passenger.account == account; });
}

void DoorQueue::lose(const proto::AccountId& account, proto::TimeUs now) {
  Waiting* waiting = find(account);
  if (waiting == nullptr) return;
  waiting->session.reset();
  waiting->lost_since = now;
}

bool DoorQueue::has_next() const { return !std::all_of(m_waiting.begin(), m_waiting.end(), is_lost); }

std::optional<Waiting> DoorQueue::take_next() {
  const auto next = std::find_if_not(m_waiting.begin(), m_waiting.end(), is_lost);
  if (next == m_waiting.end()) return std::nullopt;
  Waiting waiting = std::move(*next);
  m_waiting.erase(next);
  return waiting;
}

void DoorQueue::sweep(proto::TimeUs now, proto::SpanUs window) {
  std::erase_if(m_waiting, [now, window](const Waiting& w) { return is_lost(w) && now - w.lost_since >= window; });
}

void DoorQueue::note_somebody_left(proto::TimeUs now) {
  m_left_at.push_back(now);
  if (m_left_at.size() > kLeavesRemembered) m_left_at.pop_front();
}

proto::QueuePlace DoorQueue::told(std::size_t place, proto::TimeUs now) const {
  constexpr std::size_t kNumberMax = 0xffff;
  proto::QueuePlace told;
  told.place = static_cast<std::uint16_t>(std::min(place, kNumberMax));
  told.waiting = static_cast<std::uint16_t>(std::min(m_waiting.size(), kNumberMax));
  if (m_left_at.size() < 2) return told;
  // Until now, not until the last leave: when nobody leaves any more, the estimate grows.
  const double span_s = static_cast<double>((now - m_left_at.front()).us) * 1e-6;
  const double each_s = std::max(span_s, 0.0) / static_cast<double>(m_left_at.size() - 1);
  const double estimate_s = std::min(each_s * static_cast<double>(place), double{proto::kQueueEstimateMax_s});
  told.estimate_s = static_cast<std::uint16_t>(estimate_s);
  return told;
}

}  // namespace world::net
