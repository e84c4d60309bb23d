#include "assets/sandbox/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <thread>

namespace assets {
namespace {

constexpr int kFirstDescriptor = 3;
constexpr int kDescriptorsMax = 8;
/// Exit status of a child that could not become the program (as shells have it).
constexpr int kNotExecuted = 127;
/// How often the parent looks at the child.
constexpr std::chrono::milliseconds kLookEvery{5};

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kAddressSpaceIsOurs = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kAddressSpaceIsOurs = false;
#else
constexpr bool kAddressSpaceIsOurs = true;
#endif
#else
constexpr bool kAddressSpaceIsOurs = true;
#endif

void limit(__rlimit_resource what, std::uint64_t soft, std::uint64_t hard) {
  const rlimit value{soft, hard};
  if (::setrlimit(what, &value) != 0) ::_exit(kNotExecuted);
}

/// Runs in the child between fork and exec, where only async-signal-safe calls are allowed: no allocation.
[[noreturn]] void become(const ProcessRequest& request, const char* program, char* const* argv, const char* folder) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  // First out of the way, then into place: a descriptor may already have the number that another one is meant to get.
  int away[kDescriptorsMax];
  const int count = static_cast<int>(request.descriptors.size());
  for (int i = 0; i < count; ++i) {
    away[i] = ::fcntl(request.descriptors[static_cast<std::size_t>(i)], F_DUPFD, kFirstDescriptor + kDescriptorsMax);
    if (away[i] < 0) ::_exit(kNotExecuted);
  }
  const int null = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < kFirstDescriptor; ++fd) ::dup2(null, fd);
  for (int i = 0; i < count; ++i) ::dup2(away[i], kFirstDescriptor + i);
  if (::syscall(SYS_close_range, kFirstDescriptor + count, ~0U, 0) != 0) ::_exit(kNotExecuted);
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_CPU, request.cpu_s_max, request.cpu_s_max + 1);
  limit(RLIMIT_FSIZE, request.file_bytes_max, request.file_bytes_max);
  if (kAddressSpaceIsOurs) limit(RLIMIT_AS, request.memory_bytes_max, request.memory_bytes_max);
  if (::chdir(folder) != 0) ::_exit(kNotExecuted);
  char* const empty_environment[] = {nullptr};
  ::execve(program, argv, empty_environment);
  ::_exit(kNotExecuted);
}

/// Bytes of memory that the process has in use; a second watch beside RLIMIT_AS, which sanitizers cannot live with.
std::uint64_t resident_bytes(pid_t pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  std::uint64_t pages_total = 0;
  std::uint64_t pages_resident = 0;
  statm >> pages_total >> pages_resident;
  return pages_resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

ProcessEnd describe(int status) {
  if (WIFEXITED(status)) return {ProcessEnd::Kind::kExited, WEXITSTATUS(status)};
  if (WTERMSIG(status) == SIGXCPU) return {ProcessEnd::Kind::kOutOfTime, SIGXCPU};
  return {ProcessEnd::Kind::kSignalled, WTERMSIG(status)};
}

/// Kills the child's whole process group, although the sandbox lets it have no children.
void kill_and_reap(pid_t pid) {
  ::kill(-pid, SIGKILL);
  ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

ProcessEnd run_process(const ProcessRequest& request) {
  if (request.descriptors.size() > kDescriptorsMax) return {ProcessEnd::Kind::kNotStarted, EINVAL};
  std::vector<std::string> words = {request.program.string()};
  words.insert(words.end(), request.arguments.begin(), request.arguments.end());
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string folder = request.folder.string();
  if (::access(words[0].c_str(), X_OK) != 0) return {ProcessEnd::Kind::kNotStarted, errno};

  const pid_t pid = ::fork();
  if (pid < 0) return {ProcessEnd::Kind::kNotStarted, errno};
  if (pid == 0) become(request, words[0].c_str(), argv.data(), folder.c_str());

  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(request.wall_ms_max);
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(pid, &status, WNOHANG);
    if (ended == pid) return describe(status);
    if (ended < 0 && errno != EINTR) return {ProcessEnd::Kind::kNotStarted, errno};
    auto kind = ProcessEnd::Kind::kExited;
    if (std::chrono::steady_clock::now() > deadline) kind = ProcessEnd::Kind::kOutOfTime;
    if (request.stop != nullptr && request.stop->load()) kind = ProcessEnd::Kind::kStopped;
    if (resident_bytes(pid) > request.memory_bytes_max) kind = ProcessEnd::Kind::kOutOfMemory;
    if (kind != ProcessEnd::Kind::kExited) {
      kill_and_reap(pid);
      return {kind, SIGKILL};
    }
    std::this_thread::sleep_for(kLookEvery);
  }
}

}  // namespace assets
