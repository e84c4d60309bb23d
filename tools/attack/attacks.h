/// What a stranger can do to a server from outside, each as a function that goes on until its time is over and says
/// what it achieved: an attack that achieved little shows nothing, however well the walkers fared. They run in
/// processes of their own, so none of them knows the walkers whom it disturbs; the ports of some of them are given, as
/// if they had been overheard or guessed.
#pragma once

#include <cstdint>
#include <functional>
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
  int seconds = 12;
  int ready_pipe = -1;  ///< where an attacker says that it is prepared ...
  int start_pipe = -1;  ///< ... and is told to begin
  proto::TimeUs until;  ///< on the steady clock, once it has begun
};

[[nodiscard]] inline bool is_on(const Target& target) { return worldbench::now_steady() < target.until; }
/// Everything is prepared: waits until all attackers are, doing this meanwhile. The time begins then.
void begin_together(Target& target, const std::function<void()>& meanwhile = {});

/// In words, and whether it is what the attack must achieve at least.
struct Feat {
  bool enough = false;
  std::string words;
};

struct Attack {
  const char* name;
  const char* what;
  Feat (*run)(Target&);
};

/// 10,000 addresses that begin a way in and do not go on, over UDP and TCP.
[[nodiscard]] Feat half_open(Target& target);
/// Datagrams at the rate of one core: noise, real ones cut short or with bits turned, forged state datagrams.
[[nodiscard]] Feat garbage(Target& target);
/// Frames and heads of noise over TCP, and pings without end.
[[nodiscard]] Feat garbage_web(Target& target);
/// Guests who are let in, make the hall speak to them, and never read; who is sent away comes again.
[[nodiscard]] Feat slow_readers(Target& target);
/// Guests with fragments that never become a packet, frames that are announced huge, frames of a byte and of none.
[[nodiscard]] Feat giants(Target& target);
/// ENet disconnects and connects from other addresses and in the walkers' own names; TCP resets in theirs.
[[nodiscard]] Feat forged_resets(Target& target);

[[nodiscard]] std::span<const Attack> all_attacks();

}  // namespace attack
