/// The ray query: walks the grid's cells in the order in which the ray crosses them.
#include "client-proto/move/collision_world.h"

namespace proto {

namespace {

constexpr float kNever = 1e30F;

struct Ray {
  Vec3 from;
  Vec3 direction;  ///< of length 1
};

/// Narrows [near, far] to where `from + t * direction` lies between -half and half; keeps the axis it entered by.
bool cut(float from, float direction, float half, float& near, float& far, int axis, int& entered) {
  if (magnitude(direction) < 1e-9F) return magnitude(from) <= half;
  const float one = (-half - from) / direction;
  const float other = (half - from) / direction;
  if (smaller(one, other) > near) {
    near = smaller(one, other);
    entered = axis;
  }
  far = smaller(far, larger(one, other));
  return near <= far;
}

RayHit ray_box(const Shape& box, const Ray& ray) {
  const Vec3 way = ray.from - box.a;
  const Vec3 from{way.x * box.cos - way.z * box.sin, way.y, way.x * box.sin + way.z * box.cos};
  const Vec3 d = ray.direction;
  const Vec3 direction{d.x * box.cos - d.z * box.sin, d.y, d.x * box.sin + d.z * box.cos};
  float near = -kNever;
  float far = kNever;
  int axis = 0;
  if (!cut(from.x, direction.x, box.b.x, near, far, 0, axis)) return {};
  if (!cut(from.y, direction.y, box.b.y, near, far, 1, axis)) return {};
  if (!cut(from.z, direction.z, box.b.z, near, far, 2, axis)) return {};
  if (near < 0) return {};  // behind, or begun inside
  if (axis == 1) return {true, near, {0, direction.y > 0 ? -1.0F : 1.0F, 0}};
  const float sign = (axis == 0 ? direction.x : direction.z) > 0 ? -1.0F : 1.0F;
  const Vec3 normal = axis == 0 ? Vec3{box.cos, 0, -box.sin} : Vec3{box.sin, 0, box.cos};
  return {true, near, normal * sign};
}

RayHit ray_triangle(const Shape& triangle, const Ray& ray) {
  const float facing = dot(triangle.normal, ray.direction);
  if (magnitude(facing) < 1e-7F) return {};
  const float distance = dot(triangle.normal, triangle.a - ray.from) / facing;
  if (distance < 0) return {};
  const Vec3 point = ray.from + ray.direction * distance;
  const auto left_of = [&](Vec3 a, Vec3 b) { return dot(triangle.normal, cross(b - a, point - a)) >= 0; };
  if (!left_of(triangle.a, triangle.b) || !left_of(triangle.b, triangle.c) || !left_of(triangle.c, triangle.a))
    return {};
  return {true, distance, facing > 0 ? -triangle.normal : triangle.normal};
}

/// One axis of the walk through the grid.
struct Walk {
  std::int32_t cell = 0;
  std::int32_t step = 0;
  float next = kNever;  ///< distance at which the ray enters the next cell along this axis
  float every = kNever;

  Walk(float from, float direction) {
    const float scaled = from / kGridCell_m;
    cell = static_cast<std::int32_t>(scaled);
    if (static_cast<float>(cell) > scaled) --cell;
    if (magnitude(direction) < 1e-9F) return;
    step = direction > 0 ? 1 : -1;
    every = kGridCell_m / magnitude(direction);
    const float border = static_cast<float>(step > 0 ? cell + 1 : cell) * kGridCell_m;
    next = (border - from) / direction;
  }
  void advance() {
    cell += step;
    next += every;
  }
};

}  // namespace

RayHit CollisionWorld::ray(Vec3 from, Vec3 direction, float reach_m) const {
  const float size = length(direction);
  // Outside these bounds there is nothing to hit, and the walk below would be long.
  constexpr float kFar_m = 1000;
  if (!finite(from) || !finite(reach_m) || !finite(size) || size < 1e-6F || length(from) > kFar_m) return {};
  const Ray ray{from, direction * (1 / size)};
  RayHit best;
  best.distance_m = clamp(reach_m, 0, 2 * kFar_m);
  Walk x(from.x, ray.direction.x);
  Walk z(from.z, ray.direction.z);
  for (float entered = 0; entered <= best.distance_m;) {
    const std::int32_t column = x.cell - m_cell_x;
    const std::int32_t row = z.cell - m_cell_z;
    if (column >= 0 && column < m_cells_x && row >= 0 && row < m_cells_z) {
      const auto cell = static_cast<std::size_t>(row * m_cells_x + column);
      for (std::uint32_t at = m_first[cell]; at < m_first[cell + 1]; ++at) {
        const Shape& shape = m_shapes[m_entries[at]];
        const RayHit hit = shape.kind == Shape::Kind::kBox ? ray_box(shape, ray) : ray_triangle(shape, ray);
        if (hit.hit && hit.distance_m < best.distance_m) best = hit;
      }
    }
    entered = smaller(x.next, z.next);
    (x.next < z.next ? x : z).advance();
  }
  for (const Shape& door : m_closed_doors) {
    // Closed doors let out: a ray that leads out of one goes through.
    const bool leads_in = ray.direction.x * door.sin + ray.direction.z * door.cos < 0;
    if (!leads_in) continue;
    const RayHit hit = ray_box(door, ray);
    if (hit.hit && hit.distance_m < best.distance_m) best = hit;
  }
  if (!best.hit) best.distance_m = 0;
  return best;
}

}  // namespace proto
