#include "client-proto/wire/social.h"

#include <catch2/catch.hpp>

#include "tests/unit/proto/generators.h"

using namespace proto;

namespace {

/// Runs a law through RapidCheck inside a Catch test case.
template <class Law>
void for_all(const std::string& name, Law law) {
  INFO(name);
  CHECK(rc::check(name, law));
}

template <class M>
void check_round_trip(const M& message) {
  const auto packet = encode(message);
  RC_ASSERT(packet.size() <= find_opcode(packet[0])->size_bytes_max);
  const auto back = decode<M>(packet);
  RC_ASSERT(back.ok());
  RC_ASSERT(back.value() == message);
  // Neither less nor more than the packet is that packet.
  for (std::size_t size = 0; size < packet.size(); ++size) {
    const auto cut = decode<M>(std::span(packet).first(size));
    RC_ASSERT(!cut.ok());
    RC_ASSERT(cut.error() == WireStatus::kTruncated);
  }
  auto longer = packet;
  longer.push_back(0);
  RC_ASSERT(!decode<M>(longer).ok());
}

/// What survives a flipped bit must be a message in range again: it can be written.
template <class M>
void check_flips(const M& message) {
  auto packet = encode(message);
  for (std::size_t bit = 8; bit < packet.size() * 8; ++bit) {
    packet[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    if (const auto flipped = decode<M>(packet)) (void)encode(flipped.value());
    packet[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
}

template <class M>
void check_all(const char* name, M (*make)()) {
  for_all(std::string(name) + " survives the wire", [make] { check_round_trip(make()); });
  for_all(std::string(name) + " is never out of range after a flipped bit", [make] { check_flips(make()); });
}

/// Decodes as every kind there is; only the sanitizers and the asserts can complain.
void decode_as_everything(std::span<const std::uint8_t> packet) {
  const auto try_one = [&](auto message) {
    if (const auto decoded = decode<decltype(message)>(packet)) (void)encode(decoded.value());
  };
  try_one(Hello{});
  try_one(Inputs{});
  try_one(TryOn{});
  try_one(TakeOff{});
  try_one(Wave{});
  try_one(Say{});
  try_one(Emote{});
  try_one(Relate{});
  try_one(Said{});
  try_one(Party{});
  try_one(PartyState{});
  try_one(QueuePlace{});
  try_one(Moderate{});
  try_one(Sit{});
  try_one(Voice{});
  try_one(VoiceSettings{});
  try_one(Voiced{});
  try_one(Welcome{});
  try_one(Appearance{});
  try_one(Gone{});
  try_one(Doors{});
  try_one(Event{});
  try_one(Goodbye{});
}

}  // namespace

TEST_CASE("messages survive the wire, and nothing but themselves is read as them") {
  check_all<Hello>("hello", [] { return Hello{*rc::gen::arbitrary<std::uint16_t>(), arbitrary::ticket()}; });
  check_all<Inputs>("inputs", arbitrary::inputs);
  check_all<TryOn>("try_on", [] { return TryOn{*rc::gen::positive<std::uint32_t>()}; });
  check_all<TakeOff>("take_off", [] { return TakeOff{*rc::gen::inRange<std::uint8_t>(0, kSlots)}; });
  check_all<Wave>("wave", arbitrary::wave);
  check_all<Say>("say", arbitrary::say);
  check_all<Emote>("emote", [] { return Emote{static_cast<EmoteKind>(*rc::gen::inRange(0, kEmoteKinds))}; });
  check_all<Relate>("relate", arbitrary::relate);
  check_all<Said>("said", arbitrary::said);
  check_all<Party>("party", arbitrary::party);
  check_all<PartyState>("party_state", arbitrary::party_state);
  check_all<QueuePlace>("queue_place", arbitrary::queue_place);
  check_all<Moderate>("moderate", arbitrary::moderate);
  check_all<Sit>("sit", [] { return Sit{*rc::gen::inRange<std::uint16_t>(0, kSeatsMax)}; });
  check_all<Voice>("voice", arbitrary::voice);
  check_all<VoiceSettings>("voice_settings", [] { return VoiceSettings{*rc::gen::arbitrary<bool>()}; });
  check_all<Voiced>("voiced", arbitrary::voiced);
  check_all<Welcome>("welcome", arbitrary::welcome);
  check_all<Appearance>("appearance", arbitrary::appearance);
  check_all<Gone>("gone", [] { return Gone{arbitrary::avatar_id()}; });
  check_all<Doors>("doors", [] {
    return Doors{*rc::gen::arbitrary<std::uint32_t>(), *rc::gen::arbitrary<std::uint64_t>()};
  });
  check_all<Event>("event", arbitrary::event);
  check_all<Goodbye>("goodbye", arbitrary::goodbye);
}

TEST_CASE("random bytes behind any opcode are refused or in range") {
  for_all("random bytes", [] {
    auto packet = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
    if (!packet.empty())
      packet[0] = static_cast<std::uint8_t>(kOpcodes[*rc::gen::inRange<std::size_t>(0, std::size(kOpcodes))].opcode);
    decode_as_everything(packet);
  });
}

TEST_CASE("a look at the first byte tells direction, size and unknown opcodes") {
  const auto hello = encode(Hello{});
  CHECK(peek(hello, Direction::kToServer).status == WireStatus::kOk);
  CHECK(peek(hello, Direction::kToClient).status == WireStatus::kWrongDirection);
  CHECK(peek({}, Direction::kToServer).status == WireStatus::kTruncated);
  CHECK(peek(std::vector<std::uint8_t>{99}, Direction::kToServer).status == WireStatus::kUnknownOpcode);
  std::vector<std::uint8_t> large(65, 0);
  large[0] = static_cast<std::uint8_t>(Opcode::kHello);
  CHECK(peek(large, Direction::kToServer).status == WireStatus::kTooLarge);
  CHECK(decode<Wave>(hello).error() == WireStatus::kUnknownOpcode);
}

TEST_CASE("opcodes are listed once, and a client's have no high bit") {
  for (const OpcodeInfo& info : kOpcodes) {
    CHECK(find_opcode(static_cast<std::uint8_t>(info.opcode)) == &info);
    CHECK((static_cast<std::uint8_t>(info.opcode) >= 128) == (info.direction == Direction::kToClient));
  }
}

TEST_CASE("each thing wrong has its name") {
  SECTION("a slot that does not exist") {
    CHECK(decode<TakeOff>(std::vector<std::uint8_t>{4, 5}).error() == WireStatus::kOutOfRange);
    CHECK(decode<TakeOff>(std::vector<std::uint8_t>{4, 4}).ok());
  }
  SECTION("set padding") {
    CHECK(decode<TakeOff>(std::vector<std::uint8_t>{4, 8}).error() == WireStatus::kTrailingBytes);
  }
  SECTION("a variant that cannot be") {
    CHECK(decode<TryOn>(std::vector<std::uint8_t>{3, 0xff, 0xff, 0xff, 0xff}).error() == WireStatus::kOutOfRange);
  }
  SECTION("a name that is not UTF-8") {
    Appearance appearance;
    appearance.name = "abc";
    auto packet = encode(appearance);
    // The name follows 28 bits of id, 16 of version and 7 of size.
    const std::size_t bit = 8 + 28 + 16 + 7 + 7;  // the highest bit of its first byte
    packet[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    CHECK(decode<Appearance>(packet).error() == WireStatus::kBadText);
  }
}

TEST_CASE("a name is short plain text that cannot hide or reorder anything") {
  CHECK(is_name("Ada"));
  CHECK(is_name("Zoë 字 🙂"));
  CHECK(is_name(std::string(24, 'x')));
  CHECK_FALSE(is_name(std::string(25, 'x')));
  CHECK_FALSE(is_name(""));
  CHECK_FALSE(is_name(" Ada"));
  CHECK_FALSE(is_name("Ada "));
  CHECK_FALSE(is_name("A\nda"));
  CHECK_FALSE(is_name(std::string("A\0a", 3)));
  CHECK_FALSE(is_name("\xc0\xaf"));          // overlong
  CHECK_FALSE(is_name("\xed\xa0\x80"));      // half a surrogate pair
  CHECK_FALSE(is_name("\xf4\x90\x80\x80"));  // beyond Unicode
  CHECK_FALSE(is_name("\xe2\x82"));          // cut off
  CHECK_FALSE(
      is_name("a\xe2\x80\xae"
              "b"));  // right-to-left override
  CHECK_FALSE(
      is_name("a\xe2\x80\x8b"
              "b"));  // zero-width space
}

TEST_CASE("what is said is short, is something, and heaps no marks on a letter") {
  CHECK(is_speech("Is this linen?"));
  CHECK(is_speech("字 🙂 👩‍👩‍👧 café"));
  CHECK(is_speech(std::string(160, 'x')));
  CHECK_FALSE(is_speech(std::string(161, 'x')));
  CHECK_FALSE(is_speech(""));
  CHECK_FALSE(is_speech(" hello"));
  CHECK_FALSE(is_speech("hello "));
  CHECK_FALSE(is_speech("a\nb"));
  CHECK_FALSE(is_speech("a\xe2\x80\xae z"));  // right-to-left override
  const std::string accent = "\xcc\x81";
  CHECK(is_speech("e" + accent + accent + accent));
  CHECK_FALSE(is_speech("e" + accent + accent + accent + accent));
  CHECK(is_speech("e" + accent + accent + accent + "e" + accent));
  CHECK_FALSE(is_speech(accent + "e"));  // nothing stands under it
  std::string heavy;
  for (int i = 0; i < 81; ++i) heavy += "🙂";
  CHECK_FALSE(is_speech(heavy));  // 324 bytes
  CHECK(is_speech(heavy.substr(4)));
}

TEST_CASE("a sentence that may not be said is refused by name") {
  auto spaced = encode(Say{SpeechLane::kNear, "abc"});
  // 'c' (0x63) is the last byte of the text; with bits 6 and 1 and 0 taken away it is a space.
  const std::size_t bit = 8 + 10 + 16;
  for (const std::size_t off : {0U, 1U, 6U})
    spaced[(bit + off) / 8] ^= static_cast<std::uint8_t>(1U << ((bit + off) % 8));
  CHECK(decode<Say>(spaced).error() == WireStatus::kBadText);
}
