/// The law of every message: whatever decodes is in range, so it can be written again and reads as the same.
#pragma once

#include <span>

#include "client-proto/core/check.h"
#include "client-proto/wire/messages.h"

template <class M>
void check_round_trip(std::span<const std::uint8_t> packet) {
  const auto message = proto::decode<M>(packet);
  if (!message) return;
  const auto again = proto::decode<M>(proto::encode(message.value()));
  GALLERIA_CHECK(again.ok() && again.value() == message.value());
}
