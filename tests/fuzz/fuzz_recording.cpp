/// Recordings (GALREC): the reader trusts nothing, what it accepts is written again as the same bytes, and the file can
/// be lived through. A small mall is put in front of what the fuzzer makes, since it will not guess one; the other half
/// of the inputs is the whole file.
#include <algorithm>
#include <vector>

#include "client-proto/core/check.h"
#include "world-server/world/recording.h"

namespace {

constexpr std::uint16_t kClients = 4;
constexpr const char* kMall = R"({"format": "galleria.mall/1", "name": "Hall",
  "bounds": {"min": [-30, -1, -30], "max": [30, 12, 30]}, "spawns": [{"position": [0, 0, 20], "yaw_rad": 3}],
  "colliders": {"boxes": [{"center": [0, -0.5, 0], "half": [30, 0.5, 30], "yaw_rad": 0}], "hulls": [], "triangles": []},
  "boutiques": [{"id": "lune", "name": "Lune", "kind": "fashion", "zone": {"min": [-20, -1, -20], "max": [20, 5, 25]},
    "door": [0, 0, 0], "entrances": [{"position": [0, 0, 25], "width_m": 2, "height_m": 3, "yaw_rad": 0}]}], "displays": [], "props": [], "staff": []})";

/// The header and every block that is whole, written again; the same bytes as far as they were read.
void check_rewritten(std::span<const std::uint8_t> file) {
  world::RecordingReader reader(file);
  const auto header = reader.header();
  if (!header) return;
  std::vector<std::uint8_t> again;
  world::record_header(header.value(), again);
  while (true) {
    const auto block = reader.next();
    if (!block || !*block) break;
    if (const auto* tick = std::get_if<world::RecordedTick>(&**block)) {
      world::record_tick(tick->tick, tick->from_shop, tick->from_net, again);
    } else {
      world::record_end(std::get<world::RecordedEnd>(**block), again);
    }
  }
  // What a reader forgives (an order of bonds, the target of a wave at nobody) has one way of being written.
  world::RecordingReader second(again);
  GALLERIA_CHECK(second.header().ok());
  while (true) {
    const auto block = second.next();
    GALLERIA_CHECK(block.ok());
    if (!*block) break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> file;
  if (size > 0 && data[0] % 2 == 0) world::record_header({1, kClients, kMall}, file);
  file.insert(file.end(), data + std::min<std::size_t>(size, 1), data + size);
  check_rewritten(file);
  (void)world::replay(file);
  return 0;
}
