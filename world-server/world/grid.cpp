#include "world-server/world/grid.h"

#include <algorithm>
#include <cmath>

#include "client-proto/core/check.h"

namespace world {
namespace {

std::uint32_t cells_along(float length_m, float cell_m) {
  return static_cast<std::uint32_t>(std::max(1.0F, std::ceil(length_m / cell_m)));
}

std::uint32_t clamped_cell(float offset_cells, std::uint32_t count) {
  if (!(offset_cells > 0)) return 0;
  return std::min(static_cast<std::uint32_t>(std::min(offset_cells, 1e6F)), count - 1);
}

}  // namespace

InterestGrid::InterestGrid(const Zone& bounds, float cell_m)
    : m_x_min(bounds.min.x),
      m_z_min(bounds.min.z),
      m_cells_per_m(1.0F / cell_m),
      m_columns(cells_along(bounds.max.x - bounds.min.x, cell_m)),
      m_rows(cells_along(bounds.max.z - bounds.min.z, cell_m)),
      m_starts(static_cast<std::size_t>(m_columns) * m_rows + 1, 0) {}

std::uint32_t InterestGrid::column_of(float x) const { return clamped_cell((x - m_x_min) * m_cells_per_m, m_columns); }

std::uint32_t InterestGrid::row_of(float z) const { return clamped_cell((z - m_z_min) * m_cells_per_m, m_rows); }

InterestGrid::Cells InterestGrid::cells_near(float x, float z, float radius_m) const {
  return {column_of(x - radius_m), column_of(x + radius_m), row_of(z - radius_m), row_of(z + radius_m)};
}

void InterestGrid::fill(std::span<const float> x, std::span<const float> z, std::span<const std::uint8_t> present) {
  GALLERIA_CHECK(x.size() == z.size() && x.size() == present.size());
  std::fill(m_starts.begin(), m_starts.end(), 0);
  m_cell_of.resize(x.size());
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (present[i] == 0) continue;
    m_cell_of[i] = row_of(z[i]) * m_columns + column_of(x[i]);
    ++m_starts[m_cell_of[i]];
    ++count;
  }
  std::uint32_t start = 0;
  for (std::uint32_t& cell : m_starts) {
    start += cell;
    cell = start;
  }
  m_items.resize(count);
  // From the back, so that each start moves down to its first item and the order inside a cell is that of the items.
  for (std::size_t i = x.size(); i-- > 0;) {
    if (present[i] != 0) m_items[--m_starts[m_cell_of[i]]] = static_cast<std::uint32_t>(i);
  }
}

}  // namespace world
