#include <algorithm>
#include <string>
#include <utility>

#include "chain-bridge/customer/consent_desk.h"
#include "client-proto/core/log.h"
#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "shop/recommend.h"
#include "world-server/api/answers.h"
#include "world-server/api/consent_door.h"
#include "world-server/api/handlers.h"
#include "world-server/api/json_read.h"
#include "world-server/api/problem.h"

namespace world {
namespace {

using nlohmann::json;

constexpr std::uint32_t kShelvesPerMinuteMax = 60;  ///< of one session
constexpr int kOrdersLookedAtMax = 200;             ///< the newest, for what the shopper has already

/// What the shopper has. The shop sold it and knows it anyway; it only keeps the shelf from offering it again.
std::vector<shop::OwnedPiece> owned_by(Parts& parts, const proto::AccountId& account,
                                       const std::vector<shop::Product>& mall) {
  std::vector<shop::OwnedPiece> owned;
  for (const shop::Order& order : shop::orders::orders_of_account(parts.db(), account, kOrdersLookedAtMax)) {
    const bool bought = order.state == shop::OrderState::kPaid || order.state == shop::OrderState::kMinting ||
                        order.state == shop::OrderState::kIssued;
    if (!bought) continue;
    const shop::ProductId id = order.lines.front().product;
    const auto product = std::find_if(mall.begin(), mall.end(), [id](const auto& one) { return one.id == id; });
    owned.push_back({id, product == mall.end() ? std::string() : product->category});
  }
  return owned;
}

/// Nothing for a payload of a form that this program does not know.
std::optional<shop::NotedPurchase> noted_of(const std::string& payload) {
  const auto parsed = parse_json(payload);
  if (!parsed) return std::nullopt;
  std::vector<FieldError> errors;
  Fields fields(*parsed, "", errors);
  shop::NotedPurchase noted{fields.text("name", 1, 80), fields.optional_text("category", 32).value_or(""),
                            fields.slug("brand", 64)};
  if (errors.empty()) return noted;
  proto::log(proto::LogLevel::kWarning, "api", "a noted purchase cannot be read: " + errors.front().pointer);
  return std::nullopt;
}

class Readings {
 public:
  /// `brand` reads one consent, if it may and has goods to show for it. The customer sees that it did.
  void read(Parts& parts, const chain::Consent& consent, const std::string& brand, proto::TimeUs now) {
    const auto payloads = parts.consents->read(consent.grant.consent_id, brand, now);
    if (!payloads) return;
    shop::Reading& reading = of(brand);
    for (const std::string& payload : *payloads) {
      if (auto noted = noted_of(payload)) reading.noted.push_back(*std::move(noted));
    }
  }
  [[nodiscard]] const std::vector<shop::Reading>& all() const { return m_readings; }

 private:
  shop::Reading& of(const std::string& brand) {
    for (shop::Reading& reading : m_readings) {
      if (reading.reader == brand) return reading;
    }
    m_readings.push_back({brand, {}});
    return m_readings.back();
  }

  std::vector<shop::Reading> m_readings;
};

/// What each brand that the customer named reads of the others' customers' purchases, now and for this shelf.
std::vector<shop::Reading> readings_of(Parts& parts, const Call& call, const std::vector<shop::Product>& mall) {
  Readings readings;
  if (parts.consents == nullptr || call.refuses_sharing()) return {};
  (void)finish_account_moves(parts, call.now());
  for (const chain::ConsentView& view : parts.consents->views(call.session->account)) {
    if (!chain::holds(view.consent, call.now()) || view.entries == 0) continue;
    for (const chain::Reader& reader : view.readers) {
      const bool has_goods =
          std::any_of(mall.begin(), mall.end(), [&](const auto& product) { return product.brand == reader.brand; });
      if (has_goods && reader.brand != view.consent.brand) readings.read(parts, view.consent, reader.brand, call.now());
    }
  }
  return readings.all();
}

json pick_json(const shop::Pick& pick) {
  return {
      {"product_id", pick.product},
      {"reason", {{"code", to_text(pick.reason)}, {"because", pick.because.empty() ? json() : json(pick.because)}}}};
}

}  // namespace

HttpResponse get_for_you(Parts& parts, Call& call) {
  if (!parts.limits.take("for-you/" + call.session->token_hash, kShelvesPerMinuteMax, proto::minutes(1), call.now())) {
    return problem(429, "too-many-shelves", "Too many looks at the shelf.", "Wait a minute before the next one.");
  }
  const std::vector<shop::Product> mall = shop::catalogue::products(parts.db());
  const std::vector<shop::OwnedPiece> owned = owned_by(parts, call.session->account, mall);
  std::vector<shop::Pick> picks = shop::goes_with(readings_of(parts, call, mall), mall, owned);
  const bool by_purchases = !picks.empty();
  if (!by_purchases) picks = shop::for_newcomers(mall, owned);
  json shown = json::array();
  for (const shop::Pick& pick : picks) shown.push_back(pick_json(pick));
  return ok_json({{"basis", by_purchases ? "purchases" : "newcomer"}, {"picks", std::move(shown)}});
}

}  // namespace world
