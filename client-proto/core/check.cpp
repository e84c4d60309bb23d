#include "client-proto/core/check.h"

#include <cstdio>
#include <cstdlib>

namespace proto {

void check_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "galleria: broken assumption: %s (%s:%d)\n", expression, file, line);
  std::abort();
}

}  // namespace proto
