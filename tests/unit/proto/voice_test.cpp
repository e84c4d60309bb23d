/// Voice between the microphone and the loudspeaker: which bytes may be a frame, and what a listener's buffer makes of
/// frames that come unevenly, out of order, late or not at all.
#include <catch2/catch.hpp>
#include <map>
#include <vector>

#include "client-proto/brain/brain.h"
#include "client-proto/native/bad_link.h"

using namespace proto;

namespace {

constexpr std::uint8_t kHybrid20ms = 15U << 3U;

/// A frame that can be told from every other.
VoiceFrame frame(int number) {
  return {kHybrid20ms, static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8)};
}
int number_of(const VoiceFrame& f) { return f[1] | f[2] << 8; }

TimeUs at_ms(std::int64_t ms) { return {1'000'000 + ms * 1000}; }

struct Listener {
  VoiceBuffer buffer;
  std::vector<VoicePiece> played;

  void add(int number, std::int64_t ms, bool starts = false) {
    buffer.add(static_cast<std::uint16_t>(number), starts, frame(number), at_ms(ms));
  }
  /// Looks every 5 ms, as a player would.
  void listen(std::int64_t from_ms, std::int64_t until_ms) {
    for (std::int64_t ms = from_ms; ms < until_ms; ms += 5) buffer.take(at_ms(ms), played);
  }
  [[nodiscard]] std::vector<int> numbers() const {
    std::vector<int> numbers;
    for (const VoicePiece& piece : played) numbers.push_back(piece.frame.empty() ? -1 : number_of(piece.frame));
    return numbers;
  }
};

/// One person talks to another over a link, in spurts, for `seconds`.
struct Talk {
  std::map<int, std::int64_t> said_us;
  std::vector<VoicePiece> played;
  VoiceStatistics statistics;
  double delay_ms = 0;
};

Talk talk_over(LinkManners manners, std::uint64_t seed, int seconds_long) {
  constexpr std::int64_t kSpurt_ms = 1'600;
  constexpr std::int64_t kPause_ms = 400;
  LossyLink link(manners, seed);
  Voices speaker;
  Voices listener;
  listener.set_hears(true);
  Talk talk;
  int said = 0;
  for (std::int64_t ms = 0; ms < seconds_long * 1000; ++ms) {
    const std::int64_t in_turn = ms % (kSpurt_ms + kPause_ms);
    if (in_turn < kSpurt_ms && ms % 20 == 0) {
      talk.said_us[said] = at_ms(ms).us;
      REQUIRE(speaker.speak(frame(said++), in_turn == 0, at_ms(ms)));
    }
    while (auto packet = speaker.poll(at_ms(ms))) {
      const auto voice = decode<Voice>(*packet);
      REQUIRE(voice.ok());
      link.send(Lane::kState, encode(Voiced{{3, 1}, voice->sequence, voice->starts_spurt, voice->frame}), at_ms(ms));
    }
    for (const auto& packet : link.arrived(at_ms(ms))) {
      auto voiced = decode<Voiced>(packet);
      REQUIRE(voiced.ok());
      listener.take(std::move(voiced).value(), at_ms(ms));
    }
    for (const VoiceToPlay& one : listener.play(at_ms(ms))) {
      CHECK(one.avatar == AvatarId{3, 1});
      talk.played.push_back(one.piece);
    }
  }
  return talk;
}

/// Everything that holds on any network: in order, each once, evenly within a spurt.
void check_order(const Talk& talk) {
  int last = -1;
  std::int64_t end_us = 0;
  for (const VoicePiece& piece : talk.played) {
    CHECK(piece.play_at.us >= end_us);
    end_us = piece.play_at.us + kVoiceFrame_us;
    if (piece.frame.empty()) continue;
    CHECK(number_of(piece.frame) > last);
    last = number_of(piece.frame);
  }
}

/// From the end of a frame's recording to its playing, less the shortest way.
std::int64_t worst_delay_ms(const Talk& talk, std::int64_t way_us) {
  std::int64_t worst_us = 0;
  for (const VoicePiece& piece : talk.played) {
    if (piece.frame.empty()) continue;
    worst_us = std::max(worst_us, piece.play_at.us - talk.said_us.at(number_of(piece.frame)) - way_us);
  }
  return worst_us / 1000;
}

std::size_t heard(const Talk& talk) {
  std::size_t count = 0;
  for (const VoicePiece& piece : talk.played) count += piece.frame.empty() ? 0 : 1;
  return count;
}

}  // namespace

TEST_CASE("a voice frame is one mono Opus frame of 20 ms, by its first byte") {
  int good = 0;
  for (unsigned first = 0; first < 256; ++first) {
    const VoiceFrame one{static_cast<std::uint8_t>(first), 1, 2};
    const bool expected = (first & 7U) == 0 && (first >> 3U == 1 || first >> 3U == 5 || first >> 3U == 9 ||
                                                first >> 3U == 13 || first >> 3U == 15 || first >> 3U == 19 ||
                                                first >> 3U == 23 || first >> 3U == 27 || first >> 3U == 31);
    CHECK(is_voice_frame(one) == expected);
    good += expected ? 1 : 0;
  }
  CHECK(good == 9);
  CHECK_FALSE(is_voice_frame({}));
  VoiceFrame longest(kVoiceFrameBytesMax, 0);
  longest[0] = kHybrid20ms;
  CHECK(is_voice_frame(longest));
  CHECK(encode(Voice{0, true, longest}).size() == find_opcode(11)->size_bytes_max);
  CHECK(encode(Voiced{{kAvatarIndexMax, 0xffff}, 0, true, longest}).size() == find_opcode(138)->size_bytes_max);
  longest.push_back(0);
  CHECK_FALSE(is_voice_frame(longest));
}

TEST_CASE("what is no voice is refused by name") {
  auto packet = encode(Voice{7, false, frame(1)});
  // The frame's first byte follows 16 bits of sequence, one for the start and eight of size.
  const std::size_t bit = 8 + 16 + 1 + 8;
  for (const std::size_t wrong : {0U, 2U, 3U}) {  // two frames; stereo; 10 ms
    auto bad = packet;
    bad[(bit + wrong) / 8] ^= static_cast<std::uint8_t>(1U << (bit + wrong) % 8);
    CHECK(decode<Voice>(bad).error() == WireStatus::kBadVoice);
  }
  CHECK(decode<Voice>(packet).ok());
  packet.resize(find_opcode(11)->size_bytes_max + 1U);
  CHECK(decode<Voice>(packet).error() == WireStatus::kTooLarge);
}

TEST_CASE("frames that come evenly are played evenly, after a delay that shrinks with the next spurt") {
  Listener ada;
  for (int i = 0; i < 50; ++i) {
    ada.add(i, i * 20, i == 0);
    ada.listen(i * 20, i * 20 + 20);
  }
  ada.listen(1'000, 1'200);
  REQUIRE(ada.played.size() == 50);
  CHECK(ada.played[0].starts_spurt);
  CHECK_FALSE(ada.played[1].starts_spurt);
  for (int i = 0; i < 50; ++i) CHECK(ada.played[static_cast<std::size_t>(i)].play_at == at_ms(i * 20 + 60));
  // Half a second of silence: the numbers have gone on, and nothing is lost.
  for (int i = 75; i < 80; ++i) ada.add(i, i * 20, i == 75);
  ada.listen(1'200, 2'000);
  REQUIRE(ada.played.size() == 55);
  CHECK(ada.played[50].starts_spurt);
  CHECK(ada.played[50].play_at == at_ms(75 * 20 + kVoiceDelayMin.us / 1000));
  CHECK(ada.buffer.statistics().lost == 0);
}

TEST_CASE("a short pause is no loss, also while the spurt before still waits") {
  Listener ada;
  for (const int i : {0, 1, 2, 6, 7}) ada.add(i, i * 2, i == 0 || i == 6);
  ada.listen(14, 400);
  CHECK(ada.numbers() == std::vector<int>{0, 1, 2, 6, 7});
  CHECK(ada.buffer.statistics().lost == 0);
}

TEST_CASE("frames are played in order, however they come, and once") {
  Listener ada;
  for (const int i : {1, 0, 3, 2, 2, 4}) ada.add(i, 20 * i > 40 ? 45 : 40, i == 0);
  ada.listen(40, 400);
  CHECK(ada.numbers() == std::vector<int>{0, 1, 2, 3, 4});
  CHECK(ada.buffer.statistics().doubled == 1);
}

TEST_CASE("a frame that is missing when its time has come is told of as lost, and later as late") {
  Listener ada;
  for (const int i : {0, 1, 3, 4}) ada.add(i, i * 20, i == 0);
  ada.listen(0, 130);
  CHECK(ada.numbers() == std::vector<int>{0, 1, -1, 3});
  ada.add(2, 130);
  ada.listen(130, 200);
  CHECK(ada.numbers() == std::vector<int>{0, 1, -1, 3, 4});
  CHECK(ada.buffer.statistics().lost == 1);
  CHECK(ada.buffer.statistics().late == 1);
}

TEST_CASE("when the way becomes slower within a spurt, there is a pause rather than that nothing is heard") {
  Listener ada;
  for (int i = 0; i < 100; ++i) {
    const int late_ms = i < 30 ? 0 : 120;
    ada.add(i, i * 20 + late_ms, i == 0);
    ada.listen(i * 20 + late_ms, i * 20 + late_ms + (i == 29 ? 140 : 20));
  }
  ada.listen(2'120, 2'500);
  REQUIRE(ada.played.size() == 100);
  CHECK(ada.played[29].play_at == at_ms(29 * 20 + 60));
  for (int i = 30; i < 100; ++i) CHECK(ada.played[static_cast<std::size_t>(i)].play_at == at_ms(i * 20 + 120));
}

TEST_CASE("when some frames of a spurt are left out for coming late, the delay grows until they are not") {
  Listener ada;
  std::map<int, std::vector<int>> arrivals;  // by time, every other frame 100 ms late
  for (int i = 0; i < 100; ++i) arrivals[i * 20 + (i % 2 == 1 ? 100 : 0)].push_back(i);
  for (int ms = 0; ms < 2'500; ms += 5) {
    for (const int i : arrivals[ms]) ada.add(i, ms, i == 0);
    ada.listen(ms, ms + 5);
  }
  CHECK(ada.buffer.statistics().late >= kVoiceLateMax_frames);
  CHECK(ada.buffer.statistics().late <= 8);
  CHECK(ada.numbers().back() == 99);
}

TEST_CASE("what comes later than any delay may be is left out") {
  Listener ada;
  ada.add(0, 0, true);
  ada.listen(0, 265);
  ada.add(1, 20 + 250);
  ada.add(2, 40 + 190);
  ada.listen(270, 1'000);
  CHECK(ada.numbers() == std::vector<int>{0, -1, 2});
  CHECK(ada.buffer.statistics().late == 1);
}

TEST_CASE("numbers go round, and a speaker on a new page may count from the start") {
  Listener ada;
  for (int i = 0; i < 20; ++i) ada.add(65'530 + i, i * 20, i == 0);
  ada.listen(0, 600);
  CHECK(ada.played.size() == 20);
  CHECK(ada.buffer.statistics().lost == 0);
  for (int i = 0; i < 10; ++i) ada.add(40'000 + i, 3'000 + i * 20, i == 0);
  ada.listen(3'000, 3'400);
  CHECK(ada.played.size() == 30);
}

TEST_CASE("nobody can fill a buffer, nor a listener with buffers") {
  Listener ada;
  ada.add(0, 0, true);
  for (int i = 1; i < 5'000; ++i) ada.add(i, 0);
  ada.listen(0, 100'000);
  CHECK(ada.played.size() <= kVoiceWaitingMax_frames);
  Voices voices;
  voices.set_hears(true);
  for (std::uint16_t i = 0; i < 1000; ++i) voices.take(Voiced{{i, 1}, 0, true, frame(0)}, at_ms(i));
  CHECK(voices.play(at_ms(5'000)).size() == kVoicesKeptMax);
}

TEST_CASE("on a good network nothing is lost, and the buffer adds less than the first guess") {
  const Talk talk = talk_over({30'000, 4'000, 0, 0, 0, 0}, 5, 20);
  check_order(talk);
  CHECK(heard(talk) == talk.said_us.size());
  CHECK(worst_delay_ms(talk, 30'000) <= 65);
}

TEST_CASE("on a bad network most is heard, in order, within a quarter of a second") {
  const Talk talk = talk_over({40'000, 60'000, 5, 2, 2, 40'000}, GENERATE(1U, 2U, 3U), 60);
  check_order(talk);
  CHECK(heard(talk) > talk.said_us.size() * 88 / 100);  // 5 % never came
  CHECK(heard(talk) < talk.said_us.size());
  CHECK(worst_delay_ms(talk, 40'000) <= 215);
}

TEST_CASE("nothing is sent or heard before somebody wants it, and the wish outlives a connection") {
  Brain brain;
  CHECK_FALSE(brain.hear(true));  // remembered, not sent
  CHECK_FALSE(brain.speak(frame(0), true, at_ms(0)));
  brain.hello(Ticket{});
  (void)brain.poll(at_ms(0));
  const auto welcome = encode(Welcome{{3, 1}, 1, 0, 8, 32'000, Ticket{}, 30});
  REQUIRE(brain.on_message(welcome, at_ms(1)) == WireStatus::kOk);
  const auto settings = brain.poll(at_ms(1));
  REQUIRE(settings);
  CHECK(settings->lane == Lane::kReliable);
  CHECK(decode<VoiceSettings>(settings->packet).value() == VoiceSettings{true});
  REQUIRE(brain.speak(frame(0), true, at_ms(100)));
  REQUIRE(brain.speak(frame(1), false, at_ms(120)));
  CHECK_FALSE(brain.speak(VoiceFrame{0xff, 1}, false, at_ms(120)));
  const auto first = brain.poll(at_ms(120));
  REQUIRE(first);
  CHECK(first->lane == Lane::kState);
  CHECK(decode<Voice>(first->packet).value() == Voice{0, true, frame(0)});
  CHECK(decode<Voice>(brain.poll(at_ms(120)).value().packet)->sequence == 1);
  REQUIRE(brain.speak(frame(2), true, at_ms(1'100)));
  CHECK(decode<Voice>(brain.poll(at_ms(1'100)).value().packet)->sequence == 50);  // a second later

  REQUIRE(brain.on_message(encode(Voiced{{9, 1}, 0, true, frame(0)}), at_ms(1'100)) == WireStatus::kOk);
  CHECK(brain.voices().play(at_ms(1'300)).size() == 1);
  (void)brain.hear(false);
  CHECK(decode<VoiceSettings>(brain.poll(at_ms(1'400)).value().packet).value() == VoiceSettings{false});
  REQUIRE(brain.on_message(encode(Voiced{{9, 1}, 1, false, frame(1)}), at_ms(1'400)) == WireStatus::kOk);
  CHECK(brain.voices().play(at_ms(1'600)).empty());
}

TEST_CASE("what could not be sent in time is not sent at all") {
  Voices voices;
  for (int i = 0; i < 8; ++i) REQUIRE(voices.speak(frame(i), i == 0, at_ms(i * 20)));
  REQUIRE(voices.speak(frame(8), false, at_ms(300)));
  std::vector<int> sent;
  while (auto packet = voices.poll(at_ms(300))) sent.push_back(number_of(decode<Voice>(*packet)->frame));
  CHECK(sent == std::vector<int>{5, 6, 7, 8});

  // Nor when nobody speaks any more while the line stands still.
  REQUIRE(voices.speak(frame(9), false, at_ms(320)));
  REQUIRE(voices.speak(frame(10), false, at_ms(340)));
  const auto in_time = voices.poll(at_ms(530));
  REQUIRE(in_time);
  CHECK(number_of(decode<Voice>(*in_time)->frame) == 10);
  REQUIRE(voices.speak(frame(11), false, at_ms(600)));
  CHECK_FALSE(voices.poll(at_ms(801)));
}
