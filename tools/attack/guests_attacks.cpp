#include <unistd.h>

#include <cstdio>

#include "client-proto/wire/social.h"
#include "tools/attack/attacks.h"
#include "tools/attack/datagrams.h"
#include "tools/attack/guests.h"

namespace attack {

namespace {

constexpr int kGuests = 20;  ///< over each transport
constexpr std::uint32_t kGiantBytes = 4000;
constexpr unsigned kPeers = 600;  ///< of the server's ENet
constexpr unsigned kSessions = 4;
constexpr std::uint64_t kHugeFrameBytes = std::uint64_t{1} << 40U;

struct Guests {
  std::vector<NativeGuest> native;
  std::vector<int> web;

  Guests(const Target& target, int receive_buffer_bytes) {
    for (int i = 0; i < kGuests && is_on(target); ++i) {
      if (NativeGuest guest = native_guest(target, i); guest.link) native.push_back(std::move(guest));
      if (const int fd = web_guest(target, kGuests + i, receive_buffer_bytes); fd >= 0) web.push_back(fd);
    }
  }
  ~Guests() {
    for (const int fd : web) ::close(fd);
  }
  Guests(const Guests&) = delete;
  Guests& operator=(const Guests&) = delete;
  [[nodiscard]] std::string count() const {
    return std::to_string(native.size()) + " guests over UDP, " + std::to_string(web.size()) + " over WebSocket";
  }
};

/// From the guest's own socket, behind ENet's back.
void send_from(const proto::NativeLink& link, const Target& target, std::span<const std::uint8_t> bytes) {
  const sockaddr_in to = loopback(target.udp_port);
  (void)::sendto(link.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&to),
                 sizeof(to));
}

}  // namespace

/// They speak, so that the hall has much to tell them, and take nothing.
std::string slow_readers(const Target& target) {
  constexpr int kReceiveBufferBytes = 2048;
  Guests guests(target, kReceiveBufferBytes);
  const std::string count = guests.count();
  const Bytes wave = proto::encode(proto::Emote{proto::EmoteKind::kDance});
  while (is_on(target)) {
    for (const int fd : guests.web) send_some(fd, frame(2, true, wave));
    for (const NativeGuest& guest : guests.native) {
      if (guest.link->send(proto::Lane::kReliable, wave))
        guest.link->flush();  // never serviced: nothing is acknowledged
    }
    ::usleep(500'000);
  }
  return count;
}

std::string giants(const Target& target) {
  Guests guests(target, 0);
  const std::string count = guests.count();
  std::uint16_t sequence = 2;
  std::uint64_t pieces = 0;
  const Bytes none;
  const Bytes byte(1, 2);
  // One frame of each way for each third of the guests: announced huge, a message of single bytes, and of nothing.
  for (std::size_t i = 0; i < guests.web.size(); i += 3) {
    send_some(guests.web[i], frame(2, true, byte, kHugeFrameBytes));
  }
  for (const int fd : guests.web) send_some(fd, frame(2, false, byte));
  const std::string filler(1024, 'x');
  std::string empties;
  for (int i = 0; i < 64; ++i) empties += frame(0, false, none);
  while (is_on(target)) {
    ++sequence;
    for (const NativeGuest& guest : guests.native) {
      // Which of the server's peers one is, ENet does not tell: all are tried in turn.
      for (unsigned session = 0; session < kSessions; ++session) {
        send_from(*guest.link, target,
                  enet_fragment(sequence % kPeers, session, guest.connect_id, sequence, kGiantBytes));
        ++pieces;
      }
    }
    for (std::size_t i = 0; i < guests.web.size(); ++i) {
      pieces += send_some(guests.web[i], i % 3 == 0   ? filler
                                         : i % 3 == 1 ? frame(0, false, byte)
                                                      : empties) > 0
                    ? 1
                    : 0;
    }
    ::usleep(500);
  }
  return count + "; " + std::to_string(pieces) + " pieces";
}

std::string forged_resets(const Target& target) {
  std::mt19937 dice(target.seed);
  Barrage barrage(target.udp_port);
  Forger forger;
  unsigned number = 0;
  while (is_on(target)) {
    for (int i = 0; i < 256; ++i, ++number) {
      barrage.add(stranger(number),
                  enet_disconnect(number % kPeers, number / kPeers % kSessions, static_cast<std::uint32_t>(dice())));
    }
    barrage.send();
    for (int i = 0; forger.open() && i < 256; ++i, ++number) {
      if (!target.udp_victims.empty()) {
        const std::uint16_t victim = target.udp_victims[dice() % target.udp_victims.size()];
        forger.datagram(victim, target.udp_port,
                        enet_disconnect(number % kPeers, below(dice, kSessions), static_cast<std::uint32_t>(dice())));
        if (i % 16 == 0) forger.datagram(victim, target.udp_port, enet_connect(static_cast<std::uint32_t>(dice())));
        if (i % 16 == 1) {
          forger.datagram(victim, target.udp_port, forged_state(dice, static_cast<std::uint16_t>(number % kPeers)));
        }
      }
      if (!target.tcp_victims.empty()) {
        forger.reset(target.tcp_victims[dice() % target.tcp_victims.size()], target.port,
                     static_cast<std::uint32_t>(dice()));
      }
    }
    ::usleep(1000);
  }
  return std::to_string(barrage.sent()) + " disconnects from strangers, " + std::to_string(forger.sent()) +
         " packets in the walkers' names" + (forger.open() ? "" : " (no raw socket: not root)");
}

}  // namespace attack
