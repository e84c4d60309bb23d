/// HTTP over real sockets: files, ranges, refusals, the way to the shop and back, and what a slow or hostile client
/// gets.
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/unit/net/harness.h"

using namespace net_test;
using namespace std::chrono_literals;

namespace {

/// Answers with what it was asked, one field a line.
std::optional<world::HttpResponse> mirror(const world::HttpRequest& request) {
  world::HttpResponse response;
  response.content_type = "text/plain";
  response.body = request.method + "\n" + request.path + "\n" + request.query + "\n" + request.body + "\n";
  for (const auto& [name, value] : request.headers) response.body += name + "=" + value + "\n";
  response.headers.emplace_back("Set-Cookie", "a=1");
  return response;
}

std::string post(const std::string& path, const std::string& body, const std::string& headers = "") {
  return "POST " + path +
         " HTTP/1.1\r\nHost: mall.test\r\nOrigin: http://mall.test\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n" + headers + "\r\n" + body;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the page is served with its policies, and revalidated by its tag") {
  TestServer server;
  server.folder().write("web/index.html", "<!doctype html>");
  RawClient client(server.port());
  const Response page = client.get("/");
  CHECK(page.status == 200);
  CHECK(page.body == "<!doctype html>");
  CHECK(page.headers.at("content-type") == "text/html; charset=utf-8");
  CHECK(page.headers.at("cache-control") == "no-cache");
  CHECK(page.headers.at("x-content-type-options") == "nosniff");
  CHECK(page.headers.at("cross-origin-opener-policy") == "same-origin");
  CHECK(contains(page.headers.at("content-security-policy"), "frame-ancestors 'none'"));
  CHECK(contains(page.headers.at("content-security-policy"), "'wasm-unsafe-eval'"));
  CHECK_FALSE(contains(page.headers.at("content-security-policy"), "script-src 'self' 'unsafe-inline'"));
  CHECK(page.headers.count("referrer-policy") == 1);
  CHECK(page.headers.count("permissions-policy") == 1);
  CHECK(client.get("/", "If-None-Match: " + page.headers.at("etag") + "\r\n").status == 304);
  CHECK(client.get("/", "If-None-Match: \"other\"\r\n").status == 200);  // and the connection is still good
}

TEST_CASE("HEAD gives the head alone") {
  TestServer server;
  server.folder().write("web/a.txt", "hello");
  RawClient client(server.port());
  client.send("HEAD /a.txt HTTP/1.1\r\nHost: mall.test\r\n\r\n");
  const Response head = client.response(true);
  CHECK(head.status == 200);
  CHECK(head.headers.at("content-length") == "5");
  CHECK(client.get("/a.txt").body == "hello");
}

TEST_CASE("bytes can be had in part") {
  TestServer server;
  std::string film(100'000, 'x');
  for (std::size_t i = 0; i < film.size(); ++i) film[i] = static_cast<char>('a' + i % 26);
  server.folder().write("content/film.mp4", film);
  RawClient client(server.port());
  const Response whole = client.get("/content/film.mp4");
  CHECK(whole.status == 200);
  CHECK(whole.body == film);
  CHECK(whole.headers.at("accept-ranges") == "bytes");
  const Response part = client.get("/content/film.mp4", "Range: bytes=50000-90000\r\n");
  CHECK(part.status == 206);
  CHECK(part.headers.at("content-range") == "bytes 50000-90000/100000");
  CHECK(part.body == film.substr(50'000, 40'001));
  CHECK(client.get("/content/film.mp4", "Range: bytes=-3\r\n").body == film.substr(99'997));
  const Response beyond = client.get("/content/film.mp4", "Range: bytes=100000-\r\n");
  CHECK(beyond.status == 416);
  CHECK(beyond.headers.at("content-range") == "bytes */100000");
  CHECK(client.get("/content/film.mp4", "Range: bytes=0-1\r\nIf-Range: \"old\"\r\n").status == 200);
}

TEST_CASE("a compressed twin is sent to who accepts it, never for a range") {
  TestServer server;
  server.folder().write("web/assets/app-AbCd1234.js", "plain");
  server.folder().write("web/assets/app-AbCd1234.js.br", "brotli");
  server.folder().write("web/assets/app-AbCd1234.js.gz", "gzipped");
  RawClient client(server.port());
  const Response best = client.get("/assets/app-AbCd1234.js", "Accept-Encoding: gzip, deflate, br\r\n");
  CHECK(best.body == "brotli");
  CHECK(best.headers.at("content-encoding") == "br");
  CHECK(best.headers.at("vary") == "Accept-Encoding");
  CHECK(best.headers.at("content-type") == "text/javascript; charset=utf-8");
  CHECK(contains(best.headers.at("cache-control"), "immutable"));
  CHECK(client.get("/assets/app-AbCd1234.js", "Accept-Encoding: gzip\r\n").body == "gzipped");
  CHECK(client.get("/assets/app-AbCd1234.js").body == "plain");
  CHECK(client.get("/assets/app-AbCd1234.js", "Accept-Encoding: br\r\nRange: bytes=0-1\r\n").body == "pl");
  CHECK(best.headers.at("etag") != client.get("/assets/app-AbCd1234.js").headers.at("etag"));
}

TEST_CASE("an uploaded asset is immutable bytes under a policy that lets nothing run") {
  TestServer server;
  const std::string name = std::string(64, 'a') + ".glb";
  server.folder().write("assets/aa/" + std::string(64, 'a'), "glTF");
  server.folder().write("assets/aa/" + std::string(64, 'a') + ".cooked", "{}");
  RawClient client(server.port());
  const Response asset = client.get("/assets/" + name);
  CHECK(asset.status == 200);
  CHECK(asset.headers.at("content-type") == "model/gltf-binary");
  CHECK(contains(asset.headers.at("cache-control"), "immutable"));
  CHECK(contains(asset.headers.at("content-security-policy"), "default-src 'none'"));
  CHECK(client.get("/assets/" + std::string(64, 'b') + ".glb").status == 404);
  CHECK(client.get("/assets/" + std::string(64, 'a') + ".html").status == 404);
  CHECK(client.get("/assets/" + std::string(64, 'a') + ".cooked").status == 404);
  CHECK(client.get("/assets/aa/" + std::string(64, 'a')).status == 404);
}

TEST_CASE("no path leads out of its folder") {
  TestServer server;
  server.folder().write("secret.txt", "secret");
  server.folder().write("web/index.html", "page");
  server.folder().write("web/.hidden", "hidden");
  std::filesystem::create_symlink(server.folder().path() + "/secret.txt", server.folder().path() + "/web/link.txt");
  std::filesystem::create_directory_symlink(server.folder().path(), server.folder().path() + "/web/up");
  for (const char* path : {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/content/../../secret.txt",
                           "/content/..%5c..%5csecret.txt", "//secret.txt", "/link.txt", "/up/secret.txt", "/.hidden",
                           "/content/%2e%2e%2fsecret.txt", "/index.html/", "/assets/../secret.txt", "/%00secret.txt",
                           "/content/....//secret.txt"}) {
    RawClient client(server.port());
    const Response response = client.get(path);
    INFO(path);
    CHECK(response.status != 200);
    CHECK_FALSE(contains(response.text, "secret\n"));
    CHECK(response.body != "secret");
    CHECK(response.body != "hidden");
  }
}

TEST_CASE("a call reaches the shop whole and its answer comes back") {
  TestServer server({}, mirror);
  RawClient client(server.port());
  client.send(post("/api/session?next=%2Fmall&x=a%26b", "{\"name\":\"Ada\"}",
                   "Idempotency-Key: k-1\r\nX-Filename: chair.glb\r\nCookie: galleria_session=s\r\n"));
  const Response response = client.response();
  CHECK(response.status == 200);
  CHECK(contains(response.body, "POST\n/api/session\nnext=%2Fmall&x=a%26b\n{\"name\":\"Ada\"}\n"));
  CHECK(contains(response.body, "idempotency-key=k-1\n"));
  CHECK(contains(response.body, "x-filename=chair.glb\n"));
  CHECK(contains(response.body, "cookie=galleria_session=s\n"));
  CHECK(response.headers.at("set-cookie") == "a=1");
  CHECK(contains(client.get("/twins/7").body, "GET\n/twins/7\n"));
  client.send("POST /hooks/payment HTTP/1.1\r\nHost: mall.test\r\nContent-Length: 2\r\n\r\nhi");
  CHECK(contains(client.response().body, "POST\n/hooks/payment\n\nhi\n"));
}

TEST_CASE("an answer of the shop cannot smuggle a header") {
  TestServer server({}, [](const world::HttpRequest&) {
    world::HttpResponse response;
    response.headers.emplace_back("Location", "/x\r\nSet-Cookie: stolen=1");
    return response;
  });
  RawClient client(server.port());
  CHECK_FALSE(contains(client.get("/api/x").text, "stolen"));
}

TEST_CASE("pipelined requests are answered in order") {
  TestServer server({}, [](const world::HttpRequest& request) {
    std::this_thread::sleep_for(50ms);
    return mirror(request);
  });
  RawClient client(server.port());
  client.send("GET /api/one HTTP/1.1\r\nHost: mall.test\r\n\r\nGET /api/two HTTP/1.1\r\nHost: mall.test\r\n\r\n");
  CHECK(contains(client.response().body, "/api/one"));
  CHECK(contains(client.response().body, "/api/two"));
}

TEST_CASE("a query that is too long or has too many parts is refused, never cut") {
  TestServer server({}, mirror);
  const auto status = [&](const std::string& query) {
    RawClient client(server.port());
    return client.get("/api/x?" + query).status;
  };
  CHECK(status("a=" + std::string(1000, 'x')) == 200);
  CHECK(status("a=" + std::string(3000, 'x')) == 414);
  std::string many;
  for (int i = 0; i < 100; ++i) many += "a=1&";
  CHECK(status(many) != 200);  // libwebsockets hangs up before it comes to us
}

TEST_CASE("a foreign page may not call the shop") {
  TestServer server({}, mirror);
  const auto status = [&](const std::string& headers) {
    RawClient client(server.port());
    client.send("POST /api/checkout HTTP/1.1\r\nHost: mall.test\r\nContent-Length: 2\r\n" + headers + "\r\n{}");
    return client.response().status;
  };
  CHECK(status("Origin: http://evil.test\r\nCookie: galleria_session=s\r\n") == 403);
  CHECK(status("Origin: null\r\n") == 403);
  CHECK(status("Cookie: galleria_session=s\r\n") == 403);
  CHECK(status("Origin: http://mall.test\r\nCookie: galleria_session=s\r\n") == 200);
  CHECK(status("Authorization: Bearer key\r\n") == 200);
}

TEST_CASE("an allowed origin may call besides the server's own") {
  TestServer server([](world::net::NetConfig& config) { config.http.allowed_origins = {"https://shop.example"}; },
                    mirror);
  RawClient client(server.port());
  client.send("POST /api/x HTTP/1.1\r\nHost: mall.test\r\nOrigin: https://shop.example\r\nContent-Length: 0\r\n\r\n");
  CHECK(client.response().status == 200);
}

TEST_CASE("framing that can be read in two ways is refused and the connection closed") {
  TestServer server({}, mirror);
  const std::string start = "POST /api/x HTTP/1.1\r\nHost: mall.test\r\nOrigin: http://mall.test\r\n";
  const std::string smuggled = "GET /api/smuggled HTTP/1.1\r\nHost: mall.test\r\n\r\n";
  for (const std::string& headers :
       {std::string("Content-Length: 5\r\nContent-Length: 6\r\n"),
        std::string("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"),
        std::string("Transfer-Encoding: chunked\r\n"), std::string("Content-Length: +0\r\n"),
        std::string("Content-Length: -1\r\n"), std::string("Content-Length : 49\r\nContent-Length: 0\r\n")}) {
    INFO(headers);
    RawClient client(server.port());
    client.send(start + headers + "\r\n" + smuggled);
    const Response response = client.response();
    CHECK(response.status == 400);
    CHECK(client.closed());
  }
  RawClient doubled(server.port());
  doubled.send(start + "Content-Length: 0\r\nHost: other.test\r\n\r\n" + smuggled);
  const Response two_hosts = doubled.response();
  INFO(two_hosts.text);
  CHECK(two_hosts.status == 400);
  RawClient tunnel(server.port());
  tunnel.send("CONNECT mall.test:80 HTTP/1.1\r\nHost: mall.test\r\n\r\n" + smuggled);
  CHECK(tunnel.response().status != 200);
  CHECK(tunnel.closed());
  RawClient get(server.port());
  get.send("GET /api/x HTTP/1.1\r\nHost: mall.test\r\nContent-Length: " + std::to_string(smuggled.size()) + "\r\n\r\n" +
           smuggled);
  CHECK(get.response().status == 400);
  CHECK(get.closed());
  RawClient nameless(server.port());
  nameless.send("GET /api/x HTTP/1.1\r\n\r\n");
  CHECK(nameless.response().status == 400);
}

TEST_CASE("bodies have a largest size, and a length") {
  TestServer server({}, mirror);
  const auto status = [&](const std::string& path, const std::string& headers) {
    RawClient client(server.port());
    client.send("POST " + path + " HTTP/1.1\r\nHost: mall.test\r\nOrigin: http://mall.test\r\n" + headers + "\r\n");
    return client.response().status;
  };
  CHECK(status("/api/session", "Content-Length: 65537\r\n") == 413);
  CHECK(status("/api/uploads", "Content-Length: 67108865\r\n") == 413);
  CHECK(status("/api/session", "") == 411);
  RawClient client(server.port());
  client.send(post("/api/session", std::string(65536, 'x')));
  const Response most = client.response();
  CHECK(most.status == 200);
  CHECK(most.body.size() > 65536);
}

TEST_CASE("an upload is spooled to a file that the shop then owns") {
  std::string seen_size;
  std::string seen_file;
  TestServer server({}, [&](const world::HttpRequest& request) {
    std::ifstream file(request.body_file, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    seen_size = std::to_string(text.str().size()) + (text.str().substr(0, 4) == "glTF" ? " glTF" : "");
    seen_file = request.body_file;
    return mirror(request);
  });
  RawClient client(server.port());
  client.send(
      post("/api/uploads", "glTF" + std::string(300'000, 'x'), "Cookie: s=1\r\nContent-Type: model/gltf-binary\r\n"));
  CHECK(client.response().status == 200);
  CHECK(seen_size == "300004 glTF");
  CHECK(std::filesystem::exists(seen_file));
}

TEST_CASE("an upload that breaks off leaves nothing behind") {
  TestServer server({}, mirror);
  {
    RawClient client(server.port());
    client.send(
        "POST /api/uploads HTTP/1.1\r\nHost: mall.test\r\nOrigin: http://mall.test\r\nCookie: s=1\r\n"
        "Content-Length: 1000000\r\n\r\npart");
    std::this_thread::sleep_for(200ms);
    CHECK_FALSE(std::filesystem::is_empty(server.folder().path() + "/spool"));
  }
  for (int i = 0; i < 50 && !std::filesystem::is_empty(server.folder().path() + "/spool"); ++i)
    std::this_thread::sleep_for(20ms);
  CHECK(std::filesystem::is_empty(server.folder().path() + "/spool"));
}

TEST_CASE("who shows neither cookie nor key puts no byte of an upload on the disk") {
  TestServer server({}, mirror);
  const std::string start = "POST /api/uploads HTTP/1.1\r\nHost: mall.test\r\nContent-Length: 1000000\r\n";
  RawClient stranger(server.port());
  stranger.send(start + "\r\npart");
  CHECK(stranger.response().status == 401);
  CHECK(stranger.closed());
  CHECK(std::filesystem::is_empty(server.folder().path() + "/spool"));
  RawClient known(server.port());
  known.send(post("/api/uploads", std::string(300'000, 'x'), "Authorization: Bearer key\r\n"));
  CHECK(known.response().status == 200);
}

TEST_CASE("one address uploads two files at once, and may come again when one is through or broke off") {
  TestServer server({}, mirror);
  const std::string start =
      "POST /api/uploads HTTP/1.1\r\nHost: mall.test\r\nOrigin: http://mall.test\r\nCookie: s=1\r\n"
      "Content-Length: 1000000\r\n\r\n";
  const auto slow = [&] {
    auto client = std::make_unique<RawClient>(server.port());
    client->send(start + "part");
    return client;
  };
  std::vector<std::unique_ptr<RawClient>> held;
  for (std::size_t i = 0; i < world::net::kUploadsPerAddressMax; ++i) held.push_back(slow());
  std::this_thread::sleep_for(100ms);
  RawClient third(server.port());
  third.send(start);
  CHECK(third.response().status == 429);
  held.pop_back();
  std::this_thread::sleep_for(100ms);
  // More than the limit one after the other: each gives its place back.
  for (std::size_t i = 0; i < 2 * world::net::kUploadsPerAddressMax; ++i) {
    RawClient next(server.port());
    next.send(post("/api/uploads", std::string(100'000, 'x'), "Cookie: s=1\r\n"));
    CHECK(next.response().status == 200);
  }
}

TEST_CASE("a shop that does not answer is a gateway timeout, a full queue is busy") {
  TestServer server([](world::net::NetConfig& config) { config.http.shop_reply_timeout_ms = 300; });
  RawClient client(server.port());
  const Response late = client.get("/api/mall");
  CHECK(late.status == 504);
  CHECK(late.headers.at("content-type") == "application/problem+json");
  for (std::size_t i = server.ports().to_shop.size(); i < world::net::kShopQueueMax; ++i) {
    REQUIRE(server.ports().to_shop.push({0, {}}));
  }
  const Response busy = client.get("/api/mall");
  CHECK(busy.status == 503);
  CHECK(contains(busy.body, "\"status\":503"));
  CHECK(client.get("/healthz").status == 503);  // nobody lives there; and the connection still works
}

TEST_CASE("a late answer of the shop goes to nobody") {
  TestServer server([](world::net::NetConfig& config) { config.http.shop_reply_timeout_ms = 200; });
  RawClient client(server.port());
  CHECK(client.get("/api/one").status == 504);
  auto call = server.ports().to_shop.wait_pop(1s);
  REQUIRE(call.has_value());
  world::HttpResponse late;
  late.body = "late";
  REQUIRE(server.ports().from_shop.push({call->id, late}));
  server.net().wake();
  const Response next = client.get("/metrics");
  CHECK(next.status == 200);
  CHECK_FALSE(contains(next.body, "late\n"));
}

TEST_CASE("headers that never end are cut off, and do not hold up others") {
  TestServer server([](world::net::NetConfig& config) { config.http.headers_timeout_ms = 500; });
  server.folder().write("web/index.html", "page");
  RawClient slow(server.port());
  slow.send("GET / HTTP/1.1\r\nHost: mall.test\r\nX-A: ");
  RawClient other(server.port());
  CHECK(other.get("/").status == 200);
  bool cut = false;
  for (int i = 0; i < 30 && !cut; ++i) {  // a byte now and then does not extend the deadline
    cut = !slow.send("a") || slow.closed(100);
  }
  CHECK(cut);
  CHECK(other.get("/").status == 200);
}

TEST_CASE("a body that trickles is cut off") {
  TestServer server([](world::net::NetConfig& config) { config.http.body_timeout_ms = 500; }, mirror);
  RawClient slow(server.port());
  slow.send("POST /api/x HTTP/1.1\r\nHost: mall.test\r\nOrigin: http://mall.test\r\nContent-Length: 1000\r\n\r\n");
  bool cut = false;
  for (int i = 0; i < 30 && !cut; ++i) cut = !slow.send("a") || slow.closed(100);
  CHECK(cut);
}

TEST_CASE("a reader that stalls is closed and others are served meanwhile") {
  TestServer server([](world::net::NetConfig& config) { config.http.reply_stall_timeout_ms = 500; });
  constexpr std::size_t kMoreThanSocketsTake_bytes = 20'000'000;
  server.folder().write("content/big.bin", std::string(kMoreThanSocketsTake_bytes, 'x'));
  server.folder().write("web/index.html", "page");
  RawClient stalled(server.port(), false, {}, 4096);
  stalled.send("GET /content/big.bin HTTP/1.1\r\nHost: mall.test\r\n\r\n");
  RawClient other(server.port());
  CHECK(other.get("/").status == 200);
  std::this_thread::sleep_for(1500ms);
  std::size_t received = 0;
  for (std::string more = stalled.receive(65536); !more.empty(); more = stalled.receive(65536, 500))
    received += more.size();
  CHECK(received < 20'000'000);
}

TEST_CASE("one address cannot take all places or ask without end") {
  TestServer server([](world::net::NetConfig& config) {
    config.http.quota.connections_max = 4;
    config.http.quota.requests_burst = 10;
    config.http.quota.requests_per_s = 1;
  });
  server.folder().write("web/index.html", "page");
  std::vector<std::unique_ptr<RawClient>> held;
  for (int i = 0; i < 4; ++i) {
    held.push_back(std::make_unique<RawClient>(server.port()));
    CHECK(held.back()->get("/").status == 200);
  }
  RawClient fifth(server.port());
  CHECK(fifth.closed());
  int refused = 0;
  for (int i = 0; i < 10; ++i) refused += held[0]->get("/").status == 429 ? 1 : 0;
  CHECK(refused >= 3);
}

TEST_CASE("unknown methods and places are refused in words") {
  TestServer server({}, mirror);
  server.folder().write("web/index.html", "page");
  RawClient client(server.port());
  CHECK(client.get("/nothing").status == 404);
  CHECK(client.get("/ws").status == 426);
  RawClient poster(server.port());
  poster.send("POST / HTTP/1.1\r\nHost: mall.test\r\nContent-Length: 2\r\n\r\nhi");
  CHECK(poster.response().status == 405);
  RawClient upgrader(server.port());
  upgrader.send(
      "GET / HTTP/1.1\r\nHost: mall.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: "
      "AAMAAABkAAQAAP__\r\n\r\n");
  CHECK(upgrader.response().status != 101);
  RawClient prior(server.port());
  prior.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  CHECK(prior.response().status != 200);
  RawClient noise(server.port());
  noise.send(std::string(200'000, '\x01'));
  CHECK(noise.closed());
  CHECK(client.get("/").status == 200);
}

TEST_CASE("metrics say what happened") {
  TestServer server({}, mirror);
  server.folder().write("web/index.html", "page");
  RawClient client(server.port());
  (void)client.get("/");
  (void)client.get("/nothing");
  const Response metrics = client.get("/metrics");
  CHECK(metrics.status == 200);
  CHECK(contains(metrics.body, "galleria_http_responses_total{status=\"200\"} 1\n"));
  CHECK(contains(metrics.body, "galleria_http_responses_total{status=\"404\"} 1\n"));
  CHECK(contains(metrics.body, "# TYPE galleria_tick_seconds histogram"));
  CHECK(contains(metrics.body, "galleria_tick_seconds_bucket{le=\"+Inf\"} 0\n"));
  CHECK(contains(metrics.body, "galleria_clients{transport=\"websocket\"} 0\n"));
}
