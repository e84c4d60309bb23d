#include "tests/unit/api/node_service.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace world {
namespace {

std::filesystem::path source() {
  const char* path = std::getenv("GALLERIA_SOURCE");  // NOLINT: no other thread changes the environment
  return path == nullptr ? "." : path;
}

std::string node() { return (source() / "node_modules/.bin/node").string(); }

std::string read_line(int fd) {
  std::string line;
  char letter = 0;
  while (line.size() < 300 && ::read(fd, &letter, 1) == 1 && letter != '\n') line += letter;
  return line;
}

}  // namespace

bool NodeService::available() { return std::filesystem::exists(node()); }

NodeService::NodeService(const std::string& name, const std::vector<std::string>& arguments) {
  std::vector<std::string> words{node(), (source() / "tools/node" / name / "main.ts").string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::array<int, 2> pipe_ends{};
  REQUIRE(::pipe2(pipe_ends.data(), O_CLOEXEC) == 0);
  m_pid = ::fork();
  REQUIRE(m_pid >= 0);
  if (m_pid == 0) {
    ::dup2(pipe_ends[1], STDOUT_FILENO);
    ::execv(argv[0], argv.data());
    _exit(127);
  }
  ::close(pipe_ends[1]);
  std::istringstream line(read_line(pipe_ends[0]));
  ::close(pipe_ends[0]);
  std::string word;
  REQUIRE(line >> word);
  REQUIRE(word == "ready");
  while (line >> word) m_addresses.push_back(word);
}

void NodeService::kill_now() {
  if (m_pid <= 0) return;
  ::kill(m_pid, SIGKILL);
  ::waitpid(m_pid, nullptr, 0);
  m_pid = -1;
}

NodeService::~NodeService() { kill_now(); }

}  // namespace world
