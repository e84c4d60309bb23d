#include "world-server/api/chain_door.h"

#include <string>
#include <utility>

#include "client-proto/core/log.h"
#include "shop/catalogue_repo.h"
#include "shop/order_repo.h"
#include "shop/outbox_repo.h"

namespace world {
namespace {

using shop::ChainNews;
using shop::ChainNewsKind;

constexpr proto::SpanUs kSendAgainAfter = proto::seconds(10);
constexpr int kRowsPerTickMax = 64;

std::optional<shop::ChainTask> task_of(Parts& parts, const shop::OutboxRow& row) {
  const auto order = shop::orders::order(parts.db(), row.order);
  const auto product = order ? shop::catalogue::product(parts.db(), order->lines.front().product) : std::nullopt;
  if (!product) return std::nullopt;
  return shop::ChainTask{row.id,         order->id,    order->lines.front().token,
                         product->brand, order->total, row.kind == "checkout" ? row.payload : std::string()};
}

/// What the shop writes down for one piece of news, in order; a wallet's one transaction is payment and mint.
std::vector<shop::Action> actions_of(Parts& parts, const ChainNews& news) {
  if (news.kind == ChainNewsKind::kStored) return {shop::AcknowledgeOutbox{news.row}};
  if (news.kind == ChainNewsKind::kFailed) return {shop::FailMint{news.order, news.reason, news.paid}};
  std::vector<shop::Action> actions;
  const auto order = shop::orders::order(parts.db(), news.order);
  if (order && order->state == shop::OrderState::kAwaitingPayment) {
    actions.emplace_back(shop::SeePaymentOnChain{news.order, news.tx_hash});
  }
  actions.emplace_back(shop::SeeMint{news.order, news.tx_hash});
  if (news.kind == ChainNewsKind::kFinal) {
    actions.emplace_back(shop::FinishMint{
        {news.token, news.order, news.owner, news.contract, news.chain_id, news.tx_hash, news.block, {}}});
  }
  return actions;
}

/// True when the chain tells of a mint before its "stored" has come: it will tell again.
bool too_early(Parts& parts, const ChainNews& news) {
  const auto order = shop::orders::order(parts.db(), news.order);
  return news.kind != ChainNewsKind::kStored && order && order->state == shop::OrderState::kPaid &&
         order->pay == shop::PayWay::kCard;
}

void take(Parts& parts, const ChainNews& news, proto::TimeUs now) {
  if (too_early(parts, news)) return;
  for (shop::Action& action : actions_of(parts, news)) {
    const auto receipt = parts.store->execute({{}, now, std::move(action)});
    if (!receipt) {
      proto::log(proto::LogLevel::kWarning, "api",
                 "the shop does not take what the chain tells: " + std::string(to_text(receipt.error())));
    }
  }
  if (news.kind == ChainNewsKind::kStored) return;
  // A full queue only means that the chain tells it once more.
  (void)parts.chain->to_chain.push(shop::ChainHeard{news.order, news.kind});
}

}  // namespace

void send_chain_tasks(Parts& parts, proto::TimeUs now) {
  if (parts.chain == nullptr) return;
  for (const char* kind : {"mint", "checkout"}) {
    for (const shop::OutboxRow& row : shop::outbox::waiting(parts.db(), kind, kRowsPerTickMax)) {
      if (!parts.limits.take("chain/" + std::to_string(row.id), 1, kSendAgainAfter, now)) continue;
      auto task = task_of(parts, row);
      if (task) (void)parts.chain->to_chain.push(*std::move(task));
    }
  }
}

void take_chain_news(Parts& parts, proto::TimeUs now) {
  if (parts.chain == nullptr) return;
  for (const ChainNews& news : parts.chain->to_shop.take_all()) take(parts, news, now);
}

}  // namespace world
