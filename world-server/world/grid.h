/// Who stands where: a grid of square cells over the floor, filled anew every tick by counting, so that "everybody
/// within R of a point" touches a few cells and no memory is allocated once it has grown. Beyond its last cell the
/// outermost one counts, so a position outside of the bounds is never lost.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "world-server/world/mall.h"

namespace world {

class InterestGrid {
 public:
  InterestGrid(const Zone& bounds, float cell_m);

  /// Places item i at (x[i], z[i]) for every i with present[i] != 0; the spans are equally long.
  void fill(std::span<const float> x, std::span<const float> z, std::span<const std::uint8_t> present);

  struct Circle {
    float x, z, radius_m;
  };

  /// Calls `visit(item)` for every item in the cells that the square of half-width `radius_m` around (x, z) touches:
  /// all within the radius and some beyond.
  template <class Visit>
  void visit_near(float x, float z, float radius_m, Visit visit) const {
    const Cells cells = cells_near(x, z, radius_m);
    for (std::uint32_t row = cells.row_first; row <= cells.row_last; ++row) {
      const std::uint32_t begin = m_starts[row * m_columns + cells.column_first];
      const std::uint32_t end = m_starts[row * m_columns + cells.column_last + 1];
      for (std::uint32_t i = begin; i < end; ++i) visit(m_items[i]);
    }
  }

  /// The same, the cell of the circle's middle first, then ring by ring of cells, and for `visits_max` items at most.
  /// `turn` says which item of a cell is the first.
  template <class Visit>
  void visit_nearest_cells(const Circle& circle, std::size_t turn, std::size_t visits_max, Visit visit) const {
    const Cells all = cells_near(circle.x, circle.z, circle.radius_m);
    const auto column = static_cast<int>(column_of(circle.x));
    const auto row = static_cast<int>(row_of(circle.z));
    const auto is_among = [](int i, std::uint32_t first, std::uint32_t last) {
      return i >= static_cast<int>(first) && i <= static_cast<int>(last);
    };
    const int rings = rings_of(all, column, row);
    for (int ring = 0; ring <= rings && visits_max > 0; ++ring) {
      for (int r = row - ring; r <= row + ring; ++r) {
        if (!is_among(r, all.row_first, all.row_last)) continue;
        const bool is_edge = r == row - ring || r == row + ring;
        for (int c = column - ring; c <= column + ring; c += is_edge ? 1 : 2 * ring) {
          if (!is_among(c, all.column_first, all.column_last)) continue;
          const std::size_t cell = static_cast<std::size_t>(r) * m_columns + static_cast<std::size_t>(c);
          visits_max -= visit_cell(cell, turn, visits_max, visit);
        }
      }
    }
  }

 private:
  struct Cells {
    std::uint32_t column_first, column_last, row_first, row_last;
  };
  /// How many rings around this cell these cells reach.
  [[nodiscard]] static int rings_of(const Cells& cells, int column, int row) {
    return std::max({column - static_cast<int>(cells.column_first), static_cast<int>(cells.column_last) - column,
                     row - static_cast<int>(cells.row_first), static_cast<int>(cells.row_last) - row});
  }
  /// How many were visited.
  template <class Visit>
  std::size_t visit_cell(std::size_t cell, std::size_t turn, std::size_t visits_max, Visit& visit) const {
    const std::size_t count = m_starts[cell + 1] - m_starts[cell];
    const std::size_t visits = std::min(count, visits_max);
    for (std::size_t i = 0; i < visits; ++i) visit(m_items[m_starts[cell] + (turn + i) % count]);
    return visits;
  }
  [[nodiscard]] Cells cells_near(float x, float z, float radius_m) const;
  [[nodiscard]] std::uint32_t column_of(float x) const;
  [[nodiscard]] std::uint32_t row_of(float z) const;

  float m_x_min, m_z_min, m_cells_per_m;
  std::uint32_t m_columns, m_rows;
  std::vector<std::uint32_t> m_starts;  ///< per cell the first of its items; one more at the end
  std::vector<std::uint32_t> m_items;
  std::vector<std::uint32_t> m_cell_of;
};

}  // namespace world
