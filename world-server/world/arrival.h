/// Where somebody who comes in stands: on one of the mall's spawns or close around it, on a floor, clear of walls, and
/// not in somebody else if that can be helped. And where somebody stands who is brought to a friend. Nobody is brought
/// into a boutique that is closed: who would arrive in it arrives before its door.
#pragma once

#include <cstdint>
#include <optional>

#include "client-proto/move/collision_world.h"
#include "client-proto/move/state.h"
#include "world-server/world/mall.h"
#include "world-server/world/people.h"

namespace world {

/// Radians as the movement rule counts them.
[[nodiscard]] std::uint16_t yaw_units_of_angle(float yaw_rad);

/// The closed boutique that somebody here is in, its doorway included; its index in the mall.
[[nodiscard]] std::optional<std::size_t> closed_boutique_at(const Mall& mall, const proto::CollisionWorld& collision,
                                                            Vec3 feet);

/// `turn` counts arrivals, so that people do not all come in at the first spawn.
[[nodiscard]] proto::MoveState choose_arrival(const Mall& mall, const proto::CollisionWorld& collision,
                                              const People& people, std::uint32_t turn);

/// Beside somebody whose feet are at `friend_feet`, facing them; nothing when there is no free floor around.
[[nodiscard]] std::optional<proto::MoveState> choose_beside(const proto::CollisionWorld& collision,
                                                            const People& people, Vec3 friend_feet);

/// Before a door of this boutique, facing it; nothing when there is no room.
[[nodiscard]] std::optional<proto::MoveState> choose_before_door(const Boutique& boutique,
                                                                 const proto::CollisionWorld& collision,
                                                                 const People& people);

/// True when a capsule standing there would be inside of a collider by more than rounding and a shop's careless box
/// allow.
[[nodiscard]] bool is_buried(const proto::CollisionWorld& collision, Vec3 feet);

}  // namespace world
