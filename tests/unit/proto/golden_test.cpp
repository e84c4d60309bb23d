/// The bytes of one example of every message, as they stand in tests/golden. They change only with the protocol's
/// version.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "client-proto/core/hex.h"
#include "client-proto/move/movement.h"
#include "client-proto/move/walk_check.h"
#include "client-proto/wire/messages.h"
#include "client-proto/wire/snapshot.h"
#include "client-proto/wire/social.h"
#include "client-proto/wire/voice.h"

using namespace proto;

namespace {

Ticket example_ticket() {
  Ticket ticket;
  for (std::size_t i = 0; i < ticket.id.size(); ++i) ticket.id[i] = static_cast<std::uint8_t>(i);
  for (std::size_t i = 0; i < ticket.secret.size(); ++i) ticket.secret[i] = static_cast<std::uint8_t>(0x80 + i);
  return ticket;
}

SnapshotHeader example_header() {
  MoveState state;
  state.position = {12.5F, 0.009765625F, -40.25F};
  state.velocity = {0, 0, 2};
  state.yaw = 2048;
  state.grounded = true;
  return {300, 123'456, OwnState{77, 2, state}};
}

std::vector<std::uint8_t> example_snapshot() {
  SnapshotWriter writer(example_header());
  const AvatarRecord walker{{17, 2}, 3200, 5, -10'304, 32, -3, 64, kAvatarGrounded | kAvatarMoving};
  AvatarRecord later = walker;
  later.x += 75;
  later.yaw = 65;
  const AvatarRecord newcomer{{400, 9}, -100, 0, 100, 0, 0, 255, kAvatarGrounded};
  CHECK(writer.add(AvatarUpdate{later, walker, 3}));
  CHECK(writer.add(AvatarUpdate{newcomer, {}, 0}));
  CHECK(writer.add(PropUpdate{{4, 1, 2, 3, {3, {100, -200, 300}}}, {}, 0}));
  const auto packet = writer.finish();
  return {packet.begin(), packet.end()};
}

std::map<std::string, std::vector<std::uint8_t>> examples() {
  Inputs inputs;
  inputs.ack = {true, 300, 0xfffffff7};
  inputs.newest = 79;
  inputs.inputs = {{kButtonRun, 127, -5, 100}, {kButtonRun, 127, -5, 100}, {kButtonJump, 0, 0, 4095}};
  return {
      {"hello", encode(Hello{3, example_ticket()})},
      {"inputs", encode(inputs)},
      {"try_on", encode(TryOn{70'000})},
      {"take_off", encode(TakeOff{2})},
      {"wave", encode(Wave{AvatarId{17, 2}})},
      {"say", encode(Say{SpeechLane::kParty, "Zoë, 字 🙂!"})},
      {"emote", encode(Emote{EmoteKind::kDance})},
      {"relate", encode(Relate{{17, 2}, RelateAction::kBlock})},
      {"party", encode(Party{PartyAction::kCome, {17, 2}})},
      {"party_state",
       encode(PartyState{{{{17, 2}, true, 3, -12, 0, 40, "Zoë 字"}, {{400, 9}, false, 0, 5, 4, -256, ""}}})},
      {"queue_place", encode(QueuePlace{3, 12, 40})},
      {"moderate", encode(Moderate{{17, 2}, ModerateAction::kBan, 1440})},
      {"sit", encode(Sit{700})},
      {"voice", encode(Voice{65'535, true, {9 << 3, 1, 2, 254, 255}})},
      {"voice_settings", encode(VoiceSettings{true})},
      {"doors", encode(Doors{123'456, 0x8000000000000005ULL})},
      {"voiced", encode(Voiced{{17, 2}, 300, false, {31 << 3, 0, 128}})},
      {"said", encode(Said{{17, 2}, SpeechLane::kNear, 123'456, "Zoë, 字 🙂!"})},
      {"welcome", encode(Welcome{{17, 2}, 123'456, 0x0123456789abcdefULL, 250, 48'000, example_ticket(), 30})},
      {"snapshot", example_snapshot()},
      {"appearance", encode(Appearance{{17, 2}, 5, "Zoë 字", 1, 6, false, true, {0, 70'000, 0, 3, 0}})},
      {"gone", encode(Gone{{17, 2}})},
      {"event", encode(Event{123'456, EventKind::kTryOnExpired, {17, 2}, 70'000})},
      {"goodbye", encode(Goodbye{GoodbyeReason::kFlooding, true, 5000})},
  };
}

std::string golden(const std::string& name) {
  const char* root = std::getenv("GALLERIA_SOURCE");  // NOLINT(concurrency-mt-unsafe): tests have one thread
  std::ifstream file(std::string(root == nullptr ? "." : root) + "/tests/golden/" + name + ".hex");
  std::string text;
  file >> text;
  return text;
}

}  // namespace

TEST_CASE("every message has the bytes of its golden vector") {
  std::size_t count = 0;
  for (const OpcodeInfo& info : kOpcodes) {
    const auto all = examples();
    const auto example = all.find(info.name);
    REQUIRE(example != all.end());
    CHECK(info.name + (" " + to_hex(example->second)) == info.name + (" " + golden(info.name)));
    ++count;
  }
  CHECK(count == 24);
}

TEST_CASE("the walk of 10,000 steps ends in the golden hash") {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(walk_hash(1, 10'000)));
  CHECK(std::string(text) == golden("walk"));
}
