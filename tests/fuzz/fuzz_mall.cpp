/// mall.json as the world and as the API read it: what is accepted makes a world in which people can walk.
#include <string_view>

#include "client-proto/core/check.h"
#include "client-proto/move/movement.h"
#include "world-server/api/mall_file.h"
#include "world-server/world/world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)world::parse_mall_file(text);
  auto mall = world::parse_mall(text);
  if (!mall) return 0;
  auto made = world::World::make(std::move(mall).value(), {2, 1});
  if (!made) return 0;
  world::Join join;
  join.avatar = {0, 1};
  join.name = "Ada";
  world::TickOutput output;
  made.value()->tick({}, std::array<world::NetToWorld, 1>{join}, output);
  for (std::uint16_t i = 1; i < 5; ++i) {
    world::Inputs inputs{join.avatar, {{}, i, {{proto::kButtonRun, 127, 30, 0}}}};
    made.value()->tick({}, std::array<world::NetToWorld, 1>{inputs}, output);
  }
  const proto::MoveState& state = made.value()->people().state[0];
  GALLERIA_CHECK(proto::snapped(state) == state);
  return 0;
}
