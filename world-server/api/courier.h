/// Errands that take time and must not hold up the shop: opening a payment page, giving money back, sending a mail. One
/// thread runs them one after the other; what came of them is fetched by the shop thread. Errands are kept in memory
/// only: the rows behind them (an order without a payment page, a refund in the outbox) make the shop ask again after a
/// restart.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "client-proto/core/bounded_queue.h"
#include "client-proto/core/ids.h"
#include "world-server/api/mailer.h"
#include "world-server/api/payment_provider.h"

namespace world {

struct OpenPageErrand {
  proto::OrderId order;
  PaymentRequest request;
};
struct RefundErrand {
  std::int64_t outbox_row = 0;
  proto::OrderId order;
  RefundRequest request;
};
struct MailErrand {
  Mail mail;
};
using Errand = std::variant<OpenPageErrand, RefundErrand, MailErrand>;

struct PageOpened {
  proto::OrderId order;
  proto::Result<PaymentPage, std::string> page;
};
struct Refunded {
  std::int64_t outbox_row = 0;
  proto::OrderId order;
  proto::Status<std::string> result;
};
struct MailSent {
  proto::Status<std::string> result;
};
using ErrandResult = std::variant<PageOpened, Refunded, MailSent>;

class Courier {
 public:
  static constexpr std::size_t kErrandsMax = 256;

  /// Either may be null; its errands must then not be sent.
  Courier(std::unique_ptr<PaymentProvider> provider, std::unique_ptr<Mailer> mailer);
  /// Finishes the errand that runs and drops the others.
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// False when too many wait.
  [[nodiscard]] bool send(Errand errand) { return m_errands.push(std::move(errand)); }
  [[nodiscard]] std::vector<ErrandResult> results() { return m_results.take_all(); }

 private:
  void run();
  [[nodiscard]] ErrandResult carry_out(const Errand& errand);

  std::unique_ptr<PaymentProvider> m_provider;
  std::unique_ptr<Mailer> m_mailer;
  proto::BoundedQueue<Errand> m_errands{kErrandsMax};
  proto::BoundedQueue<ErrandResult> m_results{kErrandsMax * 2};
  std::atomic<bool> m_stopping = false;
  std::thread m_thread;
};

}  // namespace world
