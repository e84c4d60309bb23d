/// The shop's side of card payments: payment pages are asked for until they are there, refunds until they are done, and
/// what the courier brings back becomes commands.
#pragma once

#include "world-server/api/parts.h"

namespace world {

/// Asks for the order's payment page, unless it was asked for within the last seconds. It is there some time later:
/// nobody waits for it here, the shopper's client asks for the order again.
void ask_payment_page(Parts& parts, const shop::Order& order, proto::TimeUs now);
/// Applies everything that the courier has brought.
void collect_errands(Parts& parts, proto::TimeUs now);
/// Asks again for whatever is still missing: pages of open orders, refunds that are due.
void repeat_errands(Parts& parts, proto::TimeUs now);
/// Ends the reservations whose time is over.
void expire_orders(Parts& parts, proto::TimeUs now);

}  // namespace world
