/// Sealing of what travels over UDP (PROTOCOL.md, "The sealed transport"): ChaCha20-Poly1305 with one key per
/// direction, both derived from the ticket's secret, and a nonce made of the lane and a sequence number that never
/// repeats. Used by the client and by the server; OpenSSL does the cryptography.
///
/// The reliable lane is ENet's: an envelope is the payload of an ENet packet. The state lane needs nothing of what ENet
/// does, so its envelopes are datagrams of their own on the same socket, which cost a fifth of the work; they name the
/// connection by ENet's number for it, in a form that no datagram of ENet's has.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "client-proto/wire/messages.h"

struct evp_cipher_ctx_st;

namespace proto {

constexpr std::uint8_t kEnvelopeOpening = 1;
constexpr std::uint8_t kEnvelopeSealed = 2;
constexpr std::size_t kSealTagBytes = 16;
constexpr std::size_t kSealedOverheadBytes = 1 + 4 + kSealTagBytes;
constexpr std::size_t kOpeningOverheadBytes = 1 + 16 + 4 + kSealTagBytes;
constexpr int kSealLanes = 2;
constexpr std::uint8_t kReliableChannel = 0;  ///< ENet's
constexpr int kEnetChannels = 1;

/// A state datagram begins with four bits that say "compressed" to ENet, which we never ask of it, and the connection's
/// number.
constexpr std::uint16_t kStateMark = 0x4000;
constexpr std::uint16_t kStateMarkMask = 0xf000;
constexpr std::uint16_t kConnectionsMax = 0x1000;
constexpr std::size_t kStateOverheadBytes = 2 + 4 + kSealTagBytes;
/// The connection that a datagram of the state lane names; nothing when it is none.
[[nodiscard]] std::optional<std::uint16_t> state_connection(std::span<const std::uint8_t> datagram);

using SealKey = std::array<std::uint8_t, 32>;

struct SealKeys {
  SealKey to_server;
  SealKey to_client;
};
/// HKDF-SHA256 of the ticket's secret, salted with its id.
[[nodiscard]] SealKeys derive_keys(const Ticket& ticket);

struct FreeCipher {
  void operator()(evp_cipher_ctx_st* context) const;
};
/// A cipher with its key set, so that a packet costs no more than its own bytes.
using Cipher = std::unique_ptr<evp_cipher_ctx_st, FreeCipher>;

/// Seals one direction. Nothing when a lane's sequence numbers are used up (2^32 packets): end the session then.
class Sealer {
 public:
  explicit Sealer(const SealKey& key);

  [[nodiscard]] std::optional<std::vector<std::uint8_t>> seal_reliable(std::span<const std::uint8_t> packet);
  /// The first envelope of a session: names the ticket in the clear.
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> seal_opening(const Ticket& ticket,
                                                                      std::span<const std::uint8_t> packet);
  /// Appends a datagram of the state lane to `out`; false, and nothing appended, when the numbers are used up.
  [[nodiscard]] bool seal_state(std::uint16_t connection, std::span<const std::uint8_t> packet,
                                std::vector<std::uint8_t>& out);

 private:
  [[nodiscard]] bool append(Lane lane, std::span<const std::uint8_t> prefix, std::span<const std::uint8_t> packet,
                            std::vector<std::uint8_t>& out);
  Cipher m_cipher;
  std::array<std::uint64_t, kSealLanes> m_next{};
};

enum class OpenStatus : std::uint8_t { kMalformed, kReplayed, kForged };

/// Opens one direction, each sequence number at most once: in ascending order on the reliable lane, within a window of
/// 64 on the state lane. An envelope that does not open changes nothing.
class Opener {
 public:
  explicit Opener(const SealKey& key);

  /// Opens a sealed or an opening envelope.
  [[nodiscard]] Result<std::vector<std::uint8_t>, OpenStatus> open_reliable(std::span<const std::uint8_t> envelope);
  [[nodiscard]] Result<std::vector<std::uint8_t>, OpenStatus> open_state(std::span<const std::uint8_t> datagram);

 private:
  struct Window {
    std::uint64_t newest = 0;  ///< sequence + 1 of the newest; 0 before the first
    std::uint64_t seen = 0;    ///< bit n: newest - n was opened
  };
  [[nodiscard]] Result<std::vector<std::uint8_t>, OpenStatus> open(Lane lane, std::span<const std::uint8_t> envelope,
                                                                   std::size_t header_bytes);
  [[nodiscard]] bool is_fresh(Lane lane, std::uint32_t sequence) const;
  void mark(Lane lane, std::uint32_t sequence);

  Cipher m_cipher;
  std::array<Window, kSealLanes> m_windows;
};

/// The ticket id that an opening envelope names, or nothing if this is none.
[[nodiscard]] std::optional<std::array<std::uint8_t, 16>> opening_ticket_id(std::span<const std::uint8_t> envelope);

}  // namespace proto
