/// The ladders behind `apply`, one for each action. Private to shop/.
#pragma once

#include <string>

#include "shop/apply.h"

namespace shop {

[[nodiscard]] Verdict decide(const View& view, const AddBrand& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const AddProduct& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const PlaceProduct& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const ChangeStock& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const StartCheckout& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const CancelOrder& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const AuthorisePayment& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const OpenPayment& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const SettlePayment& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const FailPayment& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const ConfirmRefund& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const AcknowledgeOutbox& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const SeePaymentOnChain& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const SeeMint& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const FinishMint& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const FailMint& action, proto::TimeUs now);
[[nodiscard]] Verdict decide(const View& view, const ExpireOrder& action, proto::TimeUs now);

// --- steps that several ladders take
// ------------------------------------------------------------------------------------

/// Accepted, and nothing left to do.
[[nodiscard]] Outcome unchanged(const Order& order);
/// Accepted: the order becomes `state`.
[[nodiscard]] Outcome move(Order order, OrderState state, OrderReason reason = OrderReason::kNone);
/// As `move`, and the reserved goods return to the shelf.
[[nodiscard]] Outcome move_and_release(Order order, OrderState state, OrderReason reason);
/// The buyer's money must go back: says so in the order and asks the outside to do it.
void ask_refund(Outcome& outcome, proto::Money amount);
/// What the bridge needs to mint the order's twin, as JSON.
[[nodiscard]] std::string mint_payload(const Order& order);

}  // namespace shop
