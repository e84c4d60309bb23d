/// The operator's key: made at the first start, kept in a file that only the server's user may read.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "client-proto/core/result.h"

namespace world {

/// Reads the key at `path`, or makes one there with mode 0600. The error is a sentence for the operator.
[[nodiscard]] proto::Result<std::string, std::string> operator_key(
    const std::string& path, const std::function<void(std::span<std::uint8_t>)>& random);

}  // namespace world
