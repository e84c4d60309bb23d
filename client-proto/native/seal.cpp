#include "client-proto/native/seal.h"

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace proto {

namespace {

constexpr std::size_t kNonceBytes = 12;
using Nonce = std::array<std::uint8_t, kNonceBytes>;
int size_of(std::span<const std::uint8_t> bytes) { return static_cast<int>(bytes.size()); }
std::size_t index_of(Lane lane) { return static_cast<std::size_t>(lane); }

Nonce nonce_of(Lane lane, std::uint64_t sequence) {
  Nonce nonce{};
  nonce[0] = static_cast<std::uint8_t>(lane);
  for (unsigned i = 0; i < 8; ++i) nonce[4 + i] = static_cast<std::uint8_t>(sequence >> (8 * i));
  return nonce;
}

Cipher new_cipher(const SealKey& key, bool encrypt) {
  Cipher cipher(EVP_CIPHER_CTX_new());
  const bool good = cipher != nullptr && EVP_CipherInit_ex(cipher.get(), EVP_chacha20_poly1305(), nullptr, key.data(),
                                                           nullptr, encrypt ? 1 : 0) > 0;
  GALLERIA_CHECK(good);
  return cipher;
}

SealKey derive(const Ticket& ticket, std::string_view info) {
  SealKey key{};
  std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, nullptr),
                                                                      EVP_PKEY_CTX_free);
  std::size_t size = key.size();
  const auto* text = reinterpret_cast<const unsigned char*>(info.data());
  const bool good =
      context != nullptr && EVP_PKEY_derive_init(context.get()) > 0 &&
      EVP_PKEY_CTX_set_hkdf_md(context.get(), EVP_sha256()) > 0 &&
      EVP_PKEY_CTX_set1_hkdf_salt(context.get(), ticket.id.data(), static_cast<int>(ticket.id.size())) > 0 &&
      EVP_PKEY_CTX_set1_hkdf_key(context.get(), ticket.secret.data(), static_cast<int>(ticket.secret.size())) > 0 &&
      EVP_PKEY_CTX_add1_hkdf_info(context.get(), text, static_cast<int>(info.size())) > 0 &&
      EVP_PKEY_derive(context.get(), key.data(), &size) > 0 && size == key.size();
  GALLERIA_CHECK(good);
  return key;
}

/// The clear bytes in front of the ciphertext, or nothing if this is no envelope.
std::optional<std::size_t> header_bytes(std::span<const std::uint8_t> envelope) {
  if (envelope.empty()) return std::nullopt;
  const bool opening = envelope[0] == kEnvelopeOpening;
  if (!opening && envelope[0] != kEnvelopeSealed) return std::nullopt;
  const std::size_t overhead = opening ? kOpeningOverheadBytes : kSealedOverheadBytes;
  if (envelope.size() < overhead) return std::nullopt;
  return overhead - kSealTagBytes;
}

}  // namespace

SealKeys derive_keys(const Ticket& ticket) {
  return {derive(ticket, "galleria/1 to server"), derive(ticket, "galleria/1 to client")};
}

void FreeCipher::operator()(evp_cipher_ctx_st* context) const { EVP_CIPHER_CTX_free(context); }

std::optional<std::uint16_t> state_connection(std::span<const std::uint8_t> datagram) {
  if (datagram.size() < kStateOverheadBytes) return std::nullopt;
  const auto word = static_cast<std::uint16_t>(datagram[0] << 8U | datagram[1]);
  if ((word & kStateMarkMask) != kStateMark) return std::nullopt;
  return static_cast<std::uint16_t>(word & ~kStateMarkMask);
}

Sealer::Sealer(const SealKey& key) : m_cipher(new_cipher(key, true)) {}
Opener::Opener(const SealKey& key) : m_cipher(new_cipher(key, false)) {}

std::optional<std::vector<std::uint8_t>> Sealer::seal_reliable(std::span<const std::uint8_t> packet) {
  std::vector<std::uint8_t> envelope;
  if (!append(Lane::kReliable, std::array{kEnvelopeSealed}, packet, envelope)) return std::nullopt;
  return envelope;
}

std::optional<std::vector<std::uint8_t>> Sealer::seal_opening(const Ticket& ticket,
                                                              std::span<const std::uint8_t> packet) {
  std::array<std::uint8_t, 1 + sizeof(ticket.id)> prefix{kEnvelopeOpening};
  std::copy(ticket.id.begin(), ticket.id.end(), prefix.begin() + 1);
  std::vector<std::uint8_t> envelope;
  if (!append(Lane::kReliable, prefix, packet, envelope)) return std::nullopt;
  return envelope;
}

bool Sealer::seal_state(std::uint16_t connection, std::span<const std::uint8_t> packet,
                        std::vector<std::uint8_t>& out) {
  GALLERIA_CHECK(connection < kConnectionsMax);
  const auto word = static_cast<std::uint16_t>(kStateMark | connection);
  return append(Lane::kState, std::array{static_cast<std::uint8_t>(word >> 8U), static_cast<std::uint8_t>(word)},
                packet, out);
}

bool Sealer::append(Lane lane, std::span<const std::uint8_t> prefix, std::span<const std::uint8_t> packet,
                    std::vector<std::uint8_t>& out) {
  std::uint64_t& next = m_next[index_of(lane)];
  if (next > 0xffffffffULL) return false;
  const std::size_t begin = out.size();
  out.insert(out.end(), prefix.begin(), prefix.end());
  for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<std::uint8_t>(next >> shift));
  const std::size_t header = out.size() - begin;
  out.resize(out.size() + packet.size() + kSealTagBytes);
  std::uint8_t* const envelope = out.data() + begin;
  const Nonce nonce = nonce_of(lane, next++);
  int written = 0;
  const bool good =
      EVP_EncryptInit_ex(m_cipher.get(), nullptr, nullptr, nullptr, nonce.data()) > 0 &&
      EVP_EncryptUpdate(m_cipher.get(), nullptr, &written, envelope, static_cast<int>(header)) > 0 &&
      EVP_EncryptUpdate(m_cipher.get(), envelope + header, &written, packet.data(), size_of(packet)) > 0 &&
      EVP_EncryptFinal_ex(m_cipher.get(), envelope + header + packet.size(), &written) > 0 &&
      EVP_CIPHER_CTX_ctrl(m_cipher.get(), EVP_CTRL_AEAD_GET_TAG, kSealTagBytes, envelope + header + packet.size()) > 0;
  GALLERIA_CHECK(good);
  return true;
}

bool Opener::is_fresh(Lane lane, std::uint32_t sequence) const {
  const Window& window = m_windows[index_of(lane)];
  const std::uint64_t number = std::uint64_t{sequence} + 1;
  if (number > window.newest) return true;
  const std::uint64_t behind = window.newest - number;
  return lane == Lane::kState && behind < 64 && (window.seen >> behind & 1U) == 0;
}

void Opener::mark(Lane lane, std::uint32_t sequence) {
  Window& window = m_windows[index_of(lane)];
  const std::uint64_t number = std::uint64_t{sequence} + 1;
  if (number > window.newest) {
    const std::uint64_t ahead = number - window.newest;
    window.seen = ahead < 64 ? window.seen << ahead : 0;
    window.newest = number;
  }
  window.seen |= std::uint64_t{1} << (window.newest - number);
}

Result<std::vector<std::uint8_t>, OpenStatus> Opener::open_reliable(std::span<const std::uint8_t> envelope) {
  const std::optional<std::size_t> header = header_bytes(envelope);
  if (!header) return fail(OpenStatus::kMalformed);
  return open(Lane::kReliable, envelope, *header);
}

Result<std::vector<std::uint8_t>, OpenStatus> Opener::open_state(std::span<const std::uint8_t> datagram) {
  if (!state_connection(datagram)) return fail(OpenStatus::kMalformed);
  return open(Lane::kState, datagram, kStateOverheadBytes - kSealTagBytes);
}

Result<std::vector<std::uint8_t>, OpenStatus> Opener::open(Lane lane, std::span<const std::uint8_t> envelope,
                                                           std::size_t header) {
  std::uint32_t sequence = 0;
  for (unsigned i = 0; i < 4; ++i) sequence |= static_cast<std::uint32_t>(envelope[header - 4 + i]) << (8 * i);
  if (!is_fresh(lane, sequence)) return fail(OpenStatus::kReplayed);

  const auto ciphertext = envelope.subspan(header, envelope.size() - header - kSealTagBytes);
  std::array<std::uint8_t, kSealTagBytes> tag{};
  std::copy_n(envelope.end() - kSealTagBytes, kSealTagBytes, tag.begin());
  const Nonce nonce = nonce_of(lane, sequence);
  std::vector<std::uint8_t> packet(ciphertext.size());
  int written = 0;
  const bool genuine =
      EVP_DecryptInit_ex(m_cipher.get(), nullptr, nullptr, nullptr, nonce.data()) > 0 &&
      EVP_DecryptUpdate(m_cipher.get(), nullptr, &written, envelope.data(), static_cast<int>(header)) > 0 &&
      EVP_DecryptUpdate(m_cipher.get(), packet.data(), &written, ciphertext.data(), size_of(ciphertext)) > 0 &&
      EVP_CIPHER_CTX_ctrl(m_cipher.get(), EVP_CTRL_AEAD_SET_TAG, kSealTagBytes, tag.data()) > 0 &&
      EVP_DecryptFinal_ex(m_cipher.get(), packet.data() + packet.size(), &written) > 0;
  if (!genuine) return fail(OpenStatus::kForged);
  mark(lane, sequence);
  return packet;
}

std::optional<std::array<std::uint8_t, 16>> opening_ticket_id(std::span<const std::uint8_t> envelope) {
  if (envelope.size() < kOpeningOverheadBytes || envelope[0] != kEnvelopeOpening) return std::nullopt;
  std::array<std::uint8_t, 16> id{};
  std::copy_n(envelope.begin() + 1, id.size(), id.begin());
  return id;
}

}  // namespace proto
