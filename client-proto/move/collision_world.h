/// The static colliders of a mall: boxes turned about the vertical axis, convex hulls and triangles, found through a
/// uniform grid over the floor plan. The scene is built once (`CollisionBuilder`), travels as bytes, and is known by
/// the 64-bit hash of those bytes: server and client agree on the scene when their hashes agree.
///
/// Units are metres, Y up. A hull is taken apart into the triangles of its surface when it is added, and is a shell
/// from then on: whoever is put inside one stays inside.
///
/// A door is a box that is there only while its place (a boutique) is closed. Which places are closed is not part of
/// the bytes or of the hash, but told to the scene (`close`); how a closed door stands in the way is in move/doors.h.
///
/// The bytes, little-endian: "GCOL", u32 version, u32 boxes, u32 triangles; a box is centre, half and yaw_rad (7 f32),
/// a triangle its corners (9 f32). That is version 1; version 2 has u32 doors (at least one) before the boxes and the
/// doors after the triangles, each a box and its place (u32).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "client-proto/core/result.h"
#include "client-proto/move/vec.h"

namespace proto {

enum class CollisionStatus : std::uint8_t {
  kBadHeader,
  kTruncated,
  kTrailingBytes,
  kTooManyShapes,
  kTooDense,  ///< the shapes cover more grid cells than kGridEntriesMax
  kNotFinite,
  kOutsideWorld,  ///< a coordinate beyond kWorldReach_m
  kDegenerate,    ///< a box or triangle without extent, or a hull without volume
  kTooManyHullPoints,
  kBadPlace,  ///< a door of a place beyond kDoorPlacesMax
};
[[nodiscard]] const char* to_text(CollisionStatus status);

constexpr std::uint32_t kShapesMax = 65'536;
constexpr std::uint32_t kGridEntriesMax = 2'000'000;
constexpr std::size_t kHullPointsMax = 64;
constexpr float kGridCell_m = 2.0F;
/// Places that can be closed, and the doors of all of them.
constexpr std::uint32_t kDoorPlacesMax = 64;
constexpr std::uint32_t kDoorsMax = 256;
constexpr std::size_t kCollisionBytesMax = 20 + std::size_t{kShapesMax} * 36 + std::size_t{kDoorsMax} * 32;

/// A box standing upright, turned by yaw about its centre (the same sense as an avatar's yaw).
struct BoxCollider {
  Vec3 center;
  Vec3 half;
  float yaw_rad = 0;
};

/// A set of places, bit by place.
using Places = std::uint64_t;

/// The space that a door takes when it is closed. Its yaw leads out of the place.
struct DoorCollider {
  BoxCollider box;
  std::uint32_t place = 0;
};

/// Solid from both sides.
struct TriangleCollider {
  Vec3 a, b, c;
};

/// One collider made ready for queries.
struct Shape {
  enum class Kind : std::uint8_t { kBox, kTriangle };
  Vec3 low, high;          ///< bounds
  Vec3 a, b, c;            ///< triangle corners; of a box: centre, half, unused
  Vec3 normal;             ///< of a triangle
  float sin = 0, cos = 1;  ///< of a box's yaw
  float yaw_rad = 0;
  std::int32_t cell_x = 0, cell_z = 0;  ///< the grid cell of `low`
  Kind kind = Kind::kBox;
};

struct RayHit {
  bool hit = false;
  float distance_m = 0;
  Vec3 normal;
};

class CollisionWorld {
 public:
  CollisionWorld();  ///< empty: nothing to stand on

  [[nodiscard]] static Result<CollisionWorld, CollisionStatus> decode(std::span<const std::uint8_t> bytes);
  [[nodiscard]] std::vector<std::uint8_t> encode() const;
  /// Of the encoded bytes.
  [[nodiscard]] std::uint64_t hash() const { return m_hash; }

  /// First collider along `direction` (need not be of unit length) within `reach_m`. Closed doors hold up what leads
  /// in.
  [[nodiscard]] RayHit ray(Vec3 from, Vec3 direction, float reach_m) const;

  /// Writes the shapes whose bounds touch [low, high] to `out`, each once, in a fixed order; returns how many there
  /// are, which may be more than fit.
  [[nodiscard]] std::size_t gather(Vec3 low, Vec3 high, std::span<const Shape*> out) const;

  [[nodiscard]] std::span<const Shape> shapes() const { return m_shapes; }

  /// From now on the doors of these places are closed and all others open.
  void close(Places places);
  [[nodiscard]] Places closed() const { return m_closed; }
  [[nodiscard]] bool is_closed(std::size_t place) const {
    return place < kDoorPlacesMax && (m_closed >> place & 1U) != 0;
  }
  /// Every door that is closed now.
  [[nodiscard]] std::span<const Shape> closed_doors() const { return m_closed_doors; }

 private:
  friend class CollisionBuilder;
  [[nodiscard]] bool build_grid();

  struct Door {
    Shape shape;
    std::uint32_t place = 0;
  };

  std::vector<Shape> m_shapes;
  std::vector<Door> m_doors;
  std::vector<Shape> m_closed_doors;
  Places m_closed = 0;
  int m_cell_x = 0, m_cell_z = 0;      ///< first cell
  int m_cells_x = 0, m_cells_z = 0;    ///< how many
  std::vector<std::uint32_t> m_first;  ///< per cell, where its entries begin; one more at the end
  std::vector<std::uint32_t> m_entries;
  std::uint64_t m_hash = 0;
};

/// Collects colliders; refuses what is not finite, degenerate or out of the world, so that a built scene is sound.
class CollisionBuilder {
 public:
  [[nodiscard]] Status<CollisionStatus> add_box(const BoxCollider& box);
  [[nodiscard]] Status<CollisionStatus> add_triangle(const TriangleCollider& triangle);
  /// The convex hull of 4 to kHullPointsMax points.
  [[nodiscard]] Status<CollisionStatus> add_hull(std::span<const Vec3> points);
  [[nodiscard]] Status<CollisionStatus> add_door(const DoorCollider& door);
  /// Fails with kTooDense only.
  [[nodiscard]] Result<CollisionWorld, CollisionStatus> build() &&;

 private:
  std::vector<Shape> m_boxes;
  std::vector<Shape> m_triangles;
  std::vector<CollisionWorld::Door> m_doors;
};

}  // namespace proto
