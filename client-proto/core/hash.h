/// A 64-bit hash (FNV-1a) for comparing states and collision scenes between builds and machines. It finds accidents,
/// not attacks: nothing that protects anybody may rest on it.
#pragma once

#include <cstdint>
#include <span>

namespace proto {

class Hash64 {
 public:
  void add_byte(std::uint8_t byte) { m_value = (m_value ^ byte) * 0x100000001b3ULL; }
  void add(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) add_byte(byte);
  }
  /// Least significant byte first, on every machine.
  void add_u32(std::uint32_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8) add_byte(static_cast<std::uint8_t>(value >> shift));
  }
  [[nodiscard]] std::uint64_t value() const { return m_value; }

 private:
  std::uint64_t m_value = 0xcbf29ce484222325ULL;
};

}  // namespace proto
