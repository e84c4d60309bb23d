#include <algorithm>
#include <array>
#include <cmath>

#include "assets/gltf/json_text.h"
#include "assets/gltf/model.h"

namespace assets::gltf {
namespace {

using nlohmann::json;

constexpr std::uint32_t kTriangles = 4;
constexpr std::uint32_t kTriangleFan = 6;

std::uint32_t component_bytes(std::uint64_t component) {
  switch (component) {
    case 5120:
    case 5121:
      return 1;
    case 5122:
    case 5123:
      return 2;
    case 5125:
    case 5126:
      return 4;
    default:
      return 0;
  }
}

bool is_index_component(std::uint64_t component) { return component == 5121 || component == 5123 || component == 5125; }

/// What section 3.7.2.1 (and KHR_mesh_quantization) lets an attribute be. A set's number ("TEXCOORD_1") is left out.
struct AttributeRule {
  std::string_view name;
  std::array<std::uint32_t, 2> components;
  std::array<std::uint32_t, 3> types;
  std::array<std::uint32_t, 4> quantised_types;
};
constexpr std::array kAttributeRules{
    AttributeRule{"POSITION", {3, 3}, {5126}, {5120, 5121, 5122, 5123}},
    AttributeRule{"NORMAL", {3, 3}, {5126}, {5120, 5122}},
    AttributeRule{"TANGENT", {4, 4}, {5126}, {5120, 5122}},
    AttributeRule{"TEXCOORD", {2, 2}, {5126, 5121, 5123}, {5120, 5122}},
    AttributeRule{"COLOR", {3, 4}, {5126, 5121, 5123}, {}},
    AttributeRule{"JOINTS", {4, 4}, {5121, 5123}, {}},
    AttributeRule{"WEIGHTS", {4, 4}, {5126, 5121, 5123}, {}},
};

/// True for attributes that the format does not name: nobody here reads them as numbers.
bool attribute_fits(std::string_view name, const Accessor& a, bool quantised) {
  const auto among = [](std::uint32_t value, const auto& list) {
    return std::find(list.begin(), list.end(), value) != list.end();
  };
  for (const AttributeRule& rule : kAttributeRules) {
    const bool meant = name == rule.name || (name.starts_with(rule.name) && name[rule.name.size()] == '_');
    if (!meant) continue;
    return among(a.components, rule.components) &&
           (among(a.component, rule.types) || (quantised && among(a.component, rule.quantised_types)));
  }
  return true;
}

std::uint32_t component_count(std::string_view type) {
  constexpr std::array<std::pair<std::string_view, std::uint32_t>, 7> kTypes = {
      {{"SCALAR", 1}, {"VEC2", 2}, {"VEC3", 3}, {"VEC4", 4}, {"MAT2", 4}, {"MAT3", 9}, {"MAT4", 16}}};
  for (const auto& [name, count] : kTypes) {
    if (name == type) return count;
  }
  return 0;
}

/// Extensions whose geometry we could not look into: a piece that needs one of them cannot be checked.
constexpr std::array<std::string_view, 14> kReadExtensions = {"KHR_materials_variants",
                                                              "KHR_materials_unlit",
                                                              "KHR_materials_clearcoat",
                                                              "KHR_materials_sheen",
                                                              "KHR_materials_transmission",
                                                              "KHR_materials_ior",
                                                              "KHR_materials_volume",
                                                              "KHR_materials_specular",
                                                              "KHR_materials_iridescence",
                                                              "KHR_texture_transform",
                                                              "KHR_materials_emissive_strength",
                                                              "KHR_mesh_quantization",
                                                              "KHR_materials_anisotropy",
                                                              "KHR_lights_punctual"};

class Checker {
 public:
  Checker(const Document& document, const ModelLimits& limits, Report& report)
      : m_document(document), m_json(document.json), m_limits(limits), m_report(report) {}

  std::optional<Model> run() {
    const bool ok = extensions() && views() && accessors() && images() && materials() && meshes() && nodes() &&
                    skins() && animations() && scene() && totals();
    return ok && !m_report.has_errors() ? std::optional(std::move(m_model)) : std::nullopt;
  }

 private:
  bool refuse(std::string_view code, const std::string& pointer, std::string_view message,
              std::string_view remedy = "Export the model again; the file contradicts itself.") {
    m_report.error(code, pointer, message, remedy);
    return false;
  }

  [[nodiscard]] const json& list(const char* name) const {
    static const json kEmpty = json::array();
    const json* found = member(m_json, name);
    return found == nullptr ? kEmpty : *found;
  }

  /// An index into a list of `size`, kNone when absent, nothing (and an error) when it points nowhere.
  std::optional<std::uint32_t> index(const json& object, const char* name, std::size_t size, const std::string& at) {
    if (!object.contains(name)) return kNone;
    const auto value = whole(object, name);
    if (!value || *value >= size) {
      refuse("gltf.index", at + "/" + name, "This index points to nothing.");
      return std::nullopt;
    }
    return static_cast<std::uint32_t>(*value);
  }

  bool extensions() {
    const json* required = member(m_json, "extensionsRequired");
    if (required == nullptr) return true;
    if (!required->is_array()) return refuse("gltf.structure", "/extensionsRequired", "This is not a list.");
    for (const json& name : *required) {
      const bool known = name.is_string() && std::find(kReadExtensions.begin(), kReadExtensions.end(),
                                                       name.get_ref<const std::string&>()) != kReadExtensions.end();
      if (!known) {
        return refuse(
            "gltf.extension", "/extensionsRequired",
            "The model requires the extension " + name.dump(-1, ' ', true) + ", which cannot be checked here.",
            "Export without compression and without this extension; pieces are compressed by the shop.");
      }
    }
    return true;
  }

  bool views() {
    const json& views = list("bufferViews");
    for (std::size_t i = 0; i < views.size(); ++i) {
      const std::string at = "/bufferViews/" + std::to_string(i);
      const auto length = whole(views[i], "byteLength");
      const std::uint64_t offset = whole(views[i], "byteOffset").value_or(0);
      const auto buffer = whole(views[i], "buffer");
      if (!buffer || *buffer != 0 || m_document.bin.empty()) {
        return refuse("gltf.index", at + "/buffer", "There is no such buffer.");
      }
      if (!length || *length == 0 || offset > m_document.bin.size() || *length > m_document.bin.size() - offset) {
        return refuse("gltf.range", at + "/byteLength", "The buffer view reaches beyond its buffer.");
      }
    }
    return true;
  }

  bool accessors() {
    const json& accessors = list("accessors");
    if (accessors.size() > m_limits.accessors_max) {
      return refuse("gltf.count", "/accessors", "There are too many accessors.", "Merge meshes before exporting.");
    }
    for (std::size_t i = 0; i < accessors.size(); ++i) {
      if (!accessor(accessors[i], "/accessors/" + std::to_string(i))) return false;
    }
    return true;
  }

  bool accessor(const json& object, const std::string& at) {
    Accessor a;
    const auto component = whole(object, "componentType");
    const std::uint32_t size = component ? component_bytes(*component) : 0;
    a.components = component_count(text(object, "type"));
    const auto count = whole(object, "count");
    if (size == 0 || a.components == 0) return refuse("gltf.structure", at, "The accessor's type is unknown.");
    if (!count || *count == 0 || *count > m_limits.vertices_max * 3) {
      return refuse("gltf.count", at + "/count", "The accessor's count is zero or beyond every limit.",
                    "Use a model with fewer vertices.");
    }
    a.component = static_cast<std::uint32_t>(*component);
    a.count = static_cast<std::uint32_t>(*count);
    const json* normalized = member(object, "normalized");
    a.normalized = normalized != nullptr && normalized->is_boolean() && normalized->get<bool>();
    a.sparse = object.contains("sparse");
    a.has_view = object.contains("bufferView");
    const std::uint64_t element = std::uint64_t{size} * a.components;
    if (a.has_view && !place(object, at, element, a)) return false;
    if (a.sparse && !sparse(object["sparse"], at + "/sparse", element, a)) return false;
    // Zeros without a single byte behind them are how a file of 500 bytes asks for gigabytes.
    if (!a.has_view && std::uint64_t{a.count} * element > m_document.bin.size() + (1U << 20U)) {
      return refuse("gltf.count", at + "/count", "The accessor promises elements that the file does not contain.",
                    "Export the model again; store the data in a buffer.");
    }
    m_model.accessors.push_back(a);
    return true;
  }

  bool place(const json& object, const std::string& at, std::uint64_t element, Accessor& a) {
    const auto view = whole(object, "bufferView");
    const json& views = list("bufferViews");
    if (!view || *view >= views.size()) {
      return refuse("gltf.index", at + "/bufferView", "There is no such buffer view.");
    }
    const std::uint64_t length = whole(views[*view], "byteLength").value_or(0);
    const std::uint64_t begin = whole(views[*view], "byteOffset").value_or(0);
    a.stride = whole(views[*view], "byteStride").value_or(element);
    const auto offset = object.contains("byteOffset") ? whole(object, "byteOffset") : std::optional<std::uint64_t>(0);
    if (a.stride < element || a.stride > 252) {
      if (a.stride != element) return refuse("gltf.range", at, "The stride of the buffer view is impossible.");
    }
    if (!offset || *offset > length) {
      return refuse("gltf.range", at + "/byteOffset", "The accessor begins beyond its buffer view.");
    }
    const std::uint64_t needed = a.stride * (a.count - 1) + element;
    if (needed > length - *offset) {
      return refuse("gltf.range", at + "/count", "The accessor reaches beyond its buffer view.");
    }
    const std::uint32_t size = component_bytes(a.component);
    if ((begin + *offset) % size != 0 || a.stride % size != 0) {
      return refuse("gltf.alignment", at, "The accessor is not aligned to its component.");
    }
    a.offset = begin + *offset;
    return true;
  }

  bool sparse(const json& object, const std::string& at, std::uint64_t element, const Accessor& a) {
    const auto count = whole(object, "count");
    const json* indices = member(object, "indices");
    const json* values = member(object, "values");
    if (!count || *count == 0 || *count > a.count || indices == nullptr || values == nullptr) {
      return refuse("gltf.count", at, "The sparse part is malformed or larger than its accessor.");
    }
    const auto kind = whole(*indices, "componentType");
    const std::uint32_t size = kind && is_index_component(*kind) ? component_bytes(*kind) : 0;
    const auto fits = [&](const json& part, std::uint64_t bytes) {
      const auto view = whole(part, "bufferView");
      const auto span = view ? view_bytes(m_document, *view) : std::span<const std::uint8_t>{};
      const std::uint64_t offset = whole(part, "byteOffset").value_or(0);
      return offset <= span.size() && *count * bytes <= span.size() - offset;
    };
    if (size == 0 || !fits(*indices, size) || !fits(*values, element)) {
      return refuse("gltf.range", at, "The sparse part reaches beyond its buffer views.");
    }
    return true;
  }

  bool images() {
    const json& images = list("images");
    for (std::size_t i = 0; i < images.size(); ++i) {
      const auto view = index(images[i], "bufferView", list("bufferViews").size(), "/images/" + std::to_string(i));
      if (!view) return false;
      if (*view == kNone) return refuse("gltf.structure", "/images/" + std::to_string(i), "The image has no data.");
      m_model.image_views.push_back(*view);
    }
    return true;
  }

  bool materials() {
    const json& materials = list("materials");
    for (std::size_t i = 0; i < materials.size(); ++i) {
      if (!material(materials[i], "/materials/" + std::to_string(i))) return false;
    }
    return true;
  }

  template <std::size_t N>
  static void colour(const json& object, const char* name, std::array<float, N>& out) {
    const json* value = member(object, name);
    if (value == nullptr || !value->is_array() || value->size() != N) return;
    for (std::size_t i = 0; i < N; ++i) {
      if (!(*value)[i].is_number()) continue;
      const double channel = (*value)[i].get<double>();
      out[i] = std::isfinite(channel) ? static_cast<float>(std::clamp(channel, 0.0, 1.0)) : 0.0F;
    }
  }

  bool material(const json& object, const std::string& at) {
    Material m;
    static const json kNothing = json::object();
    const json* pbr = member(object, "pbrMetallicRoughness");
    if (pbr == nullptr) pbr = &kNothing;
    colour(*pbr, "baseColorFactor", m.base_color);
    colour(object, "emissiveFactor", m.emissive);
    m.metallic = static_cast<float>(std::clamp(number(*pbr, "metallicFactor", 1), 0.0, 1.0));
    m.roughness = static_cast<float>(std::clamp(number(*pbr, "roughnessFactor", 1), 0.0, 1.0));
    m.alpha_cutoff = static_cast<float>(number(object, "alphaCutoff", 0.5));
    m.blend = text(object, "alphaMode") == "BLEND";
    m.mask = text(object, "alphaMode") == "MASK";
    for (const json* holder : {pbr, &object}) {
      for (const char* name :
           {"baseColorTexture", "metallicRoughnessTexture", "normalTexture", "occlusionTexture", "emissiveTexture"}) {
        const json* info = member(*holder, name);
        if (info != nullptr && !texture(*info, at + "/" + name, name == std::string_view("baseColorTexture"), m)) {
          return false;
        }
      }
    }
    m_model.materials.push_back(m);
    return true;
  }

  bool texture(const json& info, const std::string& at, bool is_base, Material& m) {
    const json& textures = list("textures");
    const auto number = whole(info, "index");
    if (!number || *number >= textures.size()) return refuse("gltf.index", at + "/index", "There is no such texture.");
    const auto image =
        index(textures[*number], "source", list("images").size(), "/textures/" + std::to_string(*number));
    if (!image) return false;
    if (is_base) {
      m.image = *image;
      m.texcoord = static_cast<std::uint32_t>(std::min<std::uint64_t>(whole(info, "texCoord").value_or(0), 7));
    }
    return true;
  }

  bool meshes() {
    const json& meshes = list("meshes");
    std::size_t primitives = 0;
    for (std::size_t i = 0; i < meshes.size(); ++i) {
      const std::string at = "/meshes/" + std::to_string(i) + "/primitives";
      const json* parts = member(meshes[i], "primitives");
      if (parts == nullptr || !parts->is_array() || parts->empty()) {
        return refuse("gltf.structure", at, "The mesh has no primitives.");
      }
      primitives += parts->size();
      if (primitives > m_limits.primitives_max) {
        return refuse("gltf.count", at, "There are too many primitives.", "Merge parts that share a material.");
      }
      m_model.meshes.emplace_back();
      for (std::size_t j = 0; j < parts->size(); ++j) {
        if (!primitive((*parts)[j], at + "/" + std::to_string(j))) return false;
      }
    }
    return true;
  }

  bool primitive(const json& object, const std::string& at) {
    Primitive p;
    const std::size_t accessors = m_model.accessors.size();
    const json* attributes = member(object, "attributes");
    if (attributes == nullptr || !attributes->is_object() || !attributes->contains("POSITION")) {
      return refuse("gltf.structure", at + "/attributes", "The primitive has no POSITION.",
                    "Export the model with its geometry.");
    }
    for (const auto& [name, unused] : attributes->items()) {
      const auto accessor = index(*attributes, name.c_str(), accessors, at + "/attributes");
      if (!accessor) return false;
      p.attributes.emplace_back(name, *accessor);
    }
    const auto indices = index(object, "indices", accessors, at);
    const auto material = index(object, "material", m_model.materials.size(), at);
    if (!indices || !material) return false;
    p.indices = *indices;
    p.material = *material;
    p.mode = static_cast<std::uint32_t>(object.contains("mode") ? whole(object, "mode").value_or(99) : kTriangles);
    p.has_extensions = object.contains("extensions");
    if (p.mode > kTriangleFan) return refuse("gltf.structure", at + "/mode", "The mode is unknown.");
    if (!geometry(p, at) || !targets(object, p, at)) return false;
    m_model.meshes.back().push_back(std::move(p));
    return true;
  }

  bool geometry(Primitive& p, const std::string& at) {
    p.vertices = m_model.accessors[p.attribute("POSITION")].count;
    const bool quantised = uses("KHR_mesh_quantization");
    for (const auto& [name, accessor] : p.attributes) {
      if (!attribute_fits(name, m_model.accessors[accessor], quantised)) {
        return refuse("gltf.structure", at + "/attributes/" + name,
                      "The attribute is not of the type that the format gives it.");
      }
      if (m_model.accessors[accessor].count != p.vertices) {
        return refuse("gltf.count", at + "/attributes/" + name, "The attributes differ in count.");
      }
    }
    if (p.indices == kNone) return true;
    const Accessor& indices = m_model.accessors[p.indices];
    if (indices.components != 1 || !is_index_component(indices.component) || indices.sparse || !indices.has_view) {
      return refuse("gltf.structure", at + "/indices", "Indices must be unsigned whole numbers in a buffer.");
    }
    for (std::uint64_t i = 0; i < indices.count; ++i) {
      if (raw_index(m_document, indices, i) >= p.vertices) {
        return refuse("gltf.index", at + "/indices", "An index points beyond the vertices.");
      }
    }
    return true;
  }

  static std::uint32_t raw_index(const Document& document, const Accessor& a, std::uint64_t i) {
    std::uint32_t value = 0;
    const std::uint8_t* from = document.bin.data() + a.offset + i * a.stride;
    for (std::uint32_t byte = 0; byte < component_bytes(a.component); ++byte) {
      value |= static_cast<std::uint32_t>(from[byte]) << (8 * byte);
    }
    return value;
  }

  bool targets(const json& object, Primitive& p, const std::string& at) {
    const json* targets = member(object, "targets");
    if (targets == nullptr) return true;
    if (!targets->is_array()) return refuse("gltf.structure", at + "/targets", "This is not a list.");
    p.has_targets = !targets->empty();
    for (std::size_t i = 0; i < targets->size(); ++i) {
      const json& target = (*targets)[i];
      const std::string here = at + "/targets/" + std::to_string(i);
      if (!target.is_object()) return refuse("gltf.structure", here, "A morph target is an object.");
      for (const auto& [name, unused] : target.items()) {
        const auto accessor = index(target, name.c_str(), m_model.accessors.size(), here);
        if (!accessor) return false;
        if (m_model.accessors[*accessor].count != p.vertices) {
          return refuse("gltf.count", here + "/" + name, "The morph target and its mesh differ in count.");
        }
      }
    }
    return true;
  }

  [[nodiscard]] bool uses(std::string_view extension) const {
    const json* used = member(m_json, "extensionsUsed");
    return used != nullptr && used->is_array() &&
           std::any_of(used->begin(), used->end(), [&](const json& v) { return v.is_string() && v == extension; });
  }

  template <std::size_t N>
  bool numbers(const json& object, const char* name, const std::string& at, std::array<double, N>& out) {
    const json* value = member(object, name);
    if (value == nullptr) return true;
    bool good = value->is_array() && value->size() == N;
    for (std::size_t i = 0; good && i < N; ++i) {
      good = (*value)[i].is_number() && std::isfinite((*value)[i].get<double>());
      if (good) out[i] = (*value)[i].get<double>();
    }
    return good || refuse("gltf.structure", at + "/" + name, "This must be " + std::to_string(N) + " finite numbers.");
  }

  bool nodes() {
    const json& nodes = list("nodes");
    if (nodes.size() > m_limits.nodes_max) {
      return refuse("gltf.count", "/nodes", "There are more than " + std::to_string(m_limits.nodes_max) + " nodes.",
                    "Merge parts before exporting.");
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (!node(nodes[i], nodes.size(), "/nodes/" + std::to_string(i))) return false;
    }
    return true;
  }

  bool node(const json& object, std::size_t count, const std::string& at) {
    Node n;
    const auto mesh = index(object, "mesh", m_model.meshes.size(), at);
    const auto skin = index(object, "skin", list("skins").size(), at);
    if (!mesh || !skin) return false;
    n.mesh = *mesh;
    n.skin = *skin;
    std::array<double, 3> t{0, 0, 0};
    std::array<double, 4> q{0, 0, 0, 1};
    std::array<double, 3> s{1, 1, 1};
    if (!numbers(object, "translation", at, t) || !numbers(object, "rotation", at, q) ||
        !numbers(object, "scale", at, s)) {
      return false;
    }
    n.local = compose({t[0], t[1], t[2]}, q, {s[0], s[1], s[2]});
    if (object.contains("matrix") && !numbers(object, "matrix", at, n.local.m)) return false;
    if (!indices(object, "children", count, at, n.children)) return false;
    m_model.nodes.push_back(std::move(n));
    return true;
  }

  bool indices(const json& object, const char* name, std::size_t size, const std::string& at,
               std::vector<std::uint32_t>& out) {
    const json* value = member(object, name);
    if (value == nullptr) return true;
    if (!value->is_array()) return refuse("gltf.structure", at + "/" + name, "This is not a list.");
    for (const json& item : *value) {
      const auto number = whole(item);
      if (!number || *number >= size) {
        return refuse("gltf.index", at + "/" + name, "This index points to nothing.");
      }
      out.push_back(static_cast<std::uint32_t>(*number));
    }
    return true;
  }

  bool skins() {
    const json& skins = list("skins");
    for (std::size_t i = 0; i < skins.size(); ++i) {
      const std::string at = "/skins/" + std::to_string(i);
      Skin skin;
      if (!indices(skins[i], "joints", m_model.nodes.size(), at, skin.joints)) return false;
      const auto bind = index(skins[i], "inverseBindMatrices", m_model.accessors.size(), at);
      if (!bind) return false;
      if (skin.joints.empty()) return refuse("gltf.structure", at + "/joints", "The skin has no joints.");
      skin.inverse_bind = *bind;
      if (*bind != kNone &&
          (m_model.accessors[*bind].components != 16 || m_model.accessors[*bind].count < skin.joints.size())) {
        return refuse("gltf.count", at + "/inverseBindMatrices", "There are fewer matrices than joints.");
      }
      m_model.skins.push_back(std::move(skin));
    }
    return true;
  }

  bool animations() {
    const json& animations = list("animations");
    m_model.animations = static_cast<std::uint32_t>(animations.size());
    for (std::size_t i = 0; i < animations.size(); ++i) {
      const std::string at = "/animations/" + std::to_string(i);
      const json* samplers = member(animations[i], "samplers");
      const json* channels = member(animations[i], "channels");
      if (samplers == nullptr || channels == nullptr || !samplers->is_array() || !channels->is_array()) {
        return refuse("gltf.structure", at, "The animation has no samplers or no channels.");
      }
      for (const json& sampler : *samplers) {
        for (const char* name : {"input", "output"}) {
          const auto accessor = index(sampler, name, m_model.accessors.size(), at + "/samplers");
          if (!accessor) return false;
          if (*accessor == kNone) return refuse("gltf.structure", at + "/samplers", "A sampler lacks its data.");
        }
      }
      for (const json& channel : *channels) {
        const json* target = member(channel, "target");
        if (!index(channel, "sampler", samplers->size(), at + "/channels")) return false;
        if (target != nullptr && !index(*target, "node", m_model.nodes.size(), at + "/channels")) return false;
      }
    }
    return true;
  }

  /// Walks the scene with a list instead of recursion; every node may be reached once, so cycles end here too.
  bool scene() {
    const json& scenes = list("scenes");
    const auto chosen = index(m_json, "scene", scenes.size(), "");
    if (!chosen) return false;
    if (!scenes.empty()) {
      const std::size_t number = *chosen == kNone ? 0 : *chosen;
      if (!indices(scenes[number], "nodes", m_model.nodes.size(), "/scenes/" + std::to_string(number), m_model.roots)) {
        return false;
      }
    }
    std::vector<std::uint32_t> depth(m_model.nodes.size(), 0);
    std::vector<bool> seen(m_model.nodes.size(), false);
    const auto reach = [&](std::uint32_t node, std::uint32_t level) {
      const std::string at = "/nodes/" + std::to_string(node);
      if (seen[node]) return refuse("gltf.cycle", at, "This node has two parents or is its own ancestor.");
      if (level > m_limits.node_depth_max) {
        return refuse("gltf.node-depth", at, "Nodes are nested more than 256 levels deep.", "Flatten the hierarchy.");
      }
      seen[node] = true;
      depth[node] = level;
      m_model.order.push_back(node);
      return true;
    };
    for (const std::uint32_t root : m_model.roots) {
      if (!reach(root, 1)) return false;
    }
    for (std::size_t next = 0; next < m_model.order.size(); ++next) {
      const std::uint32_t node = m_model.order[next];
      for (const std::uint32_t child : m_model.nodes[node].children) {
        if (!reach(child, depth[node] + 1)) return false;
      }
    }
    return true;
  }

  bool totals() {
    std::uint64_t vertices = 0;
    for (const std::uint32_t node : m_model.order) {
      const std::uint32_t mesh = m_model.nodes[node].mesh;
      if (mesh == kNone) continue;
      for (const Primitive& p : m_model.meshes[mesh]) {
        const std::uint64_t corners = p.indices == kNone ? p.vertices : m_model.accessors[p.indices].count;
        vertices += p.vertices;
        if (p.mode == kTriangles) m_model.triangles += corners / 3;
        if (p.mode > kTriangles) m_model.triangles += corners < 3 ? 0 : corners - 2;
      }
    }
    if (m_model.triangles == 0) {
      return refuse("mesh.empty", "", "There is not a single triangle in the model.",
                    "Export meshes, not curves or points.");
    }
    if (m_model.triangles > m_limits.triangles_max || vertices > m_limits.vertices_max) {
      return refuse("mesh.triangles", "",
                    "The model draws " + std::to_string(m_model.triangles) + " triangles; at most " +
                        std::to_string(m_limits.triangles_max) + " are read.",
                    "Reduce the model before uploading it.");
    }
    return true;
  }

  const Document& m_document;
  const json& m_json;
  const ModelLimits& m_limits;
  Report& m_report;
  Model m_model;
};

}  // namespace

std::uint32_t Primitive::attribute(std::string_view name) const {
  for (const auto& [known, accessor] : attributes) {
    if (known == name) return accessor;
  }
  return kNone;
}

std::optional<Model> check(const Document& document, const ModelLimits& limits, Report& report) {
  return Checker(document, limits, report).run();
}

}  // namespace assets::gltf
