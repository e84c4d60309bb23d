/// The shop's side of the port to the chain thread (shop/outbox_port.h): outbox rows become tasks, news become
/// commands.
#pragma once

#include "shop/outbox_port.h"
#include "world-server/api/parts.h"

namespace world {

/// Hands over every row that the chain thread has not stored yet; again after some seconds, should it have been lost.
void send_chain_tasks(Parts& parts, proto::TimeUs now);
/// Writes down what the chain thread tells, and says so.
void take_chain_news(Parts& parts, proto::TimeUs now);

}  // namespace world
