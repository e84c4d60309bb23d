/// galleria-assets-probe: enters the sandbox and then tries one forbidden thing, named by its argument. It says on
/// descriptor 3 what came of it: "refused" when the system said no, "done" when it went through. A process that the
/// sandbox ended says nothing. Outside of the sandbox ("free" as second argument) the same things must work, or the
/// test would prove nothing.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "assets/sandbox/sandbox.h"

// NOLINTBEGIN(bugprone-reserved-identifier): the sanitizer asks for this name
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }
// NOLINTEND(bugprone-reserved-identifier)

namespace {

bool open_passwd() { return ::open("/etc/passwd", O_RDONLY) >= 0; }

bool write_elsewhere() {
  const int fd = ::open("/tmp/galleria-probe-wrote-this", O_WRONLY | O_CREAT, 0600);
  if (fd >= 0) ::unlink("/tmp/galleria-probe-wrote-this");
  return fd >= 0;
}

bool make_socket() { return ::socket(AF_INET, SOCK_STREAM, 0) >= 0; }

bool make_local_socket() { return ::socket(AF_UNIX, SOCK_STREAM, 0) >= 0; }

bool fork_child() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  return child > 0 && ::waitpid(child, nullptr, 0) == child;
}

bool execute() {
  // NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork): whether the sandbox forbids it is the question
  const pid_t child = ::vfork();
  if (child == 0) {
    ::execl("/bin/true", "true", nullptr);
    ::_exit(1);
  }
  return child > 0 && ::waitpid(child, nullptr, 0) == child;
}

bool map_code() {
  return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

bool signal_parent() { return ::kill(::getppid(), 0) == 0; }

bool list_folder() { return ::open("/", O_RDONLY | O_DIRECTORY) >= 0; }

bool make_folder() {
  const bool made = ::mkdir("/tmp/galleria-probe-made-this", 0700) == 0;
  if (made) ::rmdir("/tmp/galleria-probe-made-this");
  return made;
}

bool allowed_things() {
  std::vector<char> memory(1U << 20U, 'x');
  return memory[12345] == 'x' && ::getpid() > 0;
}

bool spin() {
  std::atomic<unsigned> turns{0};
  while (turns.fetch_add(1) + 1 != 0) {
  }
  return turns.load() == 0;
}

bool eat_memory() {
  std::vector<std::vector<char>> eaten;
  for (int i = 0; i < 4096; ++i) eaten.emplace_back(1U << 20U, static_cast<char>(i));
  return eaten.size() == 4096;
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, bool (*)()> attempts = {
      {"open", open_passwd},       {"write", write_elsewhere},
      {"socket", make_socket},     {"local-socket", make_local_socket},
      {"fork", fork_child},        {"exec", execute},
      {"code", map_code},          {"signal", signal_parent},
      {"list", list_folder},       {"mkdir", make_folder},
      {"allowed", allowed_things}, {"spin", spin},
      {"memory", eat_memory},
  };
  const auto attempt = argc >= 2 ? attempts.find(argv[1]) : attempts.end();
  if (attempt == attempts.end()) return 99;
  const bool free = argc == 3 && std::strcmp(argv[2], "free") == 0;
  if (!free && !assets::enter_sandbox(".").empty()) return 98;
  const bool went_through = attempt->second();
  const char* word = went_through ? "done" : "refused";
  const auto size = static_cast<ssize_t>(std::strlen(word));
  ::_exit(::write(3, word, static_cast<std::size_t>(size)) == size ? 0 : 97);
}
