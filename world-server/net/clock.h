/// The only readers of a clock on the server. Logic takes time as an argument; the loops that own a thread ask here.
#pragma once

#include <chrono>

#include "client-proto/core/time.h"

namespace world::net {

[[nodiscard]] inline proto::TimeUs now_utc() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

/// Never runs backwards; its origin means nothing.
[[nodiscard]] inline proto::TimeUs now_steady() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

}  // namespace world::net
