/// How a closed door stands in the way: it lets out and never in. A closed door is solid for whoever stands clear of it
/// on its outer side, and is not there for everybody else. So nobody can be shut in: who is inside when it closes walks
/// out, who stands in the doorway walks out or in, and who has left it is outside. And nobody gets in: a solid box is
/// never entered, however it is run or jumped at, and only who is in it or behind it finds it open. The rule knows
/// nothing but scene and place, so server and client agree on it without a word about who was where when it closed.
#pragma once

#include "client-proto/move/collision_world.h"

namespace proto {

/// Whether somebody whose feet are here can not pass this closed door.
[[nodiscard]] bool is_shut_for(const Shape& door, Vec3 feet);

}  // namespace proto
