/// A recording: every message that changed the world, tick by tick, with the mall itself, so that the file alone is
/// enough to live through it again. Off unless an operator asks: where people walk is personal data. Connect tickets
/// are never written.
///
/// Format (all numbers little-endian; `text` is a u32 length and its bytes):
///
///     "GALREC04"  u64 seed  u16 clients_max  text mall.json
///     then blocks, each a u8 kind:
///       1 tick      u32 tick (one more than the last), u16 messages from the shop, u32 messages from net, the messages
///       2 end       u32 tick, u64 state hash; nothing follows. Absent when the server was killed.
///
///     message from the shop: u8 0 wearables (u32 count; each u32 variant, u8 slot, text boutique, text garment)
///                               1 display boxes (u32 count; each 7 f32: centre, half, yaw)
///                               2 closed boutiques (u32 count; each text id)
///     message from net:      u8 kind in the order of the variant NetToWorld, u16 index, u16 generation, then
///                            join: text name, u8 shape, u8 tint, u32 bytes per second, u64 person, u32 bonds (each
///                            u64 person, u8 flags); resume: u32 bytes per second;
///                            inputs: u16 newest, u8 count, each u8 buttons, i8 x, i8 z, u16 yaw;
///                            try_on: u32 variant; take_off: u8 slot; wave: u8 directed, u16 index, u16 generation;
///                            say: u8 lane; emote: u8 kind; relate: u64 person, u8 flags; party: u8 action, u16 index,
///                            u16 generation; sit: u16 seat; the others nothing
///
/// Snapshot acknowledgements are left out: they change what is sent, not the world. So is who
/// keeps order and everything about voice (the last three kinds of the variant), and what people write: a recording
/// replays that somebody said something, not what. The numbers that stand for accounts mean nothing once the server has
/// ended.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "client-proto/core/result.h"
#include "world-server/world/port.h"

namespace world {

inline constexpr std::size_t kRecordingBytesMax = std::size_t{4} << 30U;
inline constexpr std::uint32_t kRecordedMessagesMax = 100'000;  ///< in one tick

struct RecordingHeader {
  std::uint64_t seed = 0;
  std::uint16_t clients_max = 0;
  std::string mall_json;
};

struct RecordedTick {
  std::uint32_t tick = 0;
  std::vector<ShopToWorld> from_shop;
  std::vector<NetToWorld> from_net;
};

struct RecordedEnd {
  std::uint32_t tick = 0;
  std::uint64_t state_hash = 0;
};

using RecordedBlock = std::variant<RecordedTick, RecordedEnd>;

/// Append to `out`, which the caller writes to its file and empties whenever it likes.
void record_header(const RecordingHeader& header, std::vector<std::uint8_t>& out);
void record_tick(std::uint32_t tick, std::span<const ShopToWorld> from_shop, std::span<const NetToWorld> from_net,
                 std::vector<std::uint8_t>& out);
void record_end(const RecordedEnd& end, std::vector<std::uint8_t>& out);

enum class RecordingStatus : std::uint8_t {
  kNotARecording,
  kTruncated,
  kBadBlock,    ///< an unknown kind, or a tick out of order
  kOutOfRange,  ///< a count, slot or length beyond its limit
};
[[nodiscard]] const char* to_text(RecordingStatus status);

/// Reads a recording that is in memory as a whole; trusts nothing in it.
class RecordingReader {
 public:
  explicit RecordingReader(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}

  /// First, once.
  [[nodiscard]] proto::Result<RecordingHeader, RecordingStatus> header();
  /// Nothing after the last block.
  [[nodiscard]] proto::Result<std::optional<RecordedBlock>, RecordingStatus> next();

 private:
  std::span<const std::uint8_t> m_bytes;
  std::size_t m_at = 0;
  std::uint32_t m_tick = 0;
};

struct Replayed {
  std::uint32_t tick = 0;
  std::uint64_t state_hash = 0;
  std::optional<RecordedEnd> recorded_end;
};

/// Lives through a whole recording. The error says what is wrong with the file, for people.
[[nodiscard]] proto::Result<Replayed, std::string> replay(std::span<const std::uint8_t> recording);

}  // namespace world
