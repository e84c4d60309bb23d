/// What passes between the consent desk (shop thread), whose vault owns the notes for the customer chain, and the
/// customer worker (chain thread), which takes them there: plain structs over two bounded queues.
///
///     desk                                          worker
///     ToCustomerChain: CustomerTask  ------------->  stores the note in its own database
///              <------------------ CustomerNews kStored (only then does the desk stop offering it)
///              <------------------ or kNoKey: nobody here can send it; it is offered again much later
///              <------------------ CustomerNews kFinal or kFailed, again and again until
///     ToCustomerChain: CustomerHeard ------------->  the vault has written it down
///
/// Both sides repeat what they are not sure of, and both know a note by the hash of its call, so a kill of either at
/// any moment loses nothing and doubles nothing.
#pragma once

#include <variant>

#include "chain-bridge/customer/chain_note.h"
#include "client-proto/core/bounded_queue.h"

namespace chain {

struct CustomerTask {
  std::string brand;  ///< whose key sends it
  ChainNote note;
};

enum class CustomerNewsKind : std::uint8_t { kStored, kFinal, kFailed, kNoKey };

struct CustomerNews {
  CustomerNewsKind kind = CustomerNewsKind::kStored;
  Word key;            ///< `note_key` of the note
  std::string reason;  ///< kFailed and kNoKey: for operators
};

struct CustomerHeard {
  Word key;
  CustomerNewsKind kind = CustomerNewsKind::kFinal;
};

using ToCustomerChain = std::variant<CustomerTask, CustomerHeard>;

constexpr std::size_t kCustomerQueueMax = 1024;

struct CustomerPort {
  proto::BoundedQueue<ToCustomerChain> to_chain{kCustomerQueueMax};
  proto::BoundedQueue<CustomerNews> to_desk{kCustomerQueueMax};
};

}  // namespace chain
