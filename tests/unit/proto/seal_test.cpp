#include "client-proto/native/seal.h"

#include <catch2/catch.hpp>

#include "client-proto/core/hex.h"
#include "client-proto/native/cookie.h"

using namespace proto;

namespace {

Ticket ticket_of(std::uint8_t first) {
  Ticket ticket;
  for (std::size_t i = 0; i < ticket.id.size(); ++i) ticket.id[i] = static_cast<std::uint8_t>(first + i);
  for (std::size_t i = 0; i < ticket.secret.size(); ++i) ticket.secret[i] = static_cast<std::uint8_t>(first * 3 + i);
  return ticket;
}

using Bytes = std::vector<std::uint8_t>;

const Bytes kPacket{1, 2, 3, 4, 5};

}  // namespace

TEST_CASE("what is sealed opens once, and only in its direction and on its lane") {
  const SealKeys keys = derive_keys(ticket_of(1));
  Sealer sealer(keys.to_server);
  Opener opener(keys.to_server);
  Opener wrong_direction(keys.to_client);
  const auto envelope = *sealer.seal_reliable(kPacket);
  CHECK(envelope.size() == kPacket.size() + kSealedOverheadBytes);
  CHECK(wrong_direction.open_reliable(envelope).error() == OpenStatus::kForged);
  CHECK(opener.open_state(envelope).error() == OpenStatus::kMalformed);
  CHECK(opener.open_reliable(envelope).value() == kPacket);
  CHECK(opener.open_reliable(envelope).error() == OpenStatus::kReplayed);
}

TEST_CASE("a state datagram names its connection, and opens once, under its own number alone") {
  const SealKeys keys = derive_keys(ticket_of(1));
  Sealer sealer(keys.to_server);
  Opener opener(keys.to_server);
  Bytes datagram;
  REQUIRE(sealer.seal_state(0xabc, kPacket, datagram));
  CHECK(datagram.size() == kPacket.size() + kStateOverheadBytes);
  CHECK(state_connection(datagram) == 0xabc);
  CHECK(opener.open_reliable(datagram).error() == OpenStatus::kMalformed);
  for (std::size_t bit = 0; bit < datagram.size() * 8; ++bit) {
    datagram[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    REQUIRE_FALSE(opener.open_state(datagram).ok());
    datagram[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
  for (std::size_t size = 0; size < datagram.size(); ++size) {
    REQUIRE_FALSE(opener.open_state(std::span(datagram).first(size)).ok());
  }
  CHECK(opener.open_state(datagram).value() == kPacket);
  CHECK(opener.open_state(datagram).error() == OpenStatus::kReplayed);
}

TEST_CASE("no datagram of ENet's and no cookie looks like one of the state lane") {
  for (unsigned flags = 0; flags < 16; ++flags) {
    const bool is_state = flags == 4;
    Bytes datagram(64, 0x5a);
    datagram[0] = static_cast<std::uint8_t>(flags << 4U);
    CHECK(state_connection(datagram).has_value() == is_state);
  }
  CookieDatagram request;
  CHECK_FALSE(state_connection(make_cookie_datagram(request).span()).has_value());
}

TEST_CASE("a bent envelope does not open, wherever it is bent, and does no harm") {
  const SealKeys keys = derive_keys(ticket_of(1));
  Sealer sealer(keys.to_server);
  Opener opener(keys.to_server);
  auto envelope = *sealer.seal_opening(ticket_of(1), kPacket);
  CHECK(opening_ticket_id(envelope) == ticket_of(1).id);
  for (std::size_t bit = 0; bit < envelope.size() * 8; ++bit) {
    envelope[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    REQUIRE_FALSE(opener.open_reliable(envelope).ok());
    envelope[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
  for (std::size_t size = 0; size < envelope.size(); ++size) {
    REQUIRE_FALSE(opener.open_reliable(std::span(envelope).first(size)).ok());
  }
  CHECK(opener.open_reliable(envelope).value() == kPacket);
}

TEST_CASE("the state lane takes each number once within 64, the reliable lane only rising ones") {
  const SealKeys keys = derive_keys(ticket_of(1));
  Sealer sealer(keys.to_client);
  Opener opener(keys.to_client);
  std::vector<Bytes> state(70);
  std::vector<Bytes> reliable;
  for (Bytes& datagram : state) {
    REQUIRE(sealer.seal_state(3, kPacket, datagram));
    reliable.push_back(*sealer.seal_reliable(kPacket));
  }
  CHECK(opener.open_state(state[69]).ok());
  CHECK(opener.open_state(state[6]).ok());
  CHECK(opener.open_state(state[6]).error() == OpenStatus::kReplayed);
  CHECK(opener.open_state(state[5]).error() == OpenStatus::kReplayed);
  CHECK(opener.open_reliable(reliable[1]).ok());
  CHECK(opener.open_reliable(reliable[0]).error() == OpenStatus::kReplayed);
  CHECK(opener.open_reliable(reliable[2]).ok());
}

TEST_CASE("keys depend on id, secret and direction") {
  const SealKeys keys = derive_keys(ticket_of(1));
  CHECK(keys.to_client != keys.to_server);
  CHECK(derive_keys(ticket_of(1)).to_client == keys.to_client);
  Ticket other = ticket_of(1);
  other.id[0] ^= 1;
  CHECK(derive_keys(other).to_client != keys.to_client);
  other = ticket_of(1);
  other.secret[31] ^= 1;
  CHECK(derive_keys(other).to_client != keys.to_client);
}

TEST_CASE("a cookie is good for its address and for ten seconds") {
  CookieSecret secret{};
  secret[3] = 7;
  const std::vector<std::uint8_t> here{127, 0, 0, 1, 5, 6};
  const std::vector<std::uint8_t> elsewhere{127, 0, 0, 1, 5, 7};
  const TimeUs made{1'000'000};
  Cookie cookie = make_cookie(secret, here, made);
  CHECK(check_cookie(secret, here, cookie, made + seconds(10)));
  CHECK_FALSE(check_cookie(secret, here, cookie, made + seconds(11)));
  CHECK_FALSE(check_cookie(secret, here, cookie, TimeUs{999'999}));
  CHECK_FALSE(check_cookie(secret, elsewhere, cookie, made));
  CHECK_FALSE(check_cookie(CookieSecret{}, here, cookie, made));
  cookie[31] ^= 1;
  CHECK_FALSE(check_cookie(secret, here, cookie, made));
}

TEST_CASE("cookie datagrams survive their bytes; a reply is never larger than what asked for it") {
  for (const CookieKind kind : {CookieKind::kRequest, CookieKind::kReply, CookieKind::kEcho}) {
    CookieDatagram datagram;
    datagram.kind = kind;
    datagram.nonce[0] = 9;
    if (kind != CookieKind::kRequest) datagram.cookie[31] = 8;
    if (kind == CookieKind::kEcho) datagram.ticket_id[15] = 7;
    const CookieBytes bytes = make_cookie_datagram(datagram);
    CHECK(parse_cookie_datagram(bytes.span()) == datagram);
    CHECK_FALSE(parse_cookie_datagram(bytes.span().first(bytes.size - 1)).has_value());
    CHECK_FALSE(is_enet_connect(bytes.span().first(0)));
  }
  CHECK(kCookieReplyBytes <= kCookieRequestBytes);
}
