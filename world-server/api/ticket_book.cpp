#include "world-server/api/ticket_book.h"

#include <openssl/crypto.h>

#include <utility>

namespace world {

bool TicketBook::issue(const proto::Ticket& ticket, Passenger passenger, proto::TimeUs now) {
  const std::lock_guard lock(m_mutex);
  if (m_entries.size() >= m_tickets_max) forget_expired(now);
  if (m_entries.size() >= m_tickets_max) return false;
  return m_entries.emplace(ticket.id, Entry{ticket.secret, std::move(passenger), now + kTicketLife}).second;
}

std::optional<TicketSecret> TicketBook::secret_of(const TicketId& id, proto::TimeUs now) const {
  const std::lock_guard lock(m_mutex);
  const auto found = m_entries.find(id);
  if (found == m_entries.end() || found->second.expires <= now) return std::nullopt;
  return found->second.secret;
}

std::optional<Passenger> TicketBook::redeem(const proto::Ticket& ticket, proto::TimeUs now) {
  const std::lock_guard lock(m_mutex);
  const auto found = m_entries.find(ticket.id);
  if (found == m_entries.end()) return std::nullopt;
  // A wrong secret does not tear the ticket: whoever only overheard the id must not be able to spend it.
  Entry& entry = found->second;
  if (CRYPTO_memcmp(entry.secret.data(), ticket.secret.data(), ticket.secret.size()) != 0) return std::nullopt;
  const bool live = entry.expires > now;
  std::optional<Passenger> passenger = live ? std::optional(std::move(entry.passenger)) : std::nullopt;
  m_entries.erase(found);
  return passenger;
}

void TicketBook::set_bond(const proto::AccountId& account, const proto::AccountId& other, std::uint8_t flags) {
  const std::lock_guard lock(m_mutex);
  for (auto& [id, entry] : m_entries) {
    if (entry.passenger.account == account) entry.passenger.bonds.set(other, flags);
  }
}

std::size_t TicketBook::size() const {
  const std::lock_guard lock(m_mutex);
  return m_entries.size();
}

void TicketBook::forget_expired(proto::TimeUs now) {
  std::erase_if(m_entries, [now](const auto& entry) { return entry.second.expires <= now; });
}

}  // namespace world
