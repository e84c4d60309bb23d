/// Signing and recovering on secp256k1, by libsecp256k1. Nonces are deterministic (RFC 6979) and s is always in the
/// lower half; a signature with a high s is refused, because it is a second form of the first.
#pragma once

#include "chain-bridge/eth/types.h"

namespace chain {

/// 65 bytes in transport: r, s, and v = 27 + y_parity.
struct Signature {
  Word r;
  Word s;
  bool y_parity = false;
  auto operator<=>(const Signature&) const = default;
  [[nodiscard]] Bytes bytes() const;
  /// Accepts v of 0, 1, 27 or 28; nothing for any other length or v.
  static std::optional<Signature> parse(ByteView bytes);
};

/// A private key. The bytes are cleared when it goes.
class SecretKey {
 public:
  /// Nothing if the bytes are zero or not below the order of the curve.
  static std::optional<SecretKey> from(const Word& bytes);
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  ~SecretKey();

  [[nodiscard]] Address address() const;
  [[nodiscard]] Signature sign(const Word& hash) const;

 private:
  SecretKey() = default;
  void clear();
  std::array<std::uint8_t, 32> m_bytes{};
};

/// Who signed `hash`; nothing if the signature is malformed, has a high s or recovers to no key.
[[nodiscard]] std::optional<Address> recover(const Word& hash, const Signature& signature);

}  // namespace chain
