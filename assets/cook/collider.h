/// Boxes to bump into, made from what the piece covers on the floor: a grid of columns, each as high as what stands in
/// it, gathered into a few boxes. One box for a cupboard, seat and back apart for a chair, an L of two for a corner
/// sofa.
#pragma once

#include <vector>

#include "assets/cook/soup.h"
#include "assets/piece.h"

namespace assets {

/// Of a placed soup (on the floor, in metres); at most kColliderBoxesMax boxes, at least one.
[[nodiscard]] std::vector<ColliderBox> make_colliders(const Soup& soup);

}  // namespace assets
