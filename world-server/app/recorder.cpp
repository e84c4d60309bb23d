#include "world-server/app/recorder.h"

#include "client-proto/core/log.h"

namespace world::app {

Recorder::Recorder(const std::string& file, const RecordingHeader& header) : m_file(file, std::ios::binary) {
  record_header(header, m_buffer);
  write();
  m_file.flush();
}

void Recorder::tick(std::uint32_t tick, std::span<const ShopToWorld> from_shop, std::span<const NetToWorld> from_net) {
  if (!m_file.good()) return;
  record_tick(tick, from_shop, from_net, m_buffer);
  write();
}

void Recorder::end(const RecordedEnd& end) {
  if (!m_file.good()) return;
  record_end(end, m_buffer);
  write();
  m_file.close();
}

void Recorder::write() {
  m_written_bytes += m_buffer.size();
  if (m_written_bytes > kRecordingBytesMax) {
    m_file.setstate(std::ios::failbit);
  } else {
    m_file.write(reinterpret_cast<const char*>(m_buffer.data()), static_cast<std::streamsize>(m_buffer.size()));
  }
  m_buffer.clear();
  if (!m_file.good()) proto::log(proto::LogLevel::kError, "app", "the recording has ended: its file is full");
}

}  // namespace world::app
