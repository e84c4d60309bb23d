#include "world-server/world/mall.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "client-proto/wire/text.h"

namespace world {
namespace {

using nlohmann::json;

constexpr std::size_t kFileNameOfFormatBytesMax = 32;
constexpr float kYawMax_rad = 1000;
constexpr float kMassMin_kg = 0.01F;
constexpr float kMassMax_kg = 1000;
constexpr float kPropHalfMin_m = 0.02F;
constexpr float kPropHalfMax_m = 5;
constexpr float kEntranceWidthMin_m = 0.6F;
constexpr float kEntranceWidthMax_m = 20;
constexpr float kEntranceHeightMin_m = 1.8F;
constexpr float kEntranceHeightMax_m = 10;

/// Carries a refusal out of the nested readers; caught in parse_mall.
struct Refusal {
  MallError error;
};

/// A place in the document and the way to it.
class Node {
 public:
  Node(const json& value, std::string pointer) : m_value(value), m_pointer(std::move(pointer)) {}

  [[noreturn]] void refuse(std::string reason) const { throw Refusal{{m_pointer, std::move(reason)}}; }

  [[nodiscard]] Node member(const char* name) const {
    if (!m_value.is_object()) refuse("must be an object");
    const auto found = m_value.find(name);
    if (found == m_value.end()) refuse(std::string("member \"") + name + "\" is missing");
    return {*found, m_pointer + "/" + name};
  }
  [[nodiscard]] bool is_null() const { return m_value.is_null(); }
  [[nodiscard]] bool has(const char* name) const { return m_value.is_object() && m_value.contains(name); }

  [[nodiscard]] std::size_t size(std::size_t items_min, std::size_t items_max) const {
    if (!m_value.is_array()) refuse("must be an array");
    if (m_value.size() < items_min || m_value.size() > items_max) {
      refuse("must have " + std::to_string(items_min) + " to " + std::to_string(items_max) + " items, has " +
             std::to_string(m_value.size()));
    }
    return m_value.size();
  }
  [[nodiscard]] Node item(std::size_t index) const { return {m_value[index], m_pointer + "/" + std::to_string(index)}; }

  [[nodiscard]] float number(float min, float max) const {
    if (!m_value.is_number()) refuse("must be a number");
    const double value = m_value.get<double>();
    if (!(value >= static_cast<double>(min) && value <= static_cast<double>(max))) {
      refuse("must be between " + std::to_string(min) + " and " + std::to_string(max));
    }
    return static_cast<float>(value);
  }
  [[nodiscard]] std::uint32_t whole(std::uint32_t min, std::uint32_t max) const {
    if (!m_value.is_number_integer() || m_value.get<double>() < min || m_value.get<double>() > max) {
      refuse("must be a whole number between " + std::to_string(min) + " and " + std::to_string(max));
    }
    return m_value.get<std::uint32_t>();
  }
  [[nodiscard]] std::string text(std::size_t bytes_max) const {
    if (!m_value.is_string()) refuse("must be a string");
    const auto& text = m_value.get_ref<const std::string&>();
    if (text.empty() || text.size() > bytes_max) refuse("must have 1 to " + std::to_string(bytes_max) + " bytes");
    return text;
  }

  [[nodiscard]] Vec3 position() const {
    (void)size(3, 3);
    const auto coordinate = [this](std::size_t axis) {
      return item(axis).number(-kMallCoordinateMax_m, kMallCoordinateMax_m);
    };
    return {coordinate(0), coordinate(1), coordinate(2)};
  }
  [[nodiscard]] Vec3 half_extents(float min_m, float max_m) const {
    (void)size(3, 3);
    return {item(0).number(min_m, max_m), item(1).number(min_m, max_m), item(2).number(min_m, max_m)};
  }
  [[nodiscard]] float yaw_rad() const { return number(-kYawMax_rad, kYawMax_rad); }
  [[nodiscard]] Zone zone() const {
    const Zone zone{member("min").position(), member("max").position()};
    if (zone.min.x >= zone.max.x || zone.min.y >= zone.max.y || zone.min.z >= zone.max.z) {
      refuse("\"min\" must be below \"max\" on every axis");
    }
    return zone;
  }

 private:
  const json& m_value;
  std::string m_pointer;
};

template <class Read>
auto read_list(const Node& list, std::size_t items_min, std::size_t items_max, Read read) {
  std::vector<decltype(read(list))> items;
  const std::size_t count = list.size(items_min, items_max);
  items.reserve(count);
  for (std::size_t i = 0; i < count; ++i) items.push_back(read(list.item(i)));
  return items;
}

Spawn read_spawn(const Node& node) { return {node.member("position").position(), node.member("yaw_rad").yaw_rad()}; }

Box read_box(const Node& node) {
  return {node.member("center").position(), node.member("half").half_extents(0.001F, kMallCoordinateMax_m),
          node.member("yaw_rad").yaw_rad()};
}

Hull read_hull(const Node& node) {
  return read_list(node, 4, proto::kHullPointsMax, [](const Node& point) { return point.position(); });
}

Triangle read_triangle(const Node& node) {
  (void)node.size(3, 3);
  return {node.item(0).position(), node.item(1).position(), node.item(2).position()};
}

SeatPlan read_seat(const Node& node) { return {node.member("position").position(), node.member("yaw_rad").yaw_rad()}; }

Entrance read_entrance(const Node& node) {
  return {node.member("position").position(), node.member("width_m").number(kEntranceWidthMin_m, kEntranceWidthMax_m),
          node.member("height_m").number(kEntranceHeightMin_m, kEntranceHeightMax_m), node.member("yaw_rad").yaw_rad()};
}

Boutique read_boutique(const Node& node) {
  Boutique boutique{
      node.member("id").text(kIdBytesMax), node.member("name").text(kIdBytesMax), node.member("zone").zone(), {}};
  if (!node.has("entrances")) return boutique;
  const Node list = node.member("entrances");
  boutique.entrances = read_list(list, 0, kEntrancesMax, read_entrance);
  for (std::size_t i = 0; i < boutique.entrances.size(); ++i) {
    const Entrance& entrance = boutique.entrances[i];
    if (!boutique.zone.contains(entrance.position, kEntranceApart_m)) {
      list.item(i).member("position").refuse("lies farther than 0.2 m from its boutique");
    }
    const proto::SinCos out = proto::sin_cos(entrance.yaw_rad);
    if (boutique.zone.contains(entrance.position + Vec3{out.sin, 0, out.cos})) {
      list.item(i).member("yaw_rad").refuse("must lead out of the boutique");
    }
  }
  return boutique;
}

PropPlan read_prop(const Node& node) {
  PropPlan prop;
  prop.id = static_cast<std::uint16_t>(node.member("id").whole(0, 65'535));
  const std::string kind = node.member("kind").text(kIdBytesMax);
  if (kind != "sphere" && kind != "box") node.member("kind").refuse("must be \"sphere\" or \"box\"");
  prop.kind = kind == "sphere" ? PropKind::kSphere : PropKind::kBox;
  prop.half = node.member("half").half_extents(kPropHalfMin_m, kPropHalfMax_m);
  prop.mass_kg = node.member("mass_kg").number(kMassMin_kg, kMassMax_kg);
  prop.position = node.member("position").position();
  prop.yaw_rad = node.member("yaw_rad").yaw_rad();
  return prop;
}

std::vector<std::string> read_outfit(const Node& list) {
  return read_list(list, 0, kSlots, [](const Node& garment) { return garment.text(kIdBytesMax); });
}

StaffPlan read_staff(const Node& node, float floor_m) {
  StaffPlan staff;
  staff.name = node.member("name").text(kNameBytesMax);
  if (!proto::is_name(staff.name)) node.member("name").refuse("must be a name of at most 24 characters");
  if (!node.member("boutique").is_null()) staff.boutique = node.member("boutique").text(kIdBytesMax);
  staff.look.shape = static_cast<std::uint8_t>(node.member("shape").whole(0, proto::kShapes - 1));
  staff.look.tint = static_cast<std::uint8_t>(node.member("tint").whole(0, proto::kTints - 1));
  staff.path = read_list(node.member("path"), 1, kPathPointsMax, [floor_m](const Node& point) {
    (void)point.size(2, 2);
    return Vec3{point.item(0).number(-kMallCoordinateMax_m, kMallCoordinateMax_m), floor_m,
                point.item(1).number(-kMallCoordinateMax_m, kMallCoordinateMax_m)};
  });
  staff.outfit = read_outfit(node.member("outfit"));
  return staff;
}

void check_seats(const Node& root, const Mall& mall) {
  for (std::size_t i = 0; i < mall.seats.size(); ++i) {
    const Vec3 position = mall.seats[i].position;
    const Node node = root.member("seats").item(i).member("position");
    if (!mall.bounds.contains(position)) node.refuse("lies outside of \"bounds\"");
    for (std::size_t before = 0; before < i; ++before) {
      if (proto::length(mall.seats[before].position - position) >= kSeatsApart_m) continue;
      node.refuse("lies nearer than 0.4 m to /seats/" + std::to_string(before));
    }
  }
}

void check_references(const Node& root, const Mall& mall) {
  std::set<std::string> boutiques;
  for (std::size_t i = 0; i < mall.boutiques.size(); ++i) {
    if (!boutiques.insert(mall.boutiques[i].id).second) {
      root.member("boutiques").item(i).member("id").refuse("is used twice");
    }
  }
  std::set<std::uint16_t> props;
  for (std::size_t i = 0; i < mall.props.size(); ++i) {
    if (!props.insert(mall.props[i].id).second) root.member("props").item(i).member("id").refuse("is used twice");
  }
  for (std::size_t i = 0; i < mall.staff.size(); ++i) {
    if (!mall.staff[i].boutique.empty() && !boutiques.contains(mall.staff[i].boutique)) {
      root.member("staff").item(i).member("boutique").refuse("names no boutique of this mall");
    }
  }
  check_seats(root, mall);
  for (std::size_t i = 0; i < mall.spawns.size(); ++i) {
    if (!mall.bounds.contains(mall.spawns[i].position)) {
      root.member("spawns").item(i).member("position").refuse("lies outside of \"bounds\"");
    }
  }
}

Mall read_mall(const Node& root) {
  const Node format = root.member("format");
  if (format.text(kFileNameOfFormatBytesMax) != "galleria.mall/1") format.refuse("must be \"galleria.mall/1\"");
  Mall mall;
  mall.name = root.member("name").text(kIdBytesMax);
  mall.bounds = root.member("bounds").zone();
  mall.spawns = read_list(root.member("spawns"), 1, kSpawnsMax, read_spawn);
  const Node colliders = root.member("colliders");
  mall.boxes = read_list(colliders.member("boxes"), 0, kBoxesMax, read_box);
  mall.hulls = read_list(colliders.member("hulls"), 0, kHullsMax, read_hull);
  mall.triangles = read_list(colliders.member("triangles"), 0, kTrianglesMax, read_triangle);
  mall.boutiques = read_list(root.member("boutiques"), 0, kBoutiquesMax, read_boutique);
  mall.props = read_list(root.member("props"), 0, kPropsMax, read_prop);
  const float floor_m = mall.spawns.front().position.y;
  mall.staff =
      read_list(root.member("staff"), 0, kStaffMax, [floor_m](const Node& node) { return read_staff(node, floor_m); });
  if (root.has("seats")) mall.seats = read_list(root.member("seats"), 0, kSeatsMax, read_seat);
  if (root.has("visitors_wear")) mall.visitors_wear = read_outfit(root.member("visitors_wear"));
  check_references(root, mall);
  return mall;
}

/// The library's parser copes with any depth, its destructor and everything else do not need to: looked at before.
bool depth_is_bounded(std::string_view text) {
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMallDepthMax) return false;
    } else if (c == ']' || c == '}') {
      if (depth > 0) --depth;
    }
  }
  return true;
}

}  // namespace

bool Zone::contains(Vec3 point, float margin_m) const {
  return point.x >= min.x - margin_m && point.x <= max.x + margin_m && point.y >= min.y - margin_m &&
         point.y <= max.y + margin_m && point.z >= min.z - margin_m && point.z <= max.z + margin_m;
}

Box Entrance::door() const {
  return {position + Vec3{0, height_m / 2, 0}, {width_m / 2, height_m / 2, kDoorHalf_m}, yaw_rad};
}

proto::Result<Mall, MallError> parse_mall(std::string_view json_text) {
  if (json_text.size() > kMallBytesMax) {
    return proto::fail(MallError{"", "must have at most " + std::to_string(kMallBytesMax) + " bytes"});
  }
  if (!depth_is_bounded(json_text)) {
    return proto::fail(MallError{"", "must not be nested deeper than " + std::to_string(kMallDepthMax)});
  }
  try {
    const json document = json::parse(json_text.begin(), json_text.end());
    return read_mall(Node(document, ""));
  } catch (const json::exception& problem) {
    return proto::fail(MallError{"", problem.what()});
  } catch (const Refusal& refusal) {
    return proto::fail(refusal.error);
  }
}

}  // namespace world
