/// The shop's side of card payments: payment pages are asked for until they are there, refunds until they are done, and
/// what the courier brings back becomes commands.
#pragma once

#include "world-server/api/parts.h"

namespace world {

/// Asks for the order's payment page, unless it was asked for within the last seconds.
void ask_payment_page(Parts& parts, const shop::Order& order, proto::TimeUs now);
/// Waits a moment for the payment page of an order that was just made, so that the shopper need not ask again.
void await_payment_page(Parts& parts, const proto::OrderId& order, proto::TimeUs now);
/// Applies everything that the courier has brought.
void collect_errands(Parts& parts, proto::TimeUs now);
/// Asks again for whatever is still missing: pages of open orders, refunds that are due.
void repeat_errands(Parts& parts, proto::TimeUs now);
/// Ends the reservations whose time is over.
void expire_orders(Parts& parts, proto::TimeUs now);

}  // namespace world
