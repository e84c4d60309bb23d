/// A server on loopback that takes connections and never says a word: how a provider or mail server fails worst.
#pragma once

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "client-proto/core/check.h"

namespace test {

class SilentServer {
 public:
  SilentServer() : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    GALLERIA_CHECK(::bind(m_socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
    GALLERIA_CHECK(::listen(m_socket, 8) == 0);
    GALLERIA_CHECK(::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    m_host = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~SilentServer() { ::close(m_socket); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  /// "127.0.0.1:port"
  [[nodiscard]] const std::string& host() const { return m_host; }

 private:
  int m_socket;
  std::string m_host;
};

}  // namespace test
