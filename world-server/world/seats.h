/// Who sits where. A seat holds one person; whoever stands up, goes or is sent away frees it. That somebody sits is
/// part of the movement state (client-proto/move/sitting.h); here is only what the movement rule need not know: which
/// seats there are, and which are taken.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "client-proto/move/state.h"
#include "world-server/world/mall.h"

namespace world {

/// Who wants to sit down stands this near to where one stands up from the seat.
inline constexpr float kSitReach_m = 1.0F;

class Seats {
 public:
  Seats(std::span<const SeatPlan> seats, std::size_t rows);

  /// The state of `row` on the seat, which is theirs then. Nothing when there is no such seat, it is taken, nobody
  /// could stand up from it, or it is not within reach of somebody who stands at `from`.
  [[nodiscard]] std::optional<proto::MoveState> sit_down(std::size_t row, std::size_t seat, Vec3 from,
                                                         const proto::CollisionWorld& collision);
  /// Whatever seat the row has is free again. False when it had none.
  bool leave(std::size_t row);

 private:
  static constexpr std::uint16_t kNobody = 0xffff;
  static constexpr std::uint16_t kNone = 0xffff;
  struct Seat {
    Vec3 position;
    std::uint16_t yaw = 0;
    std::uint16_t taken_by = kNobody;  ///< row
  };
  std::vector<Seat> m_seats;
  std::vector<std::uint16_t> m_seat_of;  ///< by row
};

/// Refuses a mall with a seat from which nobody could stand up.
[[nodiscard]] proto::Status<MallError> check_seats(const Mall& mall, const proto::CollisionWorld& collision);

}  // namespace world
