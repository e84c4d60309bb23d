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

}  // namespace world
