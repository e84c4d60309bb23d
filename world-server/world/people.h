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
        person(rows, 0),
        keeps_order(rows, 0),
        bonds(rows),
        party(rows, 0),
        x(rows, 0.0F),
        z(rows, 0.0F),
        present(rows, 0),
        records(rows) {}

  [[nodiscard]] std::size_t rows() const { return kind.size(); }
  /// True when exactly this avatar, not a predecessor in its slot, is in the world.
  [[nodiscard]] bool holds(AvatarId avatar) const {
    return avatar.index < rows() && kind[avatar.index] != Kind::kNobody && id[avatar.index] == avatar;
  }
  /// True when one of them has blocked the other: neither is to see or hear the other.
  [[nodiscard]] bool is_hidden_between(std::size_t row_a, std::size_t row_b) const {
    return has_blocked(row_a, row_b) || has_blocked(row_b, row_a);
  }
  /// True when nothing that `from` says may reach `to`.
  [[nodiscard]] bool is_silenced(std::size_t from, std::size_t to) const {
    return (bonds[to].flags(person[from]) & kMuted) != 0 || is_hidden_between(from, to);
  }
  void dress(std::size_t row, std::uint32_t tick) {
    outfit_tick[row] = tick;
    change_appearance(row, tick);
  }
  /// To be told to everybody who sees it.
  void change_appearance(std::size_t row, std::uint32_t tick) {
    ++appearance_version[row];
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
  std::vector<Person> person;
  std::vector<std::uint8_t> keeps_order;
  std::vector<Bonds<Person>> bonds;
  std::vector<std::uint16_t> party;  ///< 0: none; the same number: they go together

  std::vector<float> x;
  std::vector<float> z;
  std::vector<std::uint8_t> present;
  RecordHistory<proto::AvatarRecord> records;
  std::uint32_t dressed_tick = 0;  ///< when anybody's appearance last changed

 private:
  [[nodiscard]] bool has_blocked(std::size_t row, std::size_t other) const {
    return bonds[row].has_blocked_anybody() && (bonds[row].flags(person[other]) & kBlocked) != 0;
  }
};

}  // namespace world
