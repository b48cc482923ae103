#include "projections/runner/feed.h"

#include "tests/projections/runner/lines.h"

#include <future>

#include <catch2/catch_test_macros.hpp>

namespace provodka::projections {
namespace {

using namespace std::chrono_literals;

constexpr auto kLong = 60s;  // for what must come
constexpr FeedLimits kLimits{.ahead = 10, .reach = 40, .patience = 1h};
constexpr FeedLimits kImpatient{.ahead = 10, .reach = 40, .patience = 0ms};

Event relabelled(int n) {
  return account::AccountRelabelled{.account = {"a"}, .label = {"b"}, .effective = {n}, .standing = {}};
}

struct Log : Lines {
  explicit Log(int lines) {
    for (int n = 0; n < lines; ++n) add(relabelled(n));
  }
};

DecodedFramePtr frame(Feed& feed, uint64_t from) {
  const auto read = feed.frame_at(Position(from), 0ms);
  REQUIRE(read);
  return *read;
}

TEST_CASE("one that is ahead waits until the one behind it has stored enough") {
  Log log(1000);
  Feed feed(log, kLimits);
  Feed::Reader slow(feed, Position(100)), quick(feed, Position(110));
  CHECK(quick.may_go_on(0ms));
  quick.has_stored(Position(111));
  CHECK_FALSE(quick.may_go_on(0ms));
  CHECK(slow.may_go_on(0ms));
  auto waits = std::async(std::launch::async, [&] { return quick.may_go_on(kLong); });
  slow.has_stored(Position(101));
  CHECK(waits.get());
}

TEST_CASE("nobody waits for one that has gone") {
  Log log(1000);
  Feed feed(log, kLimits);
  Feed::Reader quick(feed, Position(120));
  std::future<bool> waits;
  {
    const Feed::Reader slow(feed, Position(100));
    CHECK_FALSE(quick.may_go_on(0ms));
    waits = std::async(std::launch::async, [&] { return quick.may_go_on(kLong); });
  }
  CHECK(waits.get());
}

TEST_CASE("nobody waits near the end of the log, nor for one that is far behind") {
  Log log(1000);
  Feed feed(log, kLimits);
  Feed::Reader slow(feed, Position(970));
  CHECK_FALSE(Feed::Reader(feed, Position(989)).may_go_on(0ms));
  CHECK(Feed::Reader(feed, Position(990)).may_go_on(0ms));
  slow.has_stored(Position(500));
  CHECK_FALSE(Feed::Reader(feed, Position(540)).may_go_on(0ms));
  CHECK(Feed::Reader(feed, Position(541)).may_go_on(0ms));
}

TEST_CASE("nobody waits for one that stores nothing for long") {
  Log log(1000);
  Feed feed(log, kImpatient);
  const Feed::Reader slow(feed, Position(100));
  CHECK(Feed::Reader(feed, Position(120)).may_go_on(0ms));
}

TEST_CASE("a frame is decoded once for all that are near, and let go when they have stored it") {
  Log log(1000);
  Feed feed(log, kLimits);
  Feed::Reader one(feed, Position(100)), other(feed, Position(100));
  const Feed::Reader far_behind(feed, Position(1));
  std::weak_ptr<const DecodedFrame> decoded = frame(feed, 101);
  REQUIRE(!decoded.expired());
  CHECK(decoded.lock() == frame(feed, 101));
  CHECK(decoded.lock()->first() == Position(101));
  REQUIRE(decoded.lock()->events.size() == 1);
  CHECK(std::get<account::AccountRelabelled>(decoded.lock()->events[0].event).effective == Date{100});
  one.has_stored(Position(101));
  CHECK(!decoded.expired());
  other.has_stored(Position(105));
  CHECK(decoded.expired());
}

TEST_CASE("whoever is ahead of what can be kept decodes for itself") {
  Log log(1000);
  FeedLimits limits = kLimits;
  limits.kept_bytes = 3 * log.frame_at(Position(101), 0ms).value()->text().size();
  Feed feed(log, limits);
  Feed::Reader reader(feed, Position(100));
  for (const uint64_t position : {101, 102, 103}) CHECK(frame(feed, position) == frame(feed, position));
  CHECK(frame(feed, 104) != frame(feed, 104));
  reader.has_stored(Position(101));
  CHECK(frame(feed, 104) == frame(feed, 104));
}

TEST_CASE("nothing is kept for one that stores nothing for long") {
  Log log(1000);
  Feed feed(log, kImpatient);
  const Feed::Reader stands(feed, Position(100));
  const std::weak_ptr<const DecodedFrame> decoded = frame(feed, 101);
  CHECK(!decoded.expired());
  Feed::Reader(feed, Position(90)).has_stored(Position(91));
  CHECK(decoded.expired());
}

TEST_CASE("a line that cannot be decoded ends its frame with what is wrong") {
  Log log(1);
  log.add("{}");
  Feed feed(log, kLimits);
  const Feed::Reader reader(feed, Position());
  CHECK(frame(feed, 2)->events.empty());
  CHECK(!frame(feed, 2)->bad_line.empty());
  CHECK(!frame(feed, 3));
}

}  // namespace
}  // namespace provodka::projections
