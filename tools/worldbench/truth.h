/// What is true, as far as the load side can know it without asking the server: every walker is told its own exact
/// state, so all of them together know where everybody is. From it follows how stale the picture is that any one of
/// them has.
///
/// A walker's record is as fresh as it gets while its avatar stands; otherwise its age counts from the last tick for
/// which it was true. A tick is when its time had come on the server, which says so; both have one steady clock.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "client-proto/core/time.h"
#include "client-proto/wire/snapshot.h"

namespace worldbench {

class Truth {
 public:
  explicit Truth(std::size_t walkers);

  /// A walker with this avatar is in.
  void joined(std::uint16_t index) { m_rows[index].present = true; }
  /// A walker's own state at this tick, told by the server.
  void own_state(std::uint16_t index, std::uint32_t tick, const proto::MoveState& state);
  /// When tick 0 would have begun.
  void set_zero(proto::TimeUs zero) { m_zero = zero; }

  [[nodiscard]] bool present(std::uint16_t index) const { return m_rows[index].present; }
  [[nodiscard]] float x(std::uint16_t index) const { return m_rows[index].x; }
  [[nodiscard]] float z(std::uint16_t index) const { return m_rows[index].z; }
  /// Milliseconds since the tick happened.
  [[nodiscard]] float age_ms(std::uint32_t tick, proto::TimeUs now) const;
  /// Until which tick the state of this one remained the true one; the newest that is known when it still is.
  [[nodiscard]] std::uint32_t true_until(std::uint16_t index, std::uint32_t tick) const;
  /// Whether the avatar has not changed since this tick, the newest that is known of it included.
  [[nodiscard]] bool stands_since(std::uint16_t index, std::uint32_t tick) const {
    return m_rows[index].changed_tick <= tick && m_rows[index].changed_tick < m_rows[index].tick;
  }
  /// For how many ticks in a row, up to now, these two have been nearer than that, as far as anything says otherwise;
  /// at most kTicksRemembered.
  [[nodiscard]] std::uint32_t ticks_near(std::uint16_t a, std::uint16_t b, float radius_m) const;
  [[nodiscard]] std::uint32_t newest_tick() const { return m_newest_tick; }

  static constexpr std::uint32_t kTicksRemembered = 64;

 private:
  struct Place {
    std::uint32_t tick = 0;
    float x = 0, z = 0;
  };
  struct Row {
    bool present = false;
    std::uint32_t first_tick = 0;
    float x = 0, z = 0;
    std::uint32_t tick = 0;
    std::uint64_t changed = 0;  ///< bit n: changed at `tick` - n
    std::uint32_t changed_tick = 0;
    proto::AvatarRecord record;
    std::array<Place, kTicksRemembered> places;
  };
  std::vector<Row> m_rows;
  std::uint32_t m_newest_tick = 0;
  proto::TimeUs m_zero;
};

}  // namespace worldbench
