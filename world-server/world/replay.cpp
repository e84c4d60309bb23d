#include "world-server/world/recording.h"
#include "world-server/world/world.h"

namespace world {

proto::Result<Replayed, std::string> replay(std::span<const std::uint8_t> recording) {
  RecordingReader reader(recording);
  const auto header = reader.header();
  if (!header.ok()) return proto::fail(std::string("the file is ") + to_text(header.error()));
  if (header->clients_max == 0 || header->clients_max > kClientsMax) {
    return proto::fail(std::string("the file holds an impossible number of clients"));
  }
  auto mall = parse_mall(header->mall_json);
  if (!mall.ok())
    return proto::fail("the recorded mall is refused at " + mall.error().pointer + ": " + mall.error().reason);
  auto world = World::make(std::move(mall).value(), {header->clients_max, header->seed});
  if (!world.ok()) {
    return proto::fail("the recorded mall is refused at " + world.error().pointer + ": " + world.error().reason);
  }
  Replayed result;
  TickOutput output;
  while (true) {
    auto block = reader.next();
    if (!block.ok()) {
      return proto::fail("after tick " + std::to_string(result.tick) + " the file " + to_text(block.error()));
    }
    if (!*block) break;
    if (const auto* tick = std::get_if<RecordedTick>(&**block)) {
      (*world)->tick(tick->from_shop, tick->from_net, output);
      result.tick = tick->tick;
    } else {
      result.recorded_end = std::get<RecordedEnd>(**block);
    }
  }
  result.state_hash = (*world)->state_hash();
  return result;
}

}  // namespace world
