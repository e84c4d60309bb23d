#include "assets/thumb/bvh.h"

#include <algorithm>
#include <cmath>

namespace assets {
namespace {

constexpr std::uint32_t kLeafTrianglesMax = 4;
constexpr std::size_t kBins = 12;
constexpr std::size_t kOpenNodesMax = 96;
constexpr std::uint32_t kDepthMax = 60;

Float3 minus(Float3 a, Float3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
float dot3(Float3 a, Float3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

template <class Box>
void grow(Box& box, const Box& by) {
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.low[axis] = std::min(box.low[axis], by.low[axis]);
    box.high[axis] = std::max(box.high[axis], by.high[axis]);
  }
}

template <class Box>
float half_area(const Box& box) {
  const float x = std::max(box.high[0] - box.low[0], 0.0F);
  const float y = std::max(box.high[1] - box.low[1], 0.0F);
  const float z = std::max(box.high[2] - box.low[2], 0.0F);
  return x * y + y * z + z * x;
}

}  // namespace

std::size_t Bvh::divide(std::span<std::uint32_t> part, const Extents& extents, Box& box) {
  Box middle;
  for (const std::uint32_t triangle : part) {
    grow(box, extents.boxes[triangle]);
    grow(middle, Box{extents.centres[triangle], extents.centres[triangle]});
  }
  std::size_t axis = 0;
  for (std::size_t a = 1; a < 3; ++a) {
    if (middle.high[a] - middle.low[a] > middle.high[axis] - middle.low[axis]) axis = a;
  }
  const float extent = middle.high[axis] - middle.low[axis];
  if (part.size() <= kLeafTrianglesMax || extent <= 0) return part.size();
  const auto bin_of = [&](std::uint32_t triangle) {
    const float place = (extents.centres[triangle][axis] - middle.low[axis]) / extent * static_cast<float>(kBins);
    return std::min(static_cast<std::size_t>(std::max(place, 0.0F)), kBins - 1);
  };
  std::array<Box, kBins> bins;
  std::array<std::size_t, kBins> counts{};
  for (const std::uint32_t triangle : part) {
    grow(bins[bin_of(triangle)], extents.boxes[triangle]);
    ++counts[bin_of(triangle)];
  }
  std::size_t best = 1;
  float best_cost = 1e30F;
  for (std::size_t split = 1; split < kBins; ++split) {
    Box left;
    Box right;
    std::size_t in_left = 0;
    for (std::size_t b = 0; b < kBins; ++b) {
      if (counts[b] == 0) continue;
      grow(b < split ? left : right, bins[b]);
      if (b < split) in_left += counts[b];
    }
    if (in_left == 0 || in_left == part.size()) continue;
    const float cost =
        half_area(left) * static_cast<float>(in_left) + half_area(right) * static_cast<float>(part.size() - in_left);
    if (cost < best_cost) {
      best_cost = cost;
      best = split;
    }
  }
  const auto cut = std::partition(part.begin(), part.end(), [&](std::uint32_t t) { return bin_of(t) < best; });
  return static_cast<std::size_t>(cut - part.begin());
}

Bvh::Bvh(std::span<const Float3> positions, std::span<const std::array<std::uint32_t, 3>> triangles,
         std::vector<std::uint32_t> order) {
  Extents extents{std::vector<Box>(triangles.size()), std::vector<std::array<float, 3>>(triangles.size())};
  for (const std::uint32_t i : order) {
    Box& box = extents.boxes[i];
    for (const std::uint32_t corner : triangles[i]) {
      const Float3 p = positions[corner];
      grow(box, Box{{p.x, p.y, p.z}, {p.x, p.y, p.z}});
    }
    for (std::size_t axis = 0; axis < 3; ++axis) extents.centres[i][axis] = (box.low[axis] + box.high[axis]) / 2;
  }
  struct Task {
    std::uint32_t node;
    std::size_t begin;
    std::size_t end;
    std::uint32_t depth;
  };
  std::vector<Task> tasks = {{0, 0, order.size(), 0}};
  m_nodes.emplace_back();
  while (!tasks.empty()) {
    const Task task = tasks.back();
    tasks.pop_back();
    const std::size_t size = task.end - task.begin;
    Box box;
    const std::size_t left = divide(std::span(order).subspan(task.begin, size), extents, box);
    m_nodes[task.node].box = box;
    if (left == size || task.depth >= kDepthMax) {
      m_nodes[task.node].first = static_cast<std::uint32_t>(task.begin);
      m_nodes[task.node].count = static_cast<std::uint32_t>(size);
      continue;
    }
    const auto child = static_cast<std::uint32_t>(m_nodes.size());
    m_nodes[task.node].first = child;
    m_nodes.resize(m_nodes.size() + 2);
    tasks.push_back({child, task.begin, task.begin + left, task.depth + 1});
    tasks.push_back({child + 1, task.begin + left, task.end, task.depth + 1});
  }
  m_faces.reserve(order.size());
  for (const std::uint32_t number : order) {
    const auto& t = triangles[number];
    const Float3 a = positions[t[0]];
    m_faces.push_back({a, minus(positions[t[1]], a), minus(positions[t[2]], a), number});
  }
}

template <bool kAny>
Hit Bvh::walk(const Ray& ray) const {
  Hit hit;
  hit.distance = ray.reach;
  const auto inverse_of = [](float d) { return 1.0F / (std::fabs(d) > 1e-12F ? d : std::copysign(1e-12F, d)); };
  const std::array<float, 3> origin = {ray.origin.x, ray.origin.y, ray.origin.z};
  const std::array<float, 3> inverse = {inverse_of(ray.direction.x), inverse_of(ray.direction.y),
                                        inverse_of(ray.direction.z)};
  const auto enter = [&](const Box& box) {
    float near = 0;
    float far = hit.distance;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const float a = (box.low[axis] - origin[axis]) * inverse[axis];
      const float b = (box.high[axis] - origin[axis]) * inverse[axis];
      near = std::max(near, std::min(a, b));
      far = std::min(far, std::max(a, b));
    }
    return near <= far ? near : 1e30F;
  };
  std::array<std::uint32_t, kOpenNodesMax> open{};
  std::size_t count = 0;
  open[count++] = 0;
  while (count > 0) {
    const Node& node = m_nodes[open[--count]];
    if (enter(node.box) >= 1e30F) continue;
    for (std::uint32_t i = node.first; i < node.first + node.count; ++i) {
      const Face& face = m_faces[i];
      const Float3 p = cross3(ray.direction, face.edge2);
      const float determinant = dot3(face.edge1, p);
      if (std::fabs(determinant) < 1e-14F) continue;
      const Float3 from = minus(ray.origin, face.corner);
      const float u = dot3(from, p) / determinant;
      const Float3 q = cross3(from, face.edge1);
      const float v = dot3(ray.direction, q) / determinant;
      const float t = dot3(face.edge2, q) / determinant;
      if (u < 0 || v < 0 || u + v > 1 || t <= 0 || t >= hit.distance) continue;
      hit = {face.number, t, u, v};
      if (kAny) return hit;
    }
    if (node.count > 0 || node.first == 0) continue;
    // The nearer child is looked at first.
    const float left = enter(m_nodes[node.first].box);
    const float right = enter(m_nodes[node.first + 1].box);
    const std::uint32_t nearer = left <= right ? node.first : node.first + 1;
    const std::uint32_t farther = left <= right ? node.first + 1 : node.first;
    if (std::max(left, right) < 1e30F && count < kOpenNodesMax) open[count++] = farther;
    if (std::min(left, right) < 1e30F && count < kOpenNodesMax) open[count++] = nearer;
  }
  return hit;
}

Hit Bvh::nearest(const Ray& ray) const { return walk<false>(ray); }

bool Bvh::blocked(const Ray& ray) const { return walk<true>(ray).any(); }

}  // namespace assets
