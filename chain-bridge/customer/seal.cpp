#include "chain-bridge/customer/seal.h"

#include <openssl/evp.h>

#include <memory>

#include "client-proto/core/check.h"

namespace chain {

namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Cipher cipher() {
  Cipher made(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  GALLERIA_CHECK(made != nullptr);
  return made;
}

const unsigned char* text_of(std::string_view context) {
  return reinterpret_cast<const unsigned char*>(context.data());
}

}  // namespace

Bytes seal(const Word& key, ByteView plaintext, std::string_view context, const RandomBytes& random) {
  Bytes box(kNonceBytes + plaintext.size() + kTagBytes);
  random(std::span(box).first(kNonceBytes));
  const Cipher made = cipher();
  int written = 0;
  bool ok = EVP_EncryptInit_ex(made.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(), box.data()) == 1;
  ok = ok && EVP_EncryptUpdate(made.get(), nullptr, &written, text_of(context), static_cast<int>(context.size())) == 1;
  std::uint8_t* out = box.data() + kNonceBytes;
  ok = ok && EVP_EncryptUpdate(made.get(), out, &written, plaintext.data(), static_cast<int>(plaintext.size())) == 1;
  ok = ok && EVP_EncryptFinal_ex(made.get(), out + written, &written) == 1;
  ok = ok && EVP_CIPHER_CTX_ctrl(made.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, out + plaintext.size()) == 1;
  GALLERIA_CHECK(ok);
  return box;
}

std::optional<Bytes> open_sealed(const Word& key, ByteView box, std::string_view context) {
  if (box.size() < kNonceBytes + kTagBytes) return std::nullopt;
  const ByteView text = box.subspan(kNonceBytes, box.size() - kNonceBytes - kTagBytes);
  Bytes tag(box.end() - kTagBytes, box.end());
  Bytes plain(text.size());
  const Cipher made = cipher();
  int written = 0;
  bool ok = EVP_DecryptInit_ex(made.get(), EVP_aes_256_gcm(), nullptr, key.bytes.data(), box.data()) == 1;
  ok = ok && EVP_DecryptUpdate(made.get(), nullptr, &written, text_of(context), static_cast<int>(context.size())) == 1;
  ok = ok && EVP_DecryptUpdate(made.get(), plain.data(), &written, text.data(), static_cast<int>(text.size())) == 1;
  ok = ok && EVP_CIPHER_CTX_ctrl(made.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1;
  ok = ok && EVP_DecryptFinal_ex(made.get(), plain.data() + written, &written) == 1;
  if (!ok) return std::nullopt;
  return plain;
}

}  // namespace chain
