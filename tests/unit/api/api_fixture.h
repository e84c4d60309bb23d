/// A real Api over a real database in a temporary folder, with a small mall and a repeatable source of random bytes,
/// and the few calls that every test makes.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "world-server/api/api.h"

namespace world {

/// A folder of its own that goes when the test ends.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const { return (m_path / name).string(); }

 private:
  std::filesystem::path m_path;
};

class ApiFixture {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  ApiFixture();

  /// Opens the Api (again) with the present `config`.
  void open();
  HttpResponse call(const std::string& method, const std::string& path, const std::string& body = {},
                    Headers headers = {});
  HttpResponse get(const std::string& path, Headers headers = {}) { return call("GET", path, {}, std::move(headers)); }
  HttpResponse post(const std::string& path, const nlohmann::json& body, Headers headers = {});
  /// As `post`, with the operator's key.
  HttpResponse as_operator(const std::string& path, const nlohmann::json& body, const std::string& key);
  [[nodiscard]] std::string operator_secret() const;
  /// Comes in as `name` and answers the Cookie header of the new session.
  std::string enter(const std::string& name = "Ada");
  /// Tears off the ticket with this text.
  Passenger passenger(const std::string& ticket_text);
  /// An upload as the importer leaves it when all is well.
  void add_piece(const std::string& id);
  /// Headers of a shopper, with an Idempotency-Key if there is one.
  static Headers as(const std::string& cookie, const std::string& key = {});
  /// A webhook signed with `secret`, `age` ago.
  HttpResponse hook(const std::string& body, const std::string& secret, proto::SpanUs age = {});
  /// Brand, product with one variant of `stock` pieces at 420.00 EUR; answers the variant's id.
  std::uint32_t add_jacket(std::int64_t stock = 3);

  TemporaryFolder folder;
  TicketBook tickets;
  ApiConfig config;
  std::unique_ptr<Api> api;
  proto::TimeUs now{1'800'000'000'000'000};
  std::string peer = "127.0.0.1";  ///< where calls come from
};

/// The parsed body; the test fails when it is no JSON.
nlohmann::json json_of(const HttpResponse& response);
std::string header_of(const HttpResponse& response, const std::string& name);

}  // namespace world
