/// The native client's connection: it asks for a cookie, connects, seals and opens. What the messages mean is the
/// caller's. Time and random bytes are arguments. One thread per link at a time.
#pragma once

#include <enet/enet.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client-proto/core/result.h"
#include "client-proto/core/time.h"
#include "client-proto/native/cookie.h"
#include "client-proto/native/last_word.h"
#include "client-proto/native/seal.h"

namespace proto {

/// Set in ENet on both sides: no datagram passes 1,200 bytes with IP and UDP (ENet counts neither).
constexpr std::uint32_t kEnetMtu_bytes = 1160;
/// An unanswered request, echo or connect is given up after this long.
constexpr SpanUs kConnectTimeout = seconds(5);
constexpr SpanUs kCookieRepeat = milliseconds(250);
/// The word that goes with a disconnect when the person leaves for good; any other ending can be resumed.
constexpr std::uint32_t kEnetLeaving = 1;

enum class NativeStatus : std::uint8_t { kNoEnet, kBadAddress, kNoSocket };

enum class NativePhase : std::uint8_t { kAsking, kConnecting, kConnected, kClosed };

class NativeLink {
 public:
  /// Called from `service` for each message that opened.
  using OnMessage = std::function<void(std::span<const std::uint8_t> packet, TimeUs now)>;

  /// `address` is numeric IPv4 or a name that resolves to one.
  [[nodiscard]] static Result<std::unique_ptr<NativeLink>, NativeStatus> open(const std::string& address,
                                                                              std::uint16_t port, const Ticket& ticket,
                                                                              const CookieNonce& nonce, TimeUs now,
                                                                              OnMessage on_message);
  ~NativeLink();
  NativeLink(const NativeLink&) = delete;
  NativeLink& operator=(const NativeLink&) = delete;

  /// Receives what is there and sends what ENet has to send. Call at least every few milliseconds.
  void service(TimeUs now);
  /// Once connected; the first message is the Hello, on the reliable lane. False: the link cannot go on.
  [[nodiscard]] bool send(Lane lane, std::span<const std::uint8_t> packet);
  /// What was given to ENet goes out now rather than with the next service.
  void flush();
  /// Says goodbye and closes; the avatar is gone at once.
  void leave();
  /// Ends without a word.
  void close();

  [[nodiscard]] NativePhase phase() const { return m_phase; }
  /// Why the server refused the connection before any message could be sealed, once it is closed.
  [[nodiscard]] const std::optional<Goodbye>& refused_because() const { return m_refused_because; }
  /// Envelopes that did not open (forged, repeated or malformed), and bundles that are none.
  [[nodiscard]] std::uint32_t refused() const { return m_refused; }
  /// Payload of datagrams, ENet's headers included.
  [[nodiscard]] std::uint64_t bytes_received() const { return m_host->totalReceivedData; }
  [[nodiscard]] std::uint64_t datagrams_received() const { return m_host->totalReceivedPackets; }
  [[nodiscard]] std::uint64_t bytes_sent() const { return m_host->totalSentData + m_state_bytes_sent; }
  /// Readable when `service` has something to receive.
  [[nodiscard]] int descriptor() const { return m_host->socket; }

 private:
  NativeLink(ENetHost* host, const ENetAddress& server, const Ticket& ticket, const CookieNonce& nonce, TimeUs now,
             OnMessage on_message);
  static int intercept(ENetHost* host, ENetEvent* event);
  [[nodiscard]] bool intercepted(std::span<const std::uint8_t> datagram);
  void take(const Result<std::vector<std::uint8_t>, OpenStatus>& opened);
  void take_bundle(const Result<std::vector<std::uint8_t>, OpenStatus>& opened);
  void send_cookie_datagram(TimeUs now);
  void connect();
  void knock(TimeUs now);
  void handle(const ENetEvent& event);
  [[nodiscard]] bool send_state(std::span<const std::uint8_t> packet);

  ENetHost* m_host;
  ENetPeer* m_peer = nullptr;
  ENetAddress m_server;
  Ticket m_ticket;
  CookieDatagram m_cookie;  ///< the request until a reply came, then the echo
  NativePhase m_phase = NativePhase::kAsking;
  TimeUs m_began;
  TimeUs m_asked;
  TimeUs m_now;  ///< of the service call that runs
  Sealer m_sealer;
  Opener m_opener;
  bool m_opened = false;  ///< the opening envelope has been sent
  std::uint32_t m_refused = 0;
  std::optional<Goodbye> m_refused_because;
  std::vector<std::uint8_t> m_datagram;
  std::uint64_t m_state_bytes_sent = 0;
  OnMessage m_on_message;
};

}  // namespace proto
