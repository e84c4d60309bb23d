/// What a client may send: whatever decodes must be in range, so it can be written again and reads as the same.
#include "client-proto/wire/social.h"
#include "client-proto/wire/voice.h"
#include "tests/fuzz/round_trip.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span packet(data, size);
  check_round_trip<proto::Hello>(packet);
  check_round_trip<proto::Inputs>(packet);
  check_round_trip<proto::TryOn>(packet);
  check_round_trip<proto::TakeOff>(packet);
  check_round_trip<proto::Wave>(packet);
  check_round_trip<proto::Say>(packet);
  check_round_trip<proto::Emote>(packet);
  check_round_trip<proto::Relate>(packet);
  check_round_trip<proto::Party>(packet);
  check_round_trip<proto::Moderate>(packet);
  check_round_trip<proto::Sit>(packet);
  check_round_trip<proto::Voice>(packet);
  check_round_trip<proto::VoiceSettings>(packet);
  return 0;
}
