/// One's own avatar, ahead of the server: every input is applied at once with the server's own rule, kept until the
/// server acknowledges it, and compared. Where the server came out elsewhere, its state is taken and the later inputs
/// are applied again.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "client-proto/move/movement.h"
#include "client-proto/wire/snapshot.h"

namespace proto {

/// Inputs that may wait for the server: 3.2 s. A client that is not answered for longer stands still.
constexpr std::size_t kPendingInputsMax = 64;

class Prediction {
 public:
  /// The server's word on oneself. False if it is older than what is known.
  bool reconcile(const CollisionWorld& world, const OwnState& own, std::uint32_t tick);
  /// One step; nothing happens before the first `reconcile` or while too many inputs wait.
  bool apply(const CollisionWorld& world, const MoveInput& input);

  [[nodiscard]] bool known() const { return m_known; }
  [[nodiscard]] const MoveState& state() const { return m_pending.empty() ? m_base : m_pending.back().after; }
  /// The state that one more step would lead to.
  [[nodiscard]] MoveState ahead(const CollisionWorld& world, const MoveInput& input) const;
  /// The last inputs that the server has not acknowledged, at most kInputsPerPacketMax; empty if none wait.
  [[nodiscard]] std::vector<MoveInput> unacknowledged() const;
  [[nodiscard]] std::uint16_t newest_sequence() const { return static_cast<std::uint16_t>(m_next_sequence - 1U); }
  [[nodiscard]] std::uint16_t acked_sequence() const { return m_base_sequence; }
  [[nodiscard]] std::size_t waiting() const { return m_pending.size(); }
  [[nodiscard]] std::uint32_t corrections() const { return m_corrections; }
  [[nodiscard]] float correction_max_m() const { return m_correction_max_m; }

 private:
  struct Pending {
    MoveInput input;
    MoveState after;
  };
  void replay(const CollisionWorld& world);
  [[nodiscard]] bool can_step() const { return m_known && m_pending.size() < kPendingInputsMax; }

  bool m_known = false;
  std::uint32_t m_tick = 0;
  MoveState m_base;                   ///< after m_base_sequence, as the server says
  std::uint16_t m_base_sequence = 0;  ///< the first input has sequence 1
  std::uint16_t m_next_sequence = 1;
  std::deque<Pending> m_pending;  ///< the front has sequence m_base_sequence + 1
  std::uint32_t m_corrections = 0;
  float m_correction_max_m = 0;
};

}  // namespace proto
