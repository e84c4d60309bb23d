/// Encryption of what is noted, and of the keys that it is encrypted with: AES-256-GCM by OpenSSL, a random nonce of 96
/// bits for each box, the context bound in as additional data so that no box can be moved to another place.
#pragma once

#include <functional>
#include <string>

#include "chain-bridge/eth/types.h"

namespace chain {

using RandomBytes = std::function<void(std::span<std::uint8_t>)>;

/// nonce (12 bytes) || ciphertext || tag (16 bytes).
[[nodiscard]] Bytes seal(const Word& key, ByteView plaintext, std::string_view context, const RandomBytes& random);
/// Nothing if the key, the context or any bit of the box is wrong.
[[nodiscard]] std::optional<Bytes> open_sealed(const Word& key, ByteView box, std::string_view context);

}  // namespace chain
