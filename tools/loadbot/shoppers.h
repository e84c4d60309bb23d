/// Bots that walk about or shop, over ENet and WebSocket, each with the same brain that people's clients have, and what
/// they measured.
#pragma once

#include <cstdint>
#include <string>

namespace loadbot {

struct CrowdPlan {
  std::string base_url;
  std::string host;
  std::uint16_t port = 0;
  bool tls = false;
  int enet = 0;
  int web = 0;
  int seconds = 30;
  bool shops = false;      ///< they behave like shoppers (shopper.h) instead of only walking about
  std::uint64_t seed = 1;  ///< of what the shoppers do
};

/// Prints the table; the number of bots that did not stay to the end.
[[nodiscard]] int run_crowd(const CrowdPlan& plan);

}  // namespace loadbot
