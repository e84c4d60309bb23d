#include "client-proto/move/capsule.h"

#include "client-proto/move/movement.h"

namespace proto {

namespace {

/// The capsule's axis between the centres of its two ends: upright, so two heights say it.
struct Axis {
  float x = 0, z = 0;
  float low = 0, high = 0;
  [[nodiscard]] Vec3 at(float y) const { return {x, y, z}; }
};

Axis axis_at(Vec3 feet) {
  return {feet.x, feet.z, feet.y + kCapsuleRadius_m, feet.y + kCapsuleHeight_m - kCapsuleRadius_m};
}

/// Out of a box that the axis runs into: through the nearest side.
Separation out_of_box(const Shape& box, const Axis& axis, float local_x, float local_z) {
  const float side_x = box.b.x - magnitude(local_x);
  const float side_z = box.b.z - magnitude(local_z);
  const float up = box.a.y + box.b.y - axis.low;
  const float down = axis.high - (box.a.y - box.b.y);
  const float least = smaller(smaller(side_x, side_z), smaller(up, down));
  const float distance = -least - kCapsuleRadius_m;
  if (least == up) return {distance, {0, 1, 0}, 1};
  if (least == down) return {distance, {0, -1, 0}, -1};
  if (least == side_x) {
    const float sign = local_x < 0 ? -1.0F : 1.0F;
    return {distance, {box.cos * sign, 0, -box.sin * sign}, 0};
  }
  const float sign = local_z < 0 ? -1.0F : 1.0F;
  return {distance, {box.sin * sign, 0, box.cos * sign}, 0};
}

Separation from_box(const Shape& box, const Axis& axis) {
  const float way_x = axis.x - box.a.x;
  const float way_z = axis.z - box.a.z;
  const float local_x = way_x * box.cos - way_z * box.sin;
  const float local_z = way_x * box.sin + way_z * box.cos;
  const float out_x = local_x - clamp(local_x, -box.b.x, box.b.x);
  const float out_z = local_z - clamp(local_z, -box.b.z, box.b.z);
  const float top = box.a.y + box.b.y;
  const float bottom = box.a.y - box.b.y;
  const float out_y = axis.low > top ? axis.low - top : axis.high < bottom ? axis.high - bottom : 0;
  const float distance = square_root(out_x * out_x + out_y * out_y + out_z * out_z);
  if (distance < 1e-6F) return out_of_box(box, axis, local_x, local_z);
  const float scale = 1 / distance;
  const Vec3 normal{(out_x * box.cos + out_z * box.sin) * scale, out_y * scale,
                    (out_z * box.cos - out_x * box.sin) * scale};
  return {distance - kCapsuleRadius_m, normal, out_y > 0 ? 1.0F : out_y < 0 ? -1.0F : 0.0F};
}

/// From the nearest point of the edge to the nearest point of the axis. The nearest point lies level with the axis
/// where the edge passes closest in plan; where that is above or below the axis, it is the one nearest to the axis's
/// end.
Vec3 from_edge(const Axis& axis, Vec3 a, Vec3 b) {
  const Vec3 edge = b - a;
  const float plan = edge.x * edge.x + edge.z * edge.z;
  if (plan < 1e-10F) {
    const float y = clamp((axis.low + axis.high) * 0.5F, smaller(a.y, b.y), larger(a.y, b.y));
    return axis.at(clamp(y, axis.low, axis.high)) - Vec3{a.x, y, a.z};
  }
  const float closest_in_plan = clamp(((axis.x - a.x) * edge.x + (axis.z - a.z) * edge.z) / plan, 0, 1);
  const Vec3 level = a + edge * closest_in_plan;
  if (level.y >= axis.low && level.y <= axis.high) return axis.at(level.y) - level;
  const Vec3 end = axis.at(level.y > axis.high ? axis.high : axis.low);
  const float along = clamp(dot(end - a, edge) / dot(edge, edge), 0, 1);
  return end - (a + edge * along);
}

bool projects_inside(const Shape& triangle, Vec3 point) {
  const auto left_of = [&](Vec3 a, Vec3 b) { return dot(triangle.normal, cross(b - a, point - a)) >= 0; };
  return left_of(triangle.a, triangle.b) && left_of(triangle.b, triangle.c) && left_of(triangle.c, triangle.a);
}

Separation from_triangle(const Shape& triangle, const Axis& axis) {
  const Vec3 low = axis.at(axis.low);
  const Vec3 high = axis.at(axis.high);
  const float low_above = dot(triangle.normal, low - triangle.a);
  const float high_above = dot(triangle.normal, high - triangle.a);

  if ((low_above < 0) != (high_above < 0)) {
    const float crossing = low_above / (low_above - high_above);
    if (projects_inside(triangle, low + (high - low) * crossing)) {
      const bool in_front = low_above + high_above >= 0;
      const float depth = in_front ? -smaller(low_above, high_above) : larger(low_above, high_above);
      const Vec3 normal = in_front ? triangle.normal : -triangle.normal;
      return {-depth - kCapsuleRadius_m, normal, normal.y};
    }
  }

  Vec3 way = from_edge(axis, triangle.a, triangle.b);
  const auto nearer = [&way](Vec3 other) {
    if (dot(other, other) < dot(way, way)) way = other;
  };
  nearer(from_edge(axis, triangle.b, triangle.c));
  nearer(from_edge(axis, triangle.c, triangle.a));
  if (projects_inside(triangle, low)) nearer(triangle.normal * low_above);
  if (projects_inside(triangle, high)) nearer(triangle.normal * high_above);

  const float distance = length(way);
  const bool in_front = dot(way, triangle.normal) >= 0;
  const float floor_cosine = in_front ? triangle.normal.y : -triangle.normal.y;
  if (distance < 1e-6F) return {-kCapsuleRadius_m, in_front ? triangle.normal : -triangle.normal, floor_cosine};
  return {distance - kCapsuleRadius_m, way * (1 / distance), floor_cosine};
}

}  // namespace

Separation separation(const Shape& shape, Vec3 feet) {
  const Axis axis = axis_at(feet);
  return shape.kind == Shape::Kind::kBox ? from_box(shape, axis) : from_triangle(shape, axis);
}

}  // namespace proto
