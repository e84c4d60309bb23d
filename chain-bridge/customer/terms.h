/// What customers are asked to agree to, in plain words, and what the purpose registry of the customer chain is told
/// about it. A purpose never changes there: whoever changes these words gives the purpose another name.
#pragma once

#include <string_view>

#include "chain-bridge/eth/types.h"

namespace chain {

struct Purpose {
  std::string_view name;    ///< its id on the chain is `registry_id` of this
  std::string_view notice;  ///< English
  std::string_view term;    ///< of the Data Privacy Vocabulary
  std::uint64_t retention_s = 0;
};

[[nodiscard]] const Purpose& recommend_purpose();
/// keccak256 of the notice.
[[nodiscard]] Word notice_hash(const Purpose& purpose);

}  // namespace chain
