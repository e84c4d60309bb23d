/// The surface of a convex hull as triangles. Small inputs only: every triple of points is tried.
#pragma once

#include <span>
#include <vector>

#include "client-proto/move/collision_world.h"

namespace proto {

/// Outward triangles (counter-clockwise seen from outside) of the hull of at most kHullPointsMax points; empty when the
/// points enclose no volume. Points within 0.1 mm of a face count as lying in it.
[[nodiscard]] std::vector<TriangleCollider> hull_surface(std::span<const Vec3> points);

}  // namespace proto
