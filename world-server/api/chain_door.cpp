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
constexpr proto::SpanUs kComplainAgainAfter = proto::minutes(10);
constexpr int kTasksPerTickMax = 64;

std::optional<shop::ChainTask> task_of(Parts& parts, const shop::OutboxRow& row) {
  const auto order = shop::orders::order(parts.db(), row.order);
  const auto product = order ? shop::catalogue::product(parts.db(), order->lines.front().product) : std::nullopt;
  if (!product) return std::nullopt;
  return shop::ChainTask{row.id,         order->id,    order->lines.front().token,
                         product->brand, order->total, row.kind == "checkout" ? row.payload : std::string()};
}

/// What the shop writes down for one piece of news, in order; a wallet's one transaction is payment and mint. Each
/// action knows by itself whether it was done before.
std::vector<shop::Action> actions_of(const ChainNews& news, shop::PayWay pay) {
  if (news.kind == ChainNewsKind::kStored) return {shop::AcknowledgeOutbox{news.row}};
  if (news.kind == ChainNewsKind::kFailed) return {shop::FailMint{news.order, news.reason}};
  std::vector<shop::Action> actions;
  if (pay == shop::PayWay::kWallet) actions.emplace_back(shop::SeePaymentOnChain{news.order, news.tx_hash});
  actions.emplace_back(shop::SeeMint{news.order, news.tx_hash});
  if (news.kind == ChainNewsKind::kFinal) {
    actions.emplace_back(shop::FinishMint{
        {news.token, news.order, news.owner, news.contract, news.chain_id, news.tx_hash, news.block, {}}});
  }
  return actions;
}

/// True when the chain tells of a mint before its "stored" has come: it will tell again.
bool too_early(const ChainNews& news, const shop::Order& order) {
  return news.kind != ChainNewsKind::kStored && order.state == shop::OrderState::kPaid &&
         order.pay == shop::PayWay::kCard;
}

/// Money and twins are at stake, so it is an error; the chain tells again and again, so it is not logged each time.
void complain(Parts& parts, const ChainNews& news, const std::string& what, proto::TimeUs now) {
  if (!parts.errands.take("complaint/" + news.order.hex(), 1, kComplainAgainAfter, now)) return;
  proto::log(proto::LogLevel::kError, "api", "order " + news.order.hex() + ": " + what);
}

/// False when the shop could not write down everything that the chain tells.
bool write_down(Parts& parts, const ChainNews& news, const shop::Order& order, proto::TimeUs now) {
  const bool is_good = news.kind == ChainNewsKind::kSeen || news.kind == ChainNewsKind::kFinal;
  if (is_good && order.pay == shop::PayWay::kWallet && shop::has_ended_without_goods(order)) {
    complain(parts, news, "was paid on the chain after the shop had ended it; see that its piece is still there", now);
  }
  for (shop::Action& action : actions_of(news, order.pay)) {
    const auto receipt = parts.store->execute({{}, now, std::move(action)});
    if (receipt) continue;
    complain(parts, news, "the shop does not take what the chain tells: " + std::string(to_text(receipt.error())), now);
    return false;
  }
  return true;
}

void take(Parts& parts, const ChainNews& news, proto::TimeUs now) {
  const auto order = shop::orders::order(parts.db(), news.order);
  if (!order) return complain(parts, news, "the chain tells of an order that the shop does not have", now);
  if (too_early(news, *order) || !write_down(parts, news, *order, now)) return;
  if (news.kind == ChainNewsKind::kStored) return;
  // A full queue only means that the chain tells it once more.
  (void)parts.chain->to_chain.push(shop::ChainHeard{news.order, news.kind});
}

}  // namespace

void send_chain_tasks(Parts& parts, proto::TimeUs now) {
  if (parts.chain == nullptr) return;
  for (const char* kind : {"mint", "checkout"}) {
    for (const shop::OutboxRow& row : shop::outbox::waiting(parts.db(), kind, kTasksPerTickMax)) {
      if (!parts.errands.take("chain/" + std::to_string(row.id), 1, kSendAgainAfter, now)) continue;
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
