#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <deque>

#include "client-proto/native/cookie.h"
#include "tools/attack/attacks.h"
#include "tools/attack/datagrams.h"
#include "tools/attack/sockets.h"

namespace attack {

namespace {

constexpr std::size_t kOpenMax = 10'000;
constexpr std::uint32_t kConnectsPerRound = 64;
constexpr std::uint32_t kDatagramsPerRound = 192;
constexpr const char* kHalfRequest = "GET /api/mall HTTP/1.1\r\nHost: mall.test\r\nX-Slow: ";

/// TCP connections that were opened, say nothing or half a request, and are opened anew when the server closes them.
class Stalled {
 public:
  explicit Stalled(std::uint16_t port) : m_port(port) {}
  ~Stalled() {
    for (const int fd : m_open) ::close(fd);
  }
  Stalled(const Stalled&) = delete;
  Stalled& operator=(const Stalled&) = delete;

  void round() {
    for (std::uint32_t i = 0; i < kConnectsPerRound; ++i) {
      if (m_open.size() >= kOpenMax) {
        ::close(m_open.front());  // as if its owner had given up
        m_open.pop_front();
      }
      const int fd = connect_from(stranger(m_begun++), m_port);
      if (fd < 0) return;
      m_open.push_back(fd);
      m_most = std::max(m_most, m_open.size());
    }
    // Of those of the round before, which are connected by now, some begin to speak and never end, and some upgrade and
    // never say Hello.
    const std::size_t connected = m_open.size() - std::min<std::size_t>(m_open.size(), kConnectsPerRound);
    for (std::size_t i = connected - std::min<std::size_t>(connected, kConnectsPerRound); i < connected; i += 2) {
      send_some(m_open[i], i % 4 == 0 ? std::string_view(kHalfRequest) : kUpgrade);
    }
  }
  [[nodiscard]] std::size_t most() const { return m_most; }
  [[nodiscard]] std::uint32_t begun() const { return m_begun; }

 private:
  std::uint16_t m_port;
  std::deque<int> m_open;
  std::size_t m_most = 0;
  std::uint32_t m_begun = 0;
};

}  // namespace

Feat half_open(Target& target) {
  Barrage barrage(target.udp_port);
  Stalled stalled(target.port);
  std::uint32_t number = 0;
  begin_together(target);
  while (is_on(target)) {
    stalled.round();
    for (std::uint32_t i = 0; i < kDatagramsPerRound; ++i) {
      const std::uint32_t from = stranger(number++);
      proto::CookieDatagram cookie;
      if (number % 3 == 1) cookie.kind = proto::CookieKind::kEcho;  // with a cookie that is none
      barrage.add(from, number % 3 == 2 ? enet_connect(number) : as_bytes(proto::make_cookie_datagram(cookie)));
    }
    barrage.send();
    ::usleep(1000);
  }
  char text[160];
  std::snprintf(text, sizeof(text),
                "%zu TCP connections open at once, %u begun; %llu cookie requests, echoes, connects", stalled.most(),
                stalled.begun(), static_cast<unsigned long long>(barrage.sent()));
  return {stalled.most() >= kOpenMax && barrage.sent() >= kOpenMax, text};
}

}  // namespace attack
