/// Everybody in the mall, shoppers and staff, as columns: one row per avatar index, shoppers below clients_max, staff
/// from there. What replication reads every tick lies close together; what hardly changes lies apart.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client-proto/move/state.h"
#include "client-proto/wire/snapshot.h"
#include "world-server/world/port.h"
#include "world-server/world/record_history.h"
#include "world-server/world/wardrobe.h"

namespace world {

enum class Kind : std::uint8_t { kNobody = 0, kShopper = 1, kStaff = 2 };

struct People {
  explicit People(std::size_t rows)
      : kind(rows, Kind::kNobody),
        id(rows),
        state(rows),
        teleport_parity(rows, 0),
        outfit(rows),
        outfit_tick(rows, 0),
        appearance_version(rows, 0),
        name(rows),
        look(rows),
        x(rows, 0.0F),
        z(rows, 0.0F),
        present(rows, 0),
        records(rows) {}

  [[nodiscard]] std::size_t rows() const { return kind.size(); }
  /// True when exactly this avatar, not a predecessor in its slot, is in the world.
  [[nodiscard]] bool holds(AvatarId avatar) const {
    return avatar.index < rows() && kind[avatar.index] != Kind::kNobody && id[avatar.index] == avatar;
  }
  void dress(std::size_t row, std::uint32_t tick) {
    ++appearance_version[row];
    outfit_tick[row] = tick;
    dressed_tick = tick;
  }
  /// Recomputes the columns that replication reads.
  void publish(std::uint32_t tick) {
    records.begin(tick);
    for (std::size_t row = 0; row < rows(); ++row) {
      present[row] = static_cast<std::uint8_t>(kind[row]);
      if (present[row] == 0) continue;
      x[row] = state[row].position.x;
      z[row] = state[row].position.z;
      records.set(row, proto::avatar_record(id[row], state[row], teleport_parity[row] != 0));
    }
  }

  std::vector<Kind> kind;
  std::vector<AvatarId> id;
  std::vector<proto::MoveState> state;
  std::vector<std::uint8_t> teleport_parity;
  std::vector<Outfit> outfit;
  std::vector<std::uint32_t> outfit_tick;  ///< when the outfit last changed
  std::vector<std::uint16_t> appearance_version;
  std::vector<std::string> name;
  std::vector<Look> look;

  std::vector<float> x;
  std::vector<float> z;
  std::vector<std::uint8_t> present;
  RecordHistory<proto::AvatarRecord> records;
  std::uint32_t dressed_tick = 0;  ///< when anybody's appearance last changed
};

}  // namespace world
