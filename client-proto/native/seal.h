/// Sealing of what travels over ENet (PROTOCOL.md, "The sealed transport"): ChaCha20-Poly1305 with one key per
/// direction, both derived from the ticket's secret, and a nonce made of the channel and a sequence number that never
/// repeats. Used by the client and by the server; OpenSSL does the cryptography.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "client-proto/wire/messages.h"

namespace proto {

constexpr std::uint8_t kEnvelopeOpening = 1;
constexpr std::uint8_t kEnvelopeSealed = 2;
constexpr std::size_t kSealTagBytes = 16;
constexpr std::size_t kSealedOverheadBytes = 1 + 4 + kSealTagBytes;
constexpr std::size_t kOpeningOverheadBytes = 1 + 16 + 4 + kSealTagBytes;
constexpr int kSealChannels = 2;  ///< ENet's channels, numbered like Lane

using SealKey = std::array<std::uint8_t, 32>;

struct SealKeys {
  SealKey to_server;
  SealKey to_client;
};
/// HKDF-SHA256 of the ticket's secret, salted with its id.
[[nodiscard]] SealKeys derive_keys(const Ticket& ticket);

/// Seals one direction. Nothing when a channel's sequence numbers are used up (2^32 packets): end the session then.
class Sealer {
 public:
  explicit Sealer(const SealKey& key) : m_key(key) {}
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  [[nodiscard]] std::optional<std::vector<std::uint8_t>> seal(Lane lane, std::span<const std::uint8_t> packet);
  /// The first envelope of a session: names the ticket in the clear.
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> seal_opening(const Ticket& ticket,
                                                                      std::span<const std::uint8_t> packet);

 private:
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> seal_after(std::vector<std::uint8_t> header, Lane lane,
                                                                    std::span<const std::uint8_t> packet);
  SealKey m_key;
  std::array<std::uint64_t, kSealChannels> m_next{};
};

enum class OpenStatus : std::uint8_t { kMalformed, kReplayed, kForged };

/// Opens one direction, each sequence number at most once: in ascending order on the reliable lane, within a window of
/// 64 on the state lane. An envelope that does not open changes nothing.
class Opener {
 public:
  explicit Opener(const SealKey& key) : m_key(key) {}
  ~Opener();
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  /// Opens either kind of envelope.
  [[nodiscard]] Result<std::vector<std::uint8_t>, OpenStatus> open(Lane lane, std::span<const std::uint8_t> envelope);

 private:
  struct Window {
    std::uint64_t newest = 0;  ///< sequence + 1 of the newest; 0 before the first
    std::uint64_t seen = 0;    ///< bit n: newest - n was opened
  };
  [[nodiscard]] bool is_fresh(Lane lane, std::uint32_t sequence) const;
  void mark(Lane lane, std::uint32_t sequence);

  SealKey m_key;
  std::array<Window, kSealChannels> m_windows;
};

/// The ticket id that an opening envelope names, or nothing if this is none.
[[nodiscard]] std::optional<std::array<std::uint8_t, 16>> opening_ticket_id(std::span<const std::uint8_t> envelope);

}  // namespace proto
