/// The mall as the simulation needs it, read from mall.json ("galleria.mall/1"): where people arrive, what they bump
/// into, which floor belongs to which boutique, what can be pushed, and the ways of the mall's own assistants. The file
/// comes from our own content tools, but an operator may bring another: everything is checked, every list has a limit,
/// and what is wrong is named with a JSON pointer. Members that only the browser needs (displays, light) are left
/// alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client-proto/core/result.h"
#include "client-proto/move/collision_world.h"
#include "world-server/world/port.h"

namespace world {

using proto::Vec3;
using Box = proto::BoxCollider;
using Triangle = proto::TriangleCollider;
using Hull = std::vector<Vec3>;

/// An axis-aligned piece of space, both corners included.
struct Zone {
  Vec3 min;
  Vec3 max;
  /// True inside, and up to `margin_m` outside of it.
  [[nodiscard]] bool contains(Vec3 point, float margin_m = 0) const;
};

struct Spawn {
  Vec3 position;  ///< of the feet
  float yaw_rad = 0;
};

/// A way into a boutique that can be shut.
struct Entrance {
  Vec3 position;  ///< the middle of its threshold
  float width_m = 0;
  float height_m = 0;
  float yaw_rad = 0;  ///< leads out of the boutique
  /// The space that its door takes when it is closed.
  [[nodiscard]] Box door() const;
};

struct Boutique {
  std::string id;
  std::string name;
  Zone zone;
  std::vector<Entrance> entrances;  ///< none: it cannot be closed
};

enum class PropKind : std::uint8_t { kSphere, kBox };

/// A thing that can be pushed.
struct PropPlan {
  std::uint16_t id = 0;
  PropKind kind = PropKind::kSphere;
  Vec3 half;  ///< a sphere's radius is half.x
  float mass_kg = 1;
  Vec3 position;
  float yaw_rad = 0;
};

/// One of the mall's own assistants; walks up and down its path, starting at the first point.
struct StaffPlan {
  std::string name;
  std::string boutique;  ///< empty (null in the file): belongs to the mall, walks its halls
  Look look;
  std::vector<Vec3> path;           ///< y is the height of the floor's spawn plane; the movement rule finds the floor
  std::vector<std::string> outfit;  ///< names of garments
};

/// The middle of a seat's surface, and where one looks who sits there.
struct SeatPlan {
  Vec3 position;
  float yaw_rad = 0;
};

struct Mall {
  std::string name;
  Zone bounds;
  std::vector<Spawn> spawns;
  std::vector<Box> boxes;
  std::vector<Hull> hulls;
  std::vector<Triangle> triangles;
  std::vector<Boutique> boutiques;
  std::vector<PropPlan> props;
  std::vector<StaffPlan> staff;
  std::vector<SeatPlan> seats;
  std::vector<std::string> visitors_wear;  ///< names of the garments that visitors come in
};

inline constexpr std::size_t kMallBytesMax = 8U << 20U;
inline constexpr std::size_t kMallDepthMax = 16;
inline constexpr float kMallCoordinateMax_m = 250;  ///< inside proto::kWorldReach_m
inline constexpr std::size_t kSpawnsMax = 256;
inline constexpr std::size_t kBoxesMax = 20'000;
inline constexpr std::size_t kHullsMax = 4'000;
inline constexpr std::size_t kTrianglesMax = 60'000;
inline constexpr std::size_t kBoutiquesMax = proto::kDoorPlacesMax;
inline constexpr std::size_t kEntrancesMax = 4;  ///< of one boutique
/// A threshold lies in its boutique or this near, so that who is between the two stands in the doorway.
inline constexpr float kEntranceApart_m = 0.2F;
inline constexpr float kDoorHalf_m = 0.07F;  ///< half of its thickness
inline constexpr std::size_t kPropsMax = 64;
inline constexpr std::size_t kStaffMax = 32;
inline constexpr std::size_t kSeatsMax = proto::kSeatsMax;
inline constexpr float kSeatsApart_m = 0.4F;
inline constexpr std::size_t kPathPointsMax = 64;
inline constexpr std::size_t kIdBytesMax = 64;
inline constexpr std::size_t kDisplayBoxesMax = 4'000;

/// Where and why a document was refused: {"/spawns/0/position/1", "must be a number between -250 and 250"}.
struct MallError {
  std::string pointer;
  std::string reason;
};

[[nodiscard]] proto::Result<Mall, MallError> parse_mall(std::string_view json_text);

/// The scene that server and clients move in: the mall's colliders, one box per product that stands on the floor
/// or is worn by a mannequin, and the doors, whose places are the boutiques in the order of mall.json.
/// What the collision world refuses (a flat hull, a box out of the world) is named with its pointer; for a display box
/// the pointer is "/display_boxes/N".
[[nodiscard]] proto::Result<proto::CollisionWorld, MallError> compose_collision(const Mall& mall,
                                                                                std::span<const Box> displays);

}  // namespace world
