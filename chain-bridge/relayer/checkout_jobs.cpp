#include "chain-bridge/relayer/checkout_jobs.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "chain-bridge/eth/abi.h"
#include "client-proto/core/check.h"

namespace chain {

using nlohmann::json;

namespace {

constexpr std::int64_t kSecond = 1'000'000;
/// A payment that ends sooner than this is not started: it could be included too late.
constexpr std::uint64_t kPaymentMarginSeconds = 5;
constexpr std::size_t kBuyerSignatureBytesMax = 4096;

std::uint64_t seconds_of(proto::TimeUs time) { return static_cast<std::uint64_t>(time.us / kSecond); }
proto::TimeUs start_of_day(proto::TimeUs now) { return {now.us - now.us % proto::days(1).us}; }

/// The node answered something that leaves the question open.
RpcError cannot_tell(std::string what) { return {RpcError::Kind::kMalformed, 0, std::move(what), {}}; }

std::string to_payload(const MintRequest& request) {
  const CheckoutOrder& order = request.order;
  return json{{"token_id", order.token_id.hex()},
              {"recipient", order.recipient.text()},
              {"twin", order.twin.text()},
              {"currency", order.currency.text()},
              {"amount", order.amount},
              {"payout", order.payout.text()},
              {"valid_before_s", order.valid_before_s},
              {"buyer_signature", hex_data(request.buyer_signature)}}
      .dump();
}

/// The payload was written by `to_payload` into a database that is ours.
MintRequest request_of(const Job& job) {
  const json payload = json::parse(job.intent.payload);
  const auto address = [&payload](const char* key) {
    const auto parsed = Address::parse(payload.at(key).get<std::string>());
    GALLERIA_CHECK(parsed.has_value());
    return *parsed;
  };
  const auto token_id = Word::parse(payload.at("token_id").get<std::string>());
  auto signature = parse_data(payload.at("buyer_signature").get<std::string>(), kBuyerSignatureBytesMax);
  GALLERIA_CHECK(token_id.has_value() && signature.has_value());
  const CheckoutOrder order{job.intent.key,      address("recipient"),
                            address("twin"),     *token_id,
                            address("currency"), payload.at("amount").get<std::uint64_t>(),
                            address("payout"),   payload.at("valid_before_s").get<std::uint64_t>()};
  return {order, std::move(*signature)};
}

}  // namespace

void CheckoutJobs::accept(const MintRequest& request, proto::TimeUs now) {
  const CheckoutOrder& order = request.order;
  if (m_store.job(order.order_id)) return;
  const auto rule = broken_rule(request, now);
  const std::uint64_t weight = request.is_purchase() ? order.amount : 1;
  const Intent intent{order.order_id, request.is_purchase() ? "purchase" : "issue", to_payload(request),
                      order.currency.text(), weight};
  rule ? m_store.add_failed(intent, *rule, now) : m_store.add(intent, now);
}

void CheckoutJobs::refuse(const Word& order_id, const std::string& reason, proto::TimeUs now) {
  MintRequest nothing;
  nothing.order.order_id = order_id;
  m_store.add_failed({order_id, "refused", to_payload(nothing), "", 0}, reason, now);
}

std::optional<std::string> CheckoutJobs::broken_rule(const MintRequest& request, proto::TimeUs now) {
  const CheckoutOrder& order = request.order;
  const bool known_twin = std::any_of(m_deployment.brands.begin(), m_deployment.brands.end(), [&](const auto& entry) {
    return entry.second.twin == order.twin && (!request.is_purchase() || entry.second.payout == order.payout);
  });
  if (!known_twin) return "twin and payout are not those of one brand of the deployment";
  if (order.order_id.is_zero() || order.token_id.is_zero()) return "order id and token id must not be zero";
  const std::uint64_t today = m_store.added_since(order.currency.text(), start_of_day(now));
  if (!request.is_purchase()) {
    if (!order.currency.is_zero() || order.amount != 0 || !order.payout.is_zero()) {
      return "an order that was paid elsewhere has no currency, amount or payout";
    }
    if (order.recipient != m_deployment.keeper) return "an order that was paid elsewhere goes to the keeper";
    if (today >= m_limits.day_issues_max) return "today's cap of orders paid elsewhere is reached";
    return std::nullopt;
  }
  if (request.buyer_signature.size() > kBuyerSignatureBytesMax) return "the buyer's signature is too long";
  if (order.currency != m_deployment.currency.token) return "the currency is not the deployment's";
  if (order.amount == 0 || order.amount > m_limits.order_amount_max) return "the amount is above the cap per order";
  if (today + order.amount > m_limits.day_amount_max) return "today's cap of amounts is reached";
  return std::nullopt;
}

std::vector<Report> CheckoutJobs::reports(int rows_max) {
  std::vector<Report> out;
  for (const Job& job : m_store.untold(rows_max)) {
    out.push_back({request_of(job), job.state, job.transaction, job.block_number, job.trouble});
  }
  return out;
}

std::uint64_t CheckoutJobs::issue_end_s(proto::TimeUs signed_at) const {
  return seconds_of(signed_at + m_limits.issue_life);
}

Call CheckoutJobs::call(const Job& job, proto::TimeUs now) const {
  MintRequest request = request_of(job);
  if (!request.is_purchase()) request.order.valid_before_s = issue_end_s(now);
  const Signature store = m_store_signer.sign(order_digest(m_deployment, request.order));
  return {m_deployment.checkout, request.is_purchase() ? purchase_call(request.order, store, request.buyer_signature)
                                                       : issue_call(request.order, store)};
}

NodeResult<std::optional<Settled>> CheckoutJobs::settled(Node& node, const Job& job) const {
  const auto answer = node.call(m_deployment.keeper, m_deployment.checkout, used_call(job.intent.key));
  if (!answer) return proto::fail(answer.error());
  const auto used = abi::Reader(*answer).boolean(0);
  if (!used) return proto::fail(cannot_tell("the checkout does not say whether the order is used"));
  if (!*used) return std::optional<Settled>();
  const auto logs = node.logs(m_deployment.checkout, settled_topic(), job.intent.key, m_deployment.first_block);
  if (!logs) return proto::fail(logs.error());
  if (logs->empty()) return proto::fail(cannot_tell("the order is settled, but the node does not show where"));
  const auto receipt = node.receipt(logs->front().transaction_hash);
  if (!receipt) return proto::fail(receipt.error());
  if (!receipt->has_value()) return proto::fail(cannot_tell("the order is settled, but the node has no receipt of it"));
  return std::optional<Settled>({logs->front().transaction_hash, **receipt});
}

std::optional<std::string> CheckoutJobs::too_late(const Job& job, std::uint64_t chain_time_s) const {
  const MintRequest request = request_of(job);
  if (!request.is_purchase() || chain_time_s + kPaymentMarginSeconds < request.order.valid_before_s)
    return std::nullopt;
  return "the payment's time ran out before the chain could take it";
}

std::optional<std::uint64_t> CheckoutJobs::ends_s(const Job& job, const Attempt& last) const {
  const MintRequest request = request_of(job);
  return request.is_purchase() ? request.order.valid_before_s : issue_end_s(last.signed_at);
}

Judgement CheckoutJobs::judge(const Job& job, const Bytes& revert_data, proto::TimeUs now) const {
  const Refusal refusal = explain_revert(revert_data);
  // What was paid elsewhere has been paid: it is tried for a day before somebody gets the money back.
  const bool purchase = request_of(job).is_purchase();
  return {refusal.name, purchase ? !refusal.may_pass : now - job.created > m_limits.issue_give_up_after};
}

}  // namespace chain
