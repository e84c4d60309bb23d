/// A shop with two brands and the real consent desk over a real vault, both in the fixture's own folder, and what a
/// shopper's browser does: it keeps a key for each consent and signs with it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chain-bridge/customer/consent_desk.h"
#include "tests/unit/api/api_fixture.h"

namespace world {

/// A consent as the browser makes it, before it is JSON.
struct BrowserConsent {
  chain::Word id;
  chain::Word salt;
  chain::SecretKey key;
  std::string brand = "maison-lune";
  std::string reader = "oak-and-linen";
  std::uint64_t not_after_s = 0;
};

class SharingFixture : public ApiFixture {
 public:
  SharingFixture();

  /// Stops what runs and starts it again over the same files, as after a kill.
  void restart();
  void tick() { api->tick(now); }

  /// A fresh one of the browser whose random source begins at `number`.
  [[nodiscard]] BrowserConsent draw(std::uint8_t number) const;
  /// The body of POST /api/consents, signed throughout.
  [[nodiscard]] nlohmann::json signed_body(const BrowserConsent& consent) const;
  [[nodiscard]] chain::ConsentGrant grant_of(const BrowserConsent& consent) const;
  [[nodiscard]] static std::string sign(const BrowserConsent& consent, const chain::Word& digest);
  /// Signs {"signature": ...} for the end that `digest` names.
  [[nodiscard]] static nlohmann::json end_body(const BrowserConsent& consent, const chain::Word& digest) {
    return {{"signature", sign(consent, digest)}};
  }
  HttpResponse agree(const BrowserConsent& consent, const std::string& with) {
    return post("/api/consents", signed_body(consent), as(with));
  }
  HttpResponse withdraw(const BrowserConsent& consent, const std::string& with);
  HttpResponse erase(const BrowserConsent& consent, const std::string& with);
  nlohmann::json consents(const std::string& with) { return json_of_get("/api/consents", with)["consents"]; }
  nlohmann::json for_you(const std::string& with) { return json_of_get("/api/for-you", with); }

  HttpResponse checkout(std::uint32_t variant, bool share, const std::string& with, const std::string& key = "k",
                        const std::string& email = "ada@example.org");
  /// Checks out by card, pays, and mints; the purchase is noted with the next tick.
  proto::OrderId buy(std::uint32_t variant, bool share, const std::string& with, const std::string& key = "k",
                     const std::string& email = "ada@example.org");
  /// Money and certificate for an order that was placed.
  void finish(const proto::OrderId& order);
  [[nodiscard]] std::size_t rows_waiting();
  /// Runs SQL on the vault, beside the desk.
  void in_vault(const std::string& sql) const;
  [[nodiscard]] std::vector<std::string> vault_texts(const std::string& sql) const;

  chain::CustomerDeployment deployment;
  chain::CustomerPort port;
  std::unique_ptr<chain::ConsentDesk> desk;
  std::string cookie;
  std::uint32_t jacket = 0;  ///< variant of product 1, Maison Lune
  std::uint32_t hat = 0;     ///< product 2, Maison Lune
  std::uint32_t chair = 0;   ///< product 3, Oak & Linen
  std::uint32_t lamp = 0;    ///< product 4, Oak & Linen

 private:
  nlohmann::json json_of_get(const std::string& path, const std::string& with);
  std::uint32_t add_goods(const std::string& slug, const std::string& brand, const std::string& category,
                          std::int64_t price_minor);
};

}  // namespace world
