#include "world-server/bridge/chain_door.h"

#include "client-proto/core/log.h"
#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "shop/outbox_repo.h"
#include "world-server/bridge/wallet_order.h"

namespace world {

namespace {

constexpr int kRowsPerTickMax = 32;

proto::OrderId order_id(const chain::Word& word) {
  proto::OrderId id;
  id.bytes = word.bytes;
  return id;
}

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// What the contract's refusals mean to the person who pays.
std::string for_people(const std::string& reason, bool paid_elsewhere) {
  if (paid_elsewhere) return "The certificate could not be issued. You get your money back.";
  if (reason == "NotEnoughMoney") return "There was not enough money to pay with.";
  if (reason == "WrongSignature") return "The confirmation did not come from the account that should pay.";
  return "The payment could not be taken. Nothing was charged.";
}

}  // namespace

void ChainDoor::tick(proto::TimeUs now) {
  for (const ChainNews& news : m_port.from_chain.take_all()) {
    std::visit([this, now](const auto& heard) { hear(heard, now); }, news);
  }
  hand_over("mint", now);
  hand_over("checkout", now);
}

void ChainDoor::hand_over(const char* kind, proto::TimeUs now) {
  for (const shop::OutboxRow& row : shop::outbox::waiting(m_store.db(), kind, kRowsPerTickMax)) {
    auto request = request_for(row);
    if (!request) {
      refuse(row.id, row.order, request.error(), now);
      continue;
    }
    if (!m_port.to_chain.push(MintTask{row.id, std::move(request).value()})) return;
  }
}

proto::Result<chain::MintRequest, std::string> ChainDoor::request_for(const shop::OutboxRow& row) {
  const auto order = shop::orders::order(m_store.db(), row.order);
  if (!order || order->lines.empty()) return proto::fail(std::string("the order is not in the database"));
  const auto product = shop::catalogue::product(m_store.db(), order->lines.front().product);
  if (!product) return proto::fail(std::string("the product is not in the catalogue"));
  if (order->pay == shop::PayWay::kCard) {
    const auto made = card_order(m_deployment, *order, product->brand);
    if (!made) return proto::fail("no contract is deployed for " + product->brand);
    return chain::MintRequest{*made, {}};
  }
  auto authorisation = parse_authorisation(row.payload);
  if (!authorisation) return proto::fail(std::string("the wallet's authorisation cannot be read"));
  const auto made =
      wallet_order(m_deployment, *order, product->brand, authorisation->payer, authorisation->valid_before_s);
  if (!made) return proto::fail("no contract is deployed for " + product->brand);
  return chain::MintRequest{*made, std::move(authorisation->signature)};
}

void ChainDoor::hear(const MintTaken& news, proto::TimeUs now) { execute(shop::AcknowledgeOutbox{news.row}, now); }

void ChainDoor::hear(const MintRefused& news, proto::TimeUs now) {
  refuse(news.row, order_id(news.order_id), news.reason, now);
}

void ChainDoor::hear(const HealthChanged& news, proto::TimeUs) { m_health = news; }

void ChainDoor::hear(const Progress& news, proto::TimeUs now) {
  const chain::Report& report = news.report;
  const chain::CheckoutOrder& order = report.request.order;
  const bool is_purchase = report.request.is_purchase();
  const proto::OrderId id = order_id(order.order_id);
  const std::string transaction = report.transaction.hex();
  switch (report.state) {
    case chain::JobState::kSeen:
      if (is_purchase) execute(shop::SeePaymentOnChain{id, transaction}, now);
      execute(shop::SeeMint{id, transaction}, now);
      break;
    case chain::JobState::kFinal: {
      // A report of "seen" may have been skipped, when the relayer was away while the chain went on.
      if (is_purchase) execute(shop::SeePaymentOnChain{id, transaction}, now);
      execute(shop::SeeMint{id, transaction}, now);
      shop::Certificate certificate;
      certificate.token.bytes = order.token_id.bytes;
      certificate.order = id;
      certificate.owner = lower_case(order.recipient.text());
      certificate.contract = lower_case(order.twin.text());
      certificate.chain_id = m_deployment.chain_id;
      certificate.tx_hash = transaction;
      certificate.block = report.block_number;
      execute(shop::FinishMint{certificate}, now);
      break;
    }
    default:
      execute(shop::FailMint{id, for_people(report.reason, !is_purchase), false}, now);
  }
  // When it does not fit into the queue, the report comes again.
  static_cast<void>(m_port.to_chain.push(ReportStored{report}));
}

void ChainDoor::execute(shop::Action action, proto::TimeUs now) {
  const auto done = m_store.execute({"", now, std::move(action)});
  // A refusal is final: what does not fit the order's state now will not fit it later.
  if (done) return;
  proto::log(proto::LogLevel::kWarning, "bridge", "the shop refuses: " + std::string(shop::to_text(done.error())));
}

void ChainDoor::refuse(std::int64_t row, const proto::OrderId& order, const std::string& reason, proto::TimeUs now) {
  proto::log(proto::LogLevel::kError, "bridge", "order " + order.hex() + " cannot go to the chain: " + reason);
  const auto known = shop::orders::order(m_store.db(), order);
  const bool paid_elsewhere = known && known->pay == shop::PayWay::kCard;
  execute(shop::FailMint{order, for_people(reason, paid_elsewhere), false}, now);
  execute(shop::AcknowledgeOutbox{row}, now);
}

}  // namespace world
