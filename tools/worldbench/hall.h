/// The place of the world bench: a hall of 100 x 100 m with 500 static colliders (outer walls and floor included), as a
/// mall document. Pillars, counters, benches and low steps stand on a grid, moved and turned by seeded dice, so that
/// everybody slides along something all the time and nobody is locked in. Furnished, it is the same place, but its
/// benches can be sat on and a part of its floor is a boutique with a few places for goods.
#pragma once

#include <string>

namespace worldbench {

inline constexpr float kHallHalf_m = 50;
inline constexpr int kHallColliders = 500;

/// The same text for the same seed.
[[nodiscard]] std::string hall_document(unsigned seed, bool furnished = false);

}  // namespace worldbench
