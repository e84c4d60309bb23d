/// Keccak-256 as Ethereum uses it: the sponge of FIPS 202 with the padding of the original submission (0x01), which is
/// why OpenSSL's SHA3-256 (0x06) gives another digest. Source: The Keccak reference, version 3.0.
#pragma once

#include <string_view>

#include "chain-bridge/eth/types.h"

namespace chain {

[[nodiscard]] Word keccak256(ByteView data);
[[nodiscard]] Word keccak256(std::string_view text);

}  // namespace chain
