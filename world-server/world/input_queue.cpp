#include "world-server/world/input_queue.h"

#include <algorithm>

#include "client-proto/wire/snapshot.h"

namespace world {
namespace {

bool in_range(const proto::MoveInput& input) {
  return (input.buttons & ~unsigned{proto::kButtonsMask}) == 0 && input.move_x >= -127 && input.move_z >= -127 &&
         input.yaw < proto::kYawUnitsPerTurn;
}

}  // namespace

bool InputQueue::accept(const proto::Inputs& batch) {
  if (batch.inputs.empty() || batch.inputs.size() > proto::kInputsPerPacketMax) return false;
  if (!std::all_of(batch.inputs.begin(), batch.inputs.end(), in_range)) return false;
  for (std::size_t i = 0; i < batch.inputs.size(); ++i) {
    const auto sequence = static_cast<std::uint16_t>(batch.newest - (batch.inputs.size() - 1 - i));
    if (m_any && proto::sequence_distance(sequence, m_newest) <= 0) continue;
    // The client repeats what is not acknowledged, so what does not fit now comes again.
    if (m_count == kInputsQueuedMax) break;
    m_ring[(m_first + m_count) % kInputsQueuedMax] = {sequence, batch.inputs[i]};
    ++m_count;
    m_newest = sequence;
    m_any = true;
  }
  return true;
}

void InputQueue::begin_tick() {
  m_tokens_ticks = std::min(m_tokens_ticks + 1, kStepTokensMax_ticks);
  m_silent_ticks = std::min(m_silent_ticks + 1, kSilenceMax_ticks + 1);
}

void InputQueue::pop() {
  m_acked = m_ring[m_first].sequence;
  m_first = (m_first + 1) % kInputsQueuedMax;
  --m_count;
}

std::optional<proto::MoveInput> InputQueue::take() {
  if (m_count == 0 || m_tokens_ticks == 0) return std::nullopt;
  const proto::MoveInput input = m_ring[m_first].input;
  pop();
  --m_tokens_ticks;
  m_silent_ticks = 0;
  return input;
}

bool InputQueue::end_tick() {
  while (m_tokens_ticks == 0 && m_count > kInputsLagMax) pop();
  if (m_count > 0 || m_silent_ticks <= kSilenceMax_ticks) return false;
  m_tokens_ticks = 0;
  return true;
}

}  // namespace world
