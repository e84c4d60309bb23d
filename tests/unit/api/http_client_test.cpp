#include "world-server/api/http_client.h"

#include <catch2/catch.hpp>

TEST_CASE("addresses that are not of the public internet") {
  for (const char* address : {"127.0.0.1",
                              "127.255.0.1",
                              "10.1.2.3",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "0.0.0.0",
                              "224.0.0.1",
                              "255.255.255.255",
                              "192.0.2.1",
                              "::1",
                              "::",
                              "fe80::1",
                              "fc00::1",
                              "fd12::1",
                              "::ffff:127.0.0.1",
                              "::ffff:8.8.8.8",
                              "2001:db8::1",
                              "2002:7f00:1::",
                              "64:ff9b::7f00:1",
                              "",
                              "x"}) {
    INFO(address);
    CHECK_FALSE(world::is_public_address(address));
  }
  for (const char* address : {"8.8.8.8", "172.32.0.1", "172.15.0.1", "2a00:1450::1", "9.255.255.255", "11.0.0.0"}) {
    INFO(address);
    CHECK(world::is_public_address(address));
  }
}

TEST_CASE("the guarded client does not connect to a private address, whatever the name") {
  for (const char* url : {"http://127.0.0.1:18899/", "http://localhost:18899/", "http://[::1]:18899/",
                          "http://0x7f000001:18899/", "http://2130706433:18899/"}) {
    const auto reply = world::fetch({"GET", url, {}, {}}, {});
    INFO(url);
    REQUIRE_FALSE(reply.ok());
    CHECK(reply.error().find("refused") == std::string::npos);  // it did not even try
  }
}

TEST_CASE("the guarded client speaks HTTP and nothing else") {
  world::HttpGuard guard;
  guard.private_addresses_allowed = true;
  CHECK_FALSE(world::fetch({"GET", "file:///etc/hostname", {}, {}}, guard).ok());
  CHECK_FALSE(world::fetch({"GET", "gopher://127.0.0.1/", {}, {}}, guard).ok());
}
