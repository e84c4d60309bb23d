#include "client-proto/native/bad_link.h"

#include <catch2/catch.hpp>
#include <numeric>

using namespace proto;

namespace {

constexpr int kPackets = 4000;
constexpr std::int64_t kApart_us = 1000;

struct Came {
  std::vector<int> numbers;
  std::vector<std::int64_t> took_us;
};

template <class Link>
Came send_many(Link& link, Lane lane, int packets = kPackets) {
  Came came;
  const auto collect = [&](TimeUs now) {
    for (const LinkPacket& packet : link.arrived(now)) {
      const int number = packet[0] + 256 * packet[1];
      came.numbers.push_back(number);
      came.took_us.push_back(now.us - number * kApart_us);
    }
  };
  TimeUs now;
  for (int i = 0; i < packets; ++i, now.us += kApart_us) {
    collect(now);
    link.send(lane, {static_cast<std::uint8_t>(i % 256), static_cast<std::uint8_t>(i / 256)}, now);
  }
  for (int i = 0; i < 2000; ++i, now.us += kApart_us) collect(now);
  return came;
}

int overtaken(const Came& came) {
  int count = 0;
  for (std::size_t i = 1; i < came.numbers.size(); ++i) count += came.numbers[i] < came.numbers[i - 1] ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("a lossy link loses, doubles and reorders as often as it is told, each by itself") {
  LinkManners manners;
  manners.delay_us = 20'000;
  LossyLink plain(manners, 7);
  const Came clean = send_many(plain, Lane::kState);
  CHECK(clean.numbers.size() == kPackets);
  CHECK(overtaken(clean) == 0);
  CHECK(*std::max_element(clean.took_us.begin(), clean.took_us.end()) == 20'000);

  manners.loss_percent = 10;
  LossyLink losing(manners, 7);
  const Came lost = send_many(losing, Lane::kState);
  CHECK(lost.numbers.size() == Approx(kPackets * 0.9).epsilon(0.03));
  CHECK(overtaken(lost) == 0);

  manners.loss_percent = 0;
  manners.double_percent = 10;
  LossyLink doubling(manners, 7);
  CHECK(send_many(doubling, Lane::kState).numbers.size() == Approx(kPackets * 1.1).epsilon(0.03));

  manners.double_percent = 0;
  manners.reorder_percent = 10;
  manners.reorder_us = 5'000;
  LossyLink disorderly(manners, 7);
  const Came mixed = send_many(disorderly, Lane::kState);
  CHECK(mixed.numbers.size() == kPackets);
  CHECK(overtaken(mixed) > kPackets / 20);
}

TEST_CASE("a lossy link's reliable lane brings everything once and in order") {
  LossyLink link({20'000, 30'000, 20, 20, 20, 50'000}, 3);
  const Came came = send_many(link, Lane::kReliable);
  std::vector<int> all(kPackets);
  std::iota(all.begin(), all.end(), 0);
  CHECK(came.numbers == all);
}

TEST_CASE("the same seed gives the same network") {
  const LinkManners manners{20'000, 30'000, 5, 5, 5, 50'000};
  LossyLink one(manners, 9);
  LossyLink two(manners, 9);
  LossyLink other(manners, 10);
  const Came first = send_many(one, Lane::kState);
  CHECK(send_many(two, Lane::kState).numbers == first.numbers);
  CHECK(send_many(other, Lane::kState).numbers != first.numbers);
}

TEST_CASE("a stalling link brings everything in order, and late what a stall has caught") {
  StallManners manners{10'000, 1'000'000, 300'000, 500'000, 1 << 20};
  StallingLink link(manners);
  const Came came = send_many(link, Lane::kState);
  std::vector<int> all(kPackets);
  std::iota(all.begin(), all.end(), 0);
  CHECK(came.numbers == all);
  CHECK(*std::min_element(came.took_us.begin(), came.took_us.end()) == 10'000);
  const std::int64_t longest = *std::max_element(came.took_us.begin(), came.took_us.end());
  CHECK(longest > 300'000);
  CHECK(longest <= 310'000 + kApart_us);
}

TEST_CASE("while a stalling link has no room, a state gives way to the next and nothing reliable is lost") {
  StallManners manners{10'000, 1'000'000, 300'000, 500'000, 0};
  StallingLink states(manners);
  const Came came = send_many(states, Lane::kState, 1000);
  CHECK(overtaken(came) == 0);
  CHECK(came.numbers.size() == 1000 - 300 + 1);  // of 300 in the stall the newest is left
  CHECK(std::find(came.numbers.begin(), came.numbers.end(), 799) != came.numbers.end());
  CHECK(std::find(came.numbers.begin(), came.numbers.end(), 798) == came.numbers.end());

  StallingLink reliable(manners);
  CHECK(send_many(reliable, Lane::kReliable, 1000).numbers.size() == 1000);
}
