#include "tests/unit/api/sharing_fixture.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <catch2/catch.hpp>

#include "shop/order_repo.h"
#include "shop/outbox_repo.h"
#include "shop/store.h"

namespace world {

using nlohmann::json;

namespace {

chain::Word word_of(std::uint8_t first, std::uint8_t rest) {
  chain::Word word;
  word.bytes.fill(rest);
  word.bytes[0] = first;
  return word;
}

}  // namespace

SharingFixture::SharingFixture() {
  config.provider_url = "http://127.0.0.1:9";  // the discard port: nobody listens
  config.provider_webhook_secret = "s";
  config.private_addresses_allowed = true;
  config.mail_url = "smtp://127.0.0.1:9";
  deployment.chain_id = 31338;
  deployment.consents.bytes.fill(0xc0);
  for (const char* brand : {"maison-lune", "oak-and-linen"}) deployment.members[brand] = {};
  restart();
  for (const auto& [id, name] : {std::pair("maison-lune", "Maison Lune"), std::pair("oak-and-linen", "Oak & Linen")}) {
    REQUIRE(as_operator("/api/brands", {{"id", id}, {"name", name}, {"boutique", id}}, id).status == 201);
  }
  add_piece("piece-1");
  jacket = add_goods("jacket", "maison-lune", "aa-1-10-2-11", 42000);
  hat = add_goods("hat", "maison-lune", "aa-2-17", 9900);
  chair = add_goods("chair", "oak-and-linen", "fr-7-9", 24500);
  lamp = add_goods("lamp", "oak-and-linen", "hg-13-5-5", 18500);
  cookie = enter();
}

void SharingFixture::restart() {
  api.reset();
  desk.reset();
  open();
  auto opened = chain::ConsentDesk::open({config.data_dir, deployment, proto::minutes(10)}, config.random, port);
  if (!opened) FAIL(opened.error());
  desk = std::move(opened).value();
  api->connect_consents(*desk);
}

std::uint32_t SharingFixture::add_goods(const std::string& slug, const std::string& brand, const std::string& category,
                                        std::int64_t price_minor) {
  const json variant{
      {"size", ""}, {"colour", nullptr}, {"price", {{"minor", price_minor}, {"currency", "EUR"}}}, {"stock", 20}};
  const auto added = as_operator("/api/products",
                                 {{"slug", slug},
                                  {"brand", brand},
                                  {"name", "The " + slug},
                                  {"description", ""},
                                  {"author", "Galleria"},
                                  {"licence", "Apache-2.0"},
                                  {"category", category},
                                  {"model", "piece-1"},
                                  {"variants", {variant}}},
                                 slug);
  REQUIRE(added.status == 201);
  return json_of(added)["variants"][0]["id"].get<std::uint32_t>();
}

BrowserConsent SharingFixture::draw(std::uint8_t number) const {
  auto key = chain::SecretKey::from(word_of(1, number));
  REQUIRE(key.has_value());
  return {word_of(0x1d, number), word_of(0x5a, number),
          std::move(*key),       "maison-lune",
          "oak-and-linen",       static_cast<std::uint64_t>((now + proto::days(300)).us / 1'000'000)};
}

chain::ConsentGrant SharingFixture::grant_of(const BrowserConsent& consent) const {
  chain::ConsentGrant grant{
      consent.id, chain::registry_id(consent.brand), chain::registry_id("recommend"), consent.not_after_s, {}};
  const std::string record = consent.id.hex().substr(2) + "|" + consent.brand + "|recommend|" +
                             std::to_string(consent.not_after_s) + "|" + desk->terms().notice_hash.hex().substr(2);
  grant.commitment = chain::commitment("galleria/consent/1", consent.salt, record);
  return grant;
}

std::string SharingFixture::sign(const BrowserConsent& consent, const chain::Word& digest) {
  return chain::hex_data(consent.key.sign(digest).bytes());
}

json SharingFixture::signed_body(const BrowserConsent& consent) const {
  json readers = json::array();
  if (!consent.reader.empty()) {
    const chain::ReaderGrant reader{consent.id, chain::registry_id(consent.reader), consent.not_after_s, 1};
    readers.push_back({{"brand", consent.reader},
                       {"not_after_s", consent.not_after_s},
                       {"sequence", 1},
                       {"signature", sign(consent, chain::reader_digest(deployment, reader))}});
  }
  return {
      {"id", consent.id.hex()},       {"brand", consent.brand},
      {"purpose", "recommend"},       {"not_after_s", consent.not_after_s},
      {"salt", consent.salt.hex()},   {"signature", sign(consent, chain::grant_digest(deployment, grant_of(consent)))},
      {"readers", std::move(readers)}};
}

HttpResponse SharingFixture::withdraw(const BrowserConsent& consent, const std::string& with) {
  return post("/api/consents/" + consent.id.hex() + "/withdraw",
              end_body(consent, chain::withdraw_digest(deployment, consent.id)), as(with));
}

HttpResponse SharingFixture::erase(const BrowserConsent& consent, const std::string& with) {
  return post("/api/consents/" + consent.id.hex() + "/erase",
              end_body(consent, chain::erase_digest(deployment, consent.id)), as(with));
}

json SharingFixture::json_of_get(const std::string& path, const std::string& with) {
  const auto response = get(path, as(with));
  INFO(response.body);
  REQUIRE(response.status == 200);
  return json_of(response);
}

HttpResponse SharingFixture::checkout(std::uint32_t variant, bool share, const std::string& with,
                                      const std::string& key, const std::string& email) {
  return post("/api/checkout", {{"variant_id", variant}, {"pay", "card"}, {"email", email}, {"share", share}},
              as(with, key));
}

proto::OrderId SharingFixture::buy(std::uint32_t variant, bool share, const std::string& with, const std::string& key,
                                   const std::string& email) {
  const auto response = checkout(variant, share, with, key, email);
  INFO(response.body);
  REQUIRE(response.status == 201);
  const auto order = *proto::OrderId::parse(json_of(response)["id"].get<std::string>());
  finish(order);
  return order;
}

void SharingFixture::finish(const proto::OrderId& id) {
  shop::Store& store = api->store();
  const auto order = shop::orders::order(store.db(), id);
  const std::string reference = "cs_" + id.hex();
  REQUIRE(store.execute({{}, now, shop::OpenPayment{id, reference, "http://x", now}}).ok());
  REQUIRE(store.execute({{}, now, shop::SettlePayment{id, reference, order->total}}).ok());
  for (const shop::OutboxRow& row : shop::outbox::waiting(store.db(), "mint", 10)) {
    if (row.order == id) REQUIRE(store.execute({{}, now, shop::AcknowledgeOutbox{row.id}}).ok());
  }
  REQUIRE(
      store
          .execute({{}, now, shop::FinishMint{{order->lines[0].token, id, "0xkeeper", "0xtwin", 31337, "0xtx", 7, {}}}})
          .ok());
}

std::size_t SharingFixture::rows_waiting() { return shop::outbox::waiting(api->store().db(), "share", 100).size(); }

void SharingFixture::in_vault(const std::string& sql) const {
  soci::session vault(*soci::factory_sqlite3(), "db=\"" + config.data_dir + "/vault.db\"");
  vault << sql;
}

std::vector<std::string> SharingFixture::vault_texts(const std::string& sql) const {
  soci::session vault(*soci::factory_sqlite3(), "db=\"" + config.data_dir + "/vault.db\"");
  std::string text;
  soci::statement statement = (vault.prepare << sql, soci::into(text));
  std::vector<std::string> out;
  statement.execute();
  while (statement.fetch()) out.push_back(text);
  return out;
}

}  // namespace world
