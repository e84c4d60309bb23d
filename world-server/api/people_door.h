/// The shop's side of what happens between people in the world: what net notes is written down here, and read again for
/// the next visit. Private to world-server/api.
#pragma once

#include "world-server/api/parts.h"
#include "world-server/api/people_port.h"

namespace world {

void take_note(Parts& parts, const PeopleNote& note, proto::TimeUs now);
/// What somebody was sent away with.
struct Dismissal {
  proto::AccountId account;
  bool is_kick = false;
  std::uint32_t minutes = 0;  ///< 0: may come back at once
  std::string by;
  std::string reason;
};
/// Writes it down; the answer is until when it holds. Who is inside is known by the address as well, for which guests
/// are refused.
proto::TimeUs send_away(Parts& parts, const Dismissal& dismissal, proto::TimeUs now);
/// Why this caller may not enter the world now, if so.
[[nodiscard]] std::optional<HttpResponse> refused_at_door(Parts& parts, const Call& call);
/// Who enters, with all that the world has to know of them.
[[nodiscard]] Passenger passenger_of(Parts& parts, const shop::Session& session);

}  // namespace world
