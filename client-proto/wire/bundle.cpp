#include "client-proto/wire/bundle.h"

#include "client-proto/core/check.h"

namespace proto {

namespace {
constexpr std::size_t kShortMax = 0x7f;
constexpr std::uint8_t kLong = 0x80;
constexpr unsigned kShortBits = 7;
}  // namespace

void append_bundled(std::vector<std::uint8_t>& bundle, std::span<const std::uint8_t> message) {
  GALLERIA_CHECK(!message.empty() && message.size() <= kBundledBytesMax);
  if (message.size() <= kShortMax) {
    bundle.push_back(static_cast<std::uint8_t>(message.size()));
  } else {
    bundle.push_back(static_cast<std::uint8_t>(kLong | (message.size() & kShortMax)));
    bundle.push_back(static_cast<std::uint8_t>(message.size() >> kShortBits));
  }
  bundle.insert(bundle.end(), message.begin(), message.end());
}

std::optional<std::span<const std::uint8_t>> take_bundled(std::span<const std::uint8_t>& rest) {
  if (rest.empty()) return std::nullopt;
  std::size_t size = rest[0];
  std::size_t head = 1;
  if (size > kShortMax) {
    if (rest.size() < 2) return std::nullopt;
    size = (size & kShortMax) | static_cast<std::size_t>(rest[1]) << kShortBits;
    head = 2;
  }
  if (size == 0 || rest.size() - head < size) return std::nullopt;
  const auto message = rest.subspan(head, size);
  rest = rest.subspan(head + size);
  return message;
}

}  // namespace proto
