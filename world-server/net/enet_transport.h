/// The world over UDP: ENet carries the reliable lane, datagrams of our own on the same socket carry the state lane,
/// all sealed (client-proto/native/seal.h), with a cookie before any slot is taken (client-proto/native/cookie.h). ENet
/// lives in the net thread's loop and is serviced by its timer, since every service call walks all peers and a call per
/// datagram would cost more than the few milliseconds it saves.
#pragma once

#include <enet/enet.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "client-proto/core/result.h"
#include "client-proto/native/cookie.h"
#include "client-proto/native/seal.h"
#include "world-server/net/address_quota.h"
#include "world-server/net/link.h"
#include "world-server/net/state_batch.h"

namespace world::net {

/// The word that an honest client sends with its disconnect when it leaves for good.
constexpr enet_uint32 kEnetLeaving = 1;

struct EnetConfig {
  std::string bind = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any
  std::uint16_t clients_max = 256;
  std::uint32_t peers_per_address_max = kConnectionsPerAddressMax;
  QuotaRules echoes;  ///< how many good cookies one address may bring back
  std::function<void(std::span<std::uint8_t>)> random;
  /// The secret of a ticket that would be let in.
  std::function<std::optional<std::array<std::uint8_t, 32>>(const proto::TicketId&, proto::TimeUs)> secret_of;
};

class EnetLink final : public Link {
 public:
  /// `to_send` is told of the peer when the first message of a bundle waits.
  EnetLink(ENetPeer* peer, std::string address, StateBatch& batch, std::vector<ENetPeer*>& to_send, Counters& counters)
      : m_peer(peer), m_address(std::move(address)), m_batch(batch), m_to_send(to_send), m_counters(counters) {}

  void send_reliable(std::span<const std::uint8_t> payload) override;
  void send_state(std::uint32_t tick, std::span<const std::uint8_t> payload) override;
  void send_voice(std::span<const std::uint8_t> payload, proto::TimeUs now) override;
  [[nodiscard]] std::uint32_t voice_cost_bytes(std::size_t size_bytes) const override;
  void close() override;
  void refuse(const proto::Goodbye& why) override;
  [[nodiscard]] TransportKind kind() const override { return TransportKind::kEnet; }
  [[nodiscard]] const std::string& address() const override { return m_address; }

  /// Reliable messages wait for those of the same round, since a packet and a seal for each is most of what they cost.
  void send_bundle();
  /// The first packet brings the keys; every later one is opened with them.
  void set_keys(const proto::SealKeys& keys);
  [[nodiscard]] bool refused() const { return m_refused; }
  [[nodiscard]] bool has_keys() const { return m_opener.has_value(); }
  [[nodiscard]] proto::Opener& opener() { return *m_opener; }

  SessionId session;

 private:
  ENetPeer* m_peer;
  std::string m_address;
  StateBatch& m_batch;
  std::vector<ENetPeer*>& m_to_send;
  std::vector<std::uint8_t> m_bundle;
  Counters& m_counters;
  std::optional<proto::Sealer> m_sealer;
  std::optional<proto::Opener> m_opener;
  bool m_closing = false;
  bool m_refused = false;
};

class EnetTransport {
 public:
  [[nodiscard]] static proto::Result<std::unique_ptr<EnetTransport>, std::string> open(EnetConfig config,
                                                                                       LinkListener& listener,
                                                                                       Counters& counters);
  ~EnetTransport();
  EnetTransport(const EnetTransport&) = delete;
  EnetTransport& operator=(const EnetTransport&) = delete;

  /// Receives, dispatches and sends what is due.
  void service(proto::TimeUs now);
  /// Closes the bundles of the round and sends the datagrams that wait; called after each round of the loop.
  void flush_waiting();
  /// Sends what the sessions have queued, without waiting for the next service.
  void flush();
  void sweep(proto::TimeUs now);
  [[nodiscard]] bool idle() const { return m_links.empty(); }
  [[nodiscard]] std::uint16_t port() const { return m_host->address.port; }

 private:
  struct Admission {
    proto::TimeUs expires;
    int connects_left = 0;
  };
  EnetTransport(EnetConfig config, ENetHost* host, LinkListener& listener, Counters& counters);

  static int ENET_CALLBACK intercept(ENetHost* host, ENetEvent* event);
  /// True when the datagram must not reach ENet.
  bool intercepted(std::span<const std::uint8_t> datagram);
  void answer_cookie(const proto::CookieDatagram& datagram);
  bool admitted();
  void send_bundles();
  void handle(const ENetEvent& event);
  void on_connect(const ENetEvent& event);
  void on_receive(EnetLink& link, const ENetEvent& event);
  void on_state(std::uint16_t connection, std::span<const std::uint8_t> datagram);
  bool open_session(EnetLink& link, std::span<const std::uint8_t> envelope);

  EnetConfig m_config;
  ENetHost* m_host;
  LinkListener& m_listener;
  Counters& m_counters;
  AddressQuota m_echoes;
  proto::CookieSecret m_cookie_secret{};
  proto::TimeUs m_now{};
  std::size_t m_datagrams = 0;  ///< of the round that runs
  StateBatch m_batch;
  std::vector<ENetPeer*> m_to_send;                                  ///< those with a bundle
  std::map<std::uint64_t, Admission> m_admissions;                   ///< by address and port
  std::unordered_map<ENetPeer*, std::unique_ptr<EnetLink>> m_links;  ///< each peer's `data` points to its own
};

}  // namespace world::net
