/// The hall in which feeling is measured: 60 x 60 m, walls around it, and on its floor some 500 seeded colliders:
/// boxes, hulls (ramps to walk up), stairs and loose triangles.
#pragma once

#include <cstdint>
#include <vector>

#include "world-server/world/mall.h"

namespace feel {

using proto::Vec3;

inline constexpr float kHalfHall_m = 30;

/// A way up: from the floor in front of stairs or a ramp to their top.
struct Ascent {
  Vec3 foot;
  Vec3 top;
};

struct Hall {
  world::Mall mall;
  std::vector<Ascent> ascents;
};

[[nodiscard]] Hall make_hall(std::uint64_t seed, std::size_t colliders);

}  // namespace feel
