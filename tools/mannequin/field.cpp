#include "tools/mannequin/field.h"

#include <cstdint>
#include <thread>

namespace mannequin {

double ellipsoid(const Vec3& p, const Vec3& center, const Vec3& radii) {
  const Vec3 q = p - center;
  const Vec3 a{q.x / radii.x, q.y / radii.y, q.z / radii.z};
  const Vec3 b{a.x / radii.x, a.y / radii.y, a.z / radii.z};
  const double k0 = length(a), k1 = length(b);
  if (k1 < 1e-9) return -std::min({radii.x, radii.y, radii.z});
  return k0 * (k0 - 1) / k1;
}

double round_cone(const Vec3& p, const Vec3& a, const Vec3& b, double radius_a, double radius_b) {
  const Vec3 axis = b - a;
  const double l2 = dot(axis, axis), shrink = radius_a - radius_b, slant2 = l2 - shrink * shrink;
  const Vec3 pa = p - a;
  const double y = dot(pa, axis), z = y - l2;
  const Vec3 side = pa * l2 - axis * y;
  const double x2 = dot(side, side), y2 = y * y * l2, z2 = z * z * l2;
  const double k = (shrink > 0 ? 1 : shrink < 0 ? -1 : 0) * shrink * shrink * x2;
  if ((z > 0 ? 1 : -1) * slant2 * z2 > k) return std::sqrt(x2 + z2) / l2 - radius_b;
  if ((y > 0 ? 1 : -1) * slant2 * y2 < k) return std::sqrt(x2 + y2) / l2 - radius_a;
  return (std::sqrt(x2 * slant2 / l2) + y * shrink) / l2 - radius_a;
}

namespace {

double lattice_value(int x, int y, int z) {
  std::uint32_t h = static_cast<std::uint32_t>(x) * 374761393u + static_cast<std::uint32_t>(y) * 668265263u +
                    static_cast<std::uint32_t>(z) * 2147483647u;
  h = (h ^ (h >> 13)) * 1274126177u;
  return ((h ^ (h >> 16)) & 0xffffffu) / 16777215.0;
}

double fade(double t) { return t * t * t * (t * (t * 6 - 15) + 10); }

}  // namespace

double value_noise(const Vec3& p) {
  const double fx = std::floor(p.x), fy = std::floor(p.y), fz = std::floor(p.z);
  const int x = static_cast<int>(fx), y = static_cast<int>(fy), z = static_cast<int>(fz);
  const double a = fade(p.x - fx), b = fade(p.y - fy), c = fade(p.z - fz);
  double sum = 0;
  for (int i = 0; i < 8; i++) {
    const double weight = ((i & 1) ? a : 1 - a) * ((i & 2) ? b : 1 - b) * ((i & 4) ? c : 1 - c);
    sum += lattice_value(x + (i & 1), y + ((i >> 1) & 1), z + (i >> 2)) * weight;
  }
  return sum * 2 - 1;
}

double polygon(const std::vector<Point2>& corners, const Point2& p) {
  double nearest2 = 1e9;
  bool inside = false;
  for (std::size_t i = 0, j = corners.size() - 1; i < corners.size(); j = i++) {
    const Point2 &a = corners[i], &b = corners[j];
    const double ex = b.x - a.x, ey = b.y - a.y, wx = p.x - a.x, wy = p.y - a.y;
    const double t = std::clamp((wx * ex + wy * ey) / (ex * ex + ey * ey), 0.0, 1.0);
    const double dx = wx - ex * t, dy = wy - ey * t;
    nearest2 = std::min(nearest2, dx * dx + dy * dy);
    if ((a.y > p.y) != (b.y > p.y) && p.x < ex * (p.y - a.y) / ey + a.x) inside = !inside;
  }
  return inside ? -std::sqrt(nearest2) : std::sqrt(nearest2);
}

Loft::Loft(const Frame& frame, const std::vector<LoftKey>& keys, const Options& options)
    : m_frame(frame), m_options(options), m_start(keys.front().s), m_end(keys.back().s) {
  tabulate(keys);
  m_u_range = m_w_range = {1e9, -1e9};
  for (const Row& r : m_table) {
    m_u_range = {std::min(m_u_range[0], r[0] - r[3]), std::max(m_u_range[1], r[0] + r[2])};
    m_w_range = {std::min(m_w_range[0], r[1] - r[5]), std::max(m_w_range[1], r[1] + r[4])};
  }
}

void Loft::tabulate(const std::vector<LoftKey>& keys) {
  const std::size_t count = keys.size();
  const auto channels = [](const LoftKey& k) {
    return std::array<double, kChannels>{k.u, k.w, k.u_plus, k.u_minus, k.w_plus, k.w_minus};
  };
  std::vector<std::array<double, kChannels>> tangents(count);
  for (std::size_t c = 0; c < kChannels; c++) {
    std::vector<double> slope(count - 1);
    for (std::size_t i = 0; i + 1 < count; i++)
      slope[i] = (channels(keys[i + 1])[c] - channels(keys[i])[c]) / (keys[i + 1].s - keys[i].s);
    tangents[0][c] = slope.front();
    tangents[count - 1][c] = slope.back();
    for (std::size_t i = 1; i + 1 < count; i++) {
      const double before = keys[i].s - keys[i - 1].s, after = keys[i + 1].s - keys[i].s;
      tangents[i][c] = (slope[i - 1] * after + slope[i] * before) / (before + after);
    }
  }
  m_table.resize(kSteps + 1);
  std::size_t j = 0;
  for (int i = 0; i <= kSteps; i++) {
    const double s = m_start + (m_end - m_start) * i / kSteps;
    while (j + 2 < count && s > keys[j + 1].s) j++;
    const double h = keys[j + 1].s - keys[j].s, t = (s - keys[j].s) / h, t2 = t * t, t3 = t2 * t;
    const auto from = channels(keys[j]), to = channels(keys[j + 1]);
    Row& out = m_table[static_cast<std::size_t>(i)];
    for (std::size_t c = 0; c < kChannels; c++) {
      const double a = from[c], b = to[c], ta = tangents[j][c] * h, tb = tangents[j + 1][c] * h;
      out[c] = (2 * t3 - 3 * t2 + 1) * a + (t3 - 2 * t2 + t) * ta + (-2 * t3 + 3 * t2) * b + (t3 - t2) * tb;
      out[kChannels + c] =
          ((6 * t2 - 6 * t) * a + (3 * t2 - 4 * t + 1) * ta + (-6 * t2 + 6 * t) * b + (3 * t2 - 2 * t) * tb) / h;
    }
  }
}

Loft::Row Loft::row(double s) const {
  const double position = std::clamp((s - m_start) / (m_end - m_start), 0.0, 1.0) * kSteps;
  const std::size_t i = std::min<std::size_t>(kSteps - 1, static_cast<std::size_t>(position));
  const double f = position - static_cast<double>(i);
  Row out;
  for (std::size_t c = 0; c < out.size(); c++) out[c] = m_table[i][c] * (1 - f) + m_table[i + 1][c] * f;
  return out;
}

LoftKey Loft::section(double s) const {
  const Row r = row(s);
  return {s, r[0], r[1], r[2], r[3], r[4], r[5]};
}

double Loft::bound(double s, double u, double w) const {
  const auto outside = [](double x, double low, double high) { return std::max({low - x, x - high, 0.0}); };
  return length({outside(s, m_start - m_options.cap_start_m, m_end + m_options.cap_end_m),
                 outside(u, m_u_range[0], m_u_range[1]), outside(w, m_w_range[0], m_w_range[1])});
}

double Loft::distance(const Vec3& p) const {
  const Vec3 q = p - m_frame.origin;
  double s = dot(q, m_frame.along), u = dot(q, m_frame.u), w = dot(q, m_frame.w);
  // No blend reaches further than this, so a lower bound is as good as the distance and much cheaper.
  constexpr double kFar_m = .16;
  if (const double far = bound(s, u, w); far > kFar_m) return far;

  double beyond = 0, cap = 1;
  if (s < m_start) {
    beyond = m_start - s;
    cap = m_options.cap_start_m;
  } else if (s > m_end) {
    beyond = s - m_end;
    cap = m_options.cap_end_m;
  }
  const Row r = row(s);
  s = std::clamp(s, m_start, m_end);
  u -= r[0];
  w -= r[1];
  const bool u_side = u > 0, w_side = w > 0;
  const double ru = u_side ? r[2] : r[3], rw = w_side ? r[4] : r[5];
  const double a = u / ru, b = w / rw, c = beyond / cap;
  const double n = m_options.exponent;
  double k0, k1;
  if (n == 2) {
    k0 = std::sqrt(a * a + b * b + c * c);
    if (k0 < 1e-4) return -std::min(ru, rw);
    k1 = length({a / ru, b / rw, c / cap}) / k0;
  } else {
    const double pa = std::pow(std::fabs(a), n - 1), pb = std::pow(std::fabs(b), n - 1);
    const double pc = c > 0 ? std::pow(c, n - 1) : 0;
    k0 = std::pow(pa * std::fabs(a) + pb * std::fabs(b) + pc * c, 1 / n);
    if (k0 < 1e-4) return -std::min(ru, rw);
    k1 = length({pa / ru, pb / rw, pc / cap}) * std::pow(k0, 1 - n);
  }
  const double distance = (k0 - 1) / k1;
  if (beyond > 0) return distance;
  // Where the radius changes along the axis the surface leans, and the plain value is too large. The correction fades
  // out at both ends, where the caps know nothing of it: a step there would show as a seam.
  const double radius_slope = (u_side ? r[8] : r[9]) * a * a + (w_side ? r[10] : r[11]) * b * b;
  const double center_slope = r[6] * (u_side ? 1 : -1) * a * a + r[7] * (w_side ? 1 : -1) * b * b;
  const double slope = (radius_slope + center_slope) / (k0 * k0 + 1e-9);
  const double fade_in = smooth_step(0, .05, s - m_start) * smooth_step(0, .05, m_end - s);
  return distance / std::sqrt(1 + fade_in * std::min(slope * slope, 4.0));
}

Vec3 gradient(const Field& field, const Vec3& p, double step_m) {
  const double e = step_m;
  return Vec3{field({p.x + e, p.y, p.z}) - field({p.x - e, p.y, p.z}),
              field({p.x, p.y + e, p.z}) - field({p.x, p.y - e, p.z}),
              field({p.x, p.y, p.z + e}) - field({p.x, p.y, p.z - e})} *
         (1 / (2 * e));
}

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& work) {
  const std::size_t threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
  std::vector<std::thread> pool;
  for (std::size_t t = 0; t < threads; t++)
    pool.emplace_back([&work, t, threads, count] {
      for (std::size_t i = t; i < count; i += threads) work(i);
    });
  for (std::thread& thread : pool) thread.join();
}

}  // namespace mannequin
