#include "client-proto/move/collision_world.h"

#include <bit>

#include "client-proto/core/hash.h"
#include "client-proto/move/hull.h"
#include "client-proto/move/state.h"

namespace proto {

namespace {

constexpr std::uint8_t kMagic[4] = {'G', 'C', 'O', 'L'};
constexpr std::uint32_t kVersionWithoutDoors = 1;
constexpr std::uint32_t kVersionWithDoors = 2;
constexpr std::size_t kHeaderBytes = 16;
constexpr std::size_t kBoxFloats = 7;
constexpr std::size_t kTriangleFloats = 9;
constexpr std::size_t kDoorWords = kBoxFloats + 1;
constexpr float kExtentMin_m = 1e-4F;
constexpr float kAreaMin_m2 = 1e-8F;

std::int32_t floor_to_int(float value) {
  const auto towards_zero = static_cast<std::int32_t>(value);
  return static_cast<float>(towards_zero) > value ? towards_zero - 1 : towards_zero;
}
std::int32_t cell_of(float metres) { return floor_to_int(metres / kGridCell_m); }

std::int32_t smaller_int(std::int32_t a, std::int32_t b) { return a < b ? a : b; }
std::int32_t larger_int(std::int32_t a, std::int32_t b) { return a > b ? a : b; }

Vec3 lower(Vec3 a, Vec3 b) { return {smaller(a.x, b.x), smaller(a.y, b.y), smaller(a.z, b.z)}; }
Vec3 upper(Vec3 a, Vec3 b) { return {larger(a.x, b.x), larger(a.y, b.y), larger(a.z, b.z)}; }

bool inside_world(Vec3 point) {
  return magnitude(point.x) <= kWorldReach_m && magnitude(point.y) <= kWorldReach_m &&
         magnitude(point.z) <= kWorldReach_m;
}

void put_u32(std::vector<std::uint8_t>& out, std::uint32_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}
void put(std::vector<std::uint8_t>& out, float value) { put_u32(out, std::bit_cast<std::uint32_t>(value)); }
void put(std::vector<std::uint8_t>& out, Vec3 value) {
  put(out, value.x);
  put(out, value.y);
  put(out, value.z);
}

/// Takes numbers from the front of bytes whose length was checked before.
struct Cursor {
  std::span<const std::uint8_t> bytes;
  std::uint32_t take_u32() {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) value |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
    bytes = bytes.subspan(4);
    return value;
  }
  float take_float() { return std::bit_cast<float>(take_u32()); }
  Vec3 take_vec() {
    const float x = take_float();
    const float y = take_float();
    const float z = take_float();
    return {x, y, z};
  }
  BoxCollider take_box() {
    BoxCollider box;
    box.center = take_vec();
    box.half = take_vec();
    box.yaw_rad = take_float();
    return box;
  }
};

struct Counts {
  std::uint32_t boxes = 0, triangles = 0, doors = 0;
};

Status<CollisionStatus> add_all(Cursor cursor, const Counts& counts, CollisionBuilder& builder) {
  for (std::uint32_t i = 0; i < counts.boxes; ++i) {
    if (const auto status = builder.add_box(cursor.take_box()); !status) return status;
  }
  for (std::uint32_t i = 0; i < counts.triangles; ++i) {
    TriangleCollider triangle;
    triangle.a = cursor.take_vec();
    triangle.b = cursor.take_vec();
    triangle.c = cursor.take_vec();
    if (const auto status = builder.add_triangle(triangle); !status) return status;
  }
  for (std::uint32_t i = 0; i < counts.doors; ++i) {
    const BoxCollider box = cursor.take_box();
    if (const auto status = builder.add_door({box, cursor.take_u32()}); !status) return status;
  }
  return Unit{};
}

/// The box made ready, or why it is none.
Result<Shape, CollisionStatus> shape_of(const BoxCollider& box) {
  if (!finite(box.center) || !finite(box.half) || !finite(box.yaw_rad)) return fail(CollisionStatus::kNotFinite);
  if (magnitude(box.yaw_rad) > 100) return fail(CollisionStatus::kOutsideWorld);
  const Vec3 half = box.half;
  if (half.x < kExtentMin_m || half.y < kExtentMin_m || half.z < kExtentMin_m)
    return fail(CollisionStatus::kDegenerate);
  const SinCos yaw = sin_cos(box.yaw_rad);
  const Vec3 reach{half.x * magnitude(yaw.cos) + half.z * magnitude(yaw.sin), half.y,
                   half.x * magnitude(yaw.sin) + half.z * magnitude(yaw.cos)};
  Shape shape;
  shape.kind = Shape::Kind::kBox;
  shape.low = box.center - reach;
  shape.high = box.center + reach;
  if (!inside_world(shape.low) || !inside_world(shape.high)) return fail(CollisionStatus::kOutsideWorld);
  shape.a = box.center;
  shape.b = half;
  shape.sin = yaw.sin;
  shape.cos = yaw.cos;
  shape.yaw_rad = box.yaw_rad;
  return shape;
}

}  // namespace

const char* to_text(CollisionStatus status) {
  switch (status) {
    case CollisionStatus::kBadHeader:
      return "bad_header";
    case CollisionStatus::kTruncated:
      return "truncated";
    case CollisionStatus::kTrailingBytes:
      return "trailing_bytes";
    case CollisionStatus::kTooManyShapes:
      return "too_many_shapes";
    case CollisionStatus::kTooDense:
      return "too_dense";
    case CollisionStatus::kNotFinite:
      return "not_finite";
    case CollisionStatus::kOutsideWorld:
      return "outside_world";
    case CollisionStatus::kDegenerate:
      return "degenerate";
    case CollisionStatus::kTooManyHullPoints:
      return "too_many_hull_points";
    case CollisionStatus::kBadPlace:
      return "bad_place";
  }
  return "unknown";
}

// --- building ---

Status<CollisionStatus> CollisionBuilder::add_box(const BoxCollider& box) {
  if (m_boxes.size() + m_triangles.size() >= kShapesMax) return fail(CollisionStatus::kTooManyShapes);
  const auto shape = shape_of(box);
  if (!shape) return fail(shape.error());
  m_boxes.push_back(*shape);
  return Unit{};
}

Status<CollisionStatus> CollisionBuilder::add_door(const DoorCollider& door) {
  if (m_doors.size() >= kDoorsMax) return fail(CollisionStatus::kTooManyShapes);
  if (door.place >= kDoorPlacesMax) return fail(CollisionStatus::kBadPlace);
  const auto shape = shape_of(door.box);
  if (!shape) return fail(shape.error());
  m_doors.push_back({*shape, door.place});
  return Unit{};
}

Status<CollisionStatus> CollisionBuilder::add_triangle(const TriangleCollider& triangle) {
  if (m_boxes.size() + m_triangles.size() >= kShapesMax) return fail(CollisionStatus::kTooManyShapes);
  if (!finite(triangle.a) || !finite(triangle.b) || !finite(triangle.c)) return fail(CollisionStatus::kNotFinite);
  Shape shape;
  shape.kind = Shape::Kind::kTriangle;
  shape.low = lower(triangle.a, lower(triangle.b, triangle.c));
  shape.high = upper(triangle.a, upper(triangle.b, triangle.c));
  if (!inside_world(shape.low) || !inside_world(shape.high)) return fail(CollisionStatus::kOutsideWorld);
  const Vec3 normal = cross(triangle.b - triangle.a, triangle.c - triangle.a);
  const float size = length(normal);
  if (size < kAreaMin_m2) return fail(CollisionStatus::kDegenerate);
  shape.a = triangle.a;
  shape.b = triangle.b;
  shape.c = triangle.c;
  shape.normal = normal * (1 / size);
  m_triangles.push_back(shape);
  return Unit{};
}

Status<CollisionStatus> CollisionBuilder::add_hull(std::span<const Vec3> points) {
  if (points.size() > kHullPointsMax) return fail(CollisionStatus::kTooManyHullPoints);
  for (const Vec3 point : points) {
    if (!finite(point)) return fail(CollisionStatus::kNotFinite);
    if (!inside_world(point)) return fail(CollisionStatus::kOutsideWorld);
  }
  const std::vector<TriangleCollider> surface = hull_surface(points);
  if (surface.size() < 4) return fail(CollisionStatus::kDegenerate);
  for (const TriangleCollider& triangle : surface) {
    if (const auto status = add_triangle(triangle); !status) return status;
  }
  return Unit{};
}

Result<CollisionWorld, CollisionStatus> CollisionBuilder::build() && {
  CollisionWorld world;
  // Boxes first, as in the encoded form: the order of shapes decides ties, and must survive the way through the bytes.
  world.m_shapes = std::move(m_boxes);
  world.m_shapes.insert(world.m_shapes.end(), m_triangles.begin(), m_triangles.end());
  world.m_doors = std::move(m_doors);
  if (!world.build_grid()) return fail(CollisionStatus::kTooDense);
  Hash64 hash;
  hash.add(world.encode());
  world.m_hash = hash.value();
  return world;
}

CollisionWorld::CollisionWorld() : m_first(1, 0) {
  Hash64 hash;
  hash.add(encode());
  m_hash = hash.value();
}

bool CollisionWorld::build_grid() {
  if (m_shapes.empty()) return true;
  std::int32_t last_x = cell_of(-kWorldReach_m);
  std::int32_t last_z = last_x;
  m_cell_x = m_cell_z = cell_of(kWorldReach_m);
  std::uint64_t entries = 0;
  for (Shape& shape : m_shapes) {
    shape.cell_x = cell_of(shape.low.x);
    shape.cell_z = cell_of(shape.low.z);
    const std::int32_t end_x = cell_of(shape.high.x);
    const std::int32_t end_z = cell_of(shape.high.z);
    m_cell_x = smaller_int(shape.cell_x, m_cell_x);
    m_cell_z = smaller_int(shape.cell_z, m_cell_z);
    last_x = larger_int(end_x, last_x);
    last_z = larger_int(end_z, last_z);
    entries +=
        static_cast<std::uint64_t>(end_x - shape.cell_x + 1) * static_cast<std::uint64_t>(end_z - shape.cell_z + 1);
  }
  if (entries > kGridEntriesMax) return false;
  m_cells_x = last_x - m_cell_x + 1;
  m_cells_z = last_z - m_cell_z + 1;

  // Counting sort: how many entries a cell has, where they begin, then the entries in the order of the shapes.
  const auto for_each_cell = [this](const Shape& shape, auto&& visit) {
    for (std::int32_t z = shape.cell_z; z <= cell_of(shape.high.z); ++z) {
      for (std::int32_t x = shape.cell_x; x <= cell_of(shape.high.x); ++x) {
        visit(static_cast<std::size_t>((z - m_cell_z) * m_cells_x + (x - m_cell_x)));
      }
    }
  };
  m_first.assign(static_cast<std::size_t>(m_cells_x) * static_cast<std::size_t>(m_cells_z) + 1, 0);
  for (const Shape& shape : m_shapes) for_each_cell(shape, [this](std::size_t cell) { ++m_first[cell + 1]; });
  for (std::size_t i = 1; i < m_first.size(); ++i) m_first[i] += m_first[i - 1];
  m_entries.resize(static_cast<std::size_t>(entries));
  std::vector<std::uint32_t> next(m_first.begin(), m_first.end() - 1);
  for (std::uint32_t i = 0; i < m_shapes.size(); ++i) {
    for_each_cell(m_shapes[i], [&](std::size_t cell) { m_entries[next[cell]++] = i; });
  }
  return true;
}

void CollisionWorld::close(Places places) {
  m_closed = places;
  m_closed_doors.clear();
  for (const Door& door : m_doors) {
    if (is_closed(door.place)) m_closed_doors.push_back(door.shape);
  }
}

// --- bytes ---

std::vector<std::uint8_t> CollisionWorld::encode() const {
  std::uint32_t boxes = 0;
  for (const Shape& shape : m_shapes) boxes += shape.kind == Shape::Kind::kBox ? 1 : 0;
  std::vector<std::uint8_t> out(kMagic, kMagic + 4);
  put_u32(out, m_doors.empty() ? kVersionWithoutDoors : kVersionWithDoors);
  put_u32(out, boxes);
  put_u32(out, static_cast<std::uint32_t>(m_shapes.size()) - boxes);
  if (!m_doors.empty()) put_u32(out, static_cast<std::uint32_t>(m_doors.size()));
  for (const Shape& shape : m_shapes) {
    put(out, shape.a);
    put(out, shape.b);
    if (shape.kind == Shape::Kind::kBox) {
      put(out, shape.yaw_rad);
    } else {
      put(out, shape.c);
    }
  }
  for (const Door& door : m_doors) {
    put(out, door.shape.a);
    put(out, door.shape.b);
    put(out, door.shape.yaw_rad);
    put_u32(out, door.place);
  }
  return out;
}

Result<CollisionWorld, CollisionStatus> CollisionWorld::decode(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kHeaderBytes) return fail(CollisionStatus::kTruncated);
  Cursor cursor{bytes};
  for (const std::uint8_t expected : kMagic) {
    if (cursor.bytes[0] != expected) return fail(CollisionStatus::kBadHeader);
    cursor.bytes = cursor.bytes.subspan(1);
  }
  const std::uint32_t version = cursor.take_u32();
  if (version != kVersionWithoutDoors && version != kVersionWithDoors) return fail(CollisionStatus::kBadHeader);
  Counts counts;
  counts.boxes = cursor.take_u32();
  counts.triangles = cursor.take_u32();
  if (version == kVersionWithDoors) {
    if (cursor.bytes.size() < 4) return fail(CollisionStatus::kTruncated);
    counts.doors = cursor.take_u32();
    if (counts.doors == 0) return fail(CollisionStatus::kBadHeader);
  }
  if (counts.boxes > kShapesMax || counts.triangles > kShapesMax - counts.boxes || counts.doors > kDoorsMax)
    return fail(CollisionStatus::kTooManyShapes);
  const std::size_t expected =
      4 * (std::size_t{counts.boxes} * kBoxFloats + std::size_t{counts.triangles} * kTriangleFloats +
           std::size_t{counts.doors} * kDoorWords);
  if (cursor.bytes.size() < expected) return fail(CollisionStatus::kTruncated);
  if (cursor.bytes.size() > expected) return fail(CollisionStatus::kTrailingBytes);
  CollisionBuilder builder;
  if (const auto status = add_all(cursor, counts, builder); !status) return fail(status.error());
  return std::move(builder).build();
}

// --- queries ---

std::size_t CollisionWorld::gather(Vec3 low, Vec3 high, std::span<const Shape*> out) const {
  if (m_shapes.empty()) return 0;
  const std::int32_t from_x = larger_int(cell_of(low.x), m_cell_x);
  const std::int32_t from_z = larger_int(cell_of(low.z), m_cell_z);
  const std::int32_t to_x = smaller_int(cell_of(high.x), m_cell_x + m_cells_x - 1);
  const std::int32_t to_z = smaller_int(cell_of(high.z), m_cell_z + m_cells_z - 1);
  std::size_t found = 0;
  for (std::int32_t z = from_z; z <= to_z; ++z) {
    for (std::int32_t x = from_x; x <= to_x; ++x) {
      const auto cell = static_cast<std::size_t>((z - m_cell_z) * m_cells_x + (x - m_cell_x));
      for (std::uint32_t at = m_first[cell]; at < m_first[cell + 1]; ++at) {
        const Shape& shape = m_shapes[m_entries[at]];
        // A shape in several cells counts in the first of them that the query visits.
        if (larger_int(shape.cell_x, from_x) != x || larger_int(shape.cell_z, from_z) != z) continue;
        if (shape.low.x > high.x || shape.high.x < low.x || shape.low.y > high.y || shape.high.y < low.y) continue;
        if (shape.low.z > high.z || shape.high.z < low.z) continue;
        if (found < out.size()) out[found] = &shape;
        ++found;
      }
    }
  }
  return found;
}

}  // namespace proto
