#include "shop/secret.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "client-proto/core/check.h"
#include "client-proto/core/hex.h"

namespace shop {
namespace {

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

void random_bytes(std::span<std::uint8_t> out) {
  GALLERIA_CHECK(RAND_bytes(out.data(), static_cast<int>(out.size())) == 1);
}

Digest sha256(std::string_view bytes) {
  Digest digest{};
  unsigned int size = 0;
  GALLERIA_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) == 1);
  GALLERIA_CHECK(size == digest.size());
  return digest;
}

std::string sha256_hex(std::string_view bytes) { return proto::to_hex(sha256(bytes)); }

Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  Digest digest{};
  unsigned int size = 0;
  GALLERIA_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
                      digest.data(), &size) != nullptr);
  GALLERIA_CHECK(size == digest.size());
  return digest;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_base64url(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t bits = 0;
  unsigned bits_count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8U | byte;
    bits_count += 8;
    while (bits_count >= 6) {
      bits_count -= 6;
      text += kDigits[bits >> bits_count & 0x3fU];
    }
  }
  if (bits_count > 0) text += kDigits[bits << (6 - bits_count) & 0x3fU];
  return text;
}

}  // namespace shop
