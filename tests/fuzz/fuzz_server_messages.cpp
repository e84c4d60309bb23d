/// What a server may send, each message for itself and all of them fed to a whole brain: the input is a list of
/// packets, each with its size in front (two bytes, little-endian).
#include <algorithm>

#include "client-proto/brain/brain.h"
#include "client-proto/move/walk_check.h"
#include "client-proto/wire/social.h"
#include "tests/fuzz/round_trip.h"

namespace {

constexpr std::size_t kPacketBytesMax = 1200;

void check_each(std::span<const std::uint8_t> packet) {
  check_round_trip<proto::Welcome>(packet);
  check_round_trip<proto::Appearance>(packet);
  check_round_trip<proto::Gone>(packet);
  check_round_trip<proto::Doors>(packet);
  check_round_trip<proto::Event>(packet);
  check_round_trip<proto::Goodbye>(packet);
  check_round_trip<proto::Said>(packet);
  check_round_trip<proto::PartyState>(packet);
  check_round_trip<proto::QueuePlace>(packet);
  check_round_trip<proto::Voiced>(packet);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const proto::CollisionWorld world = proto::walk_scene(1, 20);
  proto::Brain brain;
  brain.set_collision(world);
  brain.hello(proto::Ticket{});
  (void)brain.hear(true);
  (void)brain.on_bundle({data, size}, proto::TimeUs{1'000'000});
  std::span<const std::uint8_t> rest(data, size);
  proto::TimeUs now{1'000'000};
  while (rest.size() >= 2) {
    const std::size_t wanted = (std::size_t{rest[0]} | std::size_t{rest[1]} << 8U) % kPacketBytesMax;
    rest = rest.subspan(2);
    const std::span<const std::uint8_t> packet = rest.first(std::min(wanted, rest.size()));
    rest = rest.subspan(packet.size());
    check_each(packet);
    (void)brain.on_message(packet, now);
    brain.input({proto::kButtonRun, 1, 0, 0}, now);
    while (brain.poll(now)) {
    }
    (void)brain.frame(now);
    (void)brain.voices().play(now);
    now = now + proto::milliseconds(20);
  }
  return 0;
}
