#include "tests/unit/api/api_fixture.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <random>

#include "shop/secret.h"
#include "shop/store.h"
#include "shop/uploads_repo.h"

namespace world {
namespace {

constexpr const char* kMall = R"({
  "format": "galleria.mall/1", "name": "Test mall",
  "boutiques": [
    {"id": "maison-lune", "name": "Maison Lune", "kind": "fashion",
     "entrances": [{"position": [-5.5, 0, 29], "width_m": 1.6, "height_m": 3, "yaw_rad": 1.57}]},
    {"id": "oak-and-linen", "name": "Oak & Linen", "kind": "furniture"}],
  "displays": [
    {"id": 1, "boutique": "maison-lune", "mount": "mannequin", "position": [-5, 0, 29], "yaw_rad": 0,
     "space_m": [1, 2, 1], "shape": 0},
    {"id": 2, "boutique": "oak-and-linen", "mount": "floor", "position": [5, 0.1, 29], "yaw_rad": 1.5,
     "space_m": [2, 2, 2], "shape": 0}],
  "props": [{"id": 1, "kind": "sphere", "half": [0.3, 0.3, 0.3], "mass_kg": 2, "position": [0, 1, 30], "yaw_rad": 0,
             "look": "ball"}]})";

/// Memory where the machine has it: every test flushes its database many times, and none needs to outlive a power cut.
std::filesystem::path temporary_root() {
  return std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path();
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (temporary_root() / "galleria-api-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  m_path = name;
}

TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(m_path); }

ApiFixture::ApiFixture() {
  std::ofstream(folder.path("mall.json")) << kMall;
  config.data_dir = folder.path("data");
  config.mall_path = folder.path("mall.json");
  config.public_base_url = "http://127.0.0.1:8080";
  auto engine = std::make_shared<std::mt19937>(20261122U);
  config.random = [engine](std::span<std::uint8_t> out) {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>((*engine)());
  };
  open();
}

void ApiFixture::open() {
  api.reset();
  auto opened = Api::open(config, tickets);
  if (!opened) FAIL(opened.error());
  api = std::move(opened).value();
}

HttpResponse ApiFixture::call(const std::string& method, const std::string& path, const std::string& body,
                              Headers headers) {
  HttpRequest request;
  request.method = method;
  request.path = path.substr(0, path.find('?'));
  if (path.find('?') != std::string::npos) request.query = path.substr(path.find('?') + 1);
  request.headers = std::move(headers);
  request.body = body;
  request.peer_address = peer;
  request.received = now;
  return api->handle(request);
}

HttpResponse ApiFixture::post(const std::string& path, const nlohmann::json& body, Headers headers) {
  headers.emplace_back("content-type", "application/json");
  return call("POST", path, body.dump(), std::move(headers));
}

HttpResponse ApiFixture::as_operator(const std::string& path, const nlohmann::json& body, const std::string& key) {
  return post(path, body, {{"authorization", "Bearer " + operator_secret()}, {"idempotency-key", key}});
}

std::string ApiFixture::operator_secret() const {
  std::ifstream file(config.data_dir + "/operator.key");
  std::string secret;
  REQUIRE(std::getline(file, secret));
  return secret;
}

std::string ApiFixture::enter(const std::string& name) {
  const HttpResponse response = post("/api/session", {{"name", name}, {"shape", 1}, {"tint", 3}});
  REQUIRE(response.status == 201);
  const std::string cookie = header_of(response, "Set-Cookie");
  return cookie.substr(0, cookie.find(';'));
}

Passenger ApiFixture::passenger(const std::string& ticket_text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (const char c : ticket_text) {
    bits = bits << 6U | static_cast<std::uint32_t>(kDigits.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> static_cast<unsigned>(count));
  }
  proto::Ticket ticket;
  REQUIRE(bytes.size() == ticket.id.size() + ticket.secret.size());
  std::copy_n(bytes.begin(), ticket.id.size(), ticket.id.begin());
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(ticket.id.size()), ticket.secret.size(),
              ticket.secret.begin());
  auto passenger = tickets.redeem(ticket, now);
  REQUIRE(passenger.has_value());
  return std::move(*passenger);
}

void ApiFixture::add_piece(const std::string& id) {
  shop::uploads::Upload upload;
  upload.id = id;
  upload.filename = "jacket.glb";
  upload.state = "ready";
  upload.piece = R"({"model_url": "/assets/m.glb", "thumb_url": "/assets/t.webp", "size_m": [0.6, 0.8, 0.3]})";
  shop::uploads::insert(api->store().db(), upload, now);
}

ApiFixture::Headers ApiFixture::as(const std::string& cookie, const std::string& key) {
  Headers headers{{"cookie", cookie}};
  if (!key.empty()) headers.emplace_back("idempotency-key", key);
  return headers;
}

HttpResponse ApiFixture::hook(const std::string& body, const std::string& secret, proto::SpanUs age) {
  const std::string time = std::to_string((now.us - age.us) / 1'000'000);
  const std::string signature = proto::to_hex(shop::hmac_sha256(secret, time + "." + body));
  return call("POST", "/hooks/payment", body, {{"payment-signature", "t=" + time + ",v1=" + signature}});
}

std::uint32_t ApiFixture::add_jacket(std::int64_t stock) {
  const auto brand = as_operator(
      "/api/brands", {{"id", "maison-lune"}, {"name", "Maison Lune"}, {"boutique", "maison-lune"}}, "brand");
  REQUIRE(brand.status == 201);
  add_piece("piece-1");
  const nlohmann::json variant{{"size", "M"},
                               {"colour", {{"name", "sand"}, {"hex", "#c8b89a"}}},
                               {"price", {{"minor", 42000}, {"currency", "EUR"}}},
                               {"stock", stock}};
  const auto product = as_operator("/api/products",
                                   {{"slug", "linen-jacket"},
                                    {"brand", "maison-lune"},
                                    {"name", "Linen jacket"},
                                    {"description", "Unlined, for warm evenings."},
                                    {"author", "Galleria"},
                                    {"licence", "Apache-2.0"},
                                    {"model", "piece-1"},
                                    {"variants", {variant}}},
                                   "jacket");
  REQUIRE(product.status == 201);
  return json_of(product)["variants"][0]["id"].get<std::uint32_t>();
}

nlohmann::json json_of(const HttpResponse& response) {
  auto value = nlohmann::json::parse(response.body, nullptr, false);
  INFO(response.body);
  REQUIRE_FALSE(value.is_discarded());
  return value;
}

std::string header_of(const HttpResponse& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace world
