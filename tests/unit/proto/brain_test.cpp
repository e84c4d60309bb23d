#include "client-proto/brain/brain.h"

#include <catch2/catch.hpp>

#include "client-proto/native/bad_link.h"
#include "tests/unit/proto/small_server.h"

using namespace proto;

namespace {

constexpr std::int64_t kFrameUs = 16'667;

/// A client and a server, two links, and the clocks of both; the client draws 60 frames a second.
class Meeting {
 public:
  Meeting(LinkManners manners, std::uint64_t seed, int walkers, CollisionWorld scene = walk_scene(4, 300))
      : server(std::move(scene), walkers), m_up(manners, seed), m_down(manners, seed + 1) {
    brain.set_collision(server.world());
    brain.hello(Ticket{});
  }

  const Frame& frame(const Wish& wish) {
    now.us += kFrameUs;
    for (auto& packet : m_down.arrived(now)) statuses[brain.on_message(packet, now)] += 1;
    brain.input(wish, now);
    while (auto message = brain.poll(now)) m_up.send(message->lane, std::move(message->packet), now);
    while (now.us >= m_next_tick_us) {
      for (const auto& packet : m_up.arrived(now)) server.receive(packet);
      server.tick();
      for (auto& message : server.take_outgoing()) m_down.send(message.lane, std::move(message.packet), now);
      m_next_tick_us += kStepUs;
    }
    return brain.frame(now);
  }

  SmallServer server;
  Brain brain;
  TimeUs now{5'000'000};
  std::map<WireStatus, int> statuses;

 private:
  LossyLink m_up;
  LossyLink m_down;
  std::int64_t m_next_tick_us = 5'000'000;
};

Wish wish_of(const MoveInput& input) {
  return {input.buttons, static_cast<float>(input.move_x) / 127, static_cast<float>(input.move_z) / 127,
          static_cast<float>(input.yaw) / 4096 * 6.2831853F};
}

/// A floor, and a wall across it at z = 3 with one door, which leads in towards +z.
CollisionWorld wall_with_door() {
  CollisionBuilder builder;
  REQUIRE(builder.add_box({{0, -0.5F, 0}, {40, 0.5F, 40}, 0}).ok());
  REQUIRE(builder.add_box({{-10.8F, 1.5F, 3}, {10, 1.5F, 0.07F}, 0}).ok());
  REQUIRE(builder.add_box({{10.8F, 1.5F, 3}, {10, 1.5F, 0.07F}, 0}).ok());
  REQUIRE(builder.add_door({{{0, 1.5F, 3}, {0.8F, 1.5F, 0.07F}, 3.14159265F}, 2}).ok());
  auto world = std::move(builder).build();
  REQUIRE(world.ok());
  return std::move(world).value();
}

constexpr LinkManners kBadNetwork{100'000, 40'000, 5, 2, 3, 120'000};
constexpr LinkManners kGoodNetwork{10'000, 2'000};

}  // namespace

TEST_CASE("a predicted walk over a bad network ends exactly where the server ended") {
  Meeting meeting(kBadNetwork, 11, 5);
  TestVisitor visitor(21);
  for (int i = 0; i < 60 * 40; ++i) meeting.frame(wish_of(visitor.next()));
  const auto corrections = meeting.brain.prediction().corrections();
  for (int i = 0; i < 120; ++i) meeting.frame({});

  REQUIRE(meeting.brain.state() == BrainState::kJoined);
  CHECK(meeting.server.acked() > 700);
  const Vec3 start{0, 1, 0};
  CHECK(length(meeting.server.own().position - start) > 1.0F);
  CHECK(meeting.brain.prediction().state() == meeting.server.own());
  CHECK(corrections == 0);
  CHECK(meeting.brain.statistics().snapshots_lost > 10);
  CHECK(meeting.statuses.size() == 1);  // nothing but kOk
}

TEST_CASE("a closed door is predicted as the server has it, from both sides and over a bad network") {
  Meeting meeting(kBadNetwork, 13, 0, wall_with_door());
  const auto walk = [&meeting](float z, float seconds) {
    for (int i = 0; i < static_cast<int>(seconds * 60); ++i) meeting.frame({0, 0, z, 0});
  };
  const auto agrees = [&meeting] { return meeting.brain.prediction().state() == meeting.server.own(); };
  constexpr Places kDoor = Places{1} << 2U;
  walk(0, 2);
  meeting.server.close(kDoor);
  walk(0, 1);
  walk(1, 4);
  walk(0, 1);
  CHECK(meeting.brain.frame(meeting.now).closed == kDoor);
  CHECK(meeting.server.own().position.z == Approx(3 - 0.07F - kCapsuleRadius_m - kSkin_m).margin(0.02));
  CHECK(agrees());
  CHECK(meeting.brain.prediction().corrections() == 0);

  meeting.server.close(0);
  walk(0, 1);
  walk(1, 2);
  walk(0, 1);
  REQUIRE(meeting.server.own().position.z > 4);
  meeting.server.close(kDoor);
  walk(0, 1);
  walk(-1, 2);
  walk(1, 3);
  walk(0, 1);
  CHECK(meeting.server.own().position.z < 3);
  CHECK(agrees());
  CHECK(meeting.brain.prediction().corrections() == 0);

  // Who runs for the door in the very moment in which it closes is put right, and then agrees again.
  walk(-1, 1);
  meeting.server.close(0);
  walk(0, 1);
  walk(1, 1.3F);
  meeting.server.close(kDoor);
  walk(1, 2);
  walk(0, 1);
  CHECK(agrees());
}

TEST_CASE("a new scene keeps the doors closed, a new connection forgets them") {
  Brain brain;
  brain.hello(Ticket{});
  CHECK(brain.on_message(encode(Doors{7, 4}), TimeUs{1}) == WireStatus::kOk);
  brain.set_collision(wall_with_door());
  REQUIRE(brain.collision()->closed_doors().size() == 1);
  REQUIRE(brain.load_collision(wall_with_door().encode()).ok());
  CHECK(brain.collision()->closed_doors().size() == 1);
  brain.hello(Ticket{});
  CHECK(brain.collision()->closed_doors().empty());
}

TEST_CASE("others move smoothly over a bad network") {
  Meeting meeting(kBadNetwork, 5, 24);
  std::map<std::uint16_t, Vec3> last;
  float longest = 0;
  float farthest = 0;
  int drawn = 0;
  for (int i = 0; i < 60 * 30; ++i) {
    const Frame& frame = meeting.frame({});
    for (const AvatarPose& avatar : frame.avatars) {
      const Vec3 position = avatar.pose.position;
      const auto known = last.find(avatar.id.index);
      if (known != last.end() && i > 120) {
        const Vec3 way = position - known->second;
        longest = larger(longest, length({way.x, 0, way.z}));
        ++drawn;
      }
      last[avatar.id.index] = position;
      for (const auto& walker : meeting.server.walkers()) {
        if (i > 120 && walker.id == avatar.id) farthest = larger(farthest, length(walker.state.position - position));
      }
    }
  }
  REQUIRE(drawn > 24 * 1000);
  const float frame_s = static_cast<float>(kFrameUs) / 1e6F;
  CHECK(longest > kRunSpeed_mps * frame_s * 0.8F);  // somebody did run
  CHECK(longest <= kRunSpeed_mps * frame_s * 1.5F);
  // What is drawn lags by the network and the buffer, together below 0.4 s, and jumps are faster than running.
  CHECK(farthest < 2.5F);
}

TEST_CASE("who stands still is drawn exactly where the server has him") {
  Meeting meeting(kBadNetwork, 8, 24);
  for (int i = 0; i < 60 * 10; ++i) meeting.frame({});
  // The walkers rest now and then; whoever has rested for a while must be in place.
  std::map<std::uint16_t, int> rested;
  int compared = 0;
  for (int i = 0; i < 60 * 20; ++i) {
    const Frame& frame = meeting.frame({});
    for (const AvatarPose& avatar : frame.avatars) {
      for (const auto& walker : meeting.server.walkers()) {
        if (walker.id != avatar.id) continue;
        const bool rests = walker.state.velocity == Vec3{} && walker.state.grounded;
        int& frames = rested[walker.id.index];
        frames = rests ? frames + 1 : 0;
        if (frames < 75) continue;
        ++compared;
        CHECK(length(walker.state.position - avatar.pose.position) < 0.003F);
      }
    }
  }
  CHECK(compared > 50);
}

TEST_CASE("an input is seen in the next frame, whenever it comes") {
  for (int early = 0; early < 6; ++early) {
    Meeting meeting(kBadNetwork, 3, 0);
    for (int i = 0; i < 180 + early; ++i) meeting.frame({});
    const Vec3 before = meeting.frame({}).own->position;
    meeting.frame({kButtonRun, 1, 0, 0});
    const Vec3 after = meeting.frame({kButtonRun, 1, 0, 0}).own->position;
    CHECK(after.x > before.x + 0.002F);
    CHECK(after.x < before.x + kRunSpeed_mps / 60 * 1.5F);
  }
}

TEST_CASE("a press of the jump button that is shorter than a step is a jump") {
  for (int early = 0; early < 3; ++early) {
    Meeting meeting(kGoodNetwork, 3, 0);
    for (int i = 0; i < 120 + early; ++i) meeting.frame({});
    const float floor_m = meeting.server.own().position.y;
    meeting.frame({kButtonJump, 0, 0, 0});
    float highest_m = 0;
    for (int i = 0; i < 60; ++i) {
      meeting.frame({});
      highest_m = larger(highest_m, meeting.server.own().position.y);
    }
    CHECK(highest_m > floor_m + 0.7F);
    CHECK(meeting.brain.prediction().corrections() == 0);
  }
}

TEST_CASE("one's own way is drawn smoothly, wherever the wish turns") {
  Meeting meeting(kBadNetwork, 3, 0);
  TestNumbers numbers(4);
  Vec3 last;
  float longest = 0;
  Wish wish;
  for (int i = 0; i < 60 * 30; ++i) {
    if (numbers.below(20) == 0) {
      wish.move_x = numbers.between(-1, 1);
      wish.move_z = numbers.between(-1, 1);
      wish.buttons = numbers.below(2) == 0 ? kButtonRun : 0;
    }
    const Frame& frame = meeting.frame(wish);
    if (!frame.own) continue;
    const Vec3 way = frame.own->position - last;
    if (i > 120) longest = larger(longest, length({way.x, 0, way.z}));
    last = frame.own->position;
  }
  CHECK(longest > kRunSpeed_mps / 60 * 0.9F);
  CHECK(longest < kRunSpeed_mps / 60 * 1.5F);
}

TEST_CASE("packets that come twice and out of order change nothing") {
  LinkManners disorder{50'000, 10'000, 0, 50, 30, 150'000};
  Meeting meeting(disorder, 6, 12);
  TestVisitor visitor(21);
  for (int i = 0; i < 60 * 20; ++i) meeting.frame(wish_of(visitor.next()));
  const auto corrections = meeting.brain.prediction().corrections();
  for (int i = 0; i < 120; ++i) meeting.frame({});
  CHECK(meeting.server.acked() > 380);
  CHECK(meeting.brain.prediction().state() == meeting.server.own());
  CHECK(corrections == 0);
  CHECK(meeting.statuses.size() == 1);  // nothing but kOk
  CHECK(meeting.brain.statistics().snapshots_lost < 40);
}

TEST_CASE("a push by the server is taken over and drawn without a jump") {
  Meeting meeting(kGoodNetwork, 3, 0);
  for (int i = 0; i < 120; ++i) meeting.frame({});
  const Vec3 before = meeting.brain.frame(meeting.now).own->position;
  meeting.server.shove(meeting.server.own().position + Vec3{0.5F, 0, 0});
  Vec3 drawn = before;
  float longest = 0;
  for (int i = 0; i < 120; ++i) {
    const Vec3 next = meeting.frame({}).own->position;
    longest = larger(longest, length(next - drawn));
    drawn = next;
  }
  CHECK(meeting.brain.prediction().corrections() >= 1);
  CHECK(longest < 0.15F);
  CHECK(length(drawn - meeting.server.own().position) < 0.01F);
}

TEST_CASE("appearances come and go with their avatars") {
  Meeting meeting(kGoodNetwork, 3, 2);
  std::size_t appeared = 0;
  for (int i = 0; i < 60; ++i) appeared += meeting.frame({}).appearances.size();
  CHECK(appeared == 2);
  REQUIRE(meeting.brain.frame(meeting.now).avatars.size() == 2);

  const AvatarId leaver = meeting.server.walkers()[0].id;
  meeting.server.say(Gone{{leaver.index, static_cast<std::uint16_t>(leaver.generation + 1)}});  // somebody else's slot
  std::size_t gone = 0;
  for (int i = 0; i < 30; ++i) gone += meeting.frame({}).gone.size();
  CHECK(gone == 0);
  meeting.server.say(Gone{leaver});
  for (int i = 0; i < 30; ++i) gone += meeting.frame({}).gone.size();
  CHECK(gone == 1);
  CHECK(meeting.brain.frame(meeting.now).avatars.size() == 1);
}

TEST_CASE("a goodbye closes and says why; the resume ticket can be taken once") {
  Meeting meeting(kGoodNetwork, 3, 1);
  for (int i = 0; i < 60; ++i) meeting.frame({});
  meeting.server.say(Goodbye{GoodbyeReason::kServerClosing, true, 1500});
  for (int i = 0; i < 10; ++i) meeting.frame({});
  CHECK(meeting.brain.state() == BrainState::kClosed);
  CHECK(meeting.brain.goodbye()->reason == GoodbyeReason::kServerClosing);
  CHECK(meeting.brain.goodbye()->retry_after_ms == 1500);
  CHECK_FALSE(meeting.brain.wave());
  const auto ticket = meeting.brain.take_resume_ticket();
  REQUIRE(ticket.has_value());
  CHECK(ticket->id[0] == 5);
  CHECK_FALSE(meeting.brain.take_resume_ticket().has_value());
}

TEST_CASE("a brain keeps its head when fed with rubbish") {
  Meeting meeting(kGoodNetwork, 3, 3);
  TestNumbers numbers(9);
  for (int i = 0; i < 600; ++i) {
    meeting.frame({kButtonRun, 1, 0, 0});
    std::vector<std::uint8_t> rubbish(numbers.below(60));
    for (auto& byte : rubbish) byte = static_cast<std::uint8_t>(numbers.next());
    if (!rubbish.empty() && i % 2 == 0) rubbish[0] = static_cast<std::uint8_t>(131 + numbers.below(3));
    (void)meeting.brain.on_message(rubbish, meeting.now);
  }
  CHECK(meeting.brain.statistics().messages_refused > 300);
  CHECK(meeting.brain.state() == BrainState::kJoined);
}

TEST_CASE("what is said reaches the frame once, and words that may not be said are not sent") {
  Meeting meeting(kGoodNetwork, 3, 1);
  for (int i = 0; i < 30; ++i) meeting.frame({});
  const Said said{meeting.server.walkers()[0].id, SpeechLane::kNear, 1234, "Nice hat!"};
  meeting.server.say(said);
  std::vector<Said> heard;
  for (int i = 0; i < 30; ++i) {
    const Frame& frame = meeting.frame({});
    heard.insert(heard.end(), frame.said.begin(), frame.said.end());
  }
  CHECK(heard == std::vector<Said>{said});

  CHECK_FALSE(meeting.brain.say(SpeechLane::kNear, ""));
  CHECK_FALSE(meeting.brain.say(SpeechLane::kNear, std::string(161, 'x')));
  CHECK(meeting.brain.say(SpeechLane::kParty, "Come here"));
  CHECK(meeting.brain.wave_at({17, 2}));
  CHECK_FALSE(meeting.brain.wave_at({kAvatarIndexMax + 1, 2}));
  CHECK(meeting.brain.emote(EmoteKind::kClap));
  CHECK(meeting.brain.relate({17, 2}, RelateAction::kBlock));
  CHECK_FALSE(meeting.brain.moderate({17, 2}, ModerateAction::kBan, 0));
  CHECK(meeting.brain.moderate({17, 2}, ModerateAction::kKick, 0));
  const auto next = [&meeting] { return meeting.brain.poll(meeting.now).value().packet; };
  CHECK(next() == encode(Say{SpeechLane::kParty, "Come here"}));
  CHECK(next() == encode(Wave{AvatarId{17, 2}}));
  CHECK(next() == encode(Emote{EmoteKind::kClap}));
  CHECK(next() == encode(Relate{{17, 2}, RelateAction::kBlock}));
  CHECK(next() == encode(Moderate{{17, 2}, ModerateAction::kKick, 0}));
}

TEST_CASE("a party is kept from frame to frame, with names that were told once") {
  Meeting meeting(kGoodNetwork, 3, 1);
  for (int i = 0; i < 30; ++i) meeting.frame({});
  CHECK(meeting.brain.frame(meeting.now).party.empty());
  const auto changes_of = [&meeting](const PartyState& state) {
    meeting.server.say(state);
    int changes = 0;
    for (int i = 0; i < 30; ++i) changes += meeting.frame({}).party_changed ? 1 : 0;
    return changes;
  };
  CHECK(changes_of({{{{1, 9}, true, 0, 0, 0, 0, "Ada"}, {{5, 2}, true, 0, 1, 0, 2, "Bob"}}}) == 1);
  CHECK(changes_of(
            {{{{1, 9}, true, 0, 0, 0, 0, ""}, {{5, 2}, true, 3, 40, 0, 2, ""}, {{6, 2}, true, 0, 0, 0, 0, ""}}}) == 1);
  const auto& party = meeting.brain.frame(meeting.now).party;
  REQUIRE(party.size() == 3);
  CHECK(party[1] == PartyMember{{5, 2}, true, 3, 40, 0, 2, "Bob"});
  CHECK(party[2].name.empty());
  CHECK(changes_of({}) == 1);
  CHECK(meeting.brain.frame(meeting.now).party.empty());

  CHECK(meeting.brain.party(PartyAction::kInvite, {5, 2}));
  CHECK(meeting.brain.party(PartyAction::kLeave));
  CHECK(meeting.brain.poll(meeting.now).value().packet == encode(Party{PartyAction::kInvite, {5, 2}}));
  CHECK(meeting.brain.poll(meeting.now).value().packet == encode(Party{PartyAction::kLeave, {}}));
}

TEST_CASE("who waits at the door sees the place in the queue until the door opens") {
  const TimeUs now{1'000'000};
  Brain brain;
  brain.hello(Ticket{});
  CHECK_FALSE(brain.frame(now).queue);
  CHECK(brain.on_message(encode(QueuePlace{5, 9, kQueueEstimateUnknown}), now) == WireStatus::kOk);
  CHECK(brain.on_message(encode(QueuePlace{4, 9, 30}), now) == WireStatus::kOk);
  CHECK(brain.frame(now).queue == QueuePlace{4, 9, 30});
  CHECK(brain.frame(now).queue == QueuePlace{4, 9, 30});  // as long as it lasts, not once
  CHECK(brain.state() == BrainState::kConnecting);
  CHECK(brain.on_message(encode(Welcome{}), now) == WireStatus::kOk);
  CHECK_FALSE(brain.frame(now).queue);
  CHECK(brain.on_message(encode(QueuePlace{1, 1, 1}), now) == WireStatus::kOk);
  CHECK_FALSE(brain.frame(now).queue);  // one is in already
}
