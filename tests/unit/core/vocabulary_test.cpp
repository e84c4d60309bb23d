#include <catch2/catch.hpp>
#include <chrono>
#include <string>

#include "client-proto/core/bounded_queue.h"
#include "client-proto/core/ids.h"
#include "client-proto/core/log.h"
#include "client-proto/core/result.h"

TEST_CASE("a result holds a value or a named reason") {
  const auto half = [](int n) -> proto::Result<int, std::string> {
    if (n % 2 != 0) return proto::fail(std::string("odd"));
    return n / 2;
  };
  CHECK(half(4).value() == 2);
  CHECK(half(3).error() == "odd");
}

TEST_CASE("a full queue refuses and keeps what it had") {
  proto::BoundedQueue<int> queue(2);
  CHECK(queue.push(1));
  CHECK(queue.push(2));
  CHECK_FALSE(queue.push(3));
  CHECK(queue.take_all() == std::vector<int>{1, 2});
  queue.close();
  CHECK_FALSE(queue.push(4));
  CHECK_FALSE(queue.wait_pop(std::chrono::milliseconds(0)).has_value());
}

TEST_CASE("an id survives its text form and refuses any other") {
  proto::OrderId id;
  id.bytes[0] = 0xab;
  id.bytes[31] = 0x01;
  CHECK(proto::OrderId::parse(id.hex()) == id);
  CHECK_FALSE(proto::OrderId::parse(id.hex().substr(2)).has_value());
  CHECK_FALSE(proto::OrderId::parse(std::string(64, 'g')).has_value());
}

TEST_CASE("a recycled slot differs from its predecessor") {
  const proto::AvatarId before{7, 1};
  const proto::AvatarId after{7, 2};
  CHECK(before != after);
  CHECK(proto::AvatarId::unpack(before.packed()) == before);
}

TEST_CASE("a peer cannot fill the log") {
  proto::LogBudget budget(2);
  const proto::TimeUs start{1'000'000'000};
  CHECK(budget.take(start));
  CHECK(budget.take(start));
  CHECK_FALSE(budget.take(start));
  CHECK(budget.take(start + proto::minutes(1)));
}
