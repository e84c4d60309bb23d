/// The shop's side of what happens between people in the world: what net notes is written down here, and read again for
/// the next visit. Private to world-server/api.
#pragma once

#include "world-server/api/parts.h"
#include "world-server/api/people_port.h"

namespace world {

void take_note(Parts& parts, const PeopleNote& note, proto::TimeUs now);
/// Who enters, with all that the world has to know of them.
[[nodiscard]] Passenger passenger_of(Parts& parts, const shop::Session& session);

}  // namespace world
