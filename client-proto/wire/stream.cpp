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
  for (int left = count; left > 0;) {
    const std::size_t at = m_bit % 8;
    const int take = left < static_cast<int>(8 - at) ? left : static_cast<int>(8 - at);
    std::uint8_t& byte = m_out[m_bit / 8];
    const std::uint32_t piece = (value & ((1U << take) - 1U)) << at;
    byte = static_cast<std::uint8_t>(at == 0 ? piece : byte | piece);
    value = take == 32 ? 0 : value >> take;
    m_bit += static_cast<std::size_t>(take);
    left -= take;
  }
  return 0;
}

std::uint32_t BitReader::raw(std::uint32_t /*ignored*/, int count) {
  if (failed()) return 0;
  if (m_bit + static_cast<std::size_t>(count) > m_in.size() * 8) {
    fail(WireStatus::kTruncated);
    return 0;
  }
  std::uint32_t value = 0;
  for (int done = 0; done < count;) {
    const std::size_t at = m_bit % 8;
    const int left = count - done;
    const int take = left < static_cast<int>(8 - at) ? left : static_cast<int>(8 - at);
    const std::uint32_t piece = (static_cast<std::uint32_t>(m_in[m_bit / 8]) >> at) & ((1U << take) - 1U);
    value |= piece << done;
    m_bit += static_cast<std::size_t>(take);
    done += take;
  }
  return value;
}

WireStatus BitReader::finish() {
  if (failed()) return m_status;
  const bool padding_set = m_bit % 8 != 0 && m_in[m_bit / 8] >> (m_bit % 8) != 0;
  if (padding_set || (m_bit + 7) / 8 != m_in.size()) fail(WireStatus::kTrailingBytes);
  return m_status;
}

}  // namespace proto
