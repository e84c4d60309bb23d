#include "assets/cook/place.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "assets/gltf/json_text.h"

namespace assets {
namespace {

using nlohmann::json;

constexpr double kSideMax_m = 20;
constexpr double kSideMin_m = 0.002;
/// Beyond this length a file without units is taken to be in centimetres, and beyond ten times that in millimetres.
constexpr double kPlausibleSide_m = 12;
/// Stated sides that differ more than this from an even scale are mentioned.
constexpr double kSizeTolerance = 0.1;

/// Exact for the four turns that exist; a cosine would leave dust in the numbers.
std::pair<double, double> turn_of(int turn_deg) {
  switch (turn_deg) {
    case 90:
      return {0, 1};
    case 180:
      return {-1, 0};
    case 270:
      return {0, -1};
    default:
      return {1, 0};
  }
}

double guessed_scale(double side, FileUnit unit, Report& report) {
  if (unit == FileUnit::kMetre || side <= kPlausibleSide_m) return 1;
  const bool centimetres = side <= kPlausibleSide_m * 100;
  report.warning("size.guessed", "",
                 std::string("The file has no unit and no size was stated; its numbers were read as ") +
                     (centimetres ? "centimetres." : "millimetres."),
                 "State the real size in centimetres when uploading.");
  return centimetres ? 0.01 : 0.001;
}

double stated_scale(const std::array<double, 3>& extent, const std::array<double, 3>& stated_cm, Report& report) {
  // The longest stated side decides: there a rounded centimetre matters least.
  std::size_t longest = 3;
  for (std::size_t i = 0; i < 3; ++i) {
    if (stated_cm[i] > 0 && extent[i] > 1e-9 && (longest == 3 || stated_cm[i] > stated_cm[longest])) longest = i;
  }
  if (longest == 3) return 0;
  const double scale = stated_cm[longest] / 100 / extent[longest];
  for (std::size_t i = 0; i < 3; ++i) {
    if (stated_cm[i] <= 0) continue;
    const double got_cm = extent[i] * scale * 100;
    if (std::abs(got_cm - stated_cm[i]) > std::max(kSizeTolerance * stated_cm[i], 0.5)) {
      constexpr std::array<const char*, 3> kNames = {"width", "height", "depth"};
      report.warning("size.stated-differs", "",
                     std::string("The stated ") + kNames[i] + " is " + std::to_string(stated_cm[i]) +
                         " cm, but the model's shape gives " + std::to_string(got_cm) + " cm.",
                     "Check the stated size; pieces are scaled evenly.");
    }
  }
  return scale;
}

}  // namespace

std::optional<Matrix> placement(const Bounds& bounds, const SizeCm& size_cm, int turn_deg, FileUnit unit,
                                Report& report) {
  const auto [cosine, sine] = turn_of(turn_deg);
  const bool sideways = sine != 0;
  const Vec3 size = bounds.high - bounds.low;
  const std::array<double, 3> extent = {sideways ? size.z : size.x, size.y, sideways ? size.x : size.z};
  const double side = std::max({extent[0], extent[1], extent[2]});
  const std::array<double, 3> stated = {size_cm.width, size_cm.height, size_cm.depth};
  double scale = stated_scale(extent, stated, report);
  if (scale <= 0) scale = guessed_scale(side, unit, report);
  if (!(side * scale >= kSideMin_m && side * scale <= kSideMax_m)) {
    report.error("size.implausible", "",
                 "The piece would be " + std::to_string(side * scale) + " m long; 2 mm to 20 m are allowed.",
                 "State the real size in centimetres when uploading.");
    return std::nullopt;
  }
  const Vec3 middle{(bounds.low.x + bounds.high.x) / 2, bounds.low.y, (bounds.low.z + bounds.high.z) / 2};
  Matrix m;
  m.m = {cosine * scale, 0, -sine * scale, 0, 0, scale, 0, 0, sine * scale, 0, cosine * scale, 0, 0, 0, 0, 1};
  const Vec3 moved = transform_point(m, middle);
  m.m[12] = -moved.x;
  m.m[13] = -moved.y;
  m.m[14] = -moved.z;
  return m;
}

bool is_identity(const Matrix& matrix) {
  const Matrix identity;
  for (std::size_t i = 0; i < 16; ++i) {
    if (std::abs(matrix.m[i] - identity.m[i]) > 1e-6) return false;
  }
  return true;
}

void wrap_scene(gltf::Document& document, const Matrix& matrix) {
  json& top = document.json;
  const std::size_t scene = gltf::whole(top, "scene").value_or(0);
  const double scale = std::sqrt(matrix.at(0, 0) * matrix.at(0, 0) + matrix.at(2, 0) * matrix.at(2, 0));
  const double yaw = std::atan2(matrix.at(0, 2), matrix.at(0, 0));
  json node = {{"name", "piece"}, {"children", top["scenes"][scene]["nodes"]}};
  node["translation"] = {matrix.m[12], matrix.m[13], matrix.m[14]};
  node["rotation"] = {0.0, std::sin(yaw / 2), 0.0, std::cos(yaw / 2)};
  node["scale"] = {scale, scale, scale};
  top["nodes"].push_back(std::move(node));
  top["scenes"][scene]["nodes"] = json::array({top["nodes"].size() - 1});
}

}  // namespace assets
