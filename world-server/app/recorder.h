/// Writes a recording (world-server/world/recording.h) to a file as the world lives. Only when the operator asked:
/// where people walk is personal data. A full disk ends the recording, never the world.
#pragma once

#include <cstdint>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "world-server/world/recording.h"

namespace world::app {

class Recorder {
 public:
  Recorder(const std::string& file, const RecordingHeader& header);

  [[nodiscard]] bool ok() const { return m_file.good(); }
  void tick(std::uint32_t tick, std::span<const ShopToWorld> from_shop, std::span<const NetToWorld> from_net);
  void end(const RecordedEnd& end);

 private:
  void write();

  std::ofstream m_file;
  std::vector<std::uint8_t> m_buffer;
  std::size_t m_written_bytes = 0;
};

}  // namespace world::app
