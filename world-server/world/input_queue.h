/// The inputs of one client between arrival and simulation. A step is paid with a token; one token comes with every
/// tick of the server, and only a few can be saved. So a client whose inputs come late and in a heap catches up, and a
/// client that sends more inputs than time has passed gains nothing: what it sends too much is thrown away.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "client-proto/wire/messages.h"

namespace world {

inline constexpr std::size_t kInputsQueuedMax = 16;
/// Steps that a silent client saves: what a hiccup of the network may take and still cost nothing.
inline constexpr std::uint32_t kStepTokensMax_ticks = 8;
/// Even with tokens in hand nobody is moved faster than this, so that others do not see a jump.
inline constexpr std::uint32_t kStepsPerTickMax = 2;
/// With more inputs than this waiting and no token to pay for them, the oldest are thrown away: a client whose clock
/// runs fast would else walk ever further in the past.
inline constexpr std::size_t kInputsLagMax = 6;
/// After this long without inputs the avatar is simulated without any wish, so that it lands and stops.
inline constexpr std::uint32_t kSilenceMax_ticks = 10;

class InputQueue {
 public:
  /// Forgets everything, as for a new connection.
  void reset() { *this = {}; }

  /// Queues the inputs of the batch that are newer than any queued before and still fit. False, and nothing is queued,
  /// when the batch holds an input out of range.
  [[nodiscard]] bool accept(const proto::Inputs& batch);

  void begin_tick();
  /// The next input to simulate, paid for; nothing when none waits or no token is left. Call up to kStepsPerTickMax
  /// times.
  [[nodiscard]] std::optional<proto::MoveInput> take();
  /// Drops what will never be simulated in time. True when the avatar must be moved by a step without a wish.
  [[nodiscard]] bool end_tick();

  /// Sequence of the last input that was simulated or dropped; 0 before the first.
  [[nodiscard]] std::uint16_t acked() const { return m_acked; }
  [[nodiscard]] std::size_t waiting() const { return m_count; }

 private:
  struct Waiting {
    std::uint16_t sequence = 0;
    proto::MoveInput input;
  };
  void pop();

  std::array<Waiting, kInputsQueuedMax> m_ring{};
  std::size_t m_first = 0;
  std::size_t m_count = 0;
  bool m_any = false;
  std::uint16_t m_newest = 0;  ///< queued so far
  std::uint16_t m_acked = 0;
  std::uint32_t m_tokens_ticks = 0;
  std::uint32_t m_silent_ticks = 0;
};

}  // namespace world
