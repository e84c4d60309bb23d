/// Envelopes and cookie datagrams: nothing forged opens, and no length surprises.
#include "client-proto/native/cookie.h"
#include "client-proto/native/seal.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const proto::SealKeys keys = proto::derive_keys(proto::Ticket{});
  const std::span bytes(data, size);
  proto::Opener opener(keys.to_server);
  GALLERIA_CHECK(!opener.open_reliable(bytes).ok());
  GALLERIA_CHECK(!opener.open_state(bytes).ok());
  (void)proto::opening_ticket_id(bytes);
  (void)proto::is_enet_connect(bytes);
  if (const auto datagram = proto::parse_cookie_datagram(bytes)) {
    const proto::CookieBytes again = proto::make_cookie_datagram(*datagram);
    GALLERIA_CHECK(proto::parse_cookie_datagram(again.span()) == datagram);
  }
  return 0;
}
