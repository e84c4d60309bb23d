/// Errors as RFC 9457 problem documents. Each names itself by `type` (stable, for programs), says in `detail` what to
/// do about it, and lists the offending members with JSON pointers where the request's body is at fault.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "world-server/api/http.h"

namespace world {

struct FieldError {
  std::string pointer;  ///< RFC 6901, into the request's body
  std::string detail;
};

/// `type` is the last part of "/problems/<type>".
[[nodiscard]] HttpResponse problem(int status, std::string_view type, std::string_view title, std::string_view detail,
                                   const std::vector<FieldError>& errors = {});

/// 422: the body is JSON, but its members are not what the route takes.
[[nodiscard]] HttpResponse invalid_members(const std::vector<FieldError>& errors);

}  // namespace world
