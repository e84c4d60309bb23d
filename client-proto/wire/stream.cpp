#include "client-proto/wire/stream.h"

namespace proto {

const char* to_text(WireStatus status) {
  switch (status) {
    case WireStatus::kOk:
      return "ok";
    case WireStatus::kTruncated:
      return "truncated";
    case WireStatus::kTrailingBytes:
      return "trailing_bytes";
    case WireStatus::kTooLarge:
      return "too_large";
    case WireStatus::kUnknownOpcode:
      return "unknown_opcode";
    case WireStatus::kWrongDirection:
      return "wrong_direction";
    case WireStatus::kOutOfRange:
      return "out_of_range";
    case WireStatus::kBadText:
      return "bad_text";
    case WireStatus::kNotFinite:
      return "not_finite";
    case WireStatus::kUnknownBaseline:
      return "unknown_baseline";
    case WireStatus::kBadOrder:
      return "bad_order";
  }
  return "unknown";
}

std::uint32_t BitWriter::raw(std::uint32_t value, int count) {
  GALLERIA_CHECK(count >= 0 && count <= 32 && (count == 32 || value >> count == 0));
  GALLERIA_CHECK(m_bit + static_cast<std::size_t>(count) <= m_out.size() * 8);
  // At most five bytes in one word: a server writes tens of thousands of fields per tick.
  const std::size_t first = m_bit / 8;
  const std::size_t at = m_bit % 8;
  std::uint64_t word = static_cast<std::uint64_t>(value) << at;
  if (at != 0) word |= m_out[first];
  const std::size_t touched = (at + static_cast<std::size_t>(count) + 7) / 8;
  for (std::size_t i = 0; i < touched; ++i) m_out[first + i] = static_cast<std::uint8_t>(word >> (8 * i));
  m_bit += static_cast<std::size_t>(count);
  return 0;
}

std::uint32_t BitReader::raw(std::uint32_t /*ignored*/, int count) {
  if (failed()) return 0;
  if (m_bit + static_cast<std::size_t>(count) > m_in.size() * 8) {
    fail(WireStatus::kTruncated);
    return 0;
  }
  const std::size_t first = m_bit / 8;
  const std::size_t at = m_bit % 8;
  std::uint64_t word = 0;
  const std::size_t touched = (at + static_cast<std::size_t>(count) + 7) / 8;
  for (std::size_t i = 0; i < touched; ++i) word |= static_cast<std::uint64_t>(m_in[first + i]) << (8 * i);
  m_bit += static_cast<std::size_t>(count);
  const std::uint64_t mask = (std::uint64_t{1} << count) - 1;
  const auto value = static_cast<std::uint32_t>(word >> at & mask);
  return value;
}

WireStatus BitReader::finish() {
  if (failed()) return m_status;
  const bool padding_set = m_bit % 8 != 0 && m_in[m_bit / 8] >> (m_bit % 8) != 0;
  if (padding_set || (m_bit + 7) / 8 != m_in.size()) fail(WireStatus::kTrailingBytes);
  return m_status;
}

}  // namespace proto
