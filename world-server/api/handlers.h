/// The handlers behind the route table, by subject: handlers_<subject>.cpp. Private to world-server/api.
#pragma once

#include "world-server/api/parts.h"

namespace world {

// session
HttpResponse post_session(Parts& parts, Call& call);
HttpResponse get_session(Parts& parts, Call& call);
HttpResponse post_world_ticket(Parts& parts, Call& call);
// mall
HttpResponse get_mall(Parts& parts, Call& call);
HttpResponse get_collision(Parts& parts, Call& call);
HttpResponse get_products(Parts& parts, Call& call);
HttpResponse get_product(Parts& parts, Call& call);
HttpResponse get_openapi(Parts& parts, Call& call);
// orders
HttpResponse post_checkout(Parts& parts, Call& call);
HttpResponse get_order(Parts& parts, Call& call);
HttpResponse post_order_cancel(Parts& parts, Call& call);
HttpResponse get_things(Parts& parts, Call& call);
HttpResponse get_operator_orders(Parts& parts, Call& call);
// wallet
HttpResponse post_order_authorisation(Parts& parts, Call& call);
HttpResponse post_order_payment(Parts& parts, Call& call);
// hooks
HttpResponse post_payment_hook(Parts& parts, Call& call);
// login
HttpResponse post_login_email(Parts& parts, Call& call);
HttpResponse post_login_code(Parts& parts, Call& call);
// twins
HttpResponse get_twin(Parts& parts, Call& call);
// catalogue
HttpResponse post_brand(Parts& parts, Call& call);
HttpResponse post_product(Parts& parts, Call& call);
HttpResponse post_placement(Parts& parts, Call& call);
HttpResponse post_stock(Parts& parts, Call& call);
// retailers
HttpResponse post_member(Parts& parts, Call& call);
HttpResponse post_boutique_doors(Parts& parts, Call& call);
// consents
HttpResponse get_consent_terms(Parts& parts, Call& call);
HttpResponse get_consents(Parts& parts, Call& call);
HttpResponse post_consent(Parts& parts, Call& call);
HttpResponse post_consent_withdraw(Parts& parts, Call& call);
HttpResponse post_consent_erase(Parts& parts, Call& call);
// for you
HttpResponse get_for_you(Parts& parts, Call& call);
// conduct
HttpResponse get_visitors(Parts& parts, Call& call);
HttpResponse post_visitor_kick(Parts& parts, Call& call);
HttpResponse get_staff(Parts& parts, Call& call);
HttpResponse post_staff(Parts& parts, Call& call);
HttpResponse get_bans(Parts& parts, Call& call);
HttpResponse post_ban(Parts& parts, Call& call);
HttpResponse post_ban_lift(Parts& parts, Call& call);
// relations
HttpResponse get_relations(Parts& parts, Call& call);
HttpResponse post_relation_lift(Parts& parts, Call& call);
// uploads
HttpResponse post_upload(Parts& parts, Call& call);
HttpResponse get_upload(Parts& parts, Call& call);

}  // namespace world
