/// A value or a named reason why there is none. What can go wrong is part of a function's type; exceptions stay for
/// start-up and for libraries that throw, caught at their wrapper.
#pragma once

#include <utility>
#include <variant>

#include "client-proto/core/check.h"

namespace proto {

/// Wraps an error so that `return fail(Code::kTooLarge);` converts to any Result with that error type.
template <class E>
struct Failure {
  E error;
};

template <class E>
[[nodiscard]] constexpr Failure<std::decay_t<E>> fail(E&& error) {
  return {std::forward<E>(error)};
}

struct Unit {};

/// Holds either a T or an E. Reading the side that is not there stops the program (a caller's mistake, never input's).
template <class T, class E>
class [[nodiscard]] Result {
 public:
  Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}  // NOLINT: implicit on purpose
  Result(Failure<E> failure) : m_state(std::in_place_index<1>, std::move(failure.error)) {}  // NOLINT: implicit

  [[nodiscard]] bool ok() const { return m_state.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & {
    GALLERIA_CHECK(ok());
    return *std::get_if<0>(&m_state);
  }
  [[nodiscard]] const T& value() const& {
    GALLERIA_CHECK(ok());
    return *std::get_if<0>(&m_state);
  }
  [[nodiscard]] T&& value() && {
    GALLERIA_CHECK(ok());
    return std::move(*std::get_if<0>(&m_state));
  }
  [[nodiscard]] const E& error() const {
    GALLERIA_CHECK(!ok());
    return *std::get_if<1>(&m_state);
  }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, E> m_state;
};

template <class E>
using Status = Result<Unit, E>;

}  // namespace proto
