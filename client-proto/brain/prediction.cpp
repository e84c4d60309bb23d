#include "client-proto/brain/prediction.h"

namespace proto {

bool Prediction::apply(const CollisionWorld& world, const MoveInput& input) {
  if (!can_step()) return false;
  m_pending.push_back({input, step(world, state(), input)});
  ++m_next_sequence;
  return true;
}

MoveState Prediction::ahead(const CollisionWorld& world, const MoveInput& input) const {
  return can_step() ? step(world, state(), input) : state();
}

bool Prediction::reconcile(const CollisionWorld& world, const OwnState& own, std::uint32_t tick) {
  if (m_known && static_cast<std::int32_t>(tick - m_tick) <= 0) return false;
  const int acknowledged = sequence_distance(own.acked_input, m_base_sequence);
  if (acknowledged < 0 || static_cast<std::size_t>(acknowledged) > m_pending.size()) return false;
  MoveState expected = m_base;
  for (int i = 0; i < acknowledged; ++i) {
    expected = m_pending.front().after;
    m_pending.pop_front();
  }
  const bool right = m_known && expected == own.state;
  m_tick = tick;
  m_base = own.state;
  m_base_sequence = own.acked_input;
  if (right) return true;
  if (m_known) {
    ++m_corrections;
    m_correction_max_m = larger(m_correction_max_m, length(own.state.position - expected.position));
  }
  m_known = true;
  replay(world);
  return true;
}

void Prediction::replay(const CollisionWorld& world) {
  MoveState state = m_base;
  for (Pending& pending : m_pending) {
    state = step(world, state, pending.input);
    pending.after = state;
  }
}

std::vector<MoveInput> Prediction::unacknowledged() const {
  const std::size_t skipped = m_pending.size() > kInputsPerPacketMax ? m_pending.size() - kInputsPerPacketMax : 0;
  std::vector<MoveInput> inputs;
  for (std::size_t i = skipped; i < m_pending.size(); ++i) inputs.push_back(m_pending[i].input);
  return inputs;
}

}  // namespace proto
