/// What a server may send, fed to a whole brain: the input is a list of packets, each with its size in front.
#include "client-proto/brain/brain.h"
#include "client-proto/move/walk_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const proto::CollisionWorld world = proto::walk_scene(1, 20);
  proto::Brain brain;
  brain.set_collision(world);
  brain.hello(proto::Ticket{});
  std::span<const std::uint8_t> rest(data, size);
  proto::TimeUs now{1'000'000};
  while (!rest.empty()) {
    const std::size_t wanted = rest[0];
    rest = rest.subspan(1);
    const std::size_t taken = wanted < rest.size() ? wanted : rest.size();
    (void)brain.on_message(rest.first(taken), now);
    rest = rest.subspan(taken);
    brain.input({proto::kButtonRun, 1, 0, 0}, now);
    while (brain.poll()) {
    }
    (void)brain.frame(now);
    now = now + proto::milliseconds(20);
  }
  return 0;
}
