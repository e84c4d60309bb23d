#include "client-proto/native/client.h"

#include <utility>

namespace proto {

Result<std::unique_ptr<NativeClient>, NativeStatus> NativeClient::open(const std::string& address, std::uint16_t port,
                                                                       const Ticket& ticket, const CookieNonce& nonce,
                                                                       TimeUs now) {
  std::unique_ptr<NativeClient> client(new NativeClient());
  auto link = NativeLink::open(address, port, ticket, nonce, now,
                               [brain = &client->m_brain](std::span<const std::uint8_t> packet, TimeUs at) {
                                 (void)brain->on_message(packet, at);  // what is refused is counted by the brain
                               });
  if (!link) return fail(link.error());
  client->m_link = std::move(link).value();
  client->m_brain.hello(ticket);
  return client;
}

void NativeClient::service(TimeUs now) {
  m_link->service(now);
  while (m_link->phase() == NativePhase::kConnected) {
    const std::optional<OutgoingMessage> message = m_brain.poll(now);
    if (!message) break;
    if (!m_link->send(message->lane, message->packet)) m_link->close();
  }
  m_link->flush();
  if (m_link->phase() == NativePhase::kClosed) m_brain.on_closed();
}

void NativeClient::leave() {
  m_link->leave();
  m_brain.on_closed();
}

}  // namespace proto
