/// Asserts that stay on in release. They guard our own reasoning and are never used to judge input from outside.
#pragma once

namespace proto {
/// Prints the broken assumption with its place and aborts.
[[noreturn]] void check_failed(const char* expression, const char* file, int line);
}  // namespace proto

#define GALLERIA_CHECK(expression) \
  ((expression) ? static_cast<void>(0) : ::proto::check_failed(#expression, __FILE__, __LINE__))
