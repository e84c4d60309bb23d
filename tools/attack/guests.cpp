#include "tools/attack/guests.h"

#include <unistd.h>

#include "tools/loadbot/api_client.h"

namespace attack {

namespace {

constexpr proto::SpanUs kEnterTimeout = proto::seconds(3);

std::optional<loadbot::Admission> admission(const Target& target, int number) {
  return loadbot::admit(target.base_url, "Stranger " + std::to_string(number), number % 3, number % 8);
}

}  // namespace

NativeGuest native_guest(const Target& target, int number) {
  const auto admitted = admission(target, number);
  if (!admitted) return {};
  bool joined = false;
  proto::CookieNonce nonce{};
  std::copy_n(admitted->ticket.id.begin(), nonce.size(), nonce.begin());
  auto link = proto::NativeLink::open("127.0.0.1", target.udp_port, admitted->ticket, nonce, worldbench::now_steady(),
                                      [&joined](auto, auto) { joined = true; });
  if (!link) return {};
  const proto::TimeUs end = worldbench::now_steady() + kEnterTimeout;
  bool said_hello = false;
  while (!joined && worldbench::now_steady() < end) {
    link.value()->service(worldbench::now_steady());
    if (link.value()->phase() == proto::NativePhase::kConnected && !said_hello) {
      said_hello = link.value()->send(proto::Lane::kReliable,
                                      proto::encode(proto::Hello{proto::kProtocolVersion, admitted->ticket}));
    }
    ::usleep(1000);
  }
  if (!joined) return {};
  // NativeLink lets ENet count from the nonce's first bytes.
  std::uint32_t connect_id = 0;
  for (std::size_t i = 0; i < sizeof(connect_id); ++i) connect_id = connect_id << 8U | nonce[i];
  return {std::move(link).value(), connect_id + 1};
}

int web_guest(const Target& target, int number, int receive_buffer_bytes) {
  const auto admitted = admission(target, number);
  const int fd = admitted ? connect_now(INADDR_LOOPBACK, target.port, receive_buffer_bytes) : -1;
  if (fd < 0) return -1;
  const auto hello = proto::encode(proto::Hello{proto::kProtocolVersion, admitted->ticket});
  send_some(fd, kUpgrade);
  ::usleep(20'000);  // until the upgrade is through, since frames that come with the head would be read as one
  send_some(fd, frame(2, true, hello));
  return fd;
}

}  // namespace attack
