#include "world-server/net/state_batch.h"

#include <arpa/inet.h>

#include <cerrno>

namespace world::net {

void StateBatch::add(std::uint32_t host, std::uint16_t port) {
  Datagram& datagram = m_datagrams[m_count];
  const std::size_t begin = m_count == 0 ? 0 : m_datagrams[m_count - 1].begin + m_datagrams[m_count - 1].size;
  datagram.to.sin_family = AF_INET;
  datagram.to.sin_addr.s_addr = host;
  datagram.to.sin_port = htons(port);
  datagram.begin = begin;
  datagram.size = m_bytes.size() - begin;
  ++m_count;
  if (m_count == kStateBatchMax) send();
}

void StateBatch::send() {
  std::array<iovec, kStateBatchMax> pieces{};
  std::array<mmsghdr, kStateBatchMax> messages{};
  for (std::size_t i = 0; i < m_count; ++i) {
    Datagram& datagram = m_datagrams[i];
    pieces[i] = {m_bytes.data() + datagram.begin, datagram.size};
    messages[i].msg_hdr.msg_name = &datagram.to;
    messages[i].msg_hdr.msg_namelen = sizeof(datagram.to);
    messages[i].msg_hdr.msg_iov = &pieces[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  std::size_t at = 0;
  while (at < m_count) {
    const int sent = ::sendmmsg(m_socket, messages.data() + at, static_cast<unsigned>(m_count - at), MSG_DONTWAIT);
    if (sent > 0) {
      at += static_cast<std::size_t>(sent);
      continue;
    }
    if (errno == EINTR) continue;
    // The first one did not go; a full buffer refuses the rest as well, anything else was this address alone.
    const std::size_t lost = errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? m_count - at : 1;
    m_lost += lost;
    at += lost;
  }
  m_count = 0;
  m_bytes.clear();
}

}  // namespace world::net
