/// What everybody was told of the same things in the last ticks, kept once: a client that has the state of an earlier
/// tick is told the difference from there.
#pragma once

#include <cstdint>
#include <vector>

#include "client-proto/wire/snapshot.h"

namespace world {

template <class Record>
class RecordHistory {
 public:
  explicit RecordHistory(std::size_t rows)
      : m_rows(rows), m_records(rows * proto::kTicksKept), m_changed_tick(rows, 0) {}

  /// Then `set` for each row that is there. Ticks go up one by one.
  void begin(std::uint32_t tick) { m_tick = tick; }
  void set(std::size_t row, const Record& record) {
    const bool is_first = m_changed_tick[row] == 0;
    if (is_first || record != at(m_tick - 1, row)) m_changed_tick[row] = m_tick;
    m_records[m_tick % proto::kTicksKept * m_rows + row] = record;
  }

  [[nodiscard]] const Record& now(std::size_t row) const { return at(m_tick, row); }
  /// One of the last proto::kTicksKept ticks.
  [[nodiscard]] const Record& at(std::uint32_t tick, std::size_t row) const {
    return m_records[tick % proto::kTicksKept * m_rows + row];
  }
  /// When the row last became another one.
  [[nodiscard]] std::uint32_t changed_tick(std::size_t row) const { return m_changed_tick[row]; }
  [[nodiscard]] std::size_t rows() const { return m_rows; }

 private:
  std::size_t m_rows;
  std::uint32_t m_tick = 0;
  std::vector<Record> m_records;
  std::vector<std::uint32_t> m_changed_tick;
};

/// The newest state that one client is known to have of something, and the newest that it was sent.
struct Told {
  std::uint32_t sent_tick = 0;   ///< 0: never
  std::uint32_t acked_tick = 0;  ///< 0: none

  /// Who was never told counts as told at the beginning of time.
  [[nodiscard]] std::uint32_t age_ticks(std::uint32_t tick) const { return tick - sent_tick; }
  /// Whether there is news for the client, which is asked at most every so often. What was not acknowledged is sent
  /// again after a while.
  [[nodiscard]] bool has_news(std::uint32_t changed_tick, std::uint32_t age_ticks) const {
    return changed_tick > sent_tick || (acked_tick < changed_tick && age_ticks >= kResend_ticks);
  }
  void learn(std::uint32_t tick) { acked_tick = tick > acked_tick ? tick : acked_tick; }
  /// How old the state is that a difference may refer to; 0 when there is none.
  [[nodiscard]] std::uint8_t baseline_age(std::uint32_t tick) const {
    const std::uint32_t age = tick - acked_tick;
    return acked_tick != 0 && age <= proto::kBaselineAgeMax ? static_cast<std::uint8_t>(age) : std::uint8_t{0};
  }

  /// A state that was not acknowledged after this long is sent again.
  static constexpr std::uint32_t kResend_ticks = 6;
};

/// The update that takes a client to what a row is now.
template <class Record>
[[nodiscard]] proto::Update<Record> update_of(const RecordHistory<Record>& history, std::size_t row, std::uint32_t tick,
                                              std::uint8_t age) {
  proto::Update<Record> update;
  update.now = history.now(row);
  update.age = age;
  if (age != 0) update.before = history.at(tick - age, row);
  return update;
}

}  // namespace world
