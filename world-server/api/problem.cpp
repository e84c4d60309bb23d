#include "world-server/api/problem.h"

#include <nlohmann/json.hpp>

namespace world {

using nlohmann::json;

HttpResponse problem(int status, std::string_view type, std::string_view title, std::string_view detail,
                     const std::vector<FieldError>& errors) {
  json body{{"type", "/problems/" + std::string(type)}, {"title", title}, {"status", status}, {"detail", detail}};
  for (const FieldError& error : errors) {
    body["errors"].push_back({{"pointer", error.pointer}, {"detail", error.detail}});
  }
  HttpResponse response;
  response.status = status;
  response.content_type = "application/problem+json";
  response.headers.emplace_back("Cache-Control", "no-store");
  // What a peer sent may stand in here, so bytes that are no UTF-8 are replaced rather than thrown about.
  response.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  return response;
}

HttpResponse invalid_members(const std::vector<FieldError>& errors) {
  return problem(422, "invalid-members", "The request does not fit.",
                 "Correct the members that are named in `errors` and send it again.", errors);
}

}  // namespace world
