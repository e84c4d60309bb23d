/// Who stands where: a grid of square cells over the floor, filled anew every tick by counting, so that "everybody
/// within R of a point" touches a few cells and no memory is allocated once it has grown. Beyond its last cell the
/// outermost one counts, so a position outside of the bounds is never lost.
#pragma once

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

 private:
  struct Cells {
    std::uint32_t column_first, column_last, row_first, row_last;
  };
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
