#include "assets/sandbox/sandbox.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "assets/sandbox/process.h"
#include "tests/unit/assets/support.h"

namespace {

using assets::ProcessEnd;

struct Probed {
  ProcessEnd end;
  std::string said;
};

Probed probe(std::vector<std::string> arguments, std::uint32_t cpu_s = 5, std::uint32_t wall_ms = 20'000,
             const std::atomic<bool>* stop = nullptr) {
  const test::Folder folder;
  const int out = ::open((folder.path() / "said").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  assets::ProcessRequest request;
  request.program = test::program("galleria-assets-probe");
  request.arguments = std::move(arguments);
  request.folder = folder.path();
  request.descriptors = {out};
  request.memory_bytes_max = 512U << 20U;
  request.file_bytes_max = 1U << 20U;
  request.cpu_s_max = cpu_s;
  request.wall_ms_max = wall_ms;
  request.stop = stop;
  Probed outcome;
  outcome.end = assets::run_process(request);
  ::close(out);
  outcome.said = test::read_file(folder.path() / "said");
  return outcome;
}

}  // namespace

TEST_CASE("nothing forbidden goes through in the sandbox, and all of it would without") {
  for (const char* what :
       {"open", "write", "socket", "local-socket", "fork", "exec", "code", "signal", "list", "mkdir"}) {
    INFO(what);
    const Probed caged = probe({what});
    const bool killed = caged.end.kind == ProcessEnd::Kind::kSignalled && caged.end.code == SIGSYS;
    const bool refused = caged.end.kind == ProcessEnd::Kind::kExited && caged.end.code == 0 && caged.said == "refused";
    CHECK((killed || refused));
    CHECK(caged.said != "done");
    CHECK(probe({what, "free"}).said == "done");
  }
}

TEST_CASE("what the worker needs works in the sandbox") {
  const Probed outcome = probe({"allowed"});
  CHECK(outcome.end.kind == ProcessEnd::Kind::kExited);
  CHECK(outcome.said == "done");
}

TEST_CASE("a process that never ends is ended by CPU time and by the clock") {
  CHECK(probe({"spin"}, 1).end.kind == ProcessEnd::Kind::kOutOfTime);
  CHECK(probe({"spin"}, 100, 300).end.kind == ProcessEnd::Kind::kOutOfTime);
}

TEST_CASE("a process that eats memory is ended") {
  const Probed outcome = probe({"memory"});
  CHECK(outcome.said.empty());
  // RLIMIT_AS lets allocation fail (the uncaught exception aborts); under sanitizers the parent's watch ends it.
  CHECK((outcome.end.kind == ProcessEnd::Kind::kOutOfMemory || outcome.end.kind == ProcessEnd::Kind::kSignalled));
}

TEST_CASE("a process is ended when its starter wants to stop") {
  std::atomic<bool> stop{false};
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    stop.store(true);
  });
  const Probed outcome = probe({"spin"}, 100, 60'000, &stop);
  later.join();
  CHECK(outcome.end.kind == ProcessEnd::Kind::kStopped);
}

TEST_CASE("a program that is not there is not started") {
  assets::ProcessRequest request;
  request.program = "/nowhere/galleria";
  CHECK(assets::run_process(request).kind == ProcessEnd::Kind::kNotStarted);
}
