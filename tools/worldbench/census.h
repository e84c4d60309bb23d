/// Looks at what single walkers have of those around them, and keeps the figures: how old everything in view is, how
/// stale the nearest are, and how stale anything ever was. Strangers, of whom nobody here knows the truth, are not
/// judged but count among the nearest: as for the server, who does not know either who is a walker of ours.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/worldbench/truth.h"
#include "tools/worldbench/walker.h"

namespace worldbench {

constexpr std::size_t kNearest = 20;

class Census {
 public:
  explicit Census(float view_m) : m_view_m(view_m) {}

  /// Looks at everybody whom this walker ought to see now.
  void look(const Walker& walker, const Truth& truth, std::size_t walkers, proto::TimeUs now);

  [[nodiscard]] double visible_mean() const;
  [[nodiscard]] double mean_age_ms() const;
  [[nodiscard]] double near_p99_ms() const { return m_near.percentile(0.99); }
  [[nodiscard]] double near_max_ms() const { return m_near_max_ms; }
  [[nodiscard]] double view_p99_ms() const { return m_view.percentile(0.99); }
  [[nodiscard]] double view_max_ms() const { return m_view_max_ms; }

 private:
  /// Counts by the millisecond, so that a minute of a full hall takes no memory.
  class Ages {
   public:
    void add(float age_ms);
    [[nodiscard]] double percentile(double share) const;

   private:
    static constexpr std::size_t kMsMax = 4000;
    std::vector<std::uint64_t> m_counts = std::vector<std::uint64_t>(kMsMax + 1);
    std::uint64_t m_total = 0;
  };
  struct Neighbour {
    float distance2_m2;
    float age_ms;
    float staleness_ms;
    bool judged;
  };
  void count(const Neighbour& neighbour);
  void add_strangers(const Walker& walker, std::size_t walkers, float x, float z);
  [[nodiscard]] Neighbour judge(const Walker& walker, const Truth& truth, std::uint16_t other, float distance2_m2,
                                proto::TimeUs now) const;

  float m_view_m;
  Ages m_near;
  Ages m_view;
  double m_near_max_ms = 0;
  double m_view_max_ms = 0;
  double m_age_sum_ms = 0;
  std::uint64_t m_seen = 0;
  std::uint64_t m_looks = 0;
  std::vector<Neighbour> m_neighbours;
};

}  // namespace worldbench
