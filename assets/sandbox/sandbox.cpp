#include "assets/sandbox/sandbox.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

namespace assets {
namespace {

constexpr uid_t kNobody = 65534;

/// The kernel's landlock_ruleset_attr, of which Debian 12's header knows only the first field.
struct LandlockRules {
  std::uint64_t handled_access_fs;
  std::uint64_t handled_access_net;
  std::uint64_t scoped;
};

/// Everything that this version of Landlock can forbid; a bit it does not know would make it refuse the whole set.
LandlockRules landlock_everything(long version) {
  LandlockRules rules{0x1fff, 0, 0};
  if (version >= 2) rules.handled_access_fs |= 1U << 13U;  // linking across folders
  if (version >= 3) rules.handled_access_fs |= 1U << 14U;  // truncating
  if (version >= 4) rules.handled_access_net = 0x3;        // bind and connect
  if (version >= 5) rules.handled_access_fs |= 1U << 15U;  // ioctl on devices
  if (version >= 6) rules.scoped = 0x3;                    // abstract sockets and signals
  return rules;
}

std::size_t landlock_size(long version) {
  if (version >= 6) return sizeof(LandlockRules);
  return version >= 4 ? 16 : 8;
}

bool close_with_landlock() {
  constexpr unsigned kAskVersion = 1;
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kAskVersion);
  if (version < 1) return false;
  const LandlockRules rules = landlock_everything(version);
  const long fd = ::syscall(SYS_landlock_create_ruleset, &rules, landlock_size(version), 0);
  if (fd < 0) return false;
  const bool closed = ::syscall(SYS_landlock_restrict_self, fd, 0) == 0;
  ::close(static_cast<int>(fd));
  return closed;
}

bool close_with_empty_root(const std::string& empty_folder) {
  if (::geteuid() != 0 && ::unshare(CLONE_NEWUSER) != 0) return false;
  return ::chroot(empty_folder.c_str()) == 0 && ::chdir("/") == 0;
}

/// A worker started by root goes on as nobody, without any capability. In a user namespace that knows only one user the
/// change of user is refused, which is fine as long as the capabilities are gone.
bool drop_privileges() {
  if (::geteuid() == 0) {
    static_cast<void>(::setgroups(0, nullptr));
    static_cast<void>(::setresgid(kNobody, kNobody, kNobody));
    static_cast<void>(::setresuid(kNobody, kNobody, kNobody));
  }
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> none{};
  return ::syscall(SYS_capset, &header, none.data()) == 0;
}

constexpr std::array kAllowed = {
    SCMP_SYS(read),           SCMP_SYS(write),
    SCMP_SYS(pread64),        SCMP_SYS(lseek),
    SCMP_SYS(close),          SCMP_SYS(brk),
    SCMP_SYS(munmap),         SCMP_SYS(mremap),
    SCMP_SYS(madvise),        SCMP_SYS(futex),
    SCMP_SYS(rt_sigreturn),   SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),           SCMP_SYS(exit_group),
    SCMP_SYS(getpid),         SCMP_SYS(gettid),
    SCMP_SYS(clock_gettime),  SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),      SCMP_SYS(sched_yield),
    SCMP_SYS(getrusage),      SCMP_SYS(fstat),
    SCMP_SYS(time),           SCMP_SYS(restart_syscall),
    SCMP_SYS(sysinfo),        SCMP_SYS(sched_getaffinity),
};

/// Asked in good faith by the C library and by Assimp; the answer is no, and they live with it.
constexpr std::array kRefusedPolitely = {
    SCMP_SYS(open),      SCMP_SYS(openat),     SCMP_SYS(openat2),    SCMP_SYS(creat),  SCMP_SYS(stat),
    SCMP_SYS(lstat),     SCMP_SYS(statx),      SCMP_SYS(newfstatat), SCMP_SYS(access), SCMP_SYS(faccessat),
    SCMP_SYS(readlink),  SCMP_SYS(getcwd),     SCMP_SYS(readlinkat), SCMP_SYS(ioctl),  SCMP_SYS(faccessat2),
    SCMP_SYS(prlimit64), SCMP_SYS(getdents64),
};

/// The undefined-behaviour sanitizer looks whether memory can be read by writing it into a pipe of its own.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

bool close_with_seccomp() {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (filter == nullptr) return false;
  bool ok = true;
  for (const int call : kAllowed) ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  for (const int call : kRefusedPolitely) ok = ok && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 0) == 0;
  if (kSanitized) ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(pipe2), 0) == 0;
  // Memory may be had, but never memory that can run.
  const scmp_arg_cmp no_code{2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0};
  ok = ok && seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &no_code) == 0;
  ok = ok && seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &no_code) == 0;
  // abort() signals its own process; nobody else's.
  const scmp_arg_cmp own_process{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid()), 0};
  ok = ok && seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &own_process) == 0;
  ok = ok && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return ok;
}

}  // namespace

std::string enter_sandbox(const std::string& empty_folder) {
  const rlimit no_core{0, 0};
  if (::setrlimit(RLIMIT_CORE, &no_core) != 0) return "core dumps could not be forbidden";
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "new privileges could not be forbidden";
  if (!close_with_landlock() && !close_with_empty_root(empty_folder)) {
    return "neither Landlock nor an empty root is available";
  }
  if (!drop_privileges()) return "capabilities could not be dropped";
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return "tracing could not be forbidden";
  // Changing the user clears this request, so it comes after: the worker never outlives its parent.
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) return "the parent's end could not be followed";
  if (!close_with_seccomp()) return "the system call filter could not be loaded";
  return {};
}

}  // namespace assets
