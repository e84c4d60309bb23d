/// The shop's side of the importer: rows that wait are handed to it, what it has finished is written down. Rows survive
/// a restart, so an upload that was being cooked is simply handed over again.
#pragma once

#include "assets/importer.h"
#include "world-server/api/parts.h"

namespace world {

void submit_waiting_uploads(Parts& parts, proto::TimeUs now);
void collect_finished_uploads(Parts& parts);

}  // namespace world
