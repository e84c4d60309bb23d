/// The body of one shape as a field, with the skeleton inside it and the weights by which each point follows the
/// joints. Weights are a pure function of the rest position, so a garment inherits the body's by asking at its own
/// vertices, and both bend alike.
#pragma once

#include <vector>

#include "tools/mannequin/measures.h"
#include "tools/mannequin/skeleton.h"

namespace mannequin {

/// A finger's or thumb's segment.
struct Bone {
  Vec3 from, to;
  double radius_from = 0, radius_to = 0;
};

/// How a piece of cloth takes part in the movement of what is under it.
struct Drape {
  /// Below the waist, the share of the legs' movement that reaches the cloth; 1 follows the legs like trousers.
  double leg_share = 1;
  /// A skirt ignores ankles and blends softly between left and right over this half width; 0 for trousers.
  double skirt_blend_m = 0;
  /// The height at which a skirt begins to follow the legs, and where it follows them most.
  double skirt_top_m = .99, skirt_bottom_m = .60;
};

class Body {
 public:
  explicit Body(Shape shape);

  /// The whole skin. Public parts below are what garments are cut from.
  [[nodiscard]] double distance(const Vec3& p) const;

  [[nodiscard]] double torso_core(const Vec3& p) const;
  [[nodiscard]] double chest(const Vec3& p) const;
  [[nodiscard]] double glutes(const Vec3& p) const;
  /// The torso with chest and glutes; `looseness` 1 is skin, more lets the cloth bridge the hollows between them.
  [[nodiscard]] double torso(const Vec3& p, double looseness) const;
  /// The left leg without its foot.
  [[nodiscard]] double leg(const Vec3& p) const { return m_leg.distance(p); }
  [[nodiscard]] double foot(const Vec3& p) const { return m_foot.distance(p); }
  /// Both arms without hands.
  [[nodiscard]] double arms(const Vec3& p) const;
  [[nodiscard]] double upper_arms(const Vec3& p) const { return m_upper_arm.distance(left_side(p)); }
  [[nodiscard]] double forearms(const Vec3& p) const { return m_forearm.distance(left_side(p)); }
  [[nodiscard]] double neck(const Vec3& p) const;

  [[nodiscard]] const Measures& measures() const { return m_measures; }
  [[nodiscard]] Shape shape() const { return m_measures.shape; }
  [[nodiscard]] const Loft& torso_loft() const { return m_torso; }
  [[nodiscard]] const Loft& foot_loft() const { return m_foot; }
  [[nodiscard]] const RestPositions& rest() const { return m_rest; }
  /// Distance along the left upper arm from the shoulder, and along the forearm from the elbow and from the wrist.
  [[nodiscard]] double along_upper_arm(const Vec3& p) const;
  [[nodiscard]] double along_forearm(const Vec3& p) const;
  [[nodiscard]] double beyond_wrist(const Vec3& p) const;

  [[nodiscard]] JointWeights weights(const Vec3& p, const Drape& drape = {}) const;

 private:
  [[nodiscard]] double torso_relief(const Vec3& p) const;
  [[nodiscard]] double leg_and_foot(const Vec3& p) const;
  [[nodiscard]] double hand(const Vec3& left) const;
  [[nodiscard]] double arms_and_hands(const Vec3& p) const;
  [[nodiscard]] double head(const Vec3& p) const;
  void grow_fingers();

  Measures m_measures;
  Loft m_torso, m_leg, m_upper_arm, m_forearm, m_palm, m_foot;
  std::vector<Bone> m_fingers, m_thumb;
  RestPositions m_rest{};
};

}  // namespace mannequin
