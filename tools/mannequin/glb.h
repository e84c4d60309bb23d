/// A small writer of binary glTF 2.0: it collects accessors into one buffer and puts the JSON text before it. Vertex
/// attributes are quantised (KHR_mesh_quantization).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace mannequin {

using Json = nlohmann::ordered_json;

/// glTF's component types.
enum class Component { kByte = 5120, kUnsignedByte = 5121, kShort = 5122, kUnsignedShort = 5123, kFloat = 5126 };

class GlbWriter {
 public:
  struct Layout {
    Component component;
    std::size_t width;
    bool normalized = false;
    bool is_vertex = false;
    bool is_index = false;
    /// The specification asks for bounds of positions and of animation times.
    bool has_bounds = false;
  };

  /// The document's root, to be filled by the caller; buffers, views and accessors are the writer's.
  Json& json() { return m_json; }
  /// Adds `values` (rows of `layout.width`) as an accessor and returns its index. Integers are given as they are
  /// stored.
  std::size_t add(const std::vector<double>& values, const Layout& layout);
  [[nodiscard]] std::vector<std::uint8_t> finish();

 private:
  Json m_json;
  std::vector<std::uint8_t> m_bytes;
};

/// A value in -1..1 as a normalised signed integer.
[[nodiscard]] double quantized_short(double value);
[[nodiscard]] double quantized_byte(double value);
/// A value in 0..1 as a normalised unsigned byte.
[[nodiscard]] double quantized_ubyte(double value);

/// One part of an sRGB colour, 0..1, in linear light.
[[nodiscard]] double linear_channel(double srgb);

}  // namespace mannequin
