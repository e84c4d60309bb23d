/// The native client: the brain over ENet. It asks for a cookie, connects, seals and opens, and hands messages to the
/// brain; what to do and what to draw is the brain's. Time and random bytes are arguments. One thread per client at a
/// time.
#pragma once

#include <enet/enet.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "client-proto/brain/brain.h"
#include "client-proto/native/cookie.h"
#include "client-proto/native/seal.h"

namespace proto {

/// Set in ENet on both sides: no datagram passes 1,200 bytes with IP and UDP (ENet counts neither).
constexpr std::uint32_t kEnetMtu_bytes = 1164;
/// An unanswered request, echo or connect is given up after this long.
constexpr SpanUs kConnectTimeout = seconds(5);
constexpr SpanUs kCookieRepeat = milliseconds(250);
/// The word that goes with a disconnect when the person leaves for good; any other ending can be resumed.
constexpr std::uint32_t kEnetLeaving = 1;

enum class NativeStatus : std::uint8_t { kNoEnet, kBadAddress, kNoSocket };

enum class NativePhase : std::uint8_t { kAsking, kConnecting, kConnected, kClosed };

class NativeClient {
 public:
  /// `address` is numeric IPv4 or a name that resolves to one.
  [[nodiscard]] static Result<std::unique_ptr<NativeClient>, NativeStatus> open(const std::string& address,
                                                                                std::uint16_t port,
                                                                                const Ticket& ticket,
                                                                                const CookieNonce& nonce, TimeUs now);
  ~NativeClient();
  NativeClient(const NativeClient&) = delete;
  NativeClient& operator=(const NativeClient&) = delete;

  /// Receives into the brain, then sends what the brain wants sent. Call at least every few milliseconds.
  void service(TimeUs now);
  /// Says goodbye and closes; the avatar is gone at once.
  void leave();

  [[nodiscard]] Brain& brain() { return m_brain; }
  [[nodiscard]] NativePhase phase() const { return m_phase; }
  /// Envelopes that did not open: forged, repeated or malformed.
  [[nodiscard]] std::uint32_t refused() const { return m_refused; }
  /// Datagram payload as ENet counts it, headers included.
  [[nodiscard]] std::uint64_t bytes_received() const { return m_host->totalReceivedData; }
  [[nodiscard]] std::uint64_t bytes_sent() const { return m_host->totalSentData; }

 private:
  NativeClient(ENetHost* host, const ENetAddress& server, const Ticket& ticket, const CookieNonce& nonce, TimeUs now);
  static int intercept(ENetHost* host, ENetEvent* event);
  [[nodiscard]] bool intercepted(std::span<const std::uint8_t> datagram);
  void send_cookie_datagram(TimeUs now);
  void connect();
  void handle(const ENetEvent& event, TimeUs now);
  void send_pending();
  [[nodiscard]] bool send(const OutgoingMessage& message);
  void close();

  ENetHost* m_host;
  ENetPeer* m_peer = nullptr;
  ENetAddress m_server;
  Ticket m_ticket;
  CookieDatagram m_cookie;  ///< the request until a reply came, then the echo
  NativePhase m_phase = NativePhase::kAsking;
  TimeUs m_began;
  TimeUs m_asked;
  Sealer m_sealer;
  Opener m_opener;
  bool m_opened = false;  ///< the opening envelope has been sent
  std::uint32_t m_refused = 0;
  Brain m_brain;
};

}  // namespace proto
