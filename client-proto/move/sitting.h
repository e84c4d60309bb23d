/// Sitting down and standing up, as part of the movement rule. Who sits is a state like any other: it has its place
/// (the middle of the seat's surface), it is predicted, resumed and replayed. A server sits somebody down, because only
/// it knows which seats are free; standing up is the rule's own: any wish to walk or jump ends the sitting, and the
/// rule finds the place to stand from the scene alone, so that a client predicts it without knowing the seats.
///
/// Whoever sits down is on the seat at once, but stays there for as long as walking to it would have taken. So a row of
/// seats is no faster way than the floor before it.
#pragma once

#include <optional>

#include "client-proto/move/collision_world.h"
#include "client-proto/move/state.h"

namespace proto {

/// From the middle of a seat to where one stands before it.
constexpr float kStandUp_m = 0.7F;

/// The state of somebody who has just sat down here, from `way_m` away. A wish that is still held from walking here
/// does not end it.
[[nodiscard]] MoveState seated(Vec3 seat, std::uint16_t yaw, float way_m);

/// Where one stands up from a seat: in front of it, else at a slant, beside it, behind it. Nothing when all of these
/// are taken by colliders, cut off by a wall or without a floor.
[[nodiscard]] std::optional<Vec3> place_to_stand(const CollisionWorld& world, Vec3 seat, std::uint16_t yaw);

/// One step of somebody who sits; `step` comes here by itself.
[[nodiscard]] MoveState step_seated(const CollisionWorld& world, const MoveState& state, const MoveInput& input);

}  // namespace proto
