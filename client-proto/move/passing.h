/// How people walk past each other. Avatars do not block each other: nobody can be pushed, held or shut in by others.
/// What remains is manners, and those belong to the wish, not to the movement: before a wish becomes an input, it is
/// bent a little aside for people who are in the way, to the right unless the left is clearly nearer. The server moves
/// everybody by the inputs alone and need not know; prediction stays exact.
///
/// The rule is that of reciprocal velocity obstacles (van den Berg, Lin, Manocha 2008) with one axis: of the sideways
/// speeds that lead past the other with enough room, the nearest is wanted; who meets somebody that walks goes half of
/// the way there and leaves the other half to that person, so the two neither sway nor both give way twice.
///
/// The bend is bounded and the wish keeps its length: whatever others do, one gets forward with at least 5/6 of the
/// speed one wished for, and who wishes nothing stays where he is.
#pragma once

#include <span>

#include "client-proto/move/collision_world.h"
#include "client-proto/move/state.h"

namespace proto {

/// Somebody who may be in the way.
struct Passer {
  Vec3 position;  ///< of the feet
  Vec3 velocity;  ///< metres a second
};

/// People farther away are not considered, by who walks and by who runs.
constexpr float kPassReachWalking_m = 1.6F;
constexpr float kPassReach_m = 2.9F;
/// Between the middles of two who pass each other: their shoulders and a hand's breadth.
constexpr float kPassRoom_m = 0.62F;
/// Sideways to forward, at most: 31 degrees.
constexpr float kPassBendMax = 0.6F;
/// Of those in reach so many are looked at.
constexpr std::size_t kPassersMax = 16;

/// `wish` as somebody with manners has it. It comes back as it was when nobody is in the way, in a crowd, in the air,
/// and where stepping aside would lead over an edge.
[[nodiscard]] MoveInput passing(const CollisionWorld& world, const MoveState& self, const MoveInput& wish,
                                std::span<const Passer> others);

}  // namespace proto
