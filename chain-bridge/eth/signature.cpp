#include "chain-bridge/eth/signature.h"

#include <openssl/crypto.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <algorithm>
#include <memory>

#include "chain-bridge/eth/keccak.h"
#include "client-proto/core/check.h"

namespace chain {

namespace {

struct ContextDeleter {
  void operator()(secp256k1_context* context) const { secp256k1_context_destroy(context); }
};

/// Precomputed tables only; it is never changed after it was made, so threads may share it.
const secp256k1_context* context() {
  static const std::unique_ptr<secp256k1_context, ContextDeleter> kContext(
      secp256k1_context_create(SECP256K1_CONTEXT_NONE));
  return kContext.get();
}

Address address_of(const secp256k1_pubkey& key) {
  std::array<std::uint8_t, 65> serialized{};
  std::size_t size = serialized.size();
  GALLERIA_CHECK(secp256k1_ec_pubkey_serialize(context(), serialized.data(), &size, &key, SECP256K1_EC_UNCOMPRESSED) ==
                 1);
  const Word hash = keccak256(ByteView(serialized).subspan(1));
  Address address;
  std::copy(hash.bytes.begin() + 12, hash.bytes.end(), address.bytes.begin());
  return address;
}

bool has_low_s(const Signature& signature, const std::array<std::uint8_t, 64>& compact) {
  secp256k1_ecdsa_signature parsed;
  if (secp256k1_ecdsa_signature_parse_compact(context(), &parsed, compact.data()) != 1) return false;
  return secp256k1_ecdsa_signature_normalize(context(), nullptr, &parsed) == 0 && !signature.s.is_zero();
}

}  // namespace

Bytes Signature::bytes() const {
  Bytes out(r.bytes.begin(), r.bytes.end());
  out.insert(out.end(), s.bytes.begin(), s.bytes.end());
  out.push_back(y_parity ? 28 : 27);
  return out;
}

std::optional<Signature> Signature::parse(ByteView bytes) {
  if (bytes.size() != 65) return std::nullopt;
  const std::uint8_t v = bytes[64] >= 27 ? static_cast<std::uint8_t>(bytes[64] - 27) : bytes[64];
  if (v > 1) return std::nullopt;
  Signature signature;
  std::copy_n(bytes.begin(), 32, signature.r.bytes.begin());
  std::copy_n(bytes.begin() + 32, 32, signature.s.bytes.begin());
  signature.y_parity = v == 1;
  return signature;
}

std::optional<SecretKey> SecretKey::from(const Word& bytes) {
  if (secp256k1_ec_seckey_verify(context(), bytes.bytes.data()) != 1) return std::nullopt;
  SecretKey key;
  key.m_bytes = bytes.bytes;
  return key;
}

SecretKey::SecretKey(SecretKey&& other) noexcept : m_bytes(other.m_bytes) { other.clear(); }

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  if (this != &other) {
    m_bytes = other.m_bytes;
    other.clear();
  }
  return *this;
}

SecretKey::~SecretKey() { clear(); }

void SecretKey::clear() { OPENSSL_cleanse(m_bytes.data(), m_bytes.size()); }

Address SecretKey::address() const {
  secp256k1_pubkey key;
  GALLERIA_CHECK(secp256k1_ec_pubkey_create(context(), &key, m_bytes.data()) == 1);
  return address_of(key);
}

Signature SecretKey::sign(const Word& hash) const {
  secp256k1_ecdsa_recoverable_signature made;
  GALLERIA_CHECK(
      secp256k1_ecdsa_sign_recoverable(context(), &made, hash.bytes.data(), m_bytes.data(), nullptr, nullptr) == 1);
  std::array<std::uint8_t, 64> compact{};
  int parity = 0;
  secp256k1_ecdsa_recoverable_signature_serialize_compact(context(), compact.data(), &parity, &made);
  GALLERIA_CHECK(parity == 0 || parity == 1);
  Signature signature;
  std::copy_n(compact.begin(), 32, signature.r.bytes.begin());
  std::copy_n(compact.begin() + 32, 32, signature.s.bytes.begin());
  signature.y_parity = parity == 1;
  return signature;
}

std::optional<Address> recover(const Word& hash, const Signature& signature) {
  std::array<std::uint8_t, 64> compact{};
  std::copy(signature.r.bytes.begin(), signature.r.bytes.end(), compact.begin());
  std::copy(signature.s.bytes.begin(), signature.s.bytes.end(), compact.begin() + 32);
  if (!has_low_s(signature, compact)) return std::nullopt;
  secp256k1_ecdsa_recoverable_signature parsed;
  if (secp256k1_ecdsa_recoverable_signature_parse_compact(context(), &parsed, compact.data(),
                                                          signature.y_parity ? 1 : 0) != 1) {
    return std::nullopt;
  }
  secp256k1_pubkey key;
  if (secp256k1_ecdsa_recover(context(), &key, &parsed, hash.bytes.data()) != 1) return std::nullopt;
  return address_of(key);
}

}  // namespace chain
