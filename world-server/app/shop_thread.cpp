#include "world-server/app/shop_thread.h"

#include <chrono>
#include <exception>
#include <filesystem>
#include <system_error>
#include <utility>

#include "client-proto/core/log.h"
#include "world-server/net/clock.h"

namespace world::app {

namespace {

constexpr auto kIdleWait = std::chrono::milliseconds(100);
constexpr auto kNetIsFullPause = std::chrono::milliseconds(5);
constexpr int kReplyTriesMax = 200;
constexpr proto::SpanUs kTickPeriod = proto::milliseconds(500);
constexpr int kInternalError = 500;

}  // namespace

ShopThread::ShopThread(std::unique_ptr<chain::ConsentDesk> desk, std::unique_ptr<Api> api, Mall mall, net::Ports& ports,
                       ShopToWorldQueue& to_world, std::function<void()> wake_net)
    : m_desk(std::move(desk)),
      m_api(std::move(api)),
      m_mall(std::move(mall)),
      m_ports(ports),
      m_to_world(to_world),
      m_wake_net(std::move(wake_net)) {}

void ShopThread::start() {
  publish_catalogue();
  m_thread = std::thread([this] { run(); });
}

void ShopThread::stop() {
  m_stopping.store(true);
  if (m_thread.joinable()) m_thread.join();
}

void ShopThread::run() {
  proto::TimeUs ticked{};
  while (!m_stopping.load()) {
    const auto call = m_ports.to_shop.wait_pop(kIdleWait);
    for (const PeopleNote& note : m_ports.people_notes.take_all()) m_api->note(note, net::now_utc());
    if (call) answer(*call);
    order_at_door();
    const proto::TimeUs now = net::now_utc();
    if (now - ticked >= kTickPeriod || now < ticked) {
      ticked = now;
      try {
        m_api->tick(now);
        if (m_desk) m_desk->tick(now);
        if (m_api->catalogue_version() != m_published_version) publish_catalogue();
        m_ports.vitals.database_ok.store(true);
      } catch (const std::exception& error) {
        m_ports.vitals.database_ok.store(false);
        proto::log(proto::LogLevel::kError, "shop", error.what());
      }
    }
    m_ports.vitals.shop_beat_us.store(net::now_utc().us);
  }
}

void ShopThread::answer(const net::ShopCall& call) {
  net::ShopReply reply{call.id, {}};
  try {
    reply.response = m_api->handle(call.request);
  } catch (const std::exception& error) {
    // The database throws; a request must not take the shop down with it.
    proto::log(proto::LogLevel::kError, "shop", error.what());
    reply.response.status = kInternalError;
    reply.response.content_type = "application/problem+json";
    reply.response.body = R"({"type":"about:blank","title":"Internal Server Error","status":500})";
  }
  // Who keeps an upload has moved it by now; one that was refused must not stay on the disk.
  if (!call.request.body_file.empty()) {
    std::error_code moved_already;
    std::filesystem::remove(call.request.body_file, moved_already);
  }
  int tries_left = kReplyTriesMax;
  net::push_patiently(m_ports.from_shop, reply, [this, &tries_left] {
    m_wake_net();
    std::this_thread::sleep_for(kNetIsFullPause);
    return --tries_left > 0;
  });
  m_wake_net();
}

void ShopThread::order_at_door() {
  for (const DoorOrder& order : m_api->take_door_orders()) {
    const bool taken = m_ports.door_orders.push(DoorOrder(order));
    if (!taken) proto::log(proto::LogLevel::kError, "shop", "net takes no orders");
    m_wake_net();
  }
}

void ShopThread::publish_catalogue() {
  const std::uint64_t version = m_api->catalogue_version();
  DisplayBoxes boxes = m_api->display_boxes();
  const auto collision = compose_collision(m_mall, boxes.boxes);
  if (collision) {
    const auto bytes = collision.value().encode();
    m_api->set_collision({std::string(bytes.begin(), bytes.end()), collision.value().hash()});
    if (!m_to_world.push(std::move(boxes))) return;  // the world is behind: try again in a moment
  } else {
    proto::log(proto::LogLevel::kError, "shop",
               "the displays cannot stand in the mall: " + collision.error().pointer + " " + collision.error().reason);
  }
  if (!m_to_world.push(m_api->closed_boutiques())) return;
  if (m_to_world.push(m_api->wearables())) m_published_version = version;
}

}  // namespace world::app
