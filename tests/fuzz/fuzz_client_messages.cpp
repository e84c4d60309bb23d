/// What a client may send: whatever decodes must be in range, so it can be written again and reads as the same.
#include "client-proto/wire/social.h"
#include "client-proto/wire/voice.h"

namespace {
template <class M>
void check(std::span<const std::uint8_t> packet) {
  const auto message = proto::decode<M>(packet);
  if (!message) return;
  const auto again = proto::decode<M>(proto::encode(message.value()));
  GALLERIA_CHECK(again.ok() && again.value() == message.value());
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span packet(data, size);
  check<proto::Hello>(packet);
  check<proto::Inputs>(packet);
  check<proto::TryOn>(packet);
  check<proto::TakeOff>(packet);
  check<proto::Wave>(packet);
  check<proto::Say>(packet);
  check<proto::Emote>(packet);
  check<proto::Relate>(packet);
  check<proto::Party>(packet);
  check<proto::Moderate>(packet);
  check<proto::Voice>(packet);
  check<proto::VoiceSettings>(packet);
  return 0;
}
