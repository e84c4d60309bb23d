#include "world-server/app/world_thread.h"

#include <chrono>
#include <utility>

#include "world-server/net/clock.h"

namespace world::app {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto kStep = std::chrono::microseconds(proto::kStepUs);
constexpr auto kBehindMax = 5 * kStep;
constexpr auto kOutputIsFullPause = std::chrono::milliseconds(1);

}  // namespace

WorldThread::WorldThread(std::unique_ptr<World> world, net::Ports& ports, ShopToWorldQueue& from_shop,
                         std::function<void()> wake_net, std::unique_ptr<Recorder> recorder)
    : m_world(std::move(world)),
      m_ports(ports),
      m_from_shop(from_shop),
      m_wake_net(std::move(wake_net)),
      m_recorder(std::move(recorder)) {
  m_world->on_stage([this](TickStage stage) {
    const proto::TimeUs now = net::now_steady();
    m_ports.vitals.stage_us[static_cast<std::size_t>(stage)].fetch_add(
        static_cast<std::uint64_t>((now - m_stage_began).us), std::memory_order_relaxed);
    m_stage_began = now;
  });
}

void WorldThread::start() {
  m_thread = std::thread([this] { run(); });
}

void WorldThread::stop() {
  m_stopping.store(true);
  if (!m_thread.joinable()) return;
  m_thread.join();
  if (m_recorder) m_recorder->end({m_world->current_tick(), m_world->state_hash()});
}

void WorldThread::run() {
  pthread_setname_np(pthread_self(), "world");
  auto next = Clock::now();
  while (!m_stopping.load()) {
    std::this_thread::sleep_until(next);
    const auto now = Clock::now();
    if (now - next > kStep) m_ports.vitals.ticks_late.fetch_add(1, std::memory_order_relaxed);
    if (now - next > kBehindMax) next = now;
    const auto due = std::chrono::duration_cast<std::chrono::microseconds>(next.time_since_epoch()).count();
    m_ports.vitals.tick_zero_us.store(due - (std::int64_t{m_world->current_tick()} + 1) * proto::kStepUs);
    tick_once();
    next += kStep;
  }
}

void WorldThread::tick_once() {
  TickOutput output;
  if (auto spent = m_ports.spent.wait_pop(std::chrono::milliseconds(0))) output = std::move(*spent);
  const std::vector<ShopToWorld> from_shop = m_from_shop.take_all();
  const std::vector<NetToWorld> from_net = m_ports.to_world.take_all();
  const proto::TimeUs begun = net::now_steady();
  m_stage_began = begun;
  m_world->tick(from_shop, from_net, output);
  m_ports.vitals.tick_times.add(net::now_steady() - begun);
  if (m_recorder) m_recorder->tick(output.tick, from_shop, from_net);
  m_ports.vitals.world_tick.store(output.tick);
  m_ports.vitals.parties.store(m_world->parties().numbers(), std::memory_order_relaxed);
  m_ports.vitals.invitations.store(m_world->parties().invitations(), std::memory_order_relaxed);
  m_ports.vitals.world_beat_us.store(net::now_utc().us);
  // Nothing reliable may be lost, so a net thread that is busy holds the world back instead.
  net::push_patiently(m_ports.from_world, output, [this] {
    m_wake_net();
    std::this_thread::sleep_for(kOutputIsFullPause);
    return !m_stopping.load();
  });
  m_wake_net();
}

}  // namespace world::app
