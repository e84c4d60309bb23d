/// Voice over real connections: frames go to whom the world has named, at once, and to nobody else; hostile ones and
/// too many go nowhere.
#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "client-proto/native/client.h"
#include "client-proto/wire/voice.h"
#include "tests/unit/net/harness.h"
#include "world-server/net/clock.h"
#include "world-server/net/voice_relay.h"
#include "world-server/world/postage.h"

using namespace net_test;
using namespace std::chrono_literals;
using proto::AvatarId;
using world::net::VoiceRelay;

namespace {

constexpr std::uint8_t kHybrid20ms = 15U << 3U;

proto::Voice voice(std::uint16_t sequence, std::size_t size = 50) {
  proto::Voice message{sequence, sequence == 0, proto::VoiceFrame(size, 0xa5)};
  message.frame[0] = kHybrid20ms;
  return message;
}

/// The world says that `listeners` hear `speaker`.
world::TickOutput routes(AvatarId speaker, const std::vector<AvatarId>& listeners) {
  world::TickOutput output;
  output.voices.push_back({speaker, 0, static_cast<std::uint32_t>(listeners.size())});
  output.listeners = listeners;
  return output;
}

void route(TestServer& server, AvatarId speaker, const std::vector<AvatarId>& listeners) {
  const bool taken = server.ports().from_world.push(routes(speaker, listeners));
  REQUIRE(taken);
  server.net().wake();
}

template <class T>
T next_in_order(TestServer& server, std::chrono::milliseconds limit = 3000ms) {
  const auto command = server.ports().to_world.wait_pop(limit);
  REQUIRE(command.has_value());
  const T* found = std::get_if<T>(&*command);
  REQUIRE(found != nullptr);
  return *found;
}

std::optional<proto::Voiced> heard(RawWebSocket& socket, int timeout_ms = 3000) {
  const auto packet = socket.expect(proto::Opcode::kVoiced, timeout_ms);
  if (!packet) return std::nullopt;
  const auto message = proto::decode<proto::Voiced>(*packet);
  REQUIRE(message.ok());
  return message.value();
}

std::size_t count_heard(RawWebSocket& socket, int quiet_ms = 300) {
  std::size_t count = 0;
  while (heard(socket, quiet_ms)) ++count;
  return count;
}

struct Two {
  TestServer server;
  RawWebSocket ada{server.port()};
  RawWebSocket bob{server.port()};
  AvatarId ada_id = join(server, ada, server.ticket(1));
  AvatarId bob_id = join(server, bob, server.ticket(2));
};

struct Sent {
  AvatarId listener;
  std::uint16_t sequence;
  bool operator==(const Sent&) const = default;
};

/// The relay alone, with a link that writes down.
struct Alone {
  VoiceRelay relay{8};
  std::vector<Sent> sent;
  VoiceRelay::Send send = [this](AvatarId listener, std::span<const std::uint8_t> packet) {
    sent.push_back({listener, proto::decode<proto::Voiced>(packet).value().sequence});
  };
  static constexpr AvatarId kSpeaker{3, 7};
};

proto::TimeUs at_ms(std::int64_t ms) { return {1'000'000 + ms * 1000}; }

}  // namespace

TEST_CASE("the first frames wait for the world's word, the others for nothing") {
  Alone a;
  CHECK(a.relay.take(Alone::kSpeaker, voice(0), at_ms(0), a.send) == VoiceRelay::Taken::kFirst);
  CHECK(a.relay.take(Alone::kSpeaker, voice(1), at_ms(20), a.send) == VoiceRelay::Taken::kTaken);
  a.relay.route(world::TickOutput{}, a.send);  // of a tick that has not heard of it
  CHECK(a.sent.empty());
  a.relay.route(routes(Alone::kSpeaker, {{1, 1}, {2, 1}}), a.send);
  CHECK(a.sent == std::vector<Sent>{{{1, 1}, 0}, {{2, 1}, 0}, {{1, 1}, 1}, {{2, 1}, 1}});
  a.sent.clear();
  CHECK(a.relay.take(Alone::kSpeaker, voice(2), at_ms(40), a.send) == VoiceRelay::Taken::kTaken);
  CHECK(a.sent == std::vector<Sent>{{{1, 1}, 2}, {{2, 1}, 2}});
  a.sent.clear();
  a.relay.route(routes(Alone::kSpeaker, {{2, 1}}), a.send);
  CHECK(a.relay.take(Alone::kSpeaker, voice(3), at_ms(60), a.send) == VoiceRelay::Taken::kTaken);
  CHECK(a.sent == std::vector<Sent>{{{2, 1}, 3}});
  a.sent.clear();
  a.relay.route(world::TickOutput{}, a.send);  // the world names it no more
  CHECK(a.relay.take(Alone::kSpeaker, voice(4), at_ms(80), a.send) == VoiceRelay::Taken::kTaken);
  CHECK(a.sent.empty());
}

TEST_CASE("who falls silent is told of once, and begins anew") {
  Alone a;
  CHECK(a.relay.take(Alone::kSpeaker, voice(0), at_ms(0), a.send) == VoiceRelay::Taken::kFirst);
  a.relay.route(routes(Alone::kSpeaker, {{1, 1}}), a.send);
  CHECK_FALSE(a.relay.next_silent(at_ms(world::net::kVoiceSilentAfterMs - 1)));
  CHECK(a.relay.next_silent(at_ms(world::net::kVoiceSilentAfterMs)) == Alone::kSpeaker);
  CHECK_FALSE(a.relay.next_silent(at_ms(10'000)));
  a.sent.clear();
  CHECK(a.relay.take(Alone::kSpeaker, voice(9), at_ms(10'000), a.send) == VoiceRelay::Taken::kFirst);
  CHECK(a.sent.empty());
}

TEST_CASE("a slot's next avatar inherits neither listeners nor frames") {
  Alone a;
  CHECK(a.relay.take(Alone::kSpeaker, voice(0), at_ms(0), a.send) == VoiceRelay::Taken::kFirst);
  a.relay.forget(Alone::kSpeaker.index);
  a.relay.route(routes(Alone::kSpeaker, {{1, 1}}), a.send);
  CHECK(a.sent.empty());
  const AvatarId later{Alone::kSpeaker.index, 8};
  CHECK(a.relay.take(later, voice(5), at_ms(20), a.send) == VoiceRelay::Taken::kFirst);
  a.relay.route(routes(Alone::kSpeaker, {{1, 1}}), a.send);  // about the one before
  CHECK(a.sent.empty());
  a.relay.route(routes(later, {{1, 1}}), a.send);
  CHECK(a.sent == std::vector<Sent>{{{1, 1}, 5}});
}

TEST_CASE("a voice of more bytes than it is set aside for is thinned out") {
  Alone a;
  CHECK(a.relay.take(Alone::kSpeaker, voice(0, 50), at_ms(0), a.send) == VoiceRelay::Taken::kFirst);
  a.relay.route(routes(Alone::kSpeaker, {{1, 1}}), a.send);
  a.sent.clear();
  const std::size_t size = GENERATE(std::size_t{50}, std::size_t{160});
  constexpr int kSeconds = 10;
  for (int i = 1; i <= kSeconds * 50; ++i) {
    (void)a.relay.take(Alone::kSpeaker, voice(static_cast<std::uint16_t>(i), size), at_ms(i * 20), a.send);
  }
  const double allowed = world::net::kVoicePayloadBytesPerSecond * kSeconds + world::net::kVoicePayloadBurstBytes;
  CHECK(static_cast<double>(a.sent.size() * size) <= allowed);
  if (size == 50) CHECK(a.sent.size() == kSeconds * 50);  // 20 kb/s, as honest clients speak
  if (size == 160) CHECK(static_cast<double>(a.sent.size() * size) > allowed * 0.95);
}

TEST_CASE("a burst of several voices is charged to who hears them, who is sent no more than what is set aside") {
  using world::Carriage;
  const Carriage carriage = GENERATE(Carriage::kDatagrams, Carriage::kStream);
  constexpr AvatarId kListener{7, 1};
  constexpr std::uint16_t kSpeakers = 4;
  VoiceRelay relay{8};
  double bytes = 0;
  std::size_t dropped = 0;
  proto::TimeUs now = at_ms(0);
  const VoiceRelay::Send send = [&](AvatarId listener, std::span<const std::uint8_t> packet) {
    const auto cost = static_cast<std::uint32_t>(packet.size()) + 50;
    const bool goes = relay.charge(listener, carriage, cost, now);
    bytes += goes ? cost : 0;
    dropped += goes ? 0U : 1U;
  };
  world::TickOutput output;
  std::uint16_t sequence = 0;
  for (std::uint16_t i = 0; i < kSpeakers; ++i) {
    CHECK(relay.take({i, 1}, voice(sequence, 24), now, send) == VoiceRelay::Taken::kFirst);
    output.voices.push_back({{i, 1}, i, 1});
    output.listeners.push_back(kListener);
  }
  relay.route(output, send);
  // All four lines move again at once.
  for (int frame = 1; frame < 50; ++frame) {
    ++sequence;
    for (std::uint16_t i = 0; i < kSpeakers; ++i) (void)relay.take({i, 1}, voice(sequence, 24), now, send);
  }
  const double share_bytes_per_s = world::voices_bytes_per_s(carriage, kSpeakers);
  const double burst = share_bytes_per_s * world::net::kVoiceShareBurstMs / 1000;
  CHECK(bytes <= burst);
  CHECK(bytes > 0.9 * burst);
  CHECK(dropped > 0);
  // Then they speak as they should, and nothing is lost once the burst is paid off.
  for (int frame = 1; frame <= 250; ++frame) {
    now = at_ms(frame * 20);
    if (frame == 50) dropped = 0;
    ++sequence;
    for (std::uint16_t i = 0; i < kSpeakers; ++i) (void)relay.take({i, 1}, voice(sequence), now, send);
  }
  CHECK(bytes <= burst + share_bytes_per_s * 5);
  if (carriage == Carriage::kDatagrams) CHECK(dropped == 0);
  relay.route(world::TickOutput{}, send);
  CHECK_FALSE(relay.charge(kListener, carriage, 1, at_ms(6'000)));  // nothing is set aside for it any more
}

TEST_CASE("the voices that one browser hears share what is written to it") {
  TestServer server;
  RawWebSocket bob(server.port());
  const AvatarId bob_id = join(server, bob, server.ticket(9));
  std::vector<std::unique_ptr<RawWebSocket>> speakers;
  world::TickOutput output;
  for (std::uint8_t i = 0; i < 3; ++i) {
    speakers.push_back(std::make_unique<RawWebSocket>(server.port()));
    const AvatarId id = join(server, *speakers.back(), server.ticket(static_cast<std::uint8_t>(i + 1)));
    speakers.back()->send(proto::encode(voice(0)));
    (void)next_in_order<world::Speak>(server);
    output.voices.push_back({id, i, 1});
    output.listeners.push_back(bob_id);
  }
  REQUIRE(server.ports().from_world.push(std::move(output)));
  server.net().wake();
  for (int i = 0; i < 3; ++i) REQUIRE(heard(bob));
  const std::size_t frames_before = bob.frames();
  const auto begin = std::chrono::steady_clock::now();
  constexpr std::size_t kEach = 50;
  for (std::size_t i = 0; i < 3 * kEach; ++i) {
    speakers[i % 3]->send(proto::encode(voice(static_cast<std::uint16_t>(1 + i / 3))));
    std::this_thread::sleep_for(6ms);
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  CHECK(count_heard(bob) == 3 * kEach);
  CHECK(static_cast<double>(bob.frames() - frames_before) <= took.count() / world::net::kVoicePauseMs + 3);
}

TEST_CASE("a voice goes to whom the world names, at once, and to nobody else") {
  Two t;
  t.bob.send(proto::encode(proto::VoiceSettings{true}));
  const auto wish = next_in_order<world::Hear>(t.server);
  CHECK(wish.avatar == t.bob_id);
  CHECK(wish.wanted);
  t.ada.send(proto::encode(voice(0)));
  const auto speaks = next_in_order<world::Speak>(t.server);
  CHECK(speaks.avatar == t.ada_id);
  CHECK(speaks.is_speaking);
  t.ada.send(proto::encode(voice(1)));
  CHECK_FALSE(heard(t.bob, 200));
  route(t.server, t.ada_id, {t.bob_id, {7, 99}});
  CHECK(heard(t.bob) == proto::Voiced{t.ada_id, 0, true, voice(0).frame});
  CHECK(heard(t.bob)->sequence == 1);
  t.ada.send(proto::encode(voice(2)));
  CHECK(heard(t.bob)->sequence == 2);
  CHECK_FALSE(heard(t.ada, 100));
  // The world hears of the silence.
  const auto ends = next_in_order<world::Speak>(t.server);
  CHECK(ends.avatar == t.ada_id);
  CHECK_FALSE(ends.is_speaking);
}

TEST_CASE("who comes back on a new connection is sent no voice before the world says so") {
  Two t;
  t.ada.send(proto::encode(voice(0)));
  (void)next_in_order<world::Speak>(t.server);
  route(t.server, t.ada_id, {t.bob_id});
  REQUIRE(heard(t.bob));
  RawWebSocket again(t.server.port());
  again.send(proto::encode(proto::Hello{proto::kProtocolVersion, t.server.ticket(2)}));
  REQUIRE(t.bob.goodbye().value().reason == proto::GoodbyeReason::kReplaced);
  t.ada.send(proto::encode(voice(1)));
  CHECK_FALSE(heard(again, 200));
}

TEST_CASE("bytes that are no voice end the session, and so does speaking before one is in") {
  Two t;
  SECTION("stereo") {
    proto::Voice bad = voice(0);
    auto packet = proto::encode(bad);
    const std::size_t bit = 8 + 16 + 1 + 8 + 2;
    packet[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    t.ada.send(packet);
  }
  SECTION("no frame") { t.ada.send({11, 0, 0, 0, 0}); }
  SECTION("too long") {
    auto packet = proto::encode(voice(0, proto::kVoiceFrameBytesMax));
    packet.push_back(0);
    t.ada.send(packet);
  }
  SECTION("what only a server says") { t.ada.send(proto::encode(proto::Voiced{t.bob_id, 0, true, voice(0).frame})); }
  CHECK(t.ada.goodbye().value().reason == proto::GoodbyeReason::kBadMessage);
  RawWebSocket eager(t.server.port());
  eager.send(proto::encode(voice(0)));
  CHECK(eager.goodbye().value().reason == proto::GoodbyeReason::kBadMessage);
}

TEST_CASE("who sends frames without end is passed on as far as the rate goes and then sent away") {
  Two t;
  t.ada.send(proto::encode(voice(0)));
  (void)next_in_order<world::Speak>(t.server);
  route(t.server, t.ada_id, {t.bob_id});
  REQUIRE(heard(t.bob));
  for (std::uint16_t i = 1; i < 1'000; ++i) t.ada.send(proto::encode(voice(i, 10)));
  CHECK(t.ada.goodbye().value().reason == proto::GoodbyeReason::kFlooding);
  const std::size_t passed = count_heard(t.bob);
  CHECK(passed >= world::net::kVoiceQueueMaxMessages);
  CHECK(passed <= 49 + 52);  // a slow machine takes up to a second for it
}

TEST_CASE("a listener whose line stalls loses the oldest frames, and hears what is new when it moves again") {
  TestServer server;
  RawWebSocket ada(server.port());
  const AvatarId ada_id = join(server, ada, server.ticket(1));
  RawWebSocket slow(server.port(), "", "/ws", proto::kSubprotocol, 4096);
  const AvatarId slow_id = join(server, slow, server.ticket(2));
  // States fill the line; then three seconds of talk.
  const std::vector<Bytes> states(world::net::kStatesPerTickMax, Bytes(1'000, 1));
  for (int i = 0; i < 400; ++i) {  // 13 MB, more than the kernel keeps
    server.say_in_one_tick(slow_id, proto::Lane::kState, states);
    std::this_thread::sleep_for(2ms);
  }
  ada.send(proto::encode(voice(0)));
  (void)next_in_order<world::Speak>(server);
  route(server, ada_id, {slow_id});
  constexpr std::uint16_t kFrames = 150;
  for (std::uint16_t i = 1; i <= kFrames; ++i) {
    ada.send(proto::encode(voice(i)));
    std::this_thread::sleep_for(20ms);
  }
  std::vector<std::uint16_t> numbers;
  while (const auto one = heard(slow, 500)) numbers.push_back(one->sequence);
  REQUIRE_FALSE(numbers.empty());
  CHECK(numbers.back() == kFrames);
  CHECK(numbers.size() <= 20);  // 200 ms of them, and what was on its way
  CHECK(std::is_sorted(numbers.begin(), numbers.end()));
  server.stop();
  CHECK(server.net().counters().transports[0].voices_dropped >= kFrames - 20);
}

TEST_CASE("voice goes from a native client to a browser and back") {
  TestServer server;
  RawWebSocket web(server.port());
  const AvatarId web_id = join(server, web, server.ticket(1));
  proto::CookieNonce nonce{};
  fill_random(nonce);
  auto opened =
      proto::NativeClient::open("127.0.0.1", server.udp_port(), server.ticket(2), nonce, world::net::now_steady());
  REQUIRE(opened.ok());
  proto::NativeClient& client = *opened.value();
  const auto serve_until = [&](auto done) {
    const auto end = std::chrono::steady_clock::now() + 5s;
    while (std::chrono::steady_clock::now() < end && !done()) {
      client.service(world::net::now_steady());
      std::this_thread::sleep_for(1ms);
    }
    return done();
  };
  std::optional<world::NetToWorld> joined;
  REQUIRE(serve_until([&] { return joined || (joined = server.ports().to_world.wait_pop(0ms)).has_value(); }));
  const AvatarId native_id = std::get<world::Join>(*joined).avatar;
  server.say(native_id, proto::Lane::kReliable, welcome_for(*joined));
  REQUIRE(serve_until([&] { return client.brain().state() == proto::BrainState::kJoined; }));
  REQUIRE(client.brain().hear(true));
  std::optional<world::NetToWorld> wish;
  REQUIRE(serve_until([&] { return wish || (wish = server.ports().to_world.wait_pop(0ms)).has_value(); }));
  CHECK(std::get<world::Hear>(*wish).avatar == native_id);

  web.send(proto::encode(voice(0)));
  (void)next_in_order<world::Speak>(server);
  route(server, web_id, {native_id});
  std::vector<proto::VoiceToPlay> played;
  REQUIRE(serve_until([&] {
    for (const auto& one : client.brain().voices().play(world::net::now_steady())) played.push_back(one);
    return !played.empty();
  }));
  CHECK(played[0].avatar == web_id);
  CHECK(played[0].piece.frame == voice(0).frame);

  REQUIRE(client.brain().speak(voice(0).frame, true, world::net::now_steady()));
  const auto native_speaks = [&](const world::NetToWorld& command) {
    const auto* speaks = std::get_if<world::Speak>(&command);
    return speaks != nullptr && speaks->avatar == native_id;
  };
  bool is_told = false;
  REQUIRE(serve_until([&] {
    const auto command = server.ports().to_world.wait_pop(0ms);
    is_told = is_told || (command && native_speaks(*command));
    return is_told;
  }));
  route(server, native_id, {web_id});
  CHECK(heard(web)->avatar == native_id);
}
