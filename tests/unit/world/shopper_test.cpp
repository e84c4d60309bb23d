/// Bots that shop, in the real world: what they set out to do arrives with everybody else.
#include "tools/loadbot/shopper.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "client-proto/native/bad_link.h"
#include "tests/unit/world/support.h"
#include "tools/loadbot/market.h"
#include "world-server/world/world.h"

using namespace world;
using loadbot::Deeds;
using loadbot::Market;
using loadbot::Shopper;

namespace {

constexpr std::uint16_t kShoppers = 6;
constexpr std::int64_t kFrameUs = 50'000;
constexpr std::int64_t kVisitUs = 240'000'000;

Market small_market() {
  Market market;
  for (const Boutique& boutique : test::small_mall().boutiques) {
    const Zone& zone = boutique.zone;
    market.rooms.push_back({zone.min, zone.max, {(zone.min.x + zone.max.x) / 2, 0, zone.max.z}});
  }
  market.stands = {{{-17, 0, -17}, {11, 12}}, {{-13, 0, -17}, {13}}, {{15, 0, -16}, {}}};
  market.benches = {{{16.7F, 0, 5}, 0}, {{16.7F, 0, 5.7F}, 1}};
  return market;
}

/// What the others were shown, all brains together.
struct Seen {
  std::set<std::uint32_t> worn;
  std::size_t said = 0;
  std::size_t waves = 0;
  std::set<std::uint16_t> seated;
  std::size_t party_max = 0;
};

struct Guest {
  proto::Brain brain;
  Shopper shopper;
  proto::LossyLink up, down;
  proto::Wish wish{};
};

struct Afternoon {
  std::vector<Deeds> deeds;
  Seen seen;
  std::uint32_t refused = 0;
  std::uint64_t state_hash = 0;
};

void look(const proto::Frame& frame, AvatarId self, Seen& seen) {
  for (const proto::Appearance& appearance : frame.appearances) {
    if (appearance.avatar == self) continue;
    for (const std::uint32_t variant : appearance.outfit) seen.worn.insert(variant);
  }
  for (const proto::Said& said : frame.said) seen.said += said.avatar != self ? 1 : 0;
  for (const proto::Event& event : frame.events) {
    seen.waves += event.kind == proto::EventKind::kWave && event.avatar != self ? 1 : 0;
  }
  for (const proto::AvatarPose& avatar : frame.avatars) {
    if ((avatar.pose.flags & proto::kAvatarSeated) != 0) seen.seated.insert(avatar.id.index);
  }
  seen.party_max = std::max(seen.party_max, frame.party.size());
}

void deliver(std::vector<Guest>& guests, World& world, const std::vector<ShopToWorld>& from_shop, proto::TimeUs now) {
  std::vector<NetToWorld> messages;
  for (std::uint16_t i = 0; i < kShoppers; ++i) {
    const AvatarId id{i, 1};
    for (const auto& packet : guests[i].up.arrived(now)) {
      if (proto::decode<proto::Hello>(packet)) {
        Join join{id, "Guest", {}, kBytesPerSecondDefault, {}, 0};
        join.person = i + 1U;
        messages.emplace_back(join);
      } else if (auto inputs = proto::decode<proto::Inputs>(packet)) {
        messages.emplace_back(Inputs{id, std::move(inputs).value()});
      } else if (const auto try_on = proto::decode<proto::TryOn>(packet)) {
        messages.emplace_back(TryOn{id, try_on->variant_id});
      } else if (const auto sit = proto::decode<proto::Sit>(packet)) {
        messages.emplace_back(Sit{id, sit->seat});
      } else if (const auto wave = proto::decode<proto::Wave>(packet)) {
        messages.emplace_back(Wave{id, wave->at});
      } else if (const auto say = proto::decode<proto::Say>(packet)) {
        messages.emplace_back(Say{id, say->lane, say->text});
      } else if (const auto party = proto::decode<proto::Party>(packet)) {
        messages.emplace_back(Party{id, party->action, party->avatar});
      } else {
        FAIL("a message that no shopper sends: opcode " << int{packet[0]});
      }
    }
  }
  TickOutput output;
  world.tick(from_shop, messages, output);
  for (const Outgoing& message : output.outgoing) {
    const auto payload = output.payload(message);
    guests[message.to.index].down.send(message.lane, {payload.begin(), payload.end()}, now);
  }
}

Afternoon spend(std::uint64_t seed) {
  const Market market = small_market();
  auto made = World::make(test::small_mall(), {kShoppers, 1});
  REQUIRE(made.ok());
  World& world = **made;
  const proto::LinkManners manners{30'000, 20'000, 1, 0, 0, 0};
  std::vector<Guest> guests;
  for (std::uint64_t i = 0; i < kShoppers; ++i) {
    guests.push_back({{}, Shopper(seed + i, market), {manners, seed + 2 * i}, {manners, seed + 2 * i + 1}});
    guests.back().brain.set_collision(world.collision());
    guests.back().brain.hello(proto::Ticket{});
  }
  std::vector<ShopToWorld> from_shop{Wearables{{{11, Slot::kOuter, "maison-lune", "jacket"},
                                                {12, Slot::kOuter, "maison-lune", "coat"},
                                                {13, Slot::kHead, "maison-lune", "hat"}}}};
  Afternoon afternoon;
  for (proto::TimeUs now{0}; now.us < kVisitUs; now.us += kFrameUs) {
    for (Guest& guest : guests) {
      for (const auto& packet : guest.down.arrived(now)) (void)guest.brain.on_message(packet, now);
      guest.brain.input(guest.wish, now);
      const proto::Frame& frame = guest.brain.frame(now);
      look(frame, guest.brain.self(), afternoon.seen);
      guest.wish = guest.shopper.next(guest.brain, frame, static_cast<double>(kFrameUs) / 1e6);
      while (auto message = guest.brain.poll(now)) guest.up.send(message->lane, std::move(message->packet), now);
    }
    deliver(guests, world, from_shop, now);
    from_shop.clear();
  }
  for (const Guest& guest : guests) {
    afternoon.deeds.push_back(guest.shopper.deeds());
    afternoon.refused += guest.brain.statistics().messages_refused;
  }
  afternoon.state_hash = world.state_hash();
  return afternoon;
}

}  // namespace

TEST_CASE("bots that shop walk to displays, try on, talk, wave, sit and go together, and the others see it") {
  const Afternoon afternoon = spend(40);
  Deeds all;
  for (const Deeds& each : afternoon.deeds) {
    CHECK(each.looked + each.sat > 3);
    all += each;
  }
  CHECK(all.looked > 20);
  CHECK(all.tried_on > 5);
  CHECK(all.said > 10);
  CHECK(all.waved > 10);
  CHECK(all.sat > 3);
  CHECK(all.invited > 2);
  CHECK(afternoon.seen.worn.count(11) + afternoon.seen.worn.count(12) + afternoon.seen.worn.count(13) >= 2);
  CHECK(afternoon.seen.said > 10);
  CHECK(afternoon.seen.waves > 10);
  CHECK(afternoon.seen.seated.size() > 1);
  CHECK(afternoon.seen.party_max >= 2);
  CHECK(afternoon.refused == 0);
}

TEST_CASE("a shopper's afternoon follows from its seed") {
  const Afternoon once = spend(7);
  const Afternoon again = spend(7);
  const Afternoon other = spend(8);
  CHECK(once.deeds == again.deeds);
  CHECK(once.state_hash == again.state_hash);
  CHECK(once.state_hash != other.state_hash);
}

TEST_CASE("a shopper knows the mall from what the API says of it, or not at all") {
  const std::string mall = R"({
    "boutiques": [{"id": "a", "zone": {"min": [0, 0, 0], "max": [4, 3, 6]}, "door": [2, 0, 6]}],
    "displays": [{"position": [1, 0, 1], "product_id": 7}, {"position": [2, 0, 1], "product_id": 8},
                 {"position": [3, 0, 1], "product_id": null}],
    "seats": [{"position": [9, 0.45, 9], "yaw_rad": 0}],
    "products": [{"id": 7, "wear": {"slot": 2}, "variants": [{"id": 70}, {"id": 71}]},
                 {"id": 8, "wear": null, "variants": [{"id": 80}]}]})";
  const auto market = loadbot::read_market(mall);
  REQUIRE(market);
  CHECK(market->rooms.at(0).holds({1, 0, 1}));
  CHECK_FALSE(market->rooms.at(0).holds({1, 0, 7}));
  REQUIRE(market->stands.size() == 2);
  CHECK(market->stands[0].wearable_variants == std::vector<std::uint32_t>{70, 71});
  CHECK(market->stands[1].wearable_variants.empty());
  REQUIRE(market->benches.size() == 1);
  CHECK(market->benches[0].before.z > 9.6F);
  CHECK_FALSE(loadbot::read_market("{}"));
  CHECK_FALSE(loadbot::read_market("no mall"));
}
