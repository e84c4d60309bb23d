#include "tools/worldbench/porter.h"

#include <chrono>
#include <utility>

namespace worldbench {

namespace {
constexpr std::chrono::milliseconds kLookAgain{1};
/// Each guest makes three connections, of which a server with TLS takes 250 a second in all.
constexpr std::chrono::milliseconds kBetweenGuests{20};
constexpr std::chrono::milliseconds kAfterRefusal{200};
}  // namespace

proto::TimeUs now_steady() {
  const auto time = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(time).count()};
}

Porter::Porter(std::string base_url, int guests) : m_base_url(std::move(base_url)) {
  m_thread = std::thread([this, guests] { fetch(guests); });
}

Porter::~Porter() {
  m_ending.store(true);
  m_thread.join();
}

void Porter::fetch(int guests) {
  for (int i = 0; i < guests && !m_ending.load(); ++i) {
    Guest guest;
    std::this_thread::sleep_for(kBetweenGuests);
    guest.asked = now_steady();
    const auto admission = loadbot::admit(m_base_url, "Walker " + std::to_string(i), i % 3, i % 8);
    if (!admission) {
      ++m_refused;
      std::this_thread::sleep_for(kAfterRefusal);
      continue;
    }
    guest.admission = *admission;
    while (!m_guests.push(Guest(guest))) {
      if (m_ending.load()) return;
      std::this_thread::sleep_for(kLookAgain);
    }
  }
  m_guests.close();
}

}  // namespace worldbench
