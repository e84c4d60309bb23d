/// TLS: HTTP/1.1 and nothing else, since libwebsockets 4.1 loses custom headers on HTTP/2.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "tests/unit/net/harness.h"
#include "world-server/net/limits.h"

using namespace net_test;

namespace {

/// A certificate for this test, signed by itself.
void write_certificate(const std::string& cert_path, const std::string& key_path) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  REQUIRE(key != nullptr);
  X509* cert = X509_new();
  ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
  X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
  X509_set_pubkey(cert, key);
  X509_NAME* name = X509_get_subject_name(cert);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("mall.test"), -1, -1, 0);
  X509_set_issuer_name(cert, name);
  REQUIRE(X509_sign(cert, key, EVP_sha256()) > 0);
  FILE* file = std::fopen(cert_path.c_str(), "wb");
  PEM_write_X509(file, cert);
  std::fclose(file);
  file = std::fopen(key_path.c_str(), "wb");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(cert);
  EVP_PKEY_free(key);
}

}  // namespace

TEST_CASE("over TLS, HTTP/1.1 is spoken and custom headers arrive") {
  TempFolder keys;
  write_certificate(keys.path() + "/cert.pem", keys.path() + "/key.pem");
  std::string idempotency_key;
  bool secure = false;
  TestServer server(
      [&](world::net::NetConfig& config) {
        config.tls_cert = keys.path() + "/cert.pem";
        config.tls_key = keys.path() + "/key.pem";
      },
      [&](const world::HttpRequest& request) {
        idempotency_key = std::string(request.header("idempotency-key"));
        secure = request.secure;
        return world::HttpResponse{};
      });
  RawClient client(server.port(), true, {"h2", "http/1.1"});
  CHECK(client.alpn() == "http/1.1");
  client.send(
      "POST /api/checkout HTTP/1.1\r\nHost: mall.test\r\nOrigin: https://mall.test\r\nIdempotency-Key: once\r\n"
      "Content-Length: 2\r\n\r\n{}");
  const Response response = client.response();
  CHECK(response.status == 200);
  CHECK(idempotency_key == "once");
  CHECK(secure);
  CHECK(response.headers.count("strict-transport-security") == 1);
  client.send(
      "POST /api/checkout HTTP/1.1\r\nHost: mall.test\r\nOrigin: http://mall.test\r\nContent-Length: 2\r\n\r\n{}");
  CHECK(client.response().status == 403);  // the same name over plain HTTP is another origin
}

TEST_CASE("over TLS, a record that is larger than what is read at once is served without waiting for another") {
  TempFolder keys;
  write_certificate(keys.path() + "/cert.pem", keys.path() + "/key.pem");
  std::size_t received = 0;
  TestServer server(
      [&](world::net::NetConfig& config) {
        config.tls_cert = keys.path() + "/cert.pem";
        config.tls_key = keys.path() + "/key.pem";
      },
      [&](const world::HttpRequest& request) {
        received = request.body.size();
        return world::HttpResponse{};
      });
  RawClient client(server.port(), true);
  constexpr std::size_t kRecordMaxBytes = 16'384;
  constexpr std::size_t kBodyBytes = 16'000;
  std::string request =
      "POST /api/checkout HTTP/1.1\r\nHost: mall.test\r\nOrigin: https://mall.test\r\nContent-Length: " +
      std::to_string(kBodyBytes) + "\r\nX-Fill: ";
  request += std::string(kRecordMaxBytes - kBodyBytes - request.size() - 4, 'x') + "\r\n\r\n";
  client.send(request + std::string(kBodyBytes, 'b'));
  CHECK(client.response().status == 200);
  CHECK(received == kBodyBytes);
}

TEST_CASE("over TLS too, frames that are taken in part arrive whole, and a reader that stalls gets the newest state") {
  TempFolder keys;
  write_certificate(keys.path() + "/cert.pem", keys.path() + "/key.pem");
  TestServer server([&](world::net::NetConfig& config) {
    config.tls_cert = keys.path() + "/cert.pem";
    config.tls_key = keys.path() + "/key.pem";
  });
  RawWebSocket slow(server.port(), "", "/ws", proto::kSubprotocol, 4096, true);
  const proto::AvatarId avatar = join(server, slow, server.ticket(1));
  const auto message = [](int number, proto::Opcode opcode) {
    Bytes bytes(1500, static_cast<std::uint8_t>(number));
    bytes[0] = static_cast<std::uint8_t>(opcode);
    return bytes;
  };
  constexpr int kMessages = 120;
  for (int i = 1; i <= kMessages; ++i) {
    server.say(avatar, proto::Lane::kState, message(i, proto::Opcode::kSnapshot));
    server.say(avatar, proto::Lane::kReliable, message(i, proto::Opcode::kAppearance));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  int messages = 0;
  int states = 0;
  Bytes newest;
  for (Frame frame = slow.receive(500); frame.opcode == 2; frame = slow.receive(500)) {
    if (frame.payload[0] == static_cast<std::uint8_t>(proto::Opcode::kSnapshot)) {
      newest = frame.payload;
      ++states;
      continue;
    }
    CHECK(frame.payload == message(++messages, proto::Opcode::kAppearance));
  }
  CHECK(messages == kMessages);
  CHECK(newest == message(kMessages, proto::Opcode::kSnapshot));
  CHECK(states < kMessages / 2);
}

TEST_CASE("over TLS fewer connections at once are taken than without, since each costs more") {
  constexpr int kAtOnce = 100;  // more than the burst with TLS leaves to one address, fewer than the one without
  static_assert(kAtOnce > world::net::kAllTlsConnectsBurst * world::net::kKeptForNewcomers + 8);
  static_assert(kAtOnce <= world::net::kAllConnectsBurst * world::net::kKeptForNewcomers);
  TempFolder keys;
  write_certificate(keys.path() + "/cert.pem", keys.path() + "/key.pem");
  for (const bool tls : {false, true}) {
    TestServer server([&](world::net::NetConfig& config) {
      if (tls) config.tls_cert = keys.path() + "/cert.pem";
      if (tls) config.tls_key = keys.path() + "/key.pem";
      config.http.quota = world::net::QuotaRules::for_connections(1000);
    });
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < kAtOnce; ++i) clients.push_back(std::make_unique<RawClient>(server.port()));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    server.stop();
    CHECK((server.net().counters().connections_refused > 0) == tls);
  }
}

TEST_CASE("a certificate that cannot be read stops the start in words") {
  world::net::Ports ports;
  world::TicketBook tickets;
  world::net::NetConfig config;
  config.port = 0;
  config.udp_port = 0;
  config.session.random = fill_random;
  config.tls_cert = "/nonexistent/cert.pem";
  config.tls_key = "/nonexistent/key.pem";
  const auto opened = world::net::NetServer::open(config, ports, tickets);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().find("certificate") != std::string::npos);
}

TEST_CASE("a port that is taken stops the start in words") {
  TestServer first;
  world::net::Ports ports;
  world::TicketBook tickets;
  world::net::NetConfig config;
  config.port = first.port();
  config.udp_port = 0;
  config.session.random = fill_random;
  const auto opened = world::net::NetServer::open(config, ports, tickets);
  REQUIRE_FALSE(opened.ok());
  CHECK(opened.error().find(std::to_string(first.port())) != std::string::npos);
}
