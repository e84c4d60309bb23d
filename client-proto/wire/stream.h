/// Bits in and out. A message has one `serialize` template; compiled with BitReader it reads, with BitWriter it writes,
/// with BitMeter it measures. Reading trusts nobody: the first thing wrong is kept as a named status, and every later
/// field reads as its lowest value, so a serializer needs no branches for errors. Writing trusts the caller and
/// asserts.
///
/// Bits fill a byte from its least significant end; numbers travel least significant bit first.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>

#include "client-proto/core/check.h"
#include "client-proto/wire/text.h"

namespace proto {

enum class WireStatus : std::uint8_t {
  kOk,
  kTruncated,      ///< the packet ends inside a field
  kTrailingBytes,  ///< bytes or set padding bits after the last field
  kTooLarge,       ///< longer than the opcode table allows
  kUnknownOpcode,
  kWrongDirection,  ///< a server's message at the server, or a client's at the client
  kOutOfRange,      ///< a number outside its field's range
  kBadText,         ///< not UTF-8, a control character, too many code points
  kNotFinite,
  kUnknownBaseline,  ///< a delta against a snapshot that is not kept
  kBadOrder,         ///< records must ascend
  kBadVoice,         ///< no Opus packet of one mono frame of 20 ms
};
[[nodiscard]] const char* to_text(WireStatus status);

/// M is the message type or, when writing, a const of it.
template <class M, class T>
concept Is = std::is_same_v<std::remove_const_t<M>, T>;

/// The fields every stream knows, made from `raw` (up to 32 bits) and `fail` of the stream itself.
template <class Self>
class StreamFields {
 public:
  /// A whole number of `count` bits, 1 to 32.
  template <class T>
  void bits(T& value, int count) {
    ranged(value, 0, (std::int64_t{1} << count) - 1);
  }

  /// A whole number between `low` and `high`, both included, in as few bits as the range needs.
  template <class T>
  void ranged(T& value, std::int64_t low, std::int64_t high) {
    const auto width = static_cast<std::uint64_t>(high - low);
    const auto count = static_cast<int>(std::bit_width(width));
    if constexpr (Self::kReading) {
      const std::uint32_t offset = self().raw(0, count);
      if (offset > width) self().fail(WireStatus::kOutOfRange);
      value = static_cast<T>(low + (offset > width ? 0 : static_cast<std::int64_t>(offset)));
    } else {
      const auto number = static_cast<std::int64_t>(value);
      GALLERIA_CHECK(number >= low && number <= high);
      self().raw(static_cast<std::uint32_t>(number - low), count);
    }
  }

  template <class T>
  void boolean(T& value) {
    if constexpr (Self::kReading) {
      value = self().raw(0, 1) != 0;
    } else {
      self().raw(value ? 1 : 0, 1);
    }
  }

  template <class T>
  void word64(T& value) {
    auto low = static_cast<std::uint32_t>(value);
    auto high = static_cast<std::uint32_t>(value >> 32U);
    bits(low, 32);
    bits(high, 32);
    if constexpr (Self::kReading) value = static_cast<T>(static_cast<std::uint64_t>(high) << 32U | low);
  }

  /// A number that is mostly small: so many ones as its range needs, a zero, then the number within the range. The
  /// first range has `low_bits` bits, every next one more; nothing is larger than 12 bits.
  template <class T>
  void mostly_small(T& value, int low_bits) {
    constexpr int kRangesMax = 12;
    int range = 0;
    std::uint32_t base = 0;
    if constexpr (!Self::kReading) {
      while (static_cast<std::uint32_t>(value) - base >= std::uint32_t{1} << (low_bits + range)) {
        base += std::uint32_t{1} << (low_bits + range);
        ++range;
      }
    }
    for (int i = 0; i <= range && range < kRangesMax; ++i) {
      bool another = i < range;
      boolean(another);
      if constexpr (Self::kReading) {
        if (another) base += std::uint32_t{1} << (low_bits + range++);
      }
    }
    std::uint32_t rest = 0;
    if constexpr (!Self::kReading) rest = static_cast<std::uint32_t>(value) - base;
    bits(rest, low_bits + range);
    if constexpr (Self::kReading) value = static_cast<T>(base + rest);
  }

  /// A difference that is mostly nothing: one bit for 0, three for 1 and -1, otherwise three and `middle` or `large`
  /// bits of its zigzag.
  template <class T>
  void mostly_nothing(T& value, int middle, int large) {
    bool something = value != 0;
    boolean(something);
    if (!something) {
      if constexpr (Self::kReading) value = 0;
      return;
    }
    bool far = value > 1 || value < -1;
    boolean(far);
    auto zigzag = static_cast<std::uint32_t>(value) << 1U ^ static_cast<std::uint32_t>(value >> 31);
    if (!far) {
      bool negative = value < 0;
      boolean(negative);
      if constexpr (Self::kReading) value = negative ? -1 : 1;
      return;
    }
    bool very_far = zigzag >> middle != 0;
    boolean(very_far);
    bits(zigzag, very_far ? large : middle);
    if constexpr (Self::kReading) value = static_cast<T>(zigzag >> 1U) ^ -static_cast<T>(zigzag & 1U);
  }

  template <class Bytes>
  void bytes(Bytes& array) {
    for (auto& byte : array) bits(byte, 8);
  }

  /// UTF-8 of at most `code_points_max` code points, no control characters, with its length in bytes in front.
  template <class Text>
  void text(Text& value, std::size_t code_points_max) {
    characters(value, 0, code_points_max * 4);
    judge(is_plain_text(value, code_points_max));
  }

  /// What somebody says (`is_speech`), with its length in bytes in front.
  template <class Text>
  void speech(Text& value) {
    characters(value, 1, kSpeechBytesMax);
    judge(is_speech(value));
  }

 private:
  template <class Text>
  void characters(Text& value, std::size_t size_min, std::size_t size_max) {
    auto size = static_cast<std::uint32_t>(value.size());
    ranged(size, static_cast<std::int64_t>(size_min), static_cast<std::int64_t>(size_max));
    if constexpr (Self::kReading) value.assign(size, '\0');
    for (auto& c : value) {
      auto byte = static_cast<std::uint8_t>(c);
      bits(byte, 8);
      if constexpr (Self::kReading) c = static_cast<char>(byte);
    }
  }
  void judge(bool good) {
    if constexpr (Self::kReading) {
      if (!good) self().fail(WireStatus::kBadText);
    } else {
      GALLERIA_CHECK(good);
    }
  }
  Self& self() { return static_cast<Self&>(*this); }
};

static_assert(std::endian::native == std::endian::little, "numbers travel as they lie in memory");

/// A few bits packed into a number.
struct PackedBits {
  std::uint64_t bits = 0;
  int count = 0;
};

class BitWriter : public StreamFields<BitWriter> {
 public:
  static constexpr bool kReading = false;
  explicit BitWriter(std::span<std::uint8_t> out) : m_out(out) {}

  std::uint32_t raw(std::uint32_t value, int count) {
    GALLERIA_CHECK(count >= 0 && count <= 32 && (count == 32 || value >> count == 0));
    GALLERIA_CHECK(m_bit + static_cast<std::size_t>(count) <= m_out.size() * 8);
    // At most five bytes, in one word: a server writes millions of fields a second.
    const std::size_t first = m_bit / 8;
    const std::size_t at = m_bit % 8;
    std::uint64_t word = static_cast<std::uint64_t>(value) << at;
    if (at != 0) word |= m_out[first];
    if (first + sizeof(word) <= m_out.size()) {
      std::memcpy(m_out.data() + first, &word, sizeof(word));
    } else {
      const std::size_t touched = (at + static_cast<std::size_t>(count) + 7) / 8;
      for (std::size_t i = 0; i < touched; ++i) m_out[first + i] = static_cast<std::uint8_t>(word >> (8 * i));
    }
    m_bit += static_cast<std::size_t>(count);
    return 0;
  }
  /// Up to 64 bits that were packed before.
  void append(PackedBits packed) {
    const int low = packed.count < 32 ? packed.count : 32;
    raw(static_cast<std::uint32_t>(packed.bits), low);
    if (packed.count > low) raw(static_cast<std::uint32_t>(packed.bits >> 32U), packed.count - low);
  }
  /// Fills in what was written as zeros before, for a count that is known only afterwards.
  void patch(std::size_t at_bit, std::uint32_t value, int count);
  /// The bytes begun so far; the last one's unused bits are zero.
  [[nodiscard]] std::size_t size_bytes() const { return (m_bit + 7) / 8; }
  [[nodiscard]] std::size_t size_bits() const { return m_bit; }

 private:
  std::span<std::uint8_t> m_out;
  std::size_t m_bit = 0;
};

/// Packs at most 64 bits.
class BitPacker : public StreamFields<BitPacker> {
 public:
  static constexpr bool kReading = false;
  std::uint32_t raw(std::uint32_t value, int count) {
    GALLERIA_CHECK(m_packed.count + count <= 64);
    if (count > 0) m_packed.bits |= static_cast<std::uint64_t>(value) << m_packed.count;
    m_packed.count += count;
    return 0;
  }
  [[nodiscard]] PackedBits packed() const { return m_packed; }

 private:
  PackedBits m_packed;
};

class BitMeter : public StreamFields<BitMeter> {
 public:
  static constexpr bool kReading = false;
  std::uint32_t raw(std::uint32_t value, int count) {
    m_bit += static_cast<std::size_t>(count);
    return value;
  }
  [[nodiscard]] std::size_t size_bits() const { return m_bit; }
  [[nodiscard]] std::size_t size_bytes() const { return (m_bit + 7) / 8; }

 private:
  std::size_t m_bit = 0;
};

class BitReader : public StreamFields<BitReader> {
 public:
  static constexpr bool kReading = true;
  explicit BitReader(std::span<const std::uint8_t> in) : m_in(in) {}

  /// Zero once anything has failed.
  std::uint32_t raw(std::uint32_t /*ignored*/, int count) {
    if (failed()) return 0;
    if (m_bit + static_cast<std::size_t>(count) > m_in.size() * 8) {
      fail(WireStatus::kTruncated);
      return 0;
    }
    const std::size_t first = m_bit / 8;
    const std::size_t at = m_bit % 8;
    std::uint64_t word = 0;
    if (first + sizeof(word) <= m_in.size()) {
      std::memcpy(&word, m_in.data() + first, sizeof(word));
    } else {
      const std::size_t touched = (at + static_cast<std::size_t>(count) + 7) / 8;
      for (std::size_t i = 0; i < touched; ++i) word |= static_cast<std::uint64_t>(m_in[first + i]) << (8 * i);
    }
    m_bit += static_cast<std::size_t>(count);
    const std::uint64_t mask = (std::uint64_t{1} << count) - 1;
    return static_cast<std::uint32_t>(word >> at & mask);
  }
  /// Keeps the first failure.
  void fail(WireStatus status) {
    if (m_status == WireStatus::kOk) m_status = status;
  }
  [[nodiscard]] bool failed() const { return m_status != WireStatus::kOk; }
  /// kOk only when every field was good and the packet is consumed to its last bit.
  [[nodiscard]] WireStatus finish();

 private:
  std::span<const std::uint8_t> m_in;
  std::size_t m_bit = 0;
  WireStatus m_status = WireStatus::kOk;
};

}  // namespace proto
