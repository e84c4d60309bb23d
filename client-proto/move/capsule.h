/// How far the avatar's capsule is from one collider. Everything the movement rule knows about geometry is this one
/// function.
#pragma once

#include "client-proto/move/collision_world.h"

namespace proto {

struct Separation {
  float distance_m = 0;    ///< between the surfaces; negative when they overlap
  Vec3 normal;             ///< unit, from the collider to the capsule
  float floor_cosine = 0;  ///< how level the touched surface is, seen from the capsule: 1 floor, 0 wall, -1 ceiling
};

[[nodiscard]] Separation separation(const Shape& shape, Vec3 feet);

}  // namespace proto
