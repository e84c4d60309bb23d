#include "world-server/api/ticket_book.h"

#include <utility>

namespace world {

bool TicketBook::issue(const TicketBytes& ticket, Passenger passenger, proto::TimeUs now) {
  const std::lock_guard lock(m_mutex);
  if (m_entries.size() >= m_tickets_max) forget_expired(now);
  if (m_entries.size() >= m_tickets_max) return false;
  return m_entries.emplace(ticket, Entry{std::move(passenger), now + kTicketLife}).second;
}

std::optional<Passenger> TicketBook::redeem(const TicketBytes& ticket, proto::TimeUs now) {
  const std::lock_guard lock(m_mutex);
  auto node = m_entries.extract(ticket);
  if (node.empty() || node.mapped().expires <= now) return std::nullopt;
  return std::move(node.mapped().passenger);
}

std::size_t TicketBook::size() const {
  const std::lock_guard lock(m_mutex);
  return m_entries.size();
}

void TicketBook::forget_expired(proto::TimeUs now) {
  std::erase_if(m_entries, [now](const auto& entry) { return entry.second.expires <= now; });
}

}  // namespace world
