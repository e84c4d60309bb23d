#include "world-server/api/api.h"

#include <soci/soci.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "client-proto/core/check.h"
#include "client-proto/core/log.h"
#include "shop/catalogue_repo.h"
#include "shop/conduct_repo.h"
#include "shop/doors_repo.h"
#include "shop/people_repo.h"
#include "shop/relations_repo.h"
#include "shop/secret.h"
#include "world-server/api/chain_door.h"
#include "world-server/api/consent_door.h"
#include "world-server/api/openapi_text.h"
#include "world-server/api/operator_key.h"
#include "world-server/api/parts.h"
#include "world-server/api/payments.h"
#include "world-server/api/people_door.h"
#include "world-server/api/problem.h"
#include "world-server/api/routes.h"
#include "world-server/api/uploads.h"

namespace world {
namespace {

/// Everything that the API answers gets these.
void add_safety_headers(HttpResponse& response) {
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "same-origin");
  response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
}

proto::Result<chain::Deployment, std::string> read_deployment(const std::string& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto deployment = chain::Deployment::parse(text);
  if (!deployment) return proto::fail("the chain's deployment " + path + ": " + deployment.error());
  return deployment;
}

std::unique_ptr<Courier> make_courier(const ApiConfig& config) {
  HttpGuard guard;
  guard.private_addresses_allowed = config.private_addresses_allowed;
  return std::make_unique<Courier>(http_payment_provider(config.provider_url, config.provider_api_key, guard), nullptr);
}

std::unique_ptr<Courier> make_postman(const ApiConfig& config) {
  return std::make_unique<Courier>(nullptr, smtp_mailer(config.mail_url, config.mail_from));
}

}  // namespace

Api::Api(std::unique_ptr<ApiParts> parts) : m_parts(std::move(parts)) {}
Api::~Api() = default;

proto::Result<std::unique_ptr<Api>, std::string> Api::open(const ApiConfig& config, TicketBook& tickets,
                                                           assets::Importer* importer) {
  auto parts = std::make_unique<ApiParts>();
  parts->config = config;
  if (!parts->config.random) parts->config.random = shop::random_bytes;
  parts->tickets = &tickets;
  parts->importer = importer;
  parts->openapi = openapi_text();

  std::error_code error;
  std::filesystem::create_directories(config.data_dir, error);
  if (error) return proto::fail("cannot make the data folder " + config.data_dir + ": " + error.message());
  auto mall = read_mall_file(config.mall_path);
  if (!mall) return proto::fail(mall.error());
  parts->mall = std::move(mall).value();
  if (!config.deployment_path.empty()) {
    auto deployment = read_deployment(config.deployment_path);
    if (!deployment) return proto::fail(deployment.error());
    parts->deployment = std::move(deployment).value();
  }
  auto key = operator_key(config.data_dir + "/operator.key", parts->config.random);
  if (!key) return proto::fail(key.error());
  parts->operator_key = std::move(key).value();
  auto store = shop::Store::open(config.data_dir + "/shop.db");
  if (!store) return proto::fail(store.error());
  parts->store = std::move(store).value();
  parts->courier = make_courier(config);
  parts->postman = make_postman(config);
  return std::unique_ptr<Api>(new Api(std::move(parts)));
}

bool Api::owns(std::string_view path) {
  return path.starts_with("/api/") || path.starts_with("/hooks/") || path.starts_with("/twins/");
}

HttpResponse Api::handle(const HttpRequest& request) {
  HttpResponse response;
  try {
    response = dispatch(*m_parts, request);
  } catch (const soci::soci_error& error) {
    // The database itself failed; its transaction is rolled back, so the request may simply be sent again.
    proto::log(proto::LogLevel::kError, "api", "database: " + error.get_error_message());
    response = problem(503, "database", "The shop cannot write right now.", "Try again in a moment.");
  }
  add_safety_headers(response);
  return response;
}

void Api::note(const PeopleNote& note, proto::TimeUs now) {
  try {
    take_note(*m_parts, note, now);
  } catch (const soci::soci_error& error) {
    proto::log(proto::LogLevel::kError, "api", "database, for a note about people: " + error.get_error_message());
  }
}

std::vector<DoorOrder> Api::take_door_orders() { return std::exchange(m_parts->door_orders, {}); }

void Api::tick(proto::TimeUs now) {
  try {
    collect_errands(*m_parts, now);
    repeat_errands(*m_parts, now);
    take_chain_news(*m_parts, now);
    send_chain_tasks(*m_parts, now);
    note_shared_purchases(*m_parts, now);
    expire_orders(*m_parts, now);
    collect_finished_uploads(*m_parts);
    submit_waiting_uploads(*m_parts, now);
    if (m_parts->errands.take("sweep", 1, proto::hours(1), now)) {
      shop::people::delete_expired_sessions(m_parts->db(), now);
      shop::relations::forget_gone_guests(m_parts->db());
      shop::conduct::delete_ended_bans(m_parts->db(), now);
    }
  } catch (const soci::soci_error& error) {
    proto::log(proto::LogLevel::kError, "api", "database, while the clock ran: " + error.get_error_message());
  }
}

void Api::set_collision(CollisionBytes collision) { m_parts->collision = std::move(collision); }

std::uint64_t Api::catalogue_version() const { return m_parts->store->catalogue_version() + m_parts->doors_version; }

Wearables Api::wearables() const {
  Wearables out;
  for (const shop::Product& product : shop::catalogue::products(m_parts->db())) {
    if (!product.wear) continue;
    for (const shop::Variant& variant : product.variants) {
      out.items.push_back({variant.id, static_cast<Slot>(product.wear->slot), product.boutique, product.slug});
    }
  }
  return out;
}

DisplayBoxes Api::display_boxes() const {
  constexpr proto::Vec3 kFigureHalf_m{0.22F, 0.93F, 0.16F};  // a mannequin that wears the piece
  DisplayBoxes out;
  for (const shop::Placement& placement : shop::catalogue::placements(m_parts->db())) {
    const auto display = m_parts->mall.displays.find(placement.display);
    const auto product = shop::catalogue::product(m_parts->db(), placement.product);
    if (display == m_parts->mall.displays.end() || !product) continue;
    const std::string& mount = display->second.mount;
    if (mount != "mannequin" && mount != "floor") continue;
    const bool is_worn = mount == "mannequin" && product->wear;
    const auto& [x, y, z] = display->second.position_m;
    const auto& [width, height, depth] = product->size_m;
    const proto::Vec3 half = is_worn ? kFigureHalf_m
                                     : proto::Vec3{static_cast<float>(width / 2), static_cast<float>(height / 2),
                                                   static_cast<float>(depth / 2)};
    // A piece stands on its display's point.
    out.boxes.push_back({{x, y + half.y, z}, half, display->second.yaw_rad});
  }
  return out;
}

ClosedBoutiques Api::closed_boutiques() const {
  ClosedBoutiques out;
  for (const std::string& id : shop::doors::closed(m_parts->db())) {
    if (m_parts->mall.boutiques_with_doors.contains(id)) out.ids.push_back(id);
  }
  return out;
}

void Api::connect_chain(shop::ChainPort& port) { m_parts->chain = &port; }

void Api::connect_consents(chain::ConsentDesk& desk) { m_parts->consents = &desk; }

shop::Store& Api::store() { return *m_parts->store; }

}  // namespace world
