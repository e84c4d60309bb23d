/// galleria-walkhash [SEED [STEPS]]: prints the state hash of the seeded walk (client-proto/move/walk_check.h), to be
/// compared between compilers and machines.
#include <cstdio>
#include <cstdlib>

#include "client-proto/move/walk_check.h"

int main(int argc, char** argv) {
  const unsigned long long seed = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  const long steps = argc > 2 ? std::strtol(argv[2], nullptr, 10) : 10'000;
  std::printf("%016llx\n", static_cast<unsigned long long>(proto::walk_hash(seed, static_cast<int>(steps))));
  return 0;
}
