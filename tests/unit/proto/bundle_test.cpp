/// Several messages in one frame: what is put in comes out, and what is no bundle is refused.
#include "client-proto/wire/bundle.h"

#include <catch2/catch.hpp>

#include "client-proto/brain/brain.h"
#include "client-proto/wire/social.h"

using namespace proto;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Everything that can be taken; what then remains is no message.
std::vector<Bytes> take_all(const Bytes& bundle, std::size_t& left_bytes) {
  std::vector<Bytes> messages;
  std::span<const std::uint8_t> rest = bundle;
  while (const auto message = take_bundled(rest)) messages.emplace_back(message->begin(), message->end());
  left_bytes = rest.size();
  return messages;
}

}  // namespace

TEST_CASE("a bundle gives back its messages, of every size") {
  std::vector<Bytes> sent;
  Bytes bundle;
  for (const std::size_t size :
       {std::size_t{1}, std::size_t{127}, std::size_t{128}, std::size_t{1100}, kBundledBytesMax}) {
    sent.emplace_back(size, static_cast<std::uint8_t>(size));
    append_bundled(bundle, sent.back());
  }
  CHECK(bundle.size() == 1 + 127 + 128 + 1100 + kBundledBytesMax + 2 + 3 * 2);
  std::size_t left_bytes = 1;
  CHECK(take_all(bundle, left_bytes) == sent);
  CHECK(left_bytes == 0);
}

TEST_CASE("a bundle that is cut short, or holds nothing where a message should be, ends there") {
  Bytes bundle;
  append_bundled(bundle, Bytes(3, 7));
  const std::size_t whole = bundle.size();
  append_bundled(bundle, Bytes(200, 8));
  std::size_t left_bytes = 0;
  for (std::size_t size = whole; size < bundle.size(); ++size) {
    CHECK(take_all(Bytes(bundle.begin(), bundle.begin() + static_cast<std::ptrdiff_t>(size)), left_bytes).size() == 1);
    CHECK(left_bytes == size - whole);
  }
  CHECK(take_all({0, 1, 2}, left_bytes).empty());
  CHECK(take_all({0x80, 0}, left_bytes).empty());
  CHECK(take_all({0x80}, left_bytes).empty());
}

TEST_CASE("the brain takes every message of a bundle and says the first thing that is wrong with it") {
  Brain brain;
  brain.hello({});
  Bytes bundle;
  append_bundled(bundle, encode(QueuePlace{5, 9, 60}));
  append_bundled(bundle, Bytes{200, 1, 2});
  append_bundled(bundle, encode(QueuePlace{4, 9, 30}));
  CHECK(brain.on_bundle(bundle, {}) == WireStatus::kUnknownOpcode);
  const std::uint32_t refused = brain.statistics().messages_refused;
  CHECK(refused == 1);
  REQUIRE(brain.frame(TimeUs{}).queue.has_value());
  CHECK(brain.frame(TimeUs{}).queue->place == 4);
  bundle.push_back(9);
  CHECK(brain.on_bundle(bundle, {}) == WireStatus::kUnknownOpcode);
  CHECK(brain.on_bundle(Bytes{9}, {}) == WireStatus::kTruncated);
  CHECK(brain.statistics().messages_refused > refused);
}
