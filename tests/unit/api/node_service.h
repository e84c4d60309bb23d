/// One of the development services under tools/node, started for a test and stopped with it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace world {

class NodeService {
 public:
  /// True when this machine has Node and the sources are where the test runner says.
  static bool available();
  /// Starts tools/node/<name>/main.ts and waits until it says "ready ...".
  NodeService(const std::string& name, const std::vector<std::string>& arguments);
  ~NodeService();
  NodeService(const NodeService&) = delete;
  NodeService& operator=(const NodeService&) = delete;

  /// The addresses of its "ready" line.
  [[nodiscard]] const std::vector<std::string>& addresses() const { return m_addresses; }
  /// As a power cut would.
  void kill_now();

 private:
  pid_t m_pid = -1;
  std::vector<std::string> m_addresses;
};

}  // namespace world
