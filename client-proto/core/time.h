/// Time is an argument. Points are UTC microseconds since 1970, spans are microseconds; nobody calls a clock inside
/// logic. `now_utc()` and `now_steady()` of the server's edge are the only readers of a clock.
#pragma once

#include <cstdint>

namespace proto {

struct TimeUs {
  std::int64_t us = 0;
  auto operator<=>(const TimeUs&) const = default;
};

struct SpanUs {
  std::int64_t us = 0;
  auto operator<=>(const SpanUs&) const = default;
};

constexpr SpanUs operator-(TimeUs a, TimeUs b) { return {a.us - b.us}; }
constexpr TimeUs operator+(TimeUs a, SpanUs b) { return {a.us + b.us}; }
constexpr SpanUs milliseconds(std::int64_t ms) { return {ms * 1000}; }
constexpr SpanUs seconds(std::int64_t s) { return {s * 1000 * 1000}; }
constexpr SpanUs minutes(std::int64_t m) { return seconds(m * 60); }
constexpr SpanUs hours(std::int64_t h) { return minutes(h * 60); }
constexpr SpanUs days(std::int64_t d) { return hours(d * 24); }

}  // namespace proto
