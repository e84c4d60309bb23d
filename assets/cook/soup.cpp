#include "assets/cook/soup.h"

#include <algorithm>
#include <cmath>

namespace assets {
namespace {

using gltf::Document;
using gltf::kNone;
using gltf::Model;
using gltf::Primitive;

std::vector<Matrix> world_matrices(const Model& model) {
  std::vector<Matrix> world(model.nodes.size());
  for (const std::uint32_t root : model.roots) world[root] = model.nodes[root].local;
  for (const std::uint32_t node : model.order) {
    for (const std::uint32_t child : model.nodes[node].children) world[child] = world[node] * model.nodes[child].local;
  }
  return world;
}

std::vector<Matrix> joint_matrices(const Document& document, const Model& model, const gltf::Skin& skin,
                                   const std::vector<Matrix>& world) {
  std::vector<float> bind;
  if (skin.inverse_bind != kNone) bind = gltf::read_floats(document, model, skin.inverse_bind);
  std::vector<Matrix> joints;
  for (std::size_t i = 0; i < skin.joints.size(); ++i) {
    Matrix inverse;
    for (std::size_t k = 0; k < 16 && !bind.empty(); ++k) inverse.m[k] = static_cast<double>(bind[i * 16 + k]);
    joints.push_back(world[skin.joints[i]] * inverse);
  }
  return joints;
}

/// The weighted mean of the joints' matrices for one vertex.
Matrix blend(const std::vector<Matrix>& joints, const float* numbers, const float* weights) {
  Matrix sum;
  sum.m.fill(0);
  double total = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const double weight = static_cast<double>(weights[i]);
    const auto joint = static_cast<std::size_t>(std::max(numbers[i], 0.0F));
    if (!(weight > 0) || joint >= joints.size()) continue;
    for (std::size_t k = 0; k < 16; ++k) sum.m[k] += joints[joint].m[k] * weight;
    total += weight;
  }
  if (total <= 0) return {};
  for (double& value : sum.m) value /= total;
  return sum;
}

class Flattener {
 public:
  Flattener(const Document& document, const Model& model) : m_document(document), m_model(model) {}

  Soup run(bool& finite) {
    const std::vector<Matrix> world = world_matrices(m_model);
    for (const std::uint32_t number : m_model.order) {
      const gltf::Node& node = m_model.nodes[number];
      if (node.mesh == kNone) continue;
      std::vector<Matrix> joints;
      if (node.skin != kNone) joints = joint_matrices(m_document, m_model, m_model.skins[node.skin], world);
      for (const Primitive& primitive : m_model.meshes[node.mesh]) add(primitive, world[number], joints);
    }
    finite = std::all_of(m_soup.positions.begin(), m_soup.positions.end(),
                         [](const Vec3& p) { return std::isfinite(p.x) && std::isfinite(p.y) && std::isfinite(p.z); });
    return std::move(m_soup);
  }

 private:
  std::vector<float> attribute(const Primitive& primitive, std::string_view name, std::uint32_t components) {
    const std::uint32_t accessor = primitive.attribute(name);
    if (accessor == kNone || m_model.accessors[accessor].components != components) return {};
    return gltf::read_floats(m_document, m_model, accessor);
  }

  void add(const Primitive& primitive, const Matrix& world, const std::vector<Matrix>& joints) {
    const std::vector<std::uint32_t> corners = gltf::read_triangles(m_document, m_model, primitive);
    if (corners.empty()) return;
    const std::uint32_t first = static_cast<std::uint32_t>(m_soup.positions.size());
    const bool has_normals = vertices(primitive, world, joints);
    const bool mirrored = joints.empty() && handedness(world) < 0;
    for (std::size_t i = 0; i + 2 < corners.size(); i += 3) {
      std::array<std::uint32_t, 3> t{first + corners[i], first + corners[i + 1], first + corners[i + 2]};
      if (mirrored) std::swap(t[1], t[2]);
      if (!has_normals) t = own_corners(t);
      m_soup.triangles.push_back(t);
      m_soup.materials.push_back(primitive.material);
    }
  }

  /// Appends the vertices of a primitive; says whether they brought normals.
  bool vertices(const Primitive& primitive, const Matrix& world, const std::vector<Matrix>& joints) {
    const std::vector<float> positions = attribute(primitive, "POSITION", 3);
    const std::vector<float> normals = attribute(primitive, "NORMAL", 3);
    const std::uint32_t set = primitive.material == kNone ? 0 : m_model.materials[primitive.material].texcoord;
    const std::vector<float> uvs = attribute(primitive, "TEXCOORD_" + std::to_string(set), 2);
    const std::vector<float> rgba = attribute(primitive, "COLOR_0", 4);
    const std::vector<float> rgb = attribute(primitive, "COLOR_0", 3);
    const std::vector<float> numbers = attribute(primitive, "JOINTS_0", 4);
    const std::vector<float> weights = attribute(primitive, "WEIGHTS_0", 4);
    const bool skinned = !joints.empty() && !numbers.empty() && !weights.empty();
    for (std::size_t i = 0; i < primitive.vertices; ++i) {
      const Matrix m = skinned ? blend(joints, &numbers[i * 4], &weights[i * 4]) : world;
      m_soup.positions.push_back(transform_point(m, vec(positions, i)));
      m_soup.normals.push_back(normals.empty() ? Vec3{0, 1, 0} : transform_normal(m, vec(normals, i)));
      m_soup.uvs.push_back(uvs.empty() ? std::array<float, 2>{0, 0} : std::array<float, 2>{uvs[i * 2], uvs[i * 2 + 1]});
      std::array<float, 4> colour{1, 1, 1, 1};
      for (std::size_t c = 0; c < 3 && !rgb.empty(); ++c) colour[c] = rgb[i * 3 + c];
      for (std::size_t c = 0; c < 4 && !rgba.empty(); ++c) colour[c] = rgba[i * 4 + c];
      m_soup.colours.push_back(colour);
    }
    return !normals.empty();
  }

  static Vec3 vec(const std::vector<float>& from, std::size_t i) {
    return {static_cast<double>(from[i * 3]), static_cast<double>(from[i * 3 + 1]),
            static_cast<double>(from[i * 3 + 2])};
  }

  /// Flat shading: the triangle gets corners of its own that carry its normal.
  std::array<std::uint32_t, 3> own_corners(const std::array<std::uint32_t, 3>& t) {
    const Vec3 a = m_soup.positions[t[0]];
    const Vec3 normal = normalized(cross(m_soup.positions[t[1]] - a, m_soup.positions[t[2]] - a));
    std::array<std::uint32_t, 3> out{};
    for (std::size_t k = 0; k < 3; ++k) {
      out[k] = static_cast<std::uint32_t>(m_soup.positions.size());
      // By value: the vectors may move while they grow.
      const Vec3 position = m_soup.positions[t[k]];
      const auto uv = m_soup.uvs[t[k]];
      const auto colour = m_soup.colours[t[k]];
      m_soup.positions.push_back(position);
      m_soup.normals.push_back(normal);
      m_soup.uvs.push_back(uv);
      m_soup.colours.push_back(colour);
    }
    return out;
  }

  const Document& m_document;
  const Model& m_model;
  Soup m_soup;
};

}  // namespace

Soup flatten(const Document& document, const Model& model, bool& finite) {
  return Flattener(document, model).run(finite);
}

Bounds bounds_of(const Soup& soup) {
  Bounds bounds;
  for (const auto& triangle : soup.triangles) {
    for (const std::uint32_t corner : triangle) {
      const Vec3 p = soup.positions[corner];
      bounds.low = {std::min(bounds.low.x, p.x), std::min(bounds.low.y, p.y), std::min(bounds.low.z, p.z)};
      bounds.high = {std::max(bounds.high.x, p.x), std::max(bounds.high.y, p.y), std::max(bounds.high.z, p.z)};
    }
  }
  return bounds;
}

void transform(Soup& soup, const Matrix& by) {
  for (Vec3& p : soup.positions) p = transform_point(by, p);
  for (Vec3& n : soup.normals) n = transform_normal(by, n);
}

}  // namespace assets
