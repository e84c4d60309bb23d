#include "tools/worldbench/verdict.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

using namespace worldbench;

namespace {

constexpr int kLooks = 40;
constexpr std::int64_t kPeriod_s = 30;
constexpr double kTicksPerS = 20;

/// What a server that is all right says after so many looks, on a core that it has to itself.
Look sound_look(int number) {
  const double at_s = static_cast<double>(number * kPeriod_s);
  Look look;
  look.at = {1'000'000 + number * kPeriod_s * 1'000'000};
  look.tick = static_cast<std::uint32_t>(at_s * kTicksPerS);
  look.present = 100;
  look.server.answered = true;
  look.server.tick_zero_us = 1'000'000;
  look.server.rss_mb = 80 + 0.1 * (number % 3);
  look.server.descriptors = 150 + number % 5;
  look.server.clients = 103 + number % 4;
  look.server.rows = {{"sessions", 104 + number % 4}, {"invitations", 200 + 7 * (number % 3)}};
  look.server.cpu_s = 0.1 * at_s;
  look.server.core_busy_s = 0.11 * at_s;
  look.server.threads.cpu_s["world"] = 0.04 * at_s;
  look.server.ticks_below = {{0.002, 0.9 * at_s * kTicksPerS}, {0.008, at_s * kTicksPerS}, {0.09, at_s * kTicksPerS}};
  return look;
}

Day sound_day() {
  Day day;
  day.clients = 110;
  day.came = 1'000;
  day.left = 900;
  day.pages = 5'000;
  day.tally.fill(10);
  for (int i = 0; i < kLooks; ++i) day.looks.push_back(sound_look(i));
  return day;
}

/// What is said of a sound day after something was done to each look of its second half.
std::vector<std::string> after(const std::function<void(Look&, double share)>& change) {
  Day day = sound_day();
  for (int i = kLooks / 2; i < kLooks; ++i) {
    change(day.looks[static_cast<std::size_t>(i)], (i - kLooks / 2) / (kLooks / 2 - 1.0));
  }
  return complaints(day);
}

bool is_only(const std::vector<std::string>& said, const std::string& of) {
  return said.size() == 1 && said.front().find(of) != std::string::npos;
}

}  // namespace

TEST_CASE("a straight line's rise is found through its noise, and needs three points") {
  std::vector<Point> points;
  for (int i = 0; i <= 10; ++i) points.push_back({i * 2.0, 5 + i * 0.3 + (i % 2 == 0 ? 0.05 : -0.05)});
  CHECK(rise(points) == Approx(3).margin(0.05));
  CHECK(rise(std::span(points).first(2)) == 0);
}

TEST_CASE("of a sound day nothing is said") { CHECK(complaints(sound_day()).empty()); }

TEST_CASE("who is lost, becomes somebody else, gets no ticket or cannot read is named") {
  Day day = sound_day();
  day.lost = 1;
  CHECK(is_only(complaints(day), "were lost"));
  day = sound_day();
  day.not_itself = 1;
  CHECK(is_only(complaints(day), "somebody else"));
  day = sound_day();
  day.refused = 1;
  CHECK(is_only(complaints(day), "no ticket"));
  day = sound_day();
  day.unreadable = 1;
  CHECK(is_only(complaints(day), "could not be read"));
  day = sound_day();
  day.pages_failed = 1;
  CHECK(is_only(complaints(day), "pages"));
  day = sound_day();
  day.unanswered = 1;
  CHECK(is_only(complaints(day), "not answered"));
}

TEST_CASE("whom the machine lost are no complaint") {
  Day day = sound_day();
  day.lost_while_held_up = 7;
  CHECK(complaints(day).empty());
}

TEST_CASE("a day on which one kind of deed never came to anything is not sound, unless hardly anybody came") {
  Day day = sound_day();
  day.tally[static_cast<std::size_t>(Deed::kSat)] = 0;
  CHECK(is_only(complaints(day), "sat"));
  day.came = kVisitsTelling - 1;
  CHECK(complaints(day).empty());
}

TEST_CASE("memory, descriptors and tables that grow are found, and by how much they may") {
  CHECK(is_only(after([](Look& look, double share) { look.server.rss_mb += share * 5; }), "memory"));
  CHECK(after([](Look& look, double share) { look.server.rss_mb += share * 3; }).empty());
  CHECK(is_only(after([](Look& look, double share) { look.server.descriptors += static_cast<int>(share * 20); }),
                "descriptors"));
  CHECK(is_only(after([](Look& look, double share) { look.server.rows["invitations"] += share * 60; }), "invitations"));
  CHECK(after([](Look& look, double share) { look.server.rows["invitations"] += share * 20; }).empty());
  CHECK(is_only(after([](Look& look, double share) { look.server.clients += share * 40; }), "nobody behind"));
}

TEST_CASE("what fills up in the first half and stays is no growth") {
  Day day = sound_day();
  for (int i = 0; i < kLooks / 2; ++i) day.looks[static_cast<std::size_t>(i)].server.rss_mb -= 40.0 - 2.0 * i;
  CHECK(complaints(day).empty());
}

TEST_CASE("an empty hall is not sound") {
  const auto said = after([](Look& look, double) {
    look.server.clients -= 40;
    look.present -= 40;
  });
  CHECK(is_only(said, "people in the hall"));
}

TEST_CASE("ticks that take too long are found, but not where others had the core") {
  // Each step of the histogram counts from the start: from the second half on no tick is short.
  const auto slow = [](Look& look, double) {
    const double half = 0.5 * kLooks * kPeriod_s * kTicksPerS;
    for (auto& [edge_s, ticks] : look.server.ticks_below) {
      if (edge_s < 0.09) ticks = std::min(ticks, half * 0.9);
    }
  };
  CHECK(is_only(after(slow), "p99"));
  Day day = sound_day();
  for (int i = kLooks / 2; i < kLooks; ++i) {
    Look& look = day.looks[static_cast<std::size_t>(i)];
    slow(look, 0);
    *look.server.core_busy_s += 0.2 * static_cast<double>(i * kPeriod_s);
  }
  CHECK(is_only(complaints(day), "p99"));  // they took it while the world had nothing to do
  for (int i = kLooks / 2; i < kLooks; ++i) {
    day.looks[static_cast<std::size_t>(i)].server.threads.wait_s["world"] = 0.01 * static_cast<double>(i * kPeriod_s);
  }
  CHECK(quiet_ticks(second_half(day)).stretches == 0);
  CHECK(complaints(day).empty());
}

TEST_CASE("a tick that costs more and more is found") {
  const auto dearer = [](Look& look, double share) { look.server.threads.cpu_s["world"] += share * share * 10; };
  CHECK(is_only(after(dearer), "processor time"));
}

TEST_CASE("a world that falls behind its own clock, and a clock that is put back, are found") {
  CHECK(
      is_only(after([](Look& look, double share) { look.tick -= static_cast<std::uint32_t>(share * 20); }), "late by"));
  const auto put_back = [](Look& look, double share) {
    look.server.tick_zero_us += static_cast<std::int64_t>(share * 500'000);
  };
  CHECK(is_only(after(put_back), "clock of ticks"));
}

TEST_CASE("a load side that was held up knows it for a while, and short rounds are no delay") {
  HoldUps hold_ups;
  proto::TimeUs now{5'000'000};
  const auto live = [&](int rounds) {
    for (int i = 0; i < rounds; ++i) {
      now.us += 100'000;
      hold_ups.round(now);
    }
  };
  live(1000);
  CHECK_FALSE(hold_ups.may_have_lost(now));
  CHECK(hold_ups.all_s() == 0);
  now.us += 3'000'000;
  CHECK(hold_ups.may_have_lost(now));  // the round is not even over
  hold_ups.round(now);
  CHECK(hold_ups.may_have_lost(now));
  CHECK(hold_ups.all_s() == Approx(3));
  live(300);
  CHECK_FALSE(hold_ups.may_have_lost(now));
}

TEST_CASE("short waits of the server add up, and long ago they do not") {
  HoldUps hold_ups;
  proto::TimeUs now{5'000'000};
  for (int i = 0; i < 5; ++i) {
    now.us += 1'000'000;
    hold_ups.server_waited(now, proto::milliseconds(450));
  }
  CHECK(hold_ups.may_have_lost(now));
  now.us += 60'000'000;
  CHECK_FALSE(hold_ups.may_have_lost(now));
}

TEST_CASE("a process was held up by others for what no thread of its own can have taken") {
  const ThreadTimes before{{{"net", 1}, {"world", 2}}, {{"net", 5}, {"world", 6}}};
  CHECK(held_up_s(before, {{{"net", 1.2}, {"world", 2.3}}, {{"net", 5.1}, {"world", 6.2}}}) == 0);
  CHECK(held_up_s(before, {{{"net", 1.25}, {"world", 2.25}}, {{"net", 9.5}, {"world", 6.2}}}) == Approx(4));
}
