#include "world-server/api/courier.h"

#include <chrono>
#include <utility>

#include "client-proto/core/log.h"

namespace world {
namespace {

constexpr std::chrono::milliseconds kLook{200};

}  // namespace

Courier::Courier(std::unique_ptr<PaymentProvider> provider, std::unique_ptr<Mailer> mailer)
    : m_provider(std::move(provider)), m_mailer(std::move(mailer)), m_thread([this] { run(); }) {}

Courier::~Courier() {
  m_stopping = true;
  m_errands.close();
  m_thread.join();
}

void Courier::run() {
  while (!m_stopping) {
    const auto errand = m_errands.wait_pop(kLook);
    if (!errand || m_stopping) continue;
    if (!m_results.push(carry_out(*errand))) {
      proto::log(proto::LogLevel::kWarning, "api", "the shop does not fetch what its errands brought");
    }
  }
}

ErrandResult Courier::carry_out(const Errand& errand) {
  if (const auto* page = std::get_if<OpenPageErrand>(&errand)) {
    return PageOpened{page->order, m_provider->open(page->request)};
  }
  if (const auto* refund = std::get_if<RefundErrand>(&errand)) {
    return Refunded{refund->outbox_row, refund->order, m_provider->refund(refund->request)};
  }
  return MailSent{m_mailer->send(std::get<MailErrand>(errand).mail)};
}

}  // namespace world
