/// Recursive Length Prefix, the encoding of transactions (Yellow Paper, appendix B). Only writing is needed: the bridge
/// never parses a transaction that it did not build.
#pragma once

#include "chain-bridge/eth/types.h"

namespace chain::rlp {

/// A byte string.
[[nodiscard]] Bytes encode(ByteView bytes);
/// An unsigned integer: big-endian without leading zeros, zero as the empty string.
[[nodiscard]] Bytes encode(std::uint64_t value);
[[nodiscard]] Bytes encode(const Word& value);
/// A list of items that are already encoded.
[[nodiscard]] Bytes encode_list(std::span<const Bytes> items);

}  // namespace chain::rlp
