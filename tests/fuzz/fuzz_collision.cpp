/// Scene files: whatever decodes has the same bytes again, and can be walked in while all its doors are closed.
#include <algorithm>

#include "client-proto/move/movement.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto world = proto::CollisionWorld::decode({data, size});
  if (!world) return 0;
  GALLERIA_CHECK(std::ranges::equal(world.value().encode(), std::span(data, size)));
  world.value().close(~proto::Places{0});
  proto::MoveState state;
  for (int i = 0; i < 20; ++i) state = proto::step(world.value(), state, {proto::kButtonRun, 127, 30, 0});
  GALLERIA_CHECK(proto::snapped(state) == state);
  (void)world.value().ray({0, 1, 0}, {1, 0.1F, 0.3F}, 100);
  return 0;
}
