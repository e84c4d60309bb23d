#include "tools/mannequin/export.h"

#include <meshoptimizer.h>

#include <map>

namespace mannequin {
namespace {

/// Positions are stored as normalised shorts about this point; the skin's matrices move them back.
constexpr Vec3 kOrigin{0, .9, 0};
/// The stitching's distance is stored in the colour's alpha as .5 + (hem - stitch) / this.
constexpr double kStitchRange_m = .064;

struct Primitive {
  std::vector<double> positions, normals, joints, weights, colors;
  /// By mask: the triangles that the same covers hide.
  std::map<std::uint32_t, std::vector<unsigned>> indices;
};

void append_panel(Primitive& out, const SewnPanel& panel, const Body& body, const ExportedModel& model) {
  const Mesh& mesh = panel.mesh;
  const unsigned base = static_cast<unsigned>(out.positions.size() / 3);
  std::vector<VertexSkin> skins(mesh.points.size());
  parallel_for(skins.size(), [&](std::size_t i) { skins[i] = vertex_skin(body.weights(mesh.points[i], model.drape)); });
  const auto quantized = model.fine_normals ? quantized_short : quantized_byte;
  for (std::size_t i = 0; i < mesh.points.size(); i++) {
    const Vec3 p = mesh.points[i] - kOrigin, n = mesh.normals[i];
    for (const double v : {p.x, p.y, p.z}) out.positions.push_back(quantized_short(v));
    for (const double v : {n.x, n.y, n.z}) out.normals.push_back(quantized(v));
    out.joints.insert(out.joints.end(), skins[i].joints.begin(), skins[i].joints.end());
    out.weights.insert(out.weights.end(), skins[i].weights.begin(), skins[i].weights.end());
    const double shade = quantized_ubyte(mix(.30, 1, mesh.openness[i]));
    out.colors.insert(out.colors.end(), 3, shade);
    const double stitch = panel.stitch_m > 0 ? .5 + (mesh.hem_m[i] - panel.stitch_m) / kStitchRange_m : 1;
    out.colors.push_back(quantized_ubyte(stitch));
  }
  for (std::size_t t = 0; t < mesh.triangles.size(); t++)
    for (const Index i : mesh.triangles[t])
      out.indices[panel.hidden_by.empty() ? 0 : panel.hidden_by[t]].push_back(base + i);
}

/// Reorders vertices by first use, so that neighbours in the file are neighbours on the surface: it compresses better.
void reorder(Primitive& p, const std::vector<unsigned>& order, std::size_t vertices) {
  std::vector<unsigned> renamed(vertices, ~0u);
  unsigned next = 0;
  for (const unsigned i : order)
    if (renamed[i] == ~0u) renamed[i] = next++;
  const auto move = [&](std::vector<double>& values, std::size_t width) {
    std::vector<double> out(next * width);
    for (std::size_t v = 0; v < vertices; v++)
      for (std::size_t c = 0; c < width && renamed[v] != ~0u; c++) out[renamed[v] * width + c] = values[v * width + c];
    values = std::move(out);
  };
  move(p.positions, 3);
  move(p.normals, 3);
  move(p.joints, 4);
  move(p.weights, 4);
  move(p.colors, 4);
  for (auto& [mask, indices] : p.indices)
    for (unsigned& i : indices) i = renamed[i];
}

Json write_primitive(GlbWriter& glb, Primitive& p, std::size_t material, bool fine_normals) {
  const std::size_t vertices = p.positions.size() / 3;
  std::vector<unsigned> order;
  for (auto& [mask, indices] : p.indices) {
    std::vector<unsigned> cached(indices.size());
    meshopt_optimizeVertexCache(cached.data(), indices.data(), indices.size(), vertices);
    indices = cached;
    order.insert(order.end(), cached.begin(), cached.end());
  }
  reorder(p, order, vertices);
  std::vector<double> all;
  Json ranges = Json::array();
  for (const auto& [mask, indices] : p.indices) {
    ranges.push_back({mask, all.size(), indices.size()});
    all.insert(all.end(), indices.begin(), indices.end());
  }
  const Component normal = fine_normals ? Component::kShort : Component::kByte;
  Json attributes;
  attributes["POSITION"] = glb.add(p.positions, {Component::kShort, 3, true, true, false, true});
  attributes["NORMAL"] = glb.add(p.normals, {normal, 3, true, true});
  attributes["COLOR_0"] = glb.add(p.colors, {Component::kUnsignedByte, 4, true, true});
  attributes["JOINTS_0"] = glb.add(p.joints, {Component::kUnsignedByte, 4, false, true});
  attributes["WEIGHTS_0"] = glb.add(p.weights, {Component::kUnsignedByte, 4, true, true});
  const std::size_t index = glb.add(all, {Component::kUnsignedShort, 1, false, false, true});
  return {{"attributes", attributes}, {"indices", index}, {"material", material}, {"extras", {{"hidden", ranges}}}};
}

Json write_mesh(GlbWriter& glb, const std::string& name, const LevelOfDetail& level, const Body& body,
                const ExportedModel& model) {
  std::map<std::size_t, Primitive> primitives;
  for (const SewnPanel& panel : level.panels) append_panel(primitives[panel.material], panel, body, model);
  Json list = Json::array();
  for (auto& [material, primitive] : primitives)
    list.push_back(write_primitive(glb, primitive, material, model.fine_normals));
  return {{"name", name}, {"primitives", list}, {"extras", {{"covers", model.covers}}}};
}

Json write_material(const Material& m) {
  const auto channel = [&](int shift) { return linear_channel(((m.color_srgb >> shift) & 255) / 255.0); };
  const std::array<double, 3> rgb = {channel(16), channel(8), channel(0)};
  const auto rounded = [](double v) { return std::round(v * 1e4) / 1e4; };
  Json out = {{"name", m.name},
              {"pbrMetallicRoughness",
               {{"baseColorFactor", {rounded(rgb[0]), rounded(rgb[1]), rounded(rgb[2]), 1}},
                {"metallicFactor", 0},
                {"roughnessFactor", m.roughness}}},
              {"doubleSided", m.weave != Weave::kNone}};
  if (m.sheen > 0) {
    const auto sheen = [&](double c) { return rounded(m.sheen * mix(c, 1, .35)); };
    out["extensions"]["KHR_materials_sheen"] = {{"sheenColorFactor", {sheen(rgb[0]), sheen(rgb[1]), sheen(rgb[2])}},
                                                {"sheenRoughnessFactor", .5}};
  }
  out["extras"] = {{"weave", static_cast<int>(m.weave)}, {"sheen", m.sheen}, {"tintable", m.tintable}};
  return out;
}

void write_skeleton(GlbWriter& glb, const Body& body) {
  Json& json = glb.json();
  const RestPositions& rest = body.rest();
  std::vector<double> inverse_binds;
  Json joints = Json::array();
  const auto millimetres = [](double v) { return std::round(v * 1e6) / 1e6; };
  for (std::size_t j = 0; j < kJoints; j++) {
    const std::size_t parent = kJointParents[j];
    const Vec3 t = parent == kNoParent ? rest[j] : rest[j] - rest[parent];
    Json node = {{"name", kJointNames[j]}, {"translation", {millimetres(t.x), millimetres(t.y), millimetres(t.z)}}};
    for (std::size_t child = 0; child < kJoints; child++)
      if (kJointParents[child] == j) node["children"].push_back(child);
    json["nodes"].push_back(node);
    joints.push_back(j);
    const Vec3 back = kOrigin - rest[j];
    for (const double v : {1., 0., 0., 0., 0., 1., 0., 0., 0., 0., 1., 0., back.x, back.y, back.z, 1.})
      inverse_binds.push_back(v);
  }
  const std::size_t accessor = glb.add(inverse_binds, {Component::kFloat, 16});
  json["skins"] = Json::array({{{"inverseBindMatrices", accessor}, {"skeleton", 0}, {"joints", joints}}});
}

bool moves(const Clip& clip, std::size_t joint) {
  constexpr double kStill = 1e-6;
  return std::any_of(clip.keys.begin(), clip.keys.end(),
                     [&](const Pose& k) { return 1 - std::fabs(k.rotations[joint].w) > kStill; });
}

void write_clip(GlbWriter& glb, const Clip& clip) {
  std::vector<double> times, hips;
  for (std::size_t k = 0; k < clip.keys.size(); k++) {
    times.push_back(clip.duration_s * static_cast<double>(k) / static_cast<double>(clip.keys.size() - 1));
    for (const double v : {clip.keys[k].hips.x, clip.keys[k].hips.y, clip.keys[k].hips.z}) hips.push_back(v);
  }
  const std::size_t time = glb.add(times, {Component::kFloat, 1, false, false, false, true});
  Json samplers = Json::array(), channels = Json::array();
  const auto channel = [&](std::size_t node, const char* path, std::size_t output) {
    channels.push_back({{"sampler", samplers.size()}, {"target", {{"node", node}, {"path", path}}}});
    samplers.push_back({{"input", time}, {"interpolation", "LINEAR"}, {"output", output}});
  };
  channel(kHips, "translation", glb.add(hips, {Component::kFloat, 3}));
  for (std::size_t j = 0; j < kJoints; j++) {
    if (!moves(clip, j)) continue;
    std::vector<double> rotations;
    Quat last = clip.keys.front().rotations[j];
    for (const Pose& key : clip.keys) {
      Quat q = key.rotations[j];
      // q and -q are the same rotation; a player that blends straight needs neighbours on one side.
      if (q.x * last.x + q.y * last.y + q.z * last.z + q.w * last.w < 0) q = {-q.x, -q.y, -q.z, -q.w};
      last = q;
      for (const double v : {q.x, q.y, q.z, q.w}) rotations.push_back(quantized_short(v));
    }
    channel(j, "rotation", glb.add(rotations, {Component::kShort, 4, true}));
  }
  glb.json()["animations"].push_back({{"name", clip.name},
                                      {"samplers", samplers},
                                      {"channels", channels},
                                      {"extras", {{"speed_mps", clip.speed_mps}, {"loops", clip.loops}}}});
}

}  // namespace

Material skin_material() { return {"skin", 0xcbc4bc, .5, 0, Weave::kNone, true}; }

VertexSkin vertex_skin(const JointWeights& weights) {
  std::array<std::size_t, kJoints> order;
  for (std::size_t j = 0; j < kJoints; j++) order[j] = j;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
  double total = 0;
  for (std::size_t k = 0; k < 4; k++) total += weights[order[k]];
  VertexSkin skin;
  int left = 255;
  for (std::size_t k = 1; k < 4; k++) {
    const int w = static_cast<int>(quantized_ubyte(weights[order[k]] / total));
    if (w == 0) continue;
    skin.joints[k] = static_cast<std::uint8_t>(order[k]);
    skin.weights[k] = static_cast<std::uint8_t>(w);
    left -= w;
  }
  skin.joints[0] = static_cast<std::uint8_t>(order[0]);
  skin.weights[0] = static_cast<std::uint8_t>(left);
  return skin;
}

std::vector<std::uint8_t> to_glb(const ExportedModel& model, const Body& body) {
  GlbWriter glb;
  Json& json = glb.json();
  json["asset"] = {{"version", "2.0"}, {"generator", "galleria-mannequin"}};
  json["extensionsUsed"] = {"KHR_mesh_quantization", "MSFT_lod"};
  json["extensionsRequired"] = {"KHR_mesh_quantization"};
  const bool has_sheen =
      std::any_of(model.materials.begin(), model.materials.end(), [](const Material& m) { return m.sheen > 0; });
  if (has_sheen) json["extensionsUsed"].push_back("KHR_materials_sheen");
  json["scene"] = 0;
  json["scenes"] = Json::array({{{"name", model.name}, {"nodes", {0, kJoints}}}});
  write_skeleton(glb, body);
  json["nodes"].push_back(
      {{"name", "near"}, {"mesh", 0}, {"skin", 0}, {"extensions", {{"MSFT_lod", {{"ids", {kJoints + 1}}}}}}});
  json["nodes"].push_back({{"name", "far"}, {"mesh", 1}, {"skin", 0}});
  json["meshes"].push_back(write_mesh(glb, "near", model.meshes->near, body, model));
  json["meshes"].push_back(write_mesh(glb, "far", model.meshes->far, body, model));
  for (const Material& m : model.materials) json["materials"].push_back(write_material(m));
  for (const Clip& clip : model.clips) write_clip(glb, clip);
  return glb.finish();
}

}  // namespace mannequin
