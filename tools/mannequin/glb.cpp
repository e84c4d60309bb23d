#include "tools/mannequin/glb.h"

#include <cmath>
#include <cstring>

#include "client-proto/core/check.h"

namespace mannequin {
namespace {

constexpr std::uint32_t kMagic = 0x46546c67, kVersion = 2, kJsonChunk = 0x4e4f534a, kBinaryChunk = 0x004e4942;

void append(std::vector<std::uint8_t>& out, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  out.insert(out.end(), bytes, bytes + size);
}

void append_u32(std::vector<std::uint8_t>& out, std::size_t value) {
  GALLERIA_CHECK(value <= 0xffffffffu);
  const std::uint32_t v = static_cast<std::uint32_t>(value);
  append(out, &v, sizeof v);
}

template <class T>
void append_number(std::vector<std::uint8_t>& out, double value) {
  const T v = static_cast<T>(value);
  append(out, &v, sizeof v);
}

void append_component(std::vector<std::uint8_t>& out, Component component, double value) {
  switch (component) {
    case Component::kByte:
      return append_number<std::int8_t>(out, value);
    case Component::kUnsignedByte:
      return append_number<std::uint8_t>(out, value);
    case Component::kShort:
      return append_number<std::int16_t>(out, value);
    case Component::kUnsignedShort:
      return append_number<std::uint16_t>(out, value);
    case Component::kFloat:
      return append_number<float>(out, value);
  }
}

std::size_t size_of(Component component) {
  switch (component) {
    case Component::kByte:
    case Component::kUnsignedByte:
      return 1;
    case Component::kShort:
    case Component::kUnsignedShort:
      return 2;
    case Component::kFloat:
      break;
  }
  return 4;
}

const char* type_name(std::size_t width) {
  constexpr std::array<const char*, 5> kNames = {"", "SCALAR", "VEC2", "VEC3", "VEC4"};
  return width == 16 ? "MAT4" : kNames.at(width);
}

void pad(std::vector<std::uint8_t>& out, std::uint8_t with) {
  while (out.size() % 4 != 0) out.push_back(with);
}

}  // namespace

std::size_t GlbWriter::add(const std::vector<double>& values, const Layout& layout) {
  constexpr int kArrayBuffer = 34962, kElementArrayBuffer = 34963;
  const std::size_t rows = values.size() / layout.width;
  const std::size_t row_bytes = size_of(layout.component) * layout.width;
  // A vertex attribute's rows start at multiples of four bytes.
  const std::size_t stride = layout.is_vertex ? (row_bytes + 3) / 4 * 4 : row_bytes;
  const std::size_t offset = m_bytes.size();
  std::vector<double> low(layout.width, 1e30), high(layout.width, -1e30);
  for (std::size_t r = 0; r < rows; r++) {
    for (std::size_t c = 0; c < layout.width; c++) {
      double value = values[r * layout.width + c];
      if (layout.component == Component::kFloat) value = static_cast<double>(static_cast<float>(value));
      append_component(m_bytes, layout.component, value);
      low[c] = std::min(low[c], value);
      high[c] = std::max(high[c], value);
    }
    m_bytes.resize(offset + (r + 1) * stride, 0);
  }
  Json view = {{"buffer", 0}, {"byteOffset", offset}, {"byteLength", m_bytes.size() - offset}};
  if (layout.is_vertex) view["byteStride"] = stride;
  if (layout.is_vertex) view["target"] = kArrayBuffer;
  if (layout.is_index) view["target"] = kElementArrayBuffer;
  pad(m_bytes, 0);

  Json accessor = {{"bufferView", m_json["bufferViews"].size()},
                   {"componentType", static_cast<int>(layout.component)},
                   {"count", rows},
                   {"type", type_name(layout.width)}};
  if (layout.normalized) accessor["normalized"] = true;
  if (layout.has_bounds) {
    accessor["min"] = low;
    accessor["max"] = high;
  }
  m_json["bufferViews"].push_back(view);
  m_json["accessors"].push_back(accessor);
  return m_json["accessors"].size() - 1;
}

std::vector<std::uint8_t> GlbWriter::finish() {
  pad(m_bytes, 0);
  m_json["buffers"] = Json::array({{{"byteLength", m_bytes.size()}}});
  const std::string text = m_json.dump();
  std::vector<std::uint8_t> json(text.begin(), text.end());
  pad(json, ' ');
  std::vector<std::uint8_t> out;
  append_u32(out, kMagic);
  append_u32(out, kVersion);
  append_u32(out, 12 + 8 + json.size() + 8 + m_bytes.size());
  append_u32(out, json.size());
  append_u32(out, kJsonChunk);
  append(out, json.data(), json.size());
  append_u32(out, m_bytes.size());
  append_u32(out, kBinaryChunk);
  append(out, m_bytes.data(), m_bytes.size());
  return out;
}

double quantized_short(double value) { return std::round(std::clamp(value, -1.0, 1.0) * 32767); }
double quantized_byte(double value) { return std::round(std::clamp(value, -1.0, 1.0) * 127); }
double quantized_ubyte(double value) { return std::round(std::clamp(value, 0.0, 1.0) * 255); }

double linear_channel(double srgb) { return srgb <= .04045 ? srgb / 12.92 : std::pow((srgb + .055) / 1.055, 2.4); }

}  // namespace mannequin
