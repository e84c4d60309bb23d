/// What a stranger can do to a server from outside, each as a function that goes on until its time is over and says in
/// a line what it achieved. They run in processes of their own, so none of them knows the walkers whom it disturbs; the
/// ports of some of them are given, as if they had been overheard or guessed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "client-proto/core/time.h"
#include "tools/worldbench/porter.h"

namespace attack {

struct Target {
  std::string base_url;
  std::uint16_t port = 0;
  std::uint16_t udp_port = 0;
  std::vector<std::uint16_t> udp_victims;  ///< ports of walkers, on 127.0.0.1
  std::vector<std::uint16_t> tcp_victims;
  unsigned seed = 1;
  proto::TimeUs until;  ///< on the steady clock
};

[[nodiscard]] inline bool is_on(const Target& target) { return worldbench::now_steady() < target.until; }

struct Attack {
  const char* name;
  const char* what;
  std::string (*run)(const Target&);
};

/// 10,000 addresses that begin a way in and do not go on, over UDP and TCP.
[[nodiscard]] std::string half_open(const Target& target);
/// Datagrams at the rate of one core: noise, real ones cut short or with bits turned, forged state datagrams.
[[nodiscard]] std::string garbage(const Target& target);
/// Frames and heads of noise over TCP, and pings without end.
[[nodiscard]] std::string garbage_web(const Target& target);
/// Guests who are let in, make the hall speak to them, and never read.
[[nodiscard]] std::string slow_readers(const Target& target);
/// Guests with fragments that never become a packet, frames that are announced huge, frames of a byte and of none.
[[nodiscard]] std::string giants(const Target& target);
/// ENet disconnects and connects from other addresses and in the walkers' own names; TCP resets in theirs.
[[nodiscard]] std::string forged_resets(const Target& target);

[[nodiscard]] std::span<const Attack> all_attacks();

}  // namespace attack
