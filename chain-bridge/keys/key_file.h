/// Private keys as files of the data folder, one a key, readable by their owner only. Each purpose has a key of its
/// own: who signs orders cannot spend gas, who spends gas cannot sign orders.
#pragma once

#include <functional>
#include <string>

#include "chain-bridge/eth/signature.h"
#include "client-proto/core/result.h"

namespace chain {

/// Fills the span with random bytes; false if the machine has none to give.
using RandomSource = std::function<bool(std::span<std::uint8_t>)>;

/// Reads the key at `path`, or makes it when there is none. The error says what to do; a file that others may read is
/// refused.
[[nodiscard]] proto::Result<SecretKey, std::string> load_or_make_key(const std::string& path,
                                                                     const RandomSource& random);

/// The same for 32 bytes that are no signing key, such as what encrypts other keys.
[[nodiscard]] proto::Result<Word, std::string> load_or_make_secret(const std::string& path, const RandomSource& random);

/// True for the accounts that every development node hands out; they are refused on any chain that is not one.
[[nodiscard]] bool is_development_account(const Address& address);
constexpr std::uint64_t kDevelopmentChainId = 31337;

}  // namespace chain
