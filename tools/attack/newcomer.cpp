#include "tools/attack/newcomer.h"

#include <algorithm>
#include <chrono>

#include "tools/attack/attacks.h"
#include "tools/loadbot/api_client.h"

namespace attack {

namespace {
constexpr auto kPause = std::chrono::milliseconds(250);
constexpr std::int64_t kRefused_us = 60'000'000;  ///< no answer at all counts as a minute
}  // namespace

Newcomer::Newcomer(std::string base_url) : m_base_url(std::move(base_url)) {
  m_thread = std::thread([this] { run(); });
}

Newcomer::~Newcomer() {
  m_ending.store(true);
  m_thread.join();
}

void Newcomer::run() {
  while (!m_ending.load()) {
    std::this_thread::sleep_for(kPause);
    if (!m_asks.load()) continue;
    const std::int64_t asked = worldbench::now_steady().us;
    m_asked_us.store(asked);
    const bool answered = loadbot::http("GET", m_base_url + "/healthz", {}, {}).status != 0;
    const std::int64_t took = answered ? worldbench::now_steady().us - asked : kRefused_us;
    m_asked_us.store(0);
    if (m_asks.load()) m_longest_us.store(std::max(m_longest_us.load(), took));
  }
}

double Newcomer::end_ms() {
  m_asks.store(false);
  const std::int64_t asked = m_asked_us.load();
  const std::int64_t waiting = asked == 0 ? 0 : worldbench::now_steady().us - asked;
  return static_cast<double>(std::max(m_longest_us.load(), waiting)) * 1e-3;
}

}  // namespace attack
