#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include "assets/gltf/json_text.h"
#include "assets/gltf/model.h"

namespace assets::gltf {
namespace {

std::uint32_t bytes_of(std::uint32_t component) {
  if (component == 5120 || component == 5121) return 1;
  return component == 5122 || component == 5123 ? 2 : 4;
}

template <class T>
T load(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

std::uint32_t load_unsigned(const std::uint8_t* from, std::uint32_t component) {
  if (component == 5121) return *from;
  return component == 5123 ? load<std::uint16_t>(from) : load<std::uint32_t>(from);
}

/// Section 3.6.2.2 of the format: how normalised whole numbers stand for -1..1 and 0..1.
float load_float(const std::uint8_t* from, std::uint32_t component, bool normalized) {
  switch (component) {
    case 5120: {
      const auto value = static_cast<float>(load<std::int8_t>(from));
      return normalized ? std::max(value / 127.0F, -1.0F) : value;
    }
    case 5122: {
      const auto value = static_cast<float>(load<std::int16_t>(from));
      return normalized ? std::max(value / 32767.0F, -1.0F) : value;
    }
    case 5126:
      return load<float>(from);
    default: {
      const auto value = static_cast<float>(load_unsigned(from, component));
      if (!normalized || component == 5125) return value;
      return value / (component == 5121 ? 255.0F : 65535.0F);
    }
  }
}

void apply_sparse(const Document& document, const Accessor& a, const nlohmann::json& sparse, std::vector<float>& out) {
  const std::uint64_t count = whole(sparse, "count").value_or(0);
  const auto& indices = sparse["indices"];
  const auto& values = sparse["values"];
  const auto kind = static_cast<std::uint32_t>(whole(indices, "componentType").value_or(5125));
  const auto from = view_bytes(document, whole(indices, "bufferView").value_or(0));
  const auto with = view_bytes(document, whole(values, "bufferView").value_or(0));
  const std::uint64_t from_offset = whole(indices, "byteOffset").value_or(0);
  const std::uint64_t with_offset = whole(values, "byteOffset").value_or(0);
  const std::uint64_t size = bytes_of(a.component);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t target = load_unsigned(from.data() + from_offset + i * bytes_of(kind), kind);
    if (target >= a.count) continue;
    for (std::uint64_t c = 0; c < a.components; ++c) {
      const std::uint8_t* value = with.data() + with_offset + (i * a.components + c) * size;
      out[target * a.components + c] = load_float(value, a.component, a.normalized);
    }
  }
}

}  // namespace

std::vector<float> read_floats(const Document& document, const Model& model, std::uint32_t accessor) {
  const Accessor& a = model.accessors[accessor];
  std::vector<float> out(std::size_t{a.count} * a.components, 0.0F);
  const std::uint64_t size = bytes_of(a.component);
  for (std::uint64_t i = 0; a.has_view && i < a.count; ++i) {
    const std::uint8_t* element = document.bin.data() + a.offset + i * a.stride;
    for (std::uint64_t c = 0; c < a.components; ++c) {
      out[i * a.components + c] = load_float(element + c * size, a.component, a.normalized);
    }
  }
  if (a.sparse) apply_sparse(document, a, document.json["accessors"][accessor]["sparse"], out);
  return out;
}

std::vector<std::uint32_t> read_triangles(const Document& document, const Model& model, const Primitive& primitive) {
  std::vector<std::uint32_t> corners;
  if (primitive.indices == kNone) {
    corners.resize(primitive.vertices);
    std::iota(corners.begin(), corners.end(), 0U);
  } else {
    const Accessor& a = model.accessors[primitive.indices];
    corners.reserve(a.count);
    for (std::uint64_t i = 0; i < a.count; ++i) {
      corners.push_back(load_unsigned(document.bin.data() + a.offset + i * a.stride, a.component));
    }
  }
  if (primitive.mode == 4) {
    corners.resize(corners.size() / 3 * 3);
    return corners;
  }
  std::vector<std::uint32_t> triangles;
  if (primitive.mode < 4) return triangles;  // points and lines
  for (std::size_t i = 0; i + 2 < corners.size(); ++i) {
    const bool fan = primitive.mode == 6;
    const bool odd = !fan && i % 2 == 1;
    triangles.push_back(fan ? corners[0] : corners[i]);
    triangles.push_back(corners[i + (odd ? 2 : 1)]);
    triangles.push_back(corners[i + (odd ? 1 : 2)]);
  }
  return triangles;
}

}  // namespace assets::gltf
