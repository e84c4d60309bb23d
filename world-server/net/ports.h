/// The doors of the net thread: bounded queues to the world thread and the shop thread, and the few atomic figures by
/// which the threads tell each other that they are alive. Nothing else is shared.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "client-proto/core/bounded_queue.h"
#include "client-proto/core/time.h"
#include "world-server/api/http.h"
#include "world-server/api/people_port.h"
#include "world-server/net/limits.h"
#include "world-server/world/port.h"
#include "world-server/world/tick_stage.h"

namespace world::net {

/// A request on its way to the shop thread; the reply names the same id.
struct ShopCall {
  std::uint64_t id = 0;
  HttpRequest request;
};
struct ShopReply {
  std::uint64_t id = 0;
  HttpResponse response;
};

/// Durations of ticks in steps of 250 microseconds, so that percentiles cost no memory and no lock.
class TickTimes {
 public:
  static constexpr std::int64_t kStepUs = 250;
  static constexpr std::size_t kSteps = 400;  ///< up to 100 ms; longer ones count in the last

  void add(proto::SpanUs duration) {
    const auto step = static_cast<std::size_t>(duration.us < 0 ? 0 : duration.us / kStepUs);
    m_counts[step < kSteps ? step : kSteps - 1].fetch_add(1, std::memory_order_relaxed);
  }
  /// Ticks that took less than `duration`, a multiple of the step.
  [[nodiscard]] std::uint64_t below(proto::SpanUs duration) const {
    std::uint64_t count = 0;
    const auto end = std::min(kSteps, static_cast<std::size_t>(duration.us / kStepUs));
    for (std::size_t i = 0; i < end; ++i) count += m_counts[i].load(std::memory_order_relaxed);
    return count;
  }
  [[nodiscard]] std::uint64_t total() const { return below({kStepUs * static_cast<std::int64_t>(kSteps)}); }

 private:
  std::array<std::atomic<std::uint64_t>, kSteps> m_counts{};
};

/// How a chain is seen from here. None of these stops the shop: orders and consents wait.
enum class ChainState : std::uint8_t {
  kNone,         ///< not configured
  kWorking,      ///< or not asked yet
  kUnreachable,  ///< goes on by itself when the node is back
  kWrongChain,   ///< an operator has to look
  kForgotten,    ///< likewise: the node has lost blocks that were known
};

/// Signs of life, written by the thread that lives and read by /healthz and /metrics.
struct Vitals {
  std::atomic<std::uint32_t> world_tick{0};
  std::atomic<std::int64_t> world_beat_us{0};
  std::atomic<std::int64_t> tick_zero_us{0};  ///< on the steady clock: when tick 0 would have begun
  std::atomic<std::int64_t> shop_beat_us{0};
  std::atomic<bool> database_ok{false};
  std::atomic<std::uint64_t> ticks_late{0};
  std::atomic<std::size_t> parties{0};
  std::atomic<std::size_t> invitations{0};
  std::atomic<ChainState> shop_chain{ChainState::kNone};
  std::atomic<ChainState> customer_chain{ChainState::kNone};
  TickTimes tick_times;
  std::array<std::atomic<std::uint64_t>, kTickStages> stage_us{};  ///< by TickStage
};

/// Pushes again and again while the queue is full, as long as `keep_trying` says so. False: given up, `item` is whole.
template <class T, class KeepTrying>
bool push_patiently(proto::BoundedQueue<T>& queue, T& item, KeepTrying keep_trying) {
  while (!queue.push(static_cast<T&&>(item))) {  // a refused push leaves the item untouched
    if (!keep_trying()) return false;
  }
  return true;
}

struct Ports {
  proto::BoundedQueue<ShopCall> to_shop{kShopQueueMax};
  proto::BoundedQueue<ShopReply> from_shop{kReplyQueueMax};
  proto::BoundedQueue<PeopleNote> people_notes{kPeopleNotesMax};
  proto::BoundedQueue<DoorOrder> door_orders{kDoorOrdersMax};
  proto::BoundedQueue<NetToWorld> to_world{kWorldQueueMax};
  proto::BoundedQueue<TickOutput> from_world{kOutputQueueMax};
  proto::BoundedQueue<TickOutput> spent{kOutputQueueMax};  ///< outputs that net has sent, for the world to fill again
  Vitals vitals;
};

}  // namespace world::net
