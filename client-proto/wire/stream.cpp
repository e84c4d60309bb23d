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
    case WireStatus::kBadVoice:
      return "bad_voice";
  }
  return "unknown";
}

void BitWriter::patch(std::size_t at_bit, std::uint32_t value, int count) {
  GALLERIA_CHECK(at_bit + static_cast<std::size_t>(count) <= m_bit && value >> count == 0);
  for (int i = 0; i < count; ++i) {
    const std::size_t bit = at_bit + static_cast<std::size_t>(i);
    m_out[bit / 8] |= static_cast<std::uint8_t>((value >> i & 1U) << bit % 8);
  }
}

WireStatus BitReader::finish() {
  if (failed()) return m_status;
  const bool padding_set = m_bit % 8 != 0 && m_in[m_bit / 8] >> (m_bit % 8) != 0;
  if (padding_set || (m_bit + 7) / 8 != m_in.size()) fail(WireStatus::kTrailingBytes);
  return m_status;
}

}  // namespace proto
