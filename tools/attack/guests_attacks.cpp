#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "client-proto/wire/social.h"
#include "tools/attack/attacks.h"
#include "tools/attack/datagrams.h"
#include "tools/attack/guests.h"

namespace attack {

namespace {

constexpr std::size_t kGuests = 20;                ///< over each transport
constexpr std::uint32_t kFirstGuest = 0x7f020001;  // 127.2.0.1
constexpr std::uint32_t kGiantBytes = 4000;
constexpr unsigned kPeers = 600;  ///< of the server's ENet
constexpr unsigned kSessions = 4;
constexpr std::uint64_t kHugeFrameBytes = std::uint64_t{1} << 40U;
constexpr std::uint64_t kResetsPerSecondMin = 5'000;

bool is_shut(int fd) {
  char byte = 0;
  const ssize_t got = ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  // What the server sent before it shut may still lie there, unread: writing tells.
  return got == 0 || (got < 0 && errno != EAGAIN) || ::send(fd, "", 0, MSG_NOSIGNAL | MSG_DONTWAIT) < 0;
}

/// Half of them over UDP, half over WebSocket; those who are sent away can be brought in again, one at a time.
class Guests {
 public:
  Guests(const Target& target, std::uint32_t first, int receive_buffer_bytes)
      : m_receive_buffer_bytes(receive_buffer_bytes), m_native(kGuests), m_web(kGuests, -1) {
    const Door door{target.base_url, target.port, target.udp_port};
    for (std::uint32_t i = 0; i < 2 * kGuests; ++i) {
      m_persons.emplace_back(door, first + i, static_cast<int>(first % 1000 + i));
    }
    for (std::size_t i = 0; i < kGuests; ++i) {
      m_native[i] = m_persons[i].come_native();
      m_web[i] = m_persons[kGuests + i].come_web(m_receive_buffer_bytes);
      m_at_first += (m_native[i].link ? 1U : 0U) + (m_web[i] >= 0 ? 1U : 0U);
      serve();
    }
  }
  ~Guests() {
    for (const int fd : m_web) {
      if (fd >= 0) ::close(fd);
    }
  }
  Guests(const Guests&) = delete;
  Guests& operator=(const Guests&) = delete;

  [[nodiscard]] std::vector<NativeGuest>& native() { return m_native; }
  [[nodiscard]] const std::vector<int>& web() const { return m_web; }
  /// What an honest client does meanwhile, over UDP.
  void serve() {
    for (const NativeGuest& guest : m_native) {
      if (guest.link) guest.link->service(worldbench::now_steady());
    }
  }
  /// Looks at the next one: whether that one is in still, as far as can be told, and if not, brings it in.
  void renew_web() {
    int& fd = m_web[m_next_web++ % kGuests];
    if (fd >= 0 && !is_shut(fd)) return;
    if (fd >= 0) ::close(fd);
    fd = m_persons[kGuests + (m_next_web - 1) % kGuests].come_web(m_receive_buffer_bytes);
    m_again += fd >= 0 ? 1U : 0U;
  }
  void renew_native() {
    const std::size_t next = m_next_native++ % kGuests;
    m_native[next] = m_persons[next].come_native();
    m_again += m_native[next].link ? 1U : 0U;
  }
  /// Nine of ten were let in.
  [[nodiscard]] bool enough() const { return m_at_first * 10 >= 2 * kGuests * 9; }
  [[nodiscard]] std::string words() const {
    return std::to_string(m_at_first) + " of " + std::to_string(2 * kGuests) + " guests in, " +
           std::to_string(m_again) + " more times";
  }

 private:
  int m_receive_buffer_bytes;
  std::vector<Person> m_persons;
  std::vector<NativeGuest> m_native;
  std::vector<int> m_web;
  std::size_t m_at_first = 0;
  std::size_t m_again = 0;
  std::size_t m_next_web = 0;
  std::size_t m_next_native = 0;
};

/// From the guest's own socket, behind ENet's back.
void send_from(const proto::NativeLink& link, const Target& target, std::span<const std::uint8_t> bytes) {
  const sockaddr_in to = loopback(target.udp_port);
  (void)::sendto(link.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&to),
                 sizeof(to));
}

/// Fragments of packets that never get whole. Which of the server's peers one is, ENet does not tell: all are tried.
std::uint64_t send_fragments(Guests& guests, const Target& target, std::uint16_t sequence) {
  std::uint64_t pieces = 0;
  for (const NativeGuest& guest : guests.native()) {
    if (!guest.link) continue;
    for (unsigned session = 0; session < kSessions; ++session, ++pieces) {
      send_from(*guest.link, target,
                enet_fragment(sequence % kPeers, session, guest.connect_id, sequence, kGiantBytes));
    }
  }
  return pieces;
}

/// In turns: what follows a frame that was announced huge, a message of single bytes, and frames of nothing.
std::uint64_t send_frames(const Guests& guests) {
  static const Bytes kNone;
  static const Bytes kByte(1, 2);
  static const std::string kHuge = frame(2, true, kByte, kHugeFrameBytes) + std::string(1024, 'x');
  static const std::string kDrip = frame(2, false, kByte);
  static const std::string kMore = frame(0, false, kByte);
  std::string empties = kDrip;
  for (int i = 0; i < 64; ++i) empties += frame(0, false, kNone);
  std::uint64_t pieces = 0;
  for (std::size_t i = 0; i < guests.web().size(); ++i) {
    if (guests.web()[i] < 0) continue;
    const std::string& piece = i % 3 == 0 ? kHuge : i % 3 == 1 ? kMore : empties;
    pieces += send_some(guests.web()[i], piece) > 0 ? 1 : 0;
  }
  return pieces;
}

}  // namespace

/// They speak, so that the hall has much to tell them, and take nothing.
Feat slow_readers(Target& target) {
  constexpr int kReceiveBufferBytes = 2048;
  constexpr int kPause_us = 500'000;
  Guests guests(target, kFirstGuest, kReceiveBufferBytes);
  begin_together(target, [&guests] { guests.serve(); });
  const Bytes dance = proto::encode(proto::Emote{proto::EmoteKind::kDance});
  while (is_on(target)) {
    for (const int fd : guests.web()) {
      if (fd >= 0) send_some(fd, frame(2, true, dance));
    }
    for (const NativeGuest& guest : guests.native()) {
      // Never serviced, so nothing is acknowledged.
      if (guest.link && guest.link->send(proto::Lane::kReliable, dance)) guest.link->flush();
    }
    ::usleep(kPause_us);
    guests.renew_web();
    guests.renew_native();
  }
  return {guests.enough(), guests.words()};
}

Feat giants(Target& target) {
  constexpr int kRoundsPerRenewal = 400;
  constexpr int kPause_us = 500;
  Guests guests(target, kFirstGuest + 2 * kGuests, 0);
  begin_together(target, [&guests] { guests.serve(); });
  std::uint64_t pieces = 0;
  for (std::uint16_t sequence = 2; is_on(target); ++sequence) {
    pieces += send_fragments(guests, target, sequence) + send_frames(guests);
    ::usleep(kPause_us);
    if (sequence % kRoundsPerRenewal != 0) continue;
    guests.renew_web();
    guests.serve();
  }
  return {guests.enough() && pieces >= 1000U * static_cast<unsigned>(target.seconds),
          guests.words() + ", " + std::to_string(pieces) + " pieces"};
}

Feat forged_resets(Target& target) {
  std::mt19937 dice(target.seed);
  Barrage barrage(target.udp_port);
  Forger forger;
  unsigned number = 0;
  begin_together(target);
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
  const bool enough =
      std::min(barrage.sent(), forger.sent()) >= kResetsPerSecondMin * static_cast<unsigned>(target.seconds);
  return {enough, std::to_string(barrage.sent()) + " disconnects from strangers, " + std::to_string(forger.sent()) +
                      " packets in the walkers' names" + (forger.open() ? "" : " (no raw socket: not root)")};
}

}  // namespace attack
