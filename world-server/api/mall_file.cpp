#include "world-server/api/mall_file.h"

#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "client-proto/wire/messages.h"
#include "world-server/api/json_read.h"
#include "world-server/world/mall.h"

namespace world {
namespace {

using nlohmann::json;

constexpr double kCoordinateMax_m = 500;
constexpr std::size_t kGarmentsMax = 5;  ///< one for each slot

std::array<float, 3> triple(const json& value) {
  std::array<float, 3> out{};
  if (!value.is_array() || value.size() != out.size()) return out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (value[i].is_number()) out[i] = value[i].get<float>();
  }
  return out;
}

void read_display(const json& value, std::size_t index, MallFile& mall, std::vector<FieldError>& errors) {
  Fields fields(value, "/displays/" + std::to_string(index), errors);
  Display display;
  display.id = static_cast<shop::DisplayId>(fields.integer("id", 1, INT32_MAX));
  display.boutique = fields.text("boutique", 1, 64);
  display.mount = fields.text("mount", 1, 32);
  display.position_m = triple(fields.array("position", 3, 3));
  display.yaw_rad = static_cast<float>(fields.number("yaw_rad", -kCoordinateMax_m, kCoordinateMax_m));
  display.space_m = triple(fields.array("space_m", 3, 3));
  display.document = value;
  if (!mall.boutique_ids.contains(display.boutique)) fields.complain("boutique", "is no boutique of this mall");
  if (!mall.displays.emplace(display.id, display).second) fields.complain("id", "is used twice");
}

}  // namespace

proto::Result<MallFile, std::string> parse_mall_file(std::string_view text) {
  auto parsed = parse_json(text);
  if (!parsed) return proto::fail(parsed.error());
  std::vector<FieldError> errors;
  Fields fields(*parsed, "", errors);
  MallFile mall;
  if (fields.text("format", 1, 64) != "galleria.mall/1") fields.complain("format", "must be galleria.mall/1");
  mall.name = fields.text("name", 1, 64);
  mall.boutiques = fields.array("boutiques", 0, 64);
  mall.props = fields.array("props", 0, 64);
  mall.seats = json::array();
  if (fields.has("seats")) mall.seats = fields.array("seats", 0, proto::kSeatsMax);
  mall.visitors_wear = json::array();
  if (fields.has("visitors_wear")) mall.visitors_wear = fields.array("visitors_wear", 0, kGarmentsMax);
  for (const json& garment : mall.visitors_wear) {
    if (!garment.is_string()) fields.complain("visitors_wear", "must name garments");
  }
  for (const json& boutique : mall.boutiques) {
    Fields entry(boutique, "/boutiques", errors);
    const std::string id = entry.text("id", 1, 64);
    mall.boutique_ids.insert(id);
    if (entry.has("entrances") && !entry.array("entrances", 0, kEntrancesMax).empty()) {
      mall.boutiques_with_doors.insert(id);
    }
  }
  const json& displays = fields.array("displays", 0, kDisplaysMax);
  for (std::size_t i = 0; i < displays.size(); ++i) read_display(displays[i], i, mall, errors);
  if (!errors.empty()) return proto::fail(errors.front().pointer + " " + errors.front().detail);
  return mall;
}

proto::Result<MallFile, std::string> read_mall_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kMallFileBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.empty()) return proto::fail("cannot read the mall " + path + ": run tools/run, which makes it");
  if (text.size() > kMallFileBytesMax) return proto::fail("the mall " + path + " is larger than 8 MiB");
  auto mall = parse_mall_file(text);
  if (!mall) return proto::fail("the mall " + path + " is not usable: " + mall.error());
  return mall;
}

}  // namespace world
