#include "tools/mall/bake/bvh.h"

#include <array>

namespace bake {
namespace {

constexpr size_t kLeafTrianglesMax = 4;
constexpr int kBins = 16;
/// Deeper than any tree that the builder makes: it halves at worst.
constexpr int kStackMax = 96;
constexpr float kParallel = 1e-12F;
constexpr float kTooNear = 1e-4F;

struct Bin {
  Box box;
  size_t count = 0;
};

Box box_of(const Triangle& t) {
  Box box;
  box.grow(t.a);
  box.grow(t.a + t.edge1);
  box.grow(t.a + t.edge2);
  return box;
}

/// Distance at which the ray enters the box, or a huge one when it does not before `limit`.
inline float enter(const Box& box, const Vec3& origin, const Vec3& inverse, float limit) {
  const float ax = (box.lo.x - origin.x) * inverse.x;
  const float bx = (box.hi.x - origin.x) * inverse.x;
  const float ay = (box.lo.y - origin.y) * inverse.y;
  const float by = (box.hi.y - origin.y) * inverse.y;
  const float az = (box.lo.z - origin.z) * inverse.z;
  const float bz = (box.hi.z - origin.z) * inverse.z;
  const float near = std::max(std::max(std::min(ax, bx), std::min(ay, by)), std::max(std::min(az, bz), 0.0F));
  const float far = std::min(std::min(std::max(ax, bx), std::max(ay, by)), std::min(std::max(az, bz), limit));
  return near <= far ? near : 1e30F;
}

/// Moeller and Trumbore's intersection; negative when the ray misses.
inline float meet(const Triangle& t, const Ray& ray) {
  const Vec3 p = cross(ray.direction, t.edge2);
  const float determinant = dot(t.edge1, p);
  if (std::fabs(determinant) < kParallel) return -1;
  const float inverse = 1.0F / determinant;
  const Vec3 s = ray.origin - t.a;
  const float u = dot(s, p) * inverse;
  if (u < 0 || u > 1) return -1;
  const Vec3 q = cross(s, t.edge1);
  const float v = dot(ray.direction, q) * inverse;
  if (v < 0 || u + v > 1) return -1;
  return dot(t.edge2, q) * inverse;
}

}  // namespace

Bvh::Bvh(const std::vector<Triangle>& triangles) : m_triangles(triangles) {
  std::vector<Item> items(triangles.size());
  for (size_t i = 0; i < items.size(); ++i) {
    items[i].box = box_of(triangles[i]);
    items[i].middle = (items[i].box.lo + items[i].box.hi) * 0.5F;
    items[i].triangle = static_cast<uint32_t>(i);
  }
  m_order.reserve(items.size());
  m_nodes.emplace_back();
  if (!items.empty()) build(items, 0, items.size(), 0);
}

Bvh::Split Bvh::best_split(const std::vector<Item>& items, size_t first, size_t count) {
  Box middles;
  for (size_t i = first; i < first + count; ++i) middles.grow(items[i].middle);
  Split best;
  float best_cost = 1e30F;
  for (int axis = 0; axis < 3; ++axis) {
    const float lo = middles.lo[axis];
    const float extent = middles.hi[axis] - lo;
    if (extent < 1e-6F) continue;
    std::array<Bin, kBins> bins;
    for (size_t i = first; i < first + count; ++i) {
      const auto bin =
          static_cast<size_t>(std::min(kBins - 1, static_cast<int>((items[i].middle[axis] - lo) / extent * kBins)));
      bins[bin].box.grow(items[i].box);
      ++bins[bin].count;
    }
    std::array<float, kBins> right{};
    Bin sum;
    for (size_t b = kBins; b-- > 1;) {
      sum.box.grow(bins[b].box);
      sum.count += bins[b].count;
      right[b] = static_cast<float>(sum.count) * sum.box.half_area();
    }
    sum = {};
    for (size_t b = 1; b < kBins; ++b) {
      sum.box.grow(bins[b - 1].box);
      sum.count += bins[b - 1].count;
      const float cost = static_cast<float>(sum.count) * sum.box.half_area() + right[b];
      if (sum.count == 0 || sum.count == count || cost >= best_cost) continue;
      best_cost = cost;
      best = {axis, lo + extent * static_cast<float>(b) / kBins};
    }
  }
  return best;
}

void Bvh::build(std::vector<Item>& items, size_t first, size_t count, size_t node) {
  const auto begin = items.begin() + static_cast<std::ptrdiff_t>(first);
  const auto end = begin + static_cast<std::ptrdiff_t>(count);
  const Split split = best_split(items, first, count);
  auto cut = begin + static_cast<std::ptrdiff_t>(count / 2);
  if (split.axis >= 0) {
    cut = std::partition(begin, end, [&](const Item& item) { return item.middle[split.axis] < split.at; });
    if (cut == begin || cut == end) cut = begin + static_cast<std::ptrdiff_t>(count / 2);
  }
  const auto left = static_cast<size_t>(cut - begin);
  set_child(items, first, left, node, 0);
  set_child(items, first + left, count - left, node, 1);
}

void Bvh::set_child(std::vector<Item>& items, size_t first, size_t count, size_t node, int side) {
  Box box;
  for (size_t i = first; i < first + count; ++i) box.grow(items[i].box);
  m_nodes[node].boxes[side] = box;
  if (count <= kLeafTrianglesMax) {
    m_nodes[node].child[side] = -static_cast<int32_t>(m_order.size()) - 1;
    m_nodes[node].leaf_size[side] = static_cast<uint8_t>(count);
    for (size_t i = first; i < first + count; ++i) m_order.push_back(items[i].triangle);
    return;
  }
  const size_t child = m_nodes.size();
  m_nodes.emplace_back();
  m_nodes[node].child[side] = static_cast<int32_t>(child);
  build(items, first, count, child);
}

template <bool kAny>
int Bvh::trace(const Ray& ray, float& distance) const {
  const Vec3 inverse{1.0F / ray.direction.x, 1.0F / ray.direction.y, 1.0F / ray.direction.z};
  std::array<int32_t, kStackMax> stack;
  int depth = 0;
  int32_t at = 0;
  int found = -1;
  for (;;) {
    const Node& node = m_nodes[static_cast<size_t>(at)];
    float near[2];
    for (int side = 0; side < 2; ++side) {
      near[side] = enter(node.boxes[side], ray.origin, inverse, distance);
      if (near[side] > 1e29F || node.child[side] >= 0) continue;
      const auto first = static_cast<size_t>(-(node.child[side] + 1));
      for (size_t i = first; i < first + node.leaf_size[side]; ++i) {
        const float t = meet(m_triangles[m_order[i]], ray);
        if (t <= kTooNear || t >= distance) continue;
        distance = t;
        found = static_cast<int>(m_order[i]);
        if (kAny) return found;
      }
      near[side] = 1e30F;
    }
    const int first = near[1] < near[0] ? 1 : 0;
    if (near[first] < 1e29F) {
      if (near[1 - first] < 1e29F && depth < kStackMax) stack[static_cast<size_t>(depth++)] = node.child[1 - first];
      at = node.child[first];
    } else if (depth > 0) {
      at = stack[static_cast<size_t>(--depth)];
    } else {
      return found;
    }
  }
}

int Bvh::nearest(const Ray& ray, float& distance) const { return trace<false>(ray, distance); }

bool Bvh::blocked(const Ray& ray, float distance) const { return trace<true>(ray, distance) >= 0; }

}  // namespace bake
