#include "tools/feel/crowd.h"

#include <algorithm>
#include <cmath>

#include "client-proto/core/check.h"

namespace feel {

namespace {

using proto::TimeUs;

/// Clocks of cheap devices: up to this much fast or slow.
constexpr float kClockWrong = 150e-6F;

AnyLink make_link(const Manners& manners, std::uint64_t seed, std::int64_t phase_us) {
  if (const auto* lossy = std::get_if<proto::LinkManners>(&manners)) return proto::LossyLink(*lossy, seed);
  proto::StallManners stalling = std::get<proto::StallManners>(manners);
  stalling.phase_us += phase_us;
  return proto::StallingLink(stalling);
}

TimeUs at(double us) { return {static_cast<std::int64_t>(us)}; }

}  // namespace

void Truth::note(const world::People& people) {
  std::vector<Vec3>& now = m_ticks.emplace_back(m_rows);
  for (std::size_t row = 0; row < m_rows; ++row) now[row] = people.state[row].position;
}

Vec3 Truth::position(std::size_t row, double tick) const {
  const double cut = std::clamp(tick, 1.0, static_cast<double>(m_ticks.size()));
  const auto before = static_cast<std::size_t>(cut);
  const Vec3 from = m_ticks[before - 1][row];
  const Vec3 to = m_ticks[std::min(before, m_ticks.size() - 1)][row];
  return from + (to - from) * static_cast<float>(cut - static_cast<double>(before));
}

float Truth::farthest_step(std::size_t row, double tick, int around) const {
  const auto last = static_cast<int>(m_ticks.size()) - 1;
  const int middle = std::clamp(static_cast<int>(tick) - 1, 0, last);
  float farthest = 0;
  for (int i = std::max(1, middle - around); i <= std::min(last, middle + around); ++i) {
    const auto at = static_cast<std::size_t>(i);
    farthest = std::max(farthest, proto::length(m_ticks[at][row] - m_ticks[at - 1][row]));
  }
  return farthest;
}

Crowd::Crowd(const CrowdPlan& plan) : m_hall(make_hall(plan.seed, plan.colliders)), m_truth(plan.clients) {
  auto made = world::World::make(m_hall.mall, {plan.clients, plan.seed});
  GALLERIA_CHECK(made.ok());
  m_world = std::move(made).value();
  m_people.reserve(plan.clients);
  for (std::uint16_t i = 0; i < plan.clients; ++i) add_person(i, plan);
}

void Crowd::add_person(std::uint16_t index, const CrowdPlan& plan) {
  proto::TestNumbers numbers(plan.seed * 7919 + index);
  const auto period_us = [](const Manners& manners) {
    const auto* stall = std::get_if<proto::StallManners>(&manners);
    return stall == nullptr ? 0 : static_cast<std::uint32_t>(stall->period_us);
  };
  const std::uint32_t period = period_us(plan.down);
  const std::int64_t phase_us = period == 0 ? 0 : numbers.below(period);
  Person person{{index, 1},
                {},
                Walker(numbers.next(), m_hall.ascents),
                make_link(plan.up, numbers.next(), phase_us),
                make_link(plan.down, numbers.next(), phase_us)};
  person.clock_rate = 1 + static_cast<double>(numbers.between(-kClockWrong, kClockWrong));
  person.clock_start_us = static_cast<double>(numbers.below(1'000'000'000));
  person.next_frame_us = kFrame_us * static_cast<double>(numbers.between(0, 1));
  const std::uint32_t lookers = plan.lookers == 0 ? plan.clients : plan.lookers;
  person.looks = (index + 1U) * lookers / plan.clients > index * lookers / plan.clients;
  person.brain.set_collision(m_world->collision());
  person.brain.hello(proto::Ticket{});
  m_people.push_back(std::move(person));
}

void Crowd::become(const proto::LinkManners& manners) {
  for (Person& person : m_people) {
    std::get<proto::LossyLink>(person.up).become(manners);
    std::get<proto::LossyLink>(person.down).become(manners);
  }
}

void Crowd::receive(Person& person, std::span<const std::uint8_t> packet) {
  if (auto inputs = proto::decode<proto::Inputs>(packet)) {
    m_to_world.emplace_back(world::Inputs{person.id, std::move(inputs).value()});
  } else if (proto::decode<proto::Hello>(packet)) {
    world::Join join;
    join.avatar = person.id;
    join.name = "Guest " + std::to_string(person.id.index);
    m_to_world.emplace_back(join);
  }
}

void Crowd::tick() {
  const TimeUs now = at(m_next_tick_us);
  for (Person& person : m_people) {
    for (const auto& packet : std::visit([now](auto& link) { return link.arrived(now); }, person.up))
      receive(person, packet);
  }
  m_world->tick({}, m_to_world, m_output);
  m_to_world.clear();
  m_truth.note(m_world->people());
  for (const world::Outgoing& message : m_output.outgoing) {
    const auto payload = m_output.payload(message);
    std::visit(
        [&](auto& link) {
          link.send(message.lane, {payload.begin(), payload.end()}, now);
        },
        m_people[message.to.index].down);
  }
  m_next_tick_us += proto::kStepUs;
}

float Crowd::live(Person& person, double time_us, TimeUs now) {
  const bool was_known = person.brain.prediction().known();
  const Vec3 predicted = person.brain.prediction().state().position;
  for (const auto& packet : std::visit([&](auto& link) { return link.arrived(at(time_us)); }, person.down))
    (void)person.brain.on_message(packet, now);
  const float corrected_m = was_known ? proto::length(person.brain.prediction().state().position - predicted) : 0;
  m_wish = person.walker.next(person.stands, kFrame_us / 1e6);
  person.brain.input(m_wish, now);
  while (auto message = person.brain.poll(now)) {
    std::visit([&](auto& link) { link.send(message->lane, std::move(message->packet), at(time_us)); }, person.up);
  }
  return corrected_m;
}

SeenFrame Crowd::next_frame() {
  for (;;) {
    const auto next = std::min_element(m_people.begin(), m_people.end(),
                                       [](const auto& a, const auto& b) { return a.next_frame_us < b.next_frame_us; });
    Person& person = *next;
    const double time_us = person.next_frame_us;
    while (m_next_tick_us <= time_us) tick();
    person.next_frame_us += kFrame_us;
    const TimeUs now = at(person.clock_start_us + time_us * person.clock_rate);
    const float corrected_m = live(person, time_us, now);
    if (!person.looks) {
      person.stands = person.brain.prediction().state().position;
      continue;
    }
    const proto::Frame& frame = person.brain.frame(now);
    if (frame.own) person.stands = frame.own->position;
    return {static_cast<std::size_t>(next - m_people.begin()), time_us, corrected_m, m_wish, frame};
  }
}

}  // namespace feel
