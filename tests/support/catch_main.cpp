/// The main program of every test room. A test that lacks the real part it is about says WARN("skipped: why") and ends;
/// here that counts as a failure, since a run that passed must have tried everything. GALLERIA_MAY_SKIP=1 says that
/// this machine is known to lack things.
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace {

constexpr int kExitSkipped = 1;
int g_skipped = 0;

class SkipCounter final : public Catch::TestEventListenerBase {
 public:
  using TestEventListenerBase::TestEventListenerBase;
  bool assertionEnded(const Catch::AssertionStats& stats) override {
    const bool warning = stats.assertionResult.getResultType() == Catch::ResultWas::Warning;
    if (warning && std::string_view(stats.assertionResult.getMessage()).starts_with("skipped:")) ++g_skipped;
    return true;
  }
};

}  // namespace

CATCH_REGISTER_LISTENER(SkipCounter)

int main(int argc, char** argv) {
  const int failed = Catch::Session().run(argc, argv);
  const char* may_skip = std::getenv("GALLERIA_MAY_SKIP");  // NOLINT: no other thread runs any more
  if (failed != 0 || g_skipped == 0 || (may_skip != nullptr && std::string_view(may_skip) == "1")) return failed;
  std::cerr << "FAILED: " << g_skipped << " tests were skipped; install what they need or set GALLERIA_MAY_SKIP=1\n";
  return kExitSkipped;
}
