#include "world-server/world/seats.h"

#include <string>

#include "client-proto/move/movement.h"
#include "client-proto/move/sitting.h"
#include "world-server/world/arrival.h"

namespace world {
namespace {

/// Above what one steps over without noticing.
constexpr float kLift_m = 0.1F;

/// Whoever sits down could walk to the place before the seat: neither another bench nor a wall is between, nor a gap
/// that is too narrow.
bool is_reachable(const proto::CollisionWorld& collision, Vec3 from, Vec3 to) {
  if (proto::length(to - from) > kSitReach_m) return false;
  return !proto::sweep_capsule(collision, from + Vec3{0, kLift_m, 0}, to - from).hit;
}

}  // namespace

Seats::Seats(std::span<const SeatPlan> seats, std::size_t rows) : m_seat_of(rows, kNone) {
  for (const SeatPlan& plan : seats) m_seats.push_back({plan.position, yaw_units_of_angle(plan.yaw_rad)});
}

std::optional<proto::MoveState> Seats::sit_down(std::size_t row, std::size_t seat, Vec3 from,
                                                const proto::CollisionWorld& collision) {
  if (seat >= m_seats.size() || m_seats[seat].taken_by != kNobody) return std::nullopt;
  Seat& wanted = m_seats[seat];
  const auto before = proto::place_to_stand(collision, wanted.position, wanted.yaw);
  if (!before || !is_reachable(collision, from, *before)) return std::nullopt;
  leave(row);
  wanted.taken_by = static_cast<std::uint16_t>(row);
  m_seat_of[row] = static_cast<std::uint16_t>(seat);
  const float way_m = proto::length(*before - from) + proto::length(wanted.position - *before);
  return proto::seated(wanted.position, wanted.yaw, way_m);
}

bool Seats::leave(std::size_t row) {
  if (m_seat_of[row] == kNone) return false;
  m_seats[m_seat_of[row]].taken_by = kNobody;
  m_seat_of[row] = kNone;
  return true;
}

proto::Status<MallError> check_seats(const Mall& mall, const proto::CollisionWorld& collision) {
  for (std::size_t i = 0; i < mall.seats.size(); ++i) {
    const SeatPlan& seat = mall.seats[i];
    if (proto::place_to_stand(collision, seat.position, yaw_units_of_angle(seat.yaw_rad))) continue;
    return proto::fail(MallError{"/seats/" + std::to_string(i), "has no free floor around it to stand up to"});
  }
  return proto::Unit{};
}

}  // namespace world
