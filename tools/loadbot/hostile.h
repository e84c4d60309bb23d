/// What no honest client does, done to a running server, with the word that it must answer each time.
#pragma once

#include <cstdint>
#include <string>

namespace loadbot {

/// Prints one line per attack; the number of attacks that were not answered as they must.
[[nodiscard]] int run_hostile(const std::string& base_url, const std::string& host, std::uint16_t port, bool tls);

}  // namespace loadbot
