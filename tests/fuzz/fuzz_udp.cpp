/// The UDP port: cookies, ENet and the state lane, on real sockets. A client of ours is let in; then the fuzzer's
/// datagrams come from that client's own address and from a stranger's. It has no keys, so nothing of it may reach a
/// session, whatever it does to the connection. The input is a list of datagrams, each with its sender and size in
/// front; those of the client's own address get ENet's checksum put right, which the fuzzer could not guess.
#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "client-proto/core/check.h"
#include "client-proto/native/link.h"
#include "world-server/net/enet_transport.h"

namespace {

constexpr int kRoundsToConnect = 200;
constexpr std::size_t kDatagramBytesMax = 1400;

class Listener final : public world::net::LinkListener {
 public:
  std::optional<world::net::SessionId> link_opened(world::net::Link& /*link*/, proto::TimeUs /*now*/) override {
    ++opened;
    return world::net::SessionId{0, 1};
  }
  void link_keyed(world::net::SessionId /*id*/, const proto::Ticket& /*ticket*/, proto::TimeUs /*now*/) override {}
  void link_received(world::net::SessionId /*id*/, std::span<const std::uint8_t> /*packet*/,
                     proto::TimeUs /*now*/) override {
    ++received;
  }
  void link_lost(world::net::SessionId /*id*/, bool /*leaving*/, proto::TimeUs /*now*/) override {}
  int opened = 0;
  int received = 0;
};

std::unique_ptr<world::net::EnetTransport> open_transport(Listener& listener, world::net::Counters& counters) {
  world::net::EnetConfig config;
  config.clients_max = 2;
  config.random = [](std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), std::uint8_t{7}); };
  config.secret_of = [](const proto::TicketId& id, proto::TimeUs /*now*/) {
    const bool known = id == proto::TicketId{};
    return known ? std::optional(std::array<std::uint8_t, 32>{}) : std::nullopt;
  };
  auto opened = world::net::EnetTransport::open(std::move(config), listener, counters);
  GALLERIA_CHECK(opened.ok());
  return std::move(opened).value();
}

/// ENet takes it with the number of the connection, which stands in its place meanwhile: 1, as the nonce is zeros.
void put_checksum_right(std::vector<std::uint8_t>& datagram) {
  const std::size_t at = !datagram.empty() && (datagram[0] & 0x80U) != 0 ? 4 : 2;
  if (datagram.size() < at + sizeof(enet_uint32)) return;
  const enet_uint32 connection = 1;
  std::memcpy(datagram.data() + at, &connection, sizeof(connection));
  const ENetBuffer whole{datagram.data(), datagram.size()};
  const enet_uint32 checksum = enet_crc32(&whole, 1);
  std::memcpy(datagram.data() + at, &checksum, sizeof(checksum));
}

void send_to(int socket, std::uint16_t port, std::span<const std::uint8_t> bytes) {
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  (void)::sendto(socket, bytes.data(), bytes.size(), MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int stranger = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  Listener listener;
  world::net::Counters counters;
  const auto transport = open_transport(listener, counters);
  proto::TimeUs now{1'000'000'000};
  auto link = proto::NativeLink::open("127.0.0.1", transport->port(), {}, {}, now, [](auto, auto) {});
  GALLERIA_CHECK(link.ok());
  for (int i = 0; i < kRoundsToConnect && link.value()->phase() != proto::NativePhase::kConnected; ++i) {
    now = now + proto::milliseconds(5);
    link.value()->service(now);
    transport->service(now);
  }
  GALLERIA_CHECK(link.value()->send(proto::Lane::kReliable, std::array<std::uint8_t, 3>{1, 2, 3}));
  link.value()->flush();
  transport->service(now);
  GALLERIA_CHECK(listener.received == 1);

  std::span<const std::uint8_t> rest(data, size);
  while (rest.size() >= 2) {
    const bool own = (rest[0] & 0x80U) != 0;
    const std::size_t wanted = ((rest[0] & 0x7fU) << 8U | rest[1]) % kDatagramBytesMax;
    rest = rest.subspan(2);
    const auto piece = rest.first(std::min(wanted, rest.size()));
    rest = rest.subspan(piece.size());
    std::vector<std::uint8_t> datagram(piece.begin(), piece.end());
    if (own && !proto::state_connection(datagram)) put_checksum_right(datagram);
    send_to(own ? link.value()->descriptor() : stranger, transport->port(), datagram);
    now = now + proto::milliseconds(1);
    transport->service(now);
  }
  transport->sweep(now);
  GALLERIA_CHECK(listener.received == 1);
  return 0;
}
