#include "tools/attack/newcomer.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "tools/worldbench/porter.h"

namespace attack {

namespace {
constexpr auto kPause = std::chrono::milliseconds(250);
constexpr std::uint32_t kFirst = 0x7f040001;  // 127.4.0.1
constexpr std::uint32_t kPerNetwork = 250;
}  // namespace

Newcomer::Newcomer(Door door) : m_door(std::move(door)) {
  m_thread = std::thread([this] { run(); });
}

Newcomer::~Newcomer() {
  m_ending.store(true);
  m_thread.join();
}

bool Newcomer::come_in(Person& person, bool over_udp) {
  if (over_udp) {
    const NativeGuest guest = person.come_native();
    if (guest.link) guest.link->leave();
    return guest.link != nullptr;
  }
  const int fd = person.come_web();
  if (fd < 0) return false;
  constexpr std::uint8_t kLeaving[] = {1000 >> 8, 1000 & 0xff};
  send_some(fd, frame(8, true, kLeaving));
  ::close(fd);
  return true;
}

void Newcomer::run() {
  for (std::uint32_t number = 0; !m_ending.load(); ++number) {
    std::this_thread::sleep_for(kPause);
    const int round = m_round.load();
    if (!asks(round)) continue;
    Person person(m_door, kFirst + (number / kPerNetwork << 8U) + number % kPerNetwork, static_cast<int>(number));
    const std::int64_t asked = worldbench::now_steady().us;
    m_asked_us.store(asked);
    while (asks(round) && !come_in(person, number % 2 == 1)) std::this_thread::sleep_for(kPause);
    const std::int64_t took = worldbench::now_steady().us - asked;
    if (!asks(round)) continue;  // `end` has counted it
    m_asked_us.store(0);
    m_longest_us.store(std::max(m_longest_us.load(), took));
    m_let_in.fetch_add(1);
  }
}

Newcomer::Wait Newcomer::end() {
  m_asks.store(false);
  const std::int64_t asked = m_asked_us.exchange(0);
  const std::int64_t waiting = asked == 0 ? 0 : worldbench::now_steady().us - asked;
  return {static_cast<double>(std::max(m_longest_us.load(), waiting)) * 1e-3, m_let_in.load()};
}

}  // namespace attack
