#include "chain-bridge/eth/keccak.h"

#include <array>
#include <bit>

namespace chain {

namespace {

constexpr std::size_t kRateBytes = 136;
constexpr std::size_t kRounds = 24;
using State = std::array<std::uint64_t, 25>;

/// Round constants: bit 2^j - 1 of each is the output of the LFSR x^8 + x^6 + x^5 + x^4 + 1 (Keccak reference, 1.2).
constexpr std::array<std::uint64_t, kRounds> round_constants() {
  std::array<std::uint64_t, kRounds> constants{};
  std::uint8_t lfsr = 1;
  for (auto& constant : constants) {
    for (unsigned j = 0; j < 7; ++j) {
      if ((lfsr & 1U) != 0) constant |= std::uint64_t{1} << ((1U << j) - 1U);
      lfsr = static_cast<std::uint8_t>((std::uint32_t{lfsr} << 1U) ^ ((lfsr & 0x80U) != 0 ? 0x71U : 0U));
    }
  }
  return constants;
}

/// Rotation offsets and lane order of rho and pi, walked along (x, y) -> (y, 2x + 3y).
struct LaneStep {
  std::size_t lane;
  int rotation;
};
constexpr std::array<LaneStep, 24> lane_steps() {
  std::array<LaneStep, 24> steps{};
  std::size_t x = 1;
  std::size_t y = 0;
  for (int t = 0; t < 24; ++t) {
    const std::size_t next = (2 * x + 3 * y) % 5;
    x = y;
    y = next;
    steps[static_cast<std::size_t>(t)] = {x + 5 * y, ((t + 1) * (t + 2) / 2) % 64};
  }
  return steps;
}

void theta(State& a) {
  std::array<std::uint64_t, 5> column{};
  for (std::size_t x = 0; x < 5; ++x) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
  for (std::size_t x = 0; x < 5; ++x) {
    const std::uint64_t mix = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
    for (std::size_t y = 0; y < 25; y += 5) a[y + x] ^= mix;
  }
}

void rho_pi(State& a) {
  static constexpr auto kSteps = lane_steps();
  std::uint64_t carried = a[1];
  for (const LaneStep& step : kSteps) {
    const std::uint64_t kept = a[step.lane];
    a[step.lane] = std::rotl(carried, step.rotation);
    carried = kept;
  }
}

void chi(State& a) {
  for (std::size_t y = 0; y < 25; y += 5) {
    const std::array<std::uint64_t, 5> row{a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
    for (std::size_t x = 0; x < 5; ++x) a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
  }
}

void permute(State& a) {
  static constexpr auto kConstants = round_constants();
  for (const std::uint64_t constant : kConstants) {
    theta(a);
    rho_pi(a);
    chi(a);
    a[0] ^= constant;
  }
}

void absorb_byte(State& a, std::size_t position, std::uint8_t byte) {
  a[position / 8] ^= static_cast<std::uint64_t>(byte) << (8 * (position % 8));
}

}  // namespace

Word keccak256(ByteView data) {
  State state{};
  std::size_t position = 0;
  for (const std::uint8_t byte : data) {
    absorb_byte(state, position, byte);
    if (++position == kRateBytes) {
      permute(state);
      position = 0;
    }
  }
  absorb_byte(state, position, 0x01);
  absorb_byte(state, kRateBytes - 1, 0x80);
  permute(state);
  Word digest;
  for (std::size_t i = 0; i < 32; ++i) digest.bytes[i] = static_cast<std::uint8_t>(state[i / 8] >> (8 * (i % 8)));
  return digest;
}

Word keccak256(std::string_view text) {
  return keccak256(ByteView{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace chain
