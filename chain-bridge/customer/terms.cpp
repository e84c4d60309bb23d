#include "chain-bridge/customer/terms.h"

#include "chain-bridge/eth/keccak.h"

namespace chain {

const Purpose& recommend_purpose() {
  static constexpr Purpose kRecommend{
      "recommend",
      "We note which piece you bought: its name, its kind, the boutique and the month. We never note your name, "
      "address, "
      "price or payment. Only the boutiques you named here may read it, and only to show you what goes with it. You "
      "see "
      "every time one of them reads it. It ends by itself after one year. You can stop sharing or erase everything at "
      "any time, with one button. What a boutique has read before you erase cannot be unread. Saying no costs you "
      "nothing.",
      "https://w3id.org/dpv#ProvidePersonalisedRecommendations", 365ULL * 24 * 3600};
  return kRecommend;
}

Word notice_hash(const Purpose& purpose) { return keccak256(purpose.notice); }

}  // namespace chain
