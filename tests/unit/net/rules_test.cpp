/// Pure rules of HTTP and of quotas, one line each.
#include <catch2/catch.hpp>

#include "world-server/net/address_quota.h"
#include "world-server/net/http_rules.h"
#include "world-server/net/limits.h"
#include "world-server/net/metrics.h"
#include "world-server/net/shared_places.h"
#include "world-server/net/token_bucket.h"

using namespace world::net;

TEST_CASE("a range is served when it is one, satisfiable and well formed") {
  CHECK(choose_range("bytes=0-3", 10) == RangeChoice(ByteRange{0, 3}));
  CHECK(choose_range("bytes=4-", 10) == RangeChoice(ByteRange{4, 9}));
  CHECK(choose_range("bytes=-4", 10) == RangeChoice(ByteRange{6, 9}));
  CHECK(choose_range("bytes=-40", 10) == RangeChoice(ByteRange{0, 9}));
  CHECK(choose_range("bytes=5-100", 10) == RangeChoice(ByteRange{5, 9}));
  CHECK(choose_range("bytes=10-", 10) == RangeChoice(RangeUnsatisfiable{}));
  CHECK(choose_range("bytes=-0", 10) == RangeChoice(RangeUnsatisfiable{}));
  for (const char* odd : {"", "bytes=", "bytes=-", "bytes=3-2", "bytes=0-1,4-5", "bytes=a-b", "items=0-3", "bytes=+1-2",
                          "bytes=99999999999999999999-"}) {
    CHECK(choose_range(odd, 10) == RangeChoice(WholeFile{}));
  }
}

TEST_CASE("a body is accepted only in a framing that nobody reads differently") {
  CHECK(body_plan(Method::kPost, "/api/session", "12", "") == BodyPlan::kMemory);
  CHECK(body_plan(Method::kPost, "/api/session", "65536", "") == BodyPlan::kMemory);
  CHECK(body_plan(Method::kPost, "/api/session", "65537", "") == BodyPlan::kTooLarge);
  CHECK(body_plan(Method::kPost, "/api/uploads", "65537", "") == BodyPlan::kSpool);
  CHECK(body_plan(Method::kPost, "/api/uploads", "67108865", "") == BodyPlan::kTooLarge);
  CHECK(body_plan(Method::kPut, "/api/uploads", "65537", "") == BodyPlan::kTooLarge);
  CHECK(body_plan(Method::kPost, "/api/session", "", "") == BodyPlan::kLengthRequired);
  CHECK(body_plan(Method::kPost, "/api/session", "0", "") == BodyPlan::kNone);
  CHECK(body_plan(Method::kGet, "/api/mall", "", "") == BodyPlan::kNone);
  CHECK(body_plan(Method::kGet, "/api/mall", "4", "") == BodyPlan::kRefused);
  for (const char* odd : {"+5", "-5", "5,5", "0x5", "5 5", "5;", "1e3", "99999999999999999999"}) {
    CHECK(body_plan(Method::kPost, "/api/session", odd, "") == BodyPlan::kRefused);
  }
  CHECK(body_plan(Method::kPost, "/api/session", "5", "chunked") == BodyPlan::kRefused);
}

TEST_CASE("only the server's own pages may call what changes something") {
  CHECK(same_origin("http://mall.test", "mall.test", false));
  CHECK(same_origin("http://MALL.test:8080", "mall.test:8080", false));
  CHECK_FALSE(same_origin("https://mall.test", "mall.test", false));
  CHECK_FALSE(same_origin("http://mall.test.evil.test", "mall.test", false));
  CHECK_FALSE(same_origin("null", "mall.test", false));
  CHECK_FALSE(same_origin("http://", "", false));
  CHECK(may_call(Method::kGet, "http://evil.test", "mall.test", false, "", ""));
  CHECK(may_call(Method::kPost, "http://mall.test", "mall.test", false, "", "s=1"));
  CHECK_FALSE(may_call(Method::kPost, "http://evil.test", "mall.test", false, "Bearer k", ""));
  CHECK_FALSE(may_call(Method::kPost, "", "mall.test", false, "", "s=1"));
  CHECK(may_call(Method::kPost, "", "mall.test", false, "Bearer k", "s=1"));
  CHECK(may_call(Method::kPost, "", "mall.test", false, "", ""));
}

TEST_CASE("a plain path names something below its root") {
  CHECK(path_is_plain("/index.html"));
  CHECK(path_is_plain("/content/mall/mall.json"));
  for (const char* odd : {"", "x", "/../x", "/a/../x", "/a//b", "/.hidden", "/a/./b", "/a\\b", "/a\nb", "/c:/x"}) {
    CHECK_FALSE(path_is_plain(odd));
  }
}

TEST_CASE("an encoding is used when it is accepted") {
  CHECK(accepted_quality("gzip, deflate, br", "br") == 1000);
  CHECK(accepted_quality("gzip;q=0.5, br;q=0.25", "br") == 250);
  CHECK(accepted_quality("br;q=0", "br") == 0);
  CHECK(accepted_quality("*;q=0.1", "br") == 100);
  CHECK(accepted_quality("*, br;q=0", "br") == 0);
  CHECK(accepted_quality("", "br") == 0);
  CHECK(accepted_quality("brotli", "br") == 0);
}

TEST_CASE("an entity tag matches in a list, weakly") {
  CHECK(etag_matches("\"a\"", "\"a\""));
  CHECK(etag_matches("\"b\", W/\"a\"", "\"a\""));
  CHECK(etag_matches("*", "\"a\""));
  CHECK_FALSE(etag_matches("\"ab\"", "\"a\""));
  CHECK_FALSE(etag_matches("", "\"a\""));
}

TEST_CASE("only hashed names of the web build never change") {
  CHECK(is_hashed_name("/assets/index-B3xkLm9Q.js"));
  CHECK_FALSE(is_hashed_name("/index.html"));
  CHECK_FALSE(is_hashed_name("/assets/index.js"));
  CHECK_FALSE(is_hashed_name("/assets/foo-mannequi.js"));
  CHECK_FALSE(is_hashed_name("/content/index-B3xkLm9Q.js"));
}

TEST_CASE("a bucket forgives a burst and bounds the average") {
  TokenBucket bucket(20.0, 16.0);
  const proto::TimeUs start{1'000'000};
  int taken = 0;
  for (int i = 0; i < 100; ++i) taken += bucket.take(start) ? 1 : 0;
  CHECK(taken == 16);
  taken = 0;
  for (int ms = 0; ms < 10'000; ms += 10) taken += bucket.take(start + proto::milliseconds(ms)) ? 1 : 0;
  CHECK(taken >= 198);
  CHECK(taken <= 200);
}

namespace {

/// As a connection is taken: asked for, then held.
bool connect(AddressQuota& quota, std::string_view address, proto::TimeUs now) {
  if (!quota.may_connect(address, now)) return false;
  quota.hold(address);
  return true;
}

}  // namespace

TEST_CASE("an address has its places, and one IPv6 household is one address") {
  QuotaRules rules;
  rules.connections_max = 2;
  AddressQuota quota(rules);
  const proto::TimeUs now{1'000'000};
  CHECK(connect(quota, "10.0.0.1", now));
  CHECK(connect(quota, "::ffff:10.0.0.1", now));
  CHECK_FALSE(connect(quota, "10.0.0.1", now));
  CHECK(connect(quota, "10.0.0.2", now));
  quota.release("10.0.0.1");
  CHECK(connect(quota, "10.0.0.1", now));
  CHECK(quota_key("2001:db8::1") == quota_key("2001:db8::2"));
  CHECK(quota_key("2001:db8::1") != quota_key("2001:db8:0:1::1"));
}

TEST_CASE("quotas forget idle addresses and never remember more than they may") {
  QuotaRules rules;
  rules.addresses_max = 10;
  AddressQuota quota(rules);
  const proto::TimeUs now{1'000'000};
  for (int i = 0; i < 100; ++i) (void)quota.request("10.0.1." + std::to_string(i), now);
  CHECK(quota.size() <= 11);
  quota.sweep(now + proto::minutes(10));
  CHECK(quota.size() == 0);
}

TEST_CASE("a connection counted among strangers is given back among strangers") {
  QuotaRules rules;
  rules.addresses_max = 2;
  rules.connections_max = 1;
  AddressQuota quota(rules);
  const proto::TimeUs now{1'000'000};
  for (const char* early : {"10.0.0.1", "10.0.0.9"}) REQUIRE(quota.request(early, now));  // take both entries
  REQUIRE(connect(quota, "10.0.0.2", now));                                               // counted among strangers
  CHECK_FALSE(connect(quota, "10.0.0.3", now));
  const proto::TimeUs later = now + proto::minutes(10);
  quota.sweep(later);                         // the early ones are forgotten, and there is room ...
  REQUIRE(quota.request("10.0.0.2", later));  // ... for an entry of the second's own
  quota.release("10.0.0.2");
  CHECK(connect(quota, "10.0.0.3", later));
}

TEST_CASE("ten thousand addresses that knock for nothing keep out nobody who comes to be served") {
  constexpr int kKnockers = 10'000;
  constexpr int kKnocksPerMs = 20;
  AddressQuota quota({});
  int knocks = 0;
  int let_in = 0;
  int newcomers = 0;
  int newcomers_in = 0;
  for (int ms = 0; ms < 20'000; ++ms) {
    const proto::TimeUs now = proto::TimeUs{1'000'000} + proto::milliseconds(ms);
    for (int i = 0; i < kKnocksPerMs; ++i, ++knocks) {
      const std::string knocker = "k" + std::to_string(knocks % kKnockers);
      let_in += quota.may_connect(knocker, now) ? 1 : 0;
    }
    if (ms < 1000 || ms % 100 != 0) continue;
    // Somebody with a browser: six connections, and on each a request.
    const std::string newcomer = "n" + std::to_string(++newcomers);
    bool served = true;
    for (int i = 0; i < 6; ++i) {
      served = served && quota.may_connect(newcomer, now);
      quota.asked(newcomer);
    }
    newcomers_in += served ? 1 : 0;
  }
  CHECK(let_in >= 20 * 1900);  // what is left goes to whoever knocks
  CHECK(let_in <= 20 * 2000 + 200);
  CHECK(newcomers_in >= newcomers * 99 / 100);
}

TEST_CASE("the place given up is the longest held of the address that holds the most, if more than a fair number") {
  SharedPlaces<int> places(2);
  places.take("one", 1);
  places.take("many", 2);
  places.take("many", 3);
  CHECK(places.next_to_go() == 1);  // two are fair: the longest held
  places.take("many", 4);
  CHECK(places.next_to_go() == 2);
  places.take("many", 2);  // it moves: held from now on
  CHECK(places.next_to_go() == 3);
  places.leave(3);
  CHECK(places.next_to_go() == 1);
  places.take("one", 1);
  CHECK(places.next_to_go() == 4);
  CHECK(places.size() == 3);
  CHECK(places.held_by("many") == 2);
  for (const int owner : {1, 2, 4, 4}) places.leave(owner);
  CHECK(places.size() == 0);
  CHECK(places.held_by("many") == 0);
}

TEST_CASE("health fails when a thread gives no sign of life") {
  Vitals vitals;
  const proto::TimeUs now{100'000'000};
  CHECK_FALSE(health_of(vitals, now).ok);
  vitals.world_beat_us = now.us;
  vitals.shop_beat_us = now.us;
  vitals.database_ok = true;
  CHECK(health_of(vitals, now).ok);
  CHECK_FALSE(health_of(vitals, now + proto::seconds(4)).ok);
  vitals.database_ok = false;
  CHECK_FALSE(health_of(vitals, now).ok);
}

TEST_CASE("health tells how each chain is, and does not fail for it") {
  Vitals vitals;
  const proto::TimeUs now{100'000'000};
  vitals.world_beat_us = now.us;
  vitals.shop_beat_us = now.us;
  vitals.database_ok = true;
  const auto says = [&](std::string_view text) { return health_of(vitals, now).json.find(text) != std::string::npos; };
  CHECK(says(R"("chains":{"customer":"none","shop":"none"})"));
  vitals.shop_chain = ChainState::kForgotten;
  vitals.customer_chain = ChainState::kUnreachable;
  CHECK(says(R"("chains":{"customer":"unreachable","shop":"forgotten"})"));
  CHECK(health_of(vitals, now).ok);
  vitals.shop_chain = ChainState::kWorking;
  vitals.customer_chain = ChainState::kWrongChain;
  CHECK(says(R"("chains":{"customer":"wrong_chain","shop":"working"})"));
}

TEST_CASE("durations of ticks are counted below each edge") {
  TickTimes times;
  CHECK(times.total() == 0);
  for (int i = 0; i < 98; ++i) times.add({1'100});
  for (int i = 0; i < 2; ++i) times.add({9'900});
  CHECK(times.below(proto::milliseconds(1)) == 0);
  CHECK(times.below(proto::milliseconds(2)) == 98);
  CHECK(times.below(proto::milliseconds(10)) == 100);
  times.add({10'000'000});
  times.add({-5});
  CHECK(times.below(proto::milliseconds(1)) == 1);
  CHECK(times.below(proto::milliseconds(90)) == 101);
  CHECK(times.total() == 102);
}
