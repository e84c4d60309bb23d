// A bounding volume hierarchy: finds the triangle that a ray meets first, or whether it meets any at all.
//
// A binary tree over boxes, split where the surface area heuristic says. Each node keeps the boxes of its two children,
// so that a step looks at one node's memory, and the nearer child is entered first.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/mall/bake/scene.h"

namespace bake {

struct Ray {
  Vec3 origin;
  Vec3 direction;
};

class Bvh {
 public:
  /// Keeps a reference to the triangles; they must outlive the tree.
  explicit Bvh(const std::vector<Triangle>& triangles);
  explicit Bvh(std::vector<Triangle>&& temporary) = delete;

  /// Index of the first triangle hit nearer than `distance`, which is then set to it; -1 when there is none.
  [[nodiscard]] int nearest(const Ray& ray, float& distance) const;

  /// Whether anything stands within `distance`.
  [[nodiscard]] bool blocked(const Ray& ray, float distance) const;

  [[nodiscard]] size_t node_count() const { return m_nodes.size(); }

 private:
  /// A child is a node (index >= 0) or, negated minus one, the first of a leaf's triangles in m_order.
  struct Node {
    Box boxes[2];
    int32_t child[2] = {0, 0};
    uint8_t leaf_size[2] = {0, 0};
  };
  struct Item {
    Box box;
    Vec3 middle;
    uint32_t triangle = 0;
  };
  struct Split {
    int axis = -1;
    float at = 0;
  };
  static Split best_split(const std::vector<Item>& items, size_t first, size_t count);
  void build(std::vector<Item>& items, size_t first, size_t count, size_t node);
  void set_child(std::vector<Item>& items, size_t first, size_t count, size_t node, int side);
  template <bool kAny>
  int trace(const Ray& ray, float& distance) const;

  const std::vector<Triangle>& m_triangles;
  std::vector<Node> m_nodes;
  std::vector<uint32_t> m_order;
};

}  // namespace bake
