#include "tools/mall/bake/scene.h"

#include <array>
#include <cstring>
#include <fstream>
#include <stdexcept>

namespace bake {
namespace {

constexpr uint32_t kMagic = 0x4b424c47;  // "GLBK"
constexpr uint32_t kVersion = 1;
/// Far above any mall, far below what memory would refuse.
constexpr uint32_t kTrianglesMax = 8'000'000;
constexpr uint32_t kLampsMax = 100'000;
constexpr uint32_t kSamplesMax = 4'000'000;
constexpr float kGlow = 0.5F;

class Reader {
 public:
  explicit Reader(const std::string& path) : m_file(path, std::ios::binary) {
    if (!m_file) throw std::runtime_error("cannot open " + path);
  }

  uint32_t count(uint32_t limit, const char* what) {
    const uint32_t value = word();
    if (value > limit) throw std::runtime_error(std::string("too many ") + what);
    return value;
  }

  uint32_t word() {
    uint32_t value = 0;
    read(&value, sizeof value);
    return value;
  }

  template <size_t N>
  std::array<float, N> floats() {
    std::array<float, N> values;
    read(values.data(), sizeof values);
    return values;
  }

  [[nodiscard]] bool at_end() { return m_file.peek() == std::ifstream::traits_type::eof(); }

 private:
  void read(void* into, size_t size_bytes) {
    m_file.read(static_cast<char*>(into), static_cast<std::streamsize>(size_bytes));
    if (!m_file) throw std::runtime_error("the scene ends early");
  }

  std::ifstream m_file;
};

template <size_t N>
Vec3 vec(const std::array<float, N>& f, size_t at) {
  return {f[at], f[at + 1], f[at + 2]};
}

Triangle read_triangle(Reader& in) {
  const auto f = in.floats<13>();
  const auto flags = static_cast<int>(f[12]);
  Triangle t;
  t.a = vec(f, 0);
  t.edge1 = vec(f, 3) - t.a;
  t.edge2 = vec(f, 6) - t.a;
  t.normal = normalize(cross(t.edge1, t.edge2));
  t.albedo = vec(f, 9);
  t.two_sided = (flags & 1) != 0;
  if ((flags & 2) != 0) t.emission = {kGlow, kGlow, kGlow};
  return t;
}

LampGroup read_group(Reader& in, uint32_t lamps) {
  const auto f = in.floats<14>();
  LampGroup g;
  g.inner = {vec(f, 0), vec(f, 3)};
  g.outer = {vec(f, 6), vec(f, 9)};
  g.first = static_cast<uint32_t>(f[12]);
  g.count = static_cast<uint32_t>(f[13]);
  if (g.first > lamps || g.count > lamps - g.first) throw std::runtime_error("a group names lamps that are not there");
  return g;
}

}  // namespace

Scene read_scene(const std::string& path) {
  Reader in(path);
  if (in.word() != kMagic || in.word() != kVersion) throw std::runtime_error("not a scene of this baker");
  Scene scene;
  scene.triangles.resize(in.count(kTrianglesMax, "triangles"));
  scene.groups.resize(in.count(kLampsMax, "groups"));
  scene.lamps.resize(in.count(kLampsMax, "lamps"));
  scene.samples.resize(in.count(kSamplesMax, "samples"));
  for (Triangle& t : scene.triangles) t = read_triangle(in);
  for (LampGroup& g : scene.groups) g = read_group(in, static_cast<uint32_t>(scene.lamps.size()));
  for (Lamp& lamp : scene.lamps) {
    const auto f = in.floats<11>();
    lamp = {vec(f, 0), vec(f, 3), vec(f, 6), f[9], f[10]};
  }
  const auto sun = in.floats<6>();
  scene.sun_direction = normalize(vec(sun, 0));
  scene.sun_colour = vec(sun, 3);
  for (Sample& sample : scene.samples) {
    const auto f = in.floats<6>();
    sample = {vec(f, 0), vec(f, 3)};
  }
  if (!in.at_end()) throw std::runtime_error("the scene goes on after its end");
  return scene;
}

}  // namespace bake
