/// The shop's side of what customers have agreed to (chain-bridge/customer/consent_desk.h): purchases that are to be
/// noted go to the desk and are acknowledged only then, and what a visitor agreed to follows the visitor into an
/// account. All of it may be repeated, so a kill between any two steps loses nothing and notes nothing twice.
#pragma once

#include "shop/command.h"
#include "world-server/api/parts.h"

namespace world {

/// Whether the account has agreed that purchases of the variant's brand are noted, and that holds now.
[[nodiscard]] bool has_live_consent(Parts& parts, const proto::AccountId& account, shop::VariantId variant,
                                    proto::TimeUs now);
/// Notes every purchase that was finished and is to be noted. A consent that has ended meanwhile is respected: the
/// purchase is forgotten here, not noted.
void note_shared_purchases(Parts& parts, proto::TimeUs now);
/// Carries logins to the vault. False if it could not take them all; they wait for the next try.
bool finish_account_moves(Parts& parts, proto::TimeUs now);

/// What a browser is told that says `Sec-GPC: 1` and asks to share all the same.
[[nodiscard]] HttpResponse sharing_refused();

}  // namespace world
