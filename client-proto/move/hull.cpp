#include "client-proto/move/hull.h"

#include <optional>

namespace proto {

namespace {

constexpr float kInFace_m = 1e-4F;
constexpr float kFaceAreaMin_m2 = 1e-7F;

struct Plane {
  Vec3 normal;
  float offset = 0;
  [[nodiscard]] float above(Vec3 point) const { return dot(normal, point) - offset; }
};

std::optional<Plane> plane_through(Vec3 a, Vec3 b, Vec3 c) {
  const Vec3 normal = cross(b - a, c - a);
  const float size = length(normal);
  if (size < kFaceAreaMin_m2) return std::nullopt;
  const Vec3 unit = normal * (1 / size);
  return Plane{unit, dot(unit, a)};
}

/// The plane of three points, turned so that no point lies above it; nothing if points lie on both sides or on neither.
std::optional<Plane> supporting_plane(std::span<const Vec3> points, Vec3 a, Vec3 b, Vec3 c) {
  std::optional<Plane> plane = plane_through(a, b, c);
  if (!plane) return std::nullopt;
  bool any_above = false;
  bool any_below = false;
  for (const Vec3 point : points) {
    any_above |= plane->above(point) > kInFace_m;
    any_below |= plane->above(point) < -kInFace_m;
  }
  if (any_above == any_below) return std::nullopt;
  if (any_above) *plane = {-plane->normal, -plane->offset};
  return plane;
}

bool same(const Plane& a, const Plane& b) {
  return dot(a.normal, b.normal) > 0.99999F && magnitude(a.offset - b.offset) < 2 * kInFace_m;
}

/// The corners of the face in order, counter-clockwise about its normal: from each corner to the point that leaves all
/// others to the left.
std::vector<Vec3> outline(const Plane& plane, const std::vector<Vec3>& in_face) {
  std::size_t start = 0;
  for (std::size_t i = 1; i < in_face.size(); ++i) {
    const Vec3 a = in_face[i];
    const Vec3 b = in_face[start];
    if (a.x < b.x || (a.x == b.x && (a.y < b.y || (a.y == b.y && a.z < b.z)))) start = i;
  }
  std::vector<Vec3> corners;
  std::size_t at = start;
  do {
    corners.push_back(in_face[at]);
    std::size_t next = at == 0 ? 1 : 0;
    for (std::size_t i = 0; i < in_face.size(); ++i) {
      if (i == at || i == next) continue;
      const Vec3 to_next = in_face[next] - in_face[at];
      const Vec3 to_point = in_face[i] - in_face[at];
      const float left = dot(plane.normal, cross(to_next, to_point));
      const bool in_line = magnitude(left) <= kFaceAreaMin_m2;
      if (left < -kFaceAreaMin_m2 || (in_line && dot(to_point, to_point) > dot(to_next, to_next))) next = i;
    }
    at = next;
  } while (at != start && corners.size() < in_face.size());
  return corners;
}

void add_face(std::span<const Vec3> points, const Plane& plane, std::vector<TriangleCollider>& out) {
  std::vector<Vec3> in_face;
  for (const Vec3 point : points) {
    if (magnitude(plane.above(point)) <= kInFace_m) in_face.push_back(point);
  }
  const std::vector<Vec3> corners = outline(plane, in_face);
  for (std::size_t i = 2; i < corners.size(); ++i) {
    const TriangleCollider triangle{corners[0], corners[i - 1], corners[i]};
    if (length(cross(triangle.b - triangle.a, triangle.c - triangle.a)) >= kFaceAreaMin_m2) out.push_back(triangle);
  }
}

}  // namespace

std::vector<TriangleCollider> hull_surface(std::span<const Vec3> points) {
  std::vector<TriangleCollider> triangles;
  std::vector<Plane> faces;
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = i + 1; j < points.size(); ++j) {
      for (std::size_t k = j + 1; k < points.size(); ++k) {
        const std::optional<Plane> plane = supporting_plane(points, points[i], points[j], points[k]);
        if (!plane) continue;
        bool known = false;
        for (const Plane& face : faces) known |= same(face, *plane);
        if (known) continue;
        faces.push_back(*plane);
        add_face(points, *plane, triangles);
      }
    }
  }
  return triangles;
}

}  // namespace proto
