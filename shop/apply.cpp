#include "shop/apply.h"

#include "shop/ladders.h"

namespace shop {
namespace {

/// Sends each action to its ladder; the ladders stand in apply_catalogue.cpp, apply_buying.cpp and apply_minting.cpp.
struct Ladder {
  const View& view;
  proto::TimeUs now;

  template <class A>
  Verdict operator()(const A& action) const {
    return decide(view, action, now);
  }
};

}  // namespace

Verdict apply(const View& view, const Command& command) {
  if (view.prior && view.prior->fingerprint != fingerprint(command.action)) return proto::fail(Refusal::kKeyConflict);
  if (view.prior) return Outcome{Receipt{view.prior->reference, true}, {}};
  return std::visit(Ladder{view, command.now}, command.action);
}

}  // namespace shop
