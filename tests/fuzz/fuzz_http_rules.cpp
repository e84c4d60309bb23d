/// The rules of HTTP that are functions of header text, and the JSON of its bodies. The input is cut into texts at zero
/// bytes.
#include <algorithm>
#include <array>
#include <string_view>

#include "client-proto/core/check.h"
#include "world-server/api/json_read.h"
#include "world-server/api/token_text.h"
#include "world-server/api/webhook.h"
#include "world-server/net/address_quota.h"
#include "world-server/net/http_rules.h"

namespace {

using namespace world::net;

void check_range(std::string_view text) {
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1000}, ~std::uint64_t{0}}) {
    const RangeChoice choice = choose_range(text, size);
    if (const auto* range = std::get_if<ByteRange>(&choice)) {
      GALLERIA_CHECK(range->first <= range->last && range->last < size);
    }
  }
}

void check_path(std::string_view text) {
  (void)route_of(text);
  (void)content_type_of(text);
  (void)is_hashed_name(text);
  if (!path_is_plain(text)) return;
  GALLERIA_CHECK(text.find("/../") == std::string_view::npos && text.find("//") == std::string_view::npos);
  GALLERIA_CHECK(text.find('\\') == std::string_view::npos && text.find('\0') == std::string_view::npos);
}

void check_json(std::string_view text) {
  const auto json = world::parse_json(text);
  GALLERIA_CHECK(!json.ok() || world::json_depth(text) <= world::kJsonDepthMax);
  if (!json) return;
  std::vector<world::FieldError> errors;
  world::Fields fields(json.value(), "", errors);
  (void)fields.text("name", 1, 64);
  (void)fields.slug("slug", 64);
  (void)fields.integer("count", 0, 1000);
  (void)fields.number("size", -1, 1);
  (void)fields.boolean("yes");
  (void)fields.money("price");
  (void)fields.array("items", 0, 10);
  fields.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  std::array<std::string_view, 4> texts;
  for (std::string_view& text : texts) {
    text = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(rest.size(), text.size() + 1));
  }
  const auto& [a, b, c, d] = texts;
  const Method method = a.size() % 2 == 0 ? Method::kPost : Method::kGet;
  if (body_plan(method, a, b, c) == BodyPlan::kMemory) GALLERIA_CHECK(parse_length(b).has_value());
  (void)same_origin(a, b, true);
  (void)may_call(method, a, b, false, c, d);
  check_range(a);
  check_path(a);
  check_json(a);
  (void)etag_matches(a, b);
  (void)accepted_quality(a, b);
  (void)percent_encode(a);
  (void)quota_key(a);
  (void)world::token_of_text(a);
  GALLERIA_CHECK(world::check_webhook(a, b, "secret", {}) != world::WebhookTrust::kTrusted);
  return 0;
}
