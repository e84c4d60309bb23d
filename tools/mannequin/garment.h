/// Garments as fields. A garment is the surface of a loosened body field, cut by a region; it is sewn from panels, each
/// with its own surface, edge and material. What a garment covers is a field too: triangles of the body (or of a
/// garment underneath) that lie well inside of it are not drawn while it is worn.
#pragma once

#include <string>
#include <vector>

#include "tools/mannequin/body.h"
#include "tools/mannequin/mesh.h"

namespace mannequin {

/// The client's shader knows these structures of cloth by number.
enum class Weave { kNone = 0, kTwill = 1, kKnit = 2, kFelt = 3, kRubber = 4 };

struct Material {
  std::string name;
  std::uint32_t color_srgb = 0xffffff;
  double roughness = .8;
  double sheen = 0;
  Weave weave = Weave::kNone;
  /// Takes the colour that the shopper chooses.
  bool tintable = false;
};

struct Panel {
  std::string name;
  Field surface;
  /// Negative where there is cloth; without one the panel is a closed shape.
  Field region;
  Box bounds;
  double cell_m = .005;
  std::size_t near_max = 1000;
  /// 0 leaves the panel out of the distant level of detail.
  std::size_t far_max = 0;
  RimOptions rim;
  std::size_t material = 0;
  /// Normals are smoothed over this, so that a fold finer than a triangle does not show as noise.
  double shading_m = .002;
  /// Distance of the visible stitching from the edge; 0 for none.
  double stitch_m = 0;
};

/// Hides what lies inside `surface` and further than `margin_m` from the edge of `region`.
struct Cover {
  std::string name;
  Field surface, region;
  double margin_m = .02;
  /// The same for cloth underneath, which lies closer and moves alike.
  double cloth_margin_m = .02;
};

struct Colour {
  std::string name;
  std::uint32_t srgb = 0;
};

struct Garment {
  std::string name, title, slot, description, care;
  std::vector<Colour> colours;
  std::vector<Material> materials;
  std::vector<Panel> panels;
  std::vector<Cover> covers;
  /// Slots whose piece is not drawn while this one is worn.
  std::vector<std::string> hides_slots;
  Drape drape;
  /// What shades the garment besides its own surface.
  Field occluders;
};

constexpr double kInside = -1;
/// The region of a closed shape.
inline double everywhere(const Vec3&) { return kInside; }

class Tee {
 public:
  explicit Tee(const Body& body) : m_body(body) {}
  [[nodiscard]] double surface(const Vec3& p) const;
  [[nodiscard]] double region(const Vec3& p) const;
  [[nodiscard]] Garment garment() const;

 private:
  const Body& m_body;
};

class Trousers {
 public:
  explicit Trousers(const Body& body);
  [[nodiscard]] double surface(const Vec3& p) const;
  [[nodiscard]] double region(const Vec3& p) const;
  [[nodiscard]] Garment garment() const;

 private:
  [[nodiscard]] double folds(const Vec3& p) const;
  const Body& m_body;
  Loft m_leg;
};

class Jacket {
 public:
  Jacket(const Body& body, const Tee& tee, const Trousers& trousers);
  [[nodiscard]] double surface(const Vec3& p) const;
  [[nodiscard]] double region(const Vec3& p) const;
  [[nodiscard]] Garment garment() const;

 private:
  [[nodiscard]] double front_edge(double y) const;
  [[nodiscard]] double neckline(const Vec3& p) const;
  [[nodiscard]] double trunk(const Vec3& p) const;
  [[nodiscard]] double sleeve_folds(const Vec3& left) const;
  [[nodiscard]] double trunk_folds(const Vec3& p) const;
  [[nodiscard]] double lapel(const Vec3& p) const;
  [[nodiscard]] double lapel_region(const Vec3& p) const;
  [[nodiscard]] double flap_region(const Vec3& p) const;
  [[nodiscard]] double buttons(const Vec3& p) const;
  void place_buttons();

  struct Button {
    Vec3 place, outwards;
    double radius_m, thickness_m;
  };
  const Body& m_body;
  const Tee& m_tee;
  const Trousers& m_trousers;
  double m_girth = 1, m_closing_m = 1.1, m_ease_m = .0185, m_seat_z = 0;
  std::vector<Button> m_front_buttons, m_cuff_buttons;
};

class Dress {
 public:
  explicit Dress(const Body& body);
  [[nodiscard]] double surface(const Vec3& p) const;
  [[nodiscard]] double region(const Vec3& p) const;
  [[nodiscard]] Garment garment() const;

 private:
  const Body& m_body;
  Loft m_skirt;
  double m_girth = 1;
};

class Sneakers {
 public:
  explicit Sneakers(const Body& body);
  [[nodiscard]] Garment garment() const;

 private:
  [[nodiscard]] double upper(const Vec3& left) const;
  [[nodiscard]] double upper_region(const Vec3& left) const;
  [[nodiscard]] double sole(const Vec3& left) const;
  [[nodiscard]] double laces(const Vec3& left) const;
  [[nodiscard]] Vec3 foot_space(const Vec3& left) const;
  void lace_up();
  const Body& m_body;
  std::vector<Bone> m_laces;
};

class Hat {
 public:
  explicit Hat(const Body& body);
  [[nodiscard]] Garment garment() const;

 private:
  [[nodiscard]] Vec3 hat_space(const Vec3& p) const;
  [[nodiscard]] double felt(const Vec3& p) const;
  [[nodiscard]] double band_region(const Vec3& p) const;
  const Body& m_body;
  Loft m_crown;
};

/// The extra height that shoes give, to lift a shod avatar by.
constexpr double kShoeLift_m = .017;

}  // namespace mannequin
