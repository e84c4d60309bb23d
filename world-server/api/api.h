/// The HTTP API of the shop: sessions, catalogue, checkout, orders, certificates. One object, living on the shop
/// thread, which is the only writer of the shop's database. `handle` answers one request from one row of the route
/// table (routes.h); `tick` does what time asks for: reservations that end, mails and payment sessions that came back.
/// Time comes in with the request (`HttpRequest::received`) or as an argument, randomness through the configuration.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "client-proto/core/result.h"
#include "client-proto/core/time.h"
#include "world-server/api/http.h"
#include "world-server/api/people_port.h"
#include "world-server/api/ticket_book.h"
#include "world-server/world/port.h"

namespace assets {
class Importer;
}
namespace chain {
class ConsentDesk;
}
namespace shop {
class Store;
struct ChainPort;
}  // namespace shop

namespace world {

/// The bytes of the static world as `proto::CollisionWorld` encodes them, and their hash as the Welcome message names
/// it.
struct CollisionBytes {
  std::string bytes;
  std::uint64_t hash = 0;
};

struct ApiConfig {
  std::string data_dir;                          ///< shop.db and operator.key live here
  std::string mall_path;                         ///< mall.json, seam S2
  std::string public_base_url;                   ///< "http://127.0.0.1:8080", for links in mails, twins and redirects
  std::string provider_url;                      ///< payment provider's API; empty: no card payments
  std::string provider_api_key;                  ///< bearer key of that API
  std::string provider_webhook_secret;           ///< HMAC key of its webhooks
  std::string deployment_path;                   ///< JSON that tools/chain wrote (chain::Deployment); empty: no wallets
  std::string mail_url;                          ///< "smtp://127.0.0.1:2525"; empty: no mails, no login by mail
  std::string mail_from = "galleria@localhost";  ///< envelope and header sender
  bool private_addresses_allowed = false;        ///< lets the guarded client reach a provider on loopback
  std::uint32_t new_sessions_per_minute_max = 600;      ///< from one address; a whole office may share one
  std::uint16_t udp_port = 0;                           ///< told to native clients; 0: no UDP
  std::function<void(std::span<std::uint8_t>)> random;  ///< fills with secret random bytes; empty: OpenSSL's
};

struct ApiParts;

class Api {
 public:
  /// Opens or makes the database and the operator key. The error is a sentence for the operator.
  static proto::Result<std::unique_ptr<Api>, std::string> open(const ApiConfig& config, TicketBook& tickets,
                                                               assets::Importer* importer = nullptr);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  /// True for paths that the net side must hand to `handle`: /api/, /hooks/ and /twins/.
  [[nodiscard]] static bool owns(std::string_view path);

  [[nodiscard]] HttpResponse handle(const HttpRequest& request);
  /// What net noted about people; before the calls that came after it.
  void note(const PeopleNote& note, proto::TimeUs now);
  /// What net has to do about people, since this was asked last.
  [[nodiscard]] std::vector<DoorOrder> take_door_orders();
  /// At least once a second.
  void tick(proto::TimeUs now);

  /// The app composes the collision world when the catalogue changes and hands its bytes over here.
  void set_collision(CollisionBytes collision);

  /// Grows whenever `wearables`, `display_boxes` or `closed_boutiques` may have changed.
  [[nodiscard]] std::uint64_t catalogue_version() const;
  /// Which variants can be worn, for the world.
  [[nodiscard]] Wearables wearables() const;
  /// The space that placed products take on the floor, for the world and for `compose_collision`.
  [[nodiscard]] DisplayBoxes display_boxes() const;
  /// Whose doors are shut, for the world.
  [[nodiscard]] ClosedBoutiques closed_boutiques() const;

  /// Connects the outbox with the chain thread; `port` outlives the Api. Without it orders wait in the outbox.
  void connect_chain(shop::ChainPort& port);
  /// Connects what customers agree to; `desk` outlives the Api and is ticked by its owner. Without it nothing can be
  /// shared.
  void connect_consents(chain::ConsentDesk& desk);
  /// The shop's database, for whoever else runs on the shop thread.
  [[nodiscard]] shop::Store& store();

 private:
  explicit Api(std::unique_ptr<ApiParts> parts);
  std::unique_ptr<ApiParts> m_parts;
};

}  // namespace world
