/// The queue at the door of a full mall, over real WebSockets, and its rules alone.
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "client-proto/wire/social.h"
#include "tests/unit/net/harness.h"
#include "world-server/net/door_queue.h"

using namespace net_test;
using namespace std::chrono_literals;
using proto::GoodbyeReason;
using world::net::DoorQueue;

namespace {

constexpr proto::TimeUs kDawn{1'000'000'000};

Bytes opening(const proto::Ticket& ticket) { return proto::encode(proto::Hello{proto::kProtocolVersion, ticket}); }

std::optional<proto::QueuePlace> place_told(RawWebSocket& socket, int timeout_ms = 3000) {
  const auto packet = socket.expect(proto::Opcode::kQueuePlace, timeout_ms);
  if (!packet) return std::nullopt;
  const auto place = proto::decode<proto::QueuePlace>(*packet);
  REQUIRE(place.ok());
  return place.value();
}

/// A mall of `slots` where everybody may open as many connections as the test needs.
void small(world::net::NetConfig& config, std::uint16_t slots) { config.session.clients_max = slots; }

std::unique_ptr<RawWebSocket> knock(TestServer& server, std::uint8_t shopper) {
  auto socket = std::make_unique<RawWebSocket>(server.port());
  socket->send(opening(server.ticket(shopper, "Guest " + std::to_string(shopper))));
  return socket;
}

void leave(RawWebSocket& socket) { socket.send({0x03, 0xe8}, 8); }

/// The name of whom the world is told next to let in.
std::string next_to_join(TestServer& server) {
  for (;;) {
    const auto command = server.next_command();
    if (!command) return "nobody";
    if (const auto* joined = std::get_if<world::Join>(&*command)) return joined->name;
  }
}

world::net::Waiting waiting(std::uint8_t account, std::optional<world::net::SessionId> session) {
  world::net::Waiting out;
  out.passenger.account.bytes[0] = account;
  out.session = session;
  return out;
}

/// Knocks, and is told this place.
std::unique_ptr<RawWebSocket> stand_in_line(TestServer& server, std::uint8_t shopper, unsigned place) {
  auto socket = knock(server, shopper);
  REQUIRE(place_told(*socket)->place == place);
  return socket;
}

}  // namespace

TEST_CASE("who finds the mall full is told the place, and is let in in the order in which they came") {
  TestServer server([](auto& config) { small(config, 2); });
  RawWebSocket first(server.port());
  RawWebSocket second(server.port());
  join(server, first, server.ticket(1));
  join(server, second, server.ticket(2));
  std::vector<std::unique_ptr<RawWebSocket>> queue;
  for (std::uint8_t shopper = 3; shopper <= 6; ++shopper) {
    queue.push_back(knock(server, shopper));
    const auto place = place_told(*queue.back());
    REQUIRE(place);
    CHECK(place->place == shopper - 2);
    CHECK(place->waiting == shopper - 2);
  }
  leave(first);
  CHECK(next_to_join(server) == "Guest 3");
  CHECK(place_told(*queue[1])->place == 1);
  CHECK(place_told(*queue[3])->place == 3);
  leave(second);
  CHECK(next_to_join(server) == "Guest 4");
  CHECK(next_to_join(server) == "nobody");
}

TEST_CASE("somebody who comes just as a slot is freed does not overtake who waits") {
  TestServer server([](auto& config) { small(config, 1); });
  RawWebSocket inside(server.port());
  join(server, inside, server.ticket(1));
  auto patient = knock(server, 2);
  REQUIRE(place_told(*patient));
  leave(inside);
  std::vector<std::unique_ptr<RawWebSocket>> eager;
  for (std::uint8_t shopper = 10; shopper < 20; ++shopper) eager.push_back(knock(server, shopper));
  CHECK(next_to_join(server) == "Guest 2");
}

TEST_CASE("a lost connection keeps its place for a while, and others are let in meanwhile") {
  TestServer server([](auto& config) { small(config, 1); });
  auto inside = std::make_unique<RawWebSocket>(server.port());
  join(server, *inside, server.ticket(1));
  auto second = stand_in_line(server, 2, 1);
  auto third = stand_in_line(server, 3, 2);
  auto fourth = stand_in_line(server, 4, 3);
  second.reset();
  std::this_thread::sleep_for(100ms);
  leave(*inside);
  CHECK(next_to_join(server) == "Guest 3");
  second = knock(server, 2);
  CHECK(place_told(*second)->place == 1);  // before the fourth, as it was
  third.reset();
  std::this_thread::sleep_for(50ms);
}

TEST_CASE("a place that nobody comes back to is given up, and one that is left is free at once") {
  TestServer server([](auto& config) {
    small(config, 1);
    config.session.resume_window_ms = 400;
  });
  RawWebSocket inside(server.port());
  join(server, inside, server.ticket(1));
  auto second = stand_in_line(server, 2, 1);
  auto third = stand_in_line(server, 3, 2);
  auto fourth = stand_in_line(server, 4, 3);
  leave(*third);
  CHECK(place_told(*fourth)->place == 2);
  second.reset();
  CHECK(place_told(*fourth)->place == 1);
}

TEST_CASE("an account has one place, and the newer connection takes it over") {
  TestServer server([](auto& config) { small(config, 1); });
  RawWebSocket inside(server.port());
  join(server, inside, server.ticket(1));
  auto older = stand_in_line(server, 2, 1);
  auto third = stand_in_line(server, 3, 2);
  auto newer = knock(server, 2);
  const auto place = place_told(*newer);
  CHECK(place->place == 1);
  CHECK(place->waiting == 2);
  CHECK(older->goodbye().value().reason == GoodbyeReason::kReplaced);
  leave(inside);
  CHECK(next_to_join(server) == "Guest 2");
}

TEST_CASE("a full queue says so, and what somebody says while waiting ends it") {
  TestServer server([](auto& config) {
    small(config, 1);
    config.session.waiting_max = 2;
  });
  RawWebSocket inside(server.port());
  join(server, inside, server.ticket(1));
  auto second = knock(server, 2);
  REQUIRE(place_told(*second));
  auto third = knock(server, 3);
  REQUIRE(place_told(*third));
  auto fourth = knock(server, 4);
  const auto goodbye = fourth->goodbye();
  REQUIRE(goodbye);
  CHECK(goodbye->reason == GoodbyeReason::kFull);
  CHECK(goodbye->retryable);
  second->send(proto::encode(proto::Wave{}));
  CHECK(second->goodbye().value().reason == GoodbyeReason::kBadMessage);
  CHECK(place_told(*third)->place == 1);
  auto fifth = knock(server, 5);
  CHECK(place_told(*fifth)->place == 2);
}

TEST_CASE("who has an avatar that waits comes back to it at once, however many stand at the door") {
  TestServer server([](auto& config) { small(config, 1); });
  proto::Ticket resume;
  {
    RawWebSocket inside(server.port());
    inside.send(opening(server.ticket(1)));
    const auto joined = server.next_command();
    REQUIRE(joined);
    resume = std::get<world::Join>(*joined).resume;
  }
  const auto lost = server.next_command();
  REQUIRE((lost && std::holds_alternative<world::Suspend>(*lost)));
  auto second = knock(server, 2);
  REQUIRE(place_told(*second));
  RawWebSocket back(server.port());
  back.send(opening(resume));
  const auto resumed = server.next_command();
  REQUIRE(resumed);
  CHECK(std::holds_alternative<world::Resume>(*resumed));
}

TEST_CASE("who changes the look while the mall is full keeps being inside") {
  TestServer server([](auto& config) { small(config, 1); });
  RawWebSocket inside(server.port());
  join(server, inside, server.ticket(1, "Ada"));
  auto second = knock(server, 2);
  REQUIRE(place_told(*second));
  RawWebSocket changed(server.port());
  changed.send(opening(server.ticket(1, "Ada Lovelace")));
  CHECK(inside.goodbye().value().reason == GoodbyeReason::kReplaced);
  CHECK(next_to_join(server) == "Ada Lovelace");
}

TEST_CASE("a place that changes is told once a second at most") {
  TestServer server([](auto& config) { small(config, 1); });
  RawWebSocket inside(server.port());
  join(server, inside, server.ticket(1));
  std::vector<std::unique_ptr<RawWebSocket>> queue;
  for (std::uint8_t shopper = 2; shopper < 12; ++shopper) {
    queue.push_back(knock(server, shopper));
    REQUIRE(place_told(*queue.back()));
  }
  std::this_thread::sleep_for(1s);
  for (int i = 0; i < 8; ++i) {
    leave(*queue[static_cast<std::size_t>(i)]);
    std::this_thread::sleep_for(250ms);
  }
  int told = 0;
  proto::QueuePlace last;
  while (const auto place = place_told(*queue.back(), 1500)) {
    last = *place;
    ++told;
  }
  CHECK(last.place == 2);
  CHECK(told >= 2);
  CHECK(told <= 4);
}

TEST_CASE("the wait is estimated by how fast people leave") {
  DoorQueue door(10, 10);
  REQUIRE(door.join(waiting(1, world::net::SessionId{1, 1}), false));
  CHECK(door.told(1, kDawn).estimate_s == proto::kQueueEstimateUnknown);
  for (int i = 0; i <= 4; ++i) door.note_somebody_left(kDawn + proto::seconds(10 * i));
  CHECK(door.told(1, kDawn + proto::seconds(40)).estimate_s == 10);
  CHECK(door.told(3, kDawn + proto::seconds(40)).estimate_s == 30);
  CHECK(door.told(1, kDawn + proto::seconds(400)).estimate_s == 100);  // nobody leaves any more
  for (int i = 0; i < 100; ++i) door.note_somebody_left(kDawn + proto::seconds(1000 + i));
  CHECK(door.told(5, kDawn + proto::seconds(1099)).estimate_s == 5);
  CHECK(door.told(5, kDawn + proto::days(1000)).estimate_s == proto::kQueueEstimateMax_s);
}

TEST_CASE("a full queue gives up whoever is gone, and nobody who is there") {
  DoorQueue door(3, 3);
  for (std::uint8_t account = 1; account <= 3; ++account) {
    REQUIRE(door.join(waiting(account, world::net::SessionId{account, 1}), false));
  }
  CHECK_FALSE(door.join(waiting(4, world::net::SessionId{4, 1}), false));
  proto::AccountId second;
  second.bytes[0] = 2;
  door.lose(second, kDawn);
  CHECK(door.join(waiting(4, world::net::SessionId{4, 1}), false));
  CHECK(door.find(second) == nullptr);
  CHECK(door.size() == 3);
  std::vector<int> order;
  while (const auto next = door.take_next()) order.push_back(next->passenger.account.bytes[0]);
  CHECK(order == std::vector<int>{1, 3, 4});
}

TEST_CASE("one address cannot fill the queue, and gives up whom it lost itself") {
  DoorQueue door(10, 2);
  const auto from = [](const char* address, std::uint8_t account) {
    world::net::Waiting out = waiting(account, world::net::SessionId{account, 1});
    out.address = address;
    return out;
  };
  REQUIRE(door.join(from("10.0.0.2", 1), false));
  REQUIRE(door.join(from("10.0.0.1", 2), false));
  REQUIRE(door.join(from("10.0.0.1", 3), false));
  CHECK_FALSE(door.join(from("10.0.0.1", 4), false));
  CHECK(door.join(from("10.0.0.1", 5), true));  // who gave up a place inside comes back to the queue in any case
  CHECK(door.join(from("10.0.0.2", 6), false));
  proto::AccountId third;
  third.bytes[0] = 3;
  door.lose(third, kDawn);
  door.leave(waiting(5, {}).passenger.account);
  CHECK(door.join(from("10.0.0.1", 7), false));
  CHECK(door.find(third) == nullptr);
  CHECK(door.size() == 4);
}
