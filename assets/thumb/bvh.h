/// A bounding volume hierarchy over triangles, for casting rays without a GPU. Built by splitting the longest axis at
/// the surface area heuristic's best of a few places (Wald 2007); walked with a list instead of recursion.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace assets {

struct Float3 {
  float x = 0;
  float y = 0;
  float z = 0;
};

[[nodiscard]] constexpr Float3 cross3(Float3 a, Float3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

struct Ray {
  Float3 origin;
  Float3 direction;
  float reach = 1e30F;
};

struct Hit {
  std::uint32_t triangle = 0xffffffffU;
  float distance = 1e30F;
  float u = 0;  ///< weight of the second corner
  float v = 0;  ///< weight of the third
  [[nodiscard]] bool any() const { return triangle != 0xffffffffU; }
};

class Bvh {
 public:
  /// Of the triangles that `chosen` names; hits carry these numbers.
  Bvh(std::span<const Float3> positions, std::span<const std::array<std::uint32_t, 3>> triangles,
      std::vector<std::uint32_t> chosen);

  [[nodiscard]] Hit nearest(const Ray& ray) const;
  /// Whether anything is hit within the reach.
  [[nodiscard]] bool blocked(const Ray& ray) const;

 private:
  struct Box {
    std::array<float, 3> low{1e30F, 1e30F, 1e30F};
    std::array<float, 3> high{-1e30F, -1e30F, -1e30F};
  };
  struct Node {
    Box box;
    std::uint32_t first = 0;  ///< of a leaf: first triangle; of a branch: left child (right is the next)
    std::uint32_t count = 0;  ///< triangles of a leaf; 0 for a branch
  };
  /// A triangle as Möller and Trumbore (1997) want it.
  struct Face {
    Float3 corner;
    Float3 edge1;
    Float3 edge2;
    std::uint32_t number = 0;
  };

  /// What building needs to know about each triangle.
  struct Extents {
    std::vector<Box> boxes;
    std::vector<std::array<float, 3>> centres;
  };
  /// Orders `part` so that triangles before the returned place go left; the whole part when it is better left alone.
  static std::size_t divide(std::span<std::uint32_t> part, const Extents& extents, Box& box);

  template <bool kAny>
  Hit walk(const Ray& ray) const;

  std::vector<Node> m_nodes;
  std::vector<Face> m_faces;
};

}  // namespace assets
