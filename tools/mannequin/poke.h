/// Poke-through as a number. Two meshes that follow the same skeleton with different weights may cross when the body
/// moves; what is then seen is skin outside of cloth. The share of covered vertices that are drawn and lie outside of
/// the garment, over all poses of a clip, is the measure.
#pragma once

#include "tools/mannequin/motion.h"
#include "tools/mannequin/tailor.h"

namespace mannequin {

/// The lower layer: the body, or a garment that is worn underneath.
struct Underneath {
  const LevelOfDetail* level = nullptr;
  Drape drape;
  /// The bit of the upper garment's cover in `hidden_by`.
  std::uint32_t hidden_bit = 0;
};

struct PokeThrough {
  /// Vertices under the garment, times poses.
  std::size_t covered = 0;
  /// Of these, drawn and outside.
  std::size_t poking = 0;
  [[nodiscard]] double share() const {
    return covered == 0 ? 0 : static_cast<double>(poking) / static_cast<double>(covered);
  }
};

[[nodiscard]] PokeThrough poke_through(const Body& body, const Garment& garment, const LevelOfDetail& sewn,
                                       const Underneath& underneath, const std::vector<Pose>& poses);

/// Evenly spaced moments of a clip.
[[nodiscard]] std::vector<Pose> moments(const Clip& clip, std::size_t count);

}  // namespace mannequin
