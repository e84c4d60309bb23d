#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "client-proto/wire/messages.h"
#include "tools/attack/attacks.h"
#include "tools/attack/datagrams.h"
#include "tools/attack/sockets.h"

namespace attack {

namespace {

constexpr std::size_t kKinds = 4096;  ///< datagrams made beforehand, so that the rate is the kernel's
constexpr std::size_t kDatagramBytesMax = 1200;
constexpr std::uint64_t kDatagramsPerSecondMin = 20'000;
constexpr std::uint64_t kOpenedPerSecondMin = 100;

/// Something real, which a stranger may have overheard or can make.
Bytes genuine(std::mt19937& dice) {
  switch (dice() % 4) {
    case 0:
      return enet_connect(static_cast<std::uint32_t>(dice()));
    case 1:
      return as_bytes(proto::make_cookie_datagram({}));
    case 2:
      return enet_fragment(below(dice, 600), below(dice, 4), static_cast<std::uint32_t>(dice()),
                           static_cast<std::uint16_t>(dice()), 4096);
    default:
      return forged_state(dice, static_cast<std::uint16_t>(dice() % 600));
  }
}

Bytes one(std::mt19937& dice) {
  switch (dice() % 4) {
    case 0:
      return noise(dice, dice() % kDatagramBytesMax);
    case 1: {  // cut short
      Bytes bytes = genuine(dice);
      bytes.resize(1 + dice() % bytes.size());
      return bytes;
    }
    case 2: {  // a bit turned
      Bytes bytes = genuine(dice);
      bytes[dice() % bytes.size()] ^= static_cast<std::uint8_t>(1U << dice() % 8);
      return bytes;
    }
    default:
      return forged_state(dice, static_cast<std::uint16_t>(dice() % 600));
  }
}

/// A connection that is opened anew as soon as the server has enough of it.
class Shouter {
 public:
  Shouter(std::uint32_t address, std::uint16_t port, std::string greeting)
      : m_address(address), m_port(port), m_greeting(std::move(greeting)) {}
  ~Shouter() {
    if (m_fd >= 0) ::close(m_fd);
  }
  Shouter(const Shouter&) = delete;
  Shouter& operator=(const Shouter&) = delete;
  Shouter(Shouter&& other) noexcept
      : m_address(other.m_address),
        m_port(other.m_port),
        m_greeting(std::move(other.m_greeting)),
        m_fd(std::exchange(other.m_fd, -1)) {}

  /// What the server took of it.
  std::size_t shout(std::string_view bytes) {
    if (m_fd < 0) {
      m_fd = connect_now(m_address, m_port);
      if (m_fd < 0) return 0;
      ++m_opened;
      send_some(m_fd, m_greeting);
    }
    char sink[4096];
    const auto got = ::recv(m_fd, sink, sizeof(sink), MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
      ::close(m_fd);
      m_fd = -1;
      return 0;
    }
    return send_some(m_fd, bytes);
  }
  [[nodiscard]] std::uint64_t opened() const { return m_opened; }

 private:
  std::uint32_t m_address;
  std::uint16_t m_port;
  std::string m_greeting;
  int m_fd = -1;
  std::uint64_t m_opened = 0;
};

}  // namespace

Feat garbage(Target& target) {
  std::mt19937 dice(target.seed);
  Barrage barrage(target.udp_port);
  std::vector<Bytes> kinds;
  for (std::size_t i = 0; i < kKinds; ++i) kinds.push_back(one(dice));
  std::uint32_t number = 0;
  begin_together(target);
  while (is_on(target)) {
    for (std::size_t i = 0; i < kKinds; ++i, ++number) barrage.add(stranger(number), kinds[i]);
  }
  const auto per_second = barrage.sent() / static_cast<unsigned>(target.seconds);
  return {per_second >= kDatagramsPerSecondMin,
          std::to_string(barrage.sent()) + " datagrams, " + std::to_string(per_second) + " a second"};
}

Feat garbage_web(Target& target) {
  constexpr std::size_t kShouters = 48;
  constexpr std::size_t kPiecesAtOnce = 64;
  std::mt19937 dice(target.seed);
  std::string pings;
  std::string frames;
  for (std::size_t i = 0; i < kPiecesAtOnce; ++i) {
    pings += frame(9, true, noise(dice, 20));
    frames += frame(static_cast<int>(dice() % 16), dice() % 2 == 0, noise(dice, dice() % 200));
  }
  const Bytes bytes = noise(dice, 4096);
  const std::string heads(bytes.begin(), bytes.end());
  std::vector<Shouter> shouters;
  for (std::uint32_t i = 0; i < kShouters; ++i) {
    shouters.emplace_back(stranger(i), target.port, i % 3 == 0 ? std::string() : std::string(kUpgrade));
  }
  std::uint64_t sent_bytes = 0;
  begin_together(target);
  while (is_on(target)) {
    for (std::size_t i = 0; i < kShouters; ++i) {
      const std::string& piece = i % 3 == 0 ? heads : i % 3 == 1 ? pings : frames;
      sent_bytes += shouters[i].shout(piece);
    }
    ::usleep(200);
  }
  std::uint64_t opened = 0;
  for (const Shouter& shouter : shouters) opened += shouter.opened();
  char text[120];
  std::snprintf(text, sizeof(text), "%.1f MB over %zu connections, opened %llu times",
                static_cast<double>(sent_bytes) * 1e-6, kShouters, static_cast<unsigned long long>(opened));
  return {opened >= kOpenedPerSecondMin * static_cast<unsigned>(target.seconds), text};
}

}  // namespace attack
