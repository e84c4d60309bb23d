/// mall.json as the HTTP API needs it: the displays, by id, and the document itself without the parts that only the
/// simulation reads. The simulation has its own, stricter reader (world-server/world/mall.h).
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "client-proto/core/result.h"
#include "shop/model.h"

namespace world {

constexpr std::size_t kMallFileBytesMax = 8U << 20U;
constexpr std::size_t kDisplaysMax = 4000;

struct Display {
  shop::DisplayId id = 0;
  std::string boutique;
  std::string mount;
  std::array<float, 3> position_m{};
  float yaw_rad = 0;
  std::array<float, 3> space_m{};
  nlohmann::json document;  ///< as it stands in the file
};

struct MallFile {
  std::string name;
  nlohmann::json boutiques;
  nlohmann::json props;
  nlohmann::json seats;
  nlohmann::json visitors_wear;  ///< slugs of the garments that visitors come in
  std::set<std::string> boutique_ids;
  std::set<std::string> boutiques_with_doors;  ///< those that can be closed
  std::map<shop::DisplayId, Display> displays;
};

/// The error is a sentence for the operator.
[[nodiscard]] proto::Result<MallFile, std::string> read_mall_file(const std::string& path);
[[nodiscard]] proto::Result<MallFile, std::string> parse_mall_file(std::string_view text);

}  // namespace world
