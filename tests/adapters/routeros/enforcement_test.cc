#include "adapters/routeros/enforcement.h"

#include "tests/adapters/routeros/shown.h"

#include <chrono>

namespace provodka::routeros {
namespace {

using test::compare;
using test::Lines;
using test::point;

Item entry(std::string_view id, std::string_view address, std::string_view comment,
           std::string_view disabled = "false", std::string_view dynamic = "false") {
  Item item;
  item.add(".id", id);
  item.add("address", address);
  if (!comment.empty()) item.add("comment", comment);
  item.add("disabled", disabled);
  item.add("dynamic", dynamic);
  return item;
}

const auto kMode = address_list_mode();

TEST_CASE("a point that is off has one entry, and one that is on has none") {
  CHECK(compare(*kMode, {}, {point("a", false, "10.0.0.1"), point("b", true, "10.0.0.2")}) ==
        Lines{"add list=provodka-blocked address=10.0.0.1 disabled=no comment=provodka:isp/a"});
  CHECK(compare(*kMode, {entry("*1", "10.0.0.1", "provodka:isp/a")}, {point("a", true, "10.0.0.1")}) ==
        Lines{"remove *1"});
  CHECK(compare(*kMode, {entry("*1", "10.0.0.1", "provodka:isp/a")}, {point("a", false, "10.0.0.1/32")})
            .empty());
  CHECK(compare(*kMode, {}, {point("a", true, "10.0.0.1")}).empty());
}

TEST_CASE("an entry of ours that somebody changed is changed back or made anew") {
  const std::vector<Point> wanted{point("a", false, "10.0.0.1")};
  CHECK(compare(*kMode, {entry("*1", "10.0.0.1", "provodka:isp/a", "true")}, wanted) ==
        Lines{"set *1 disabled=no"});
  const std::string added = "add list=provodka-blocked address=10.0.0.1 disabled=no comment=provodka:isp/a";
  CHECK(compare(*kMode, {entry("*1", "10.9.9.9", "provodka:isp/a")}, wanted) == Lines{"remove *1", added});
  CHECK(compare(*kMode, {entry("*1", "10.0.0.1", "provodka:isp/a", "false", "true")}, wanted) ==
        Lines{"remove *1", added});
}

TEST_CASE("of several entries of ours the right one stays") {
  const std::vector<Item> items{
      entry("*1", "10.9.9.9", "provodka:isp/a"), entry("*2", "10.0.0.1", "provodka:isp/a", "true"),
      entry("*3", "10.0.0.1/32", "provodka:isp/a"), entry("*4", "10.8.8.8", "provodka:isp/a")};
  CHECK(compare(*kMode, items, {point("a", false, "10.0.0.1")}) ==
        Lines{"remove *1", "remove *2", "remove *4"});
  CHECK(compare(*kMode, items, {point("a", true, "10.0.0.1")}) ==
        Lines{"remove *1", "remove *2", "remove *3", "remove *4"});
}

TEST_CASE("what is tagged with a point that is not served goes, where all points are known") {
  const std::vector<Item> items{entry("*1", "10.0.0.7", "provodka:isp/gone"),
                                entry("*2", "10.0.0.1", "provodka:isp/a")};
  const std::vector<Point> wanted{point("a", false, "10.0.0.1")};
  CHECK(compare(*kMode, items, wanted, Scope::whole_router) == Lines{"remove *1"});
  CHECK(compare(*kMode, items, wanted, Scope::these_points).empty());
}

TEST_CASE("what is not tagged exactly is never touched") {
  std::vector<Item> items;
  int id = 0;
  for (const char* comment : {"", "debtor", "provodka:isp/a ", " provodka:isp/a", "provodka:isp/",
                              "Provodka:isp/a", "provodka:isp/a;x", "provodka:isp/a/b"})
    items.push_back(entry(fmt::format("*{:X}", ++id), "10.0.0.1", comment));
  CHECK(compare(*kMode, items, {}).empty());
  CHECK(compare(*kMode, items, {point("a", false, "10.0.0.1")}) ==
        Lines{"provodka:isp/a: a foreign entry has address=10.0.0.1"});
  CHECK(compare(*kMode, items, {point("a", true, "10.0.0.1")}) ==
        Lines{"provodka:isp/a: a foreign entry with address=10.0.0.1 acts on it"});
  items.push_back(entry("*99", "10.0.0.2", "provodka:isp/a"));
  CHECK(compare(*kMode, items, {point("a", false, "10.0.0.2")}).empty());
}

TEST_CASE("points that swap addresses do so in one go") {
  const std::vector<Item> items{entry("*1", "10.0.0.1", "provodka:isp/a"),
                                entry("*2", "10.0.0.2", "provodka:isp/b")};
  CHECK(compare(*kMode, items, {point("a", false, "10.0.0.2"), point("b", false, "10.0.0.1")}) ==
        Lines{"remove *1", "remove *2",
              "add list=provodka-blocked address=10.0.0.1 disabled=no comment=provodka:isp/b",
              "add list=provodka-blocked address=10.0.0.2 disabled=no comment=provodka:isp/a"});
}

TEST_CASE("an address of two points belongs to the one that has it, and moves on with it") {
  const std::vector<Item> items{entry("*2", "10.0.0.1", "provodka:isp/b")};
  const std::vector<Point> both{point("a", false, "10.0.0.1"), point("b", false, "10.0.0.1")};
  CHECK(compare(*kMode, items, both) == Lines{"provodka:isp/a: provodka:isp/b has address=10.0.0.1 already"});
  CHECK(compare(*kMode, {}, both) ==
        Lines{"add list=provodka-blocked address=10.0.0.1 disabled=no comment=provodka:isp/a",
              "provodka:isp/b: provodka:isp/a has address=10.0.0.1 already"});
  CHECK(compare(*kMode, items, {point("a", false, "10.0.0.1"), point("b", true, "10.0.0.1")}) ==
        Lines{"remove *2", "add list=provodka-blocked address=10.0.0.1 disabled=no comment=provodka:isp/a",
              "provodka:isp/b: the entry of provodka:isp/a with address=10.0.0.1 acts on it"});
}

TEST_CASE("an entry of another point that keeps one out is noticed, until it is gone") {
  const std::vector<Item> items{entry("*1", "10.0.0.5", "provodka:isp/p")};
  const Point q = point("q", true, "10.0.0.5");
  const Lines acts{"provodka:isp/q: the entry of provodka:isp/p with address=10.0.0.5 acts on it"};
  CHECK(compare(*kMode, items, {q}, Scope::these_points) == acts);
  Point gone = point("p", false, "");
  gone.gone = true;
  CHECK(compare(*kMode, items, {q, gone}, Scope::these_points) == Lines{"remove *1"});
  CHECK(compare(*kMode, items, {q}) == Lines{"remove *1"});
  CHECK(compare(*kMode, items, {q, point("p", true, "10.0.0.5")}) == Lines{"remove *1"});

  Mirror mirror(*kMode);
  mirror.load(items);
  const std::vector<Point> both{q, gone};
  test::confirm(mirror, difference(*kMode, mirror, both, Scope::whole_router), Verb::remove);
  REQUIRE(others_that_act(*kMode, mirror, both).size() == 1);
  CHECK(others_that_act(*kMode, mirror, both)[0].tag == "provodka:isp/q");
}

TEST_CASE("a point without an address cannot be blocked by one") {
  CHECK(compare(*kMode, {}, {point("a", false, ""), point("b", true, "")}) ==
        Lines{"provodka:isp/a: \"\" is no IP address to block"});
}

TEST_CASE("a point that has no address any more blocks nobody at its old one") {
  CHECK(compare(*kMode, {entry("*1", "10.0.0.5", "provodka:isp/p")},
                {point("p", false, "pool"), point("q", true, "10.0.0.5")}, Scope::these_points) ==
        Lines{"remove *1", "provodka:isp/p: \"pool\" is no IP address to block"});
}

TEST_CASE("the mirror follows what is confirmed") {
  Mirror mirror(*kMode);
  mirror.load({entry("*1", "10.0.0.1", "provodka:isp/a"), entry("*2", "10.0.0.9", "")});
  const std::vector<Point> wanted{point("a", true, "10.0.0.1"), point("b", false, "10.0.0.2")};
  Difference first = difference(*kMode, mirror, wanted, Scope::whole_router);
  REQUIRE(first.removals.size() == 1);
  REQUIRE(first.additions.size() == 1);
  mirror.drop(first.removals[0].tag, first.removals[0].operation.id);
  Item added = first.additions[0].after;
  added.set(".id", "*3");
  mirror.put(first.additions[0].tag, std::move(added));
  CHECK(difference(*kMode, mirror, wanted, Scope::whole_router).steps() == 0);
  CHECK(mirror.holder("address=10.0.0.1") == "");
  CHECK(mirror.holder("address=10.0.0.2") == "provodka:isp/b");
  CHECK(mirror.foreign("address=10.0.0.9"));

  mirror.reload("provodka:isp/b", {"address=10.0.0.2"}, {entry("*7", "10.0.0.2", "by hand")});
  CHECK(mirror.ours("provodka:isp/b").empty());
  CHECK(mirror.foreign("address=10.0.0.2"));
  mirror.reload("provodka:isp/b", {"address=10.0.0.2"}, {});
  CHECK(!mirror.foreign("address=10.0.0.2"));
}

TEST_CASE("among 50,000 foreign entries only the hundred that differ are named") {
  std::vector<Item> items;
  std::vector<Point> points;
  for (int i = 0; i < 50'000; ++i)
    items.push_back(
        entry(fmt::format("*{:X}", i + 1), fmt::format("172.16.{}.{}", i / 250, i % 250), "someone's"));
  for (int i = 0; i < 10'000; ++i) {
    const std::string address = fmt::format("10.1.{}.{}", i / 250, i % 250);
    const std::string name = fmt::format("p{}", i);
    const bool on = i % 2 == 0;
    points.push_back(point(name, on, address));
    const bool differs = i < 100;
    if (on == differs) items.push_back(entry(fmt::format("*F{:X}", i), address, tag_of("isp", name)));
  }
  Mirror mirror(*kMode);
  const auto start = std::chrono::steady_clock::now();
  mirror.load(items);
  const Difference found = difference(*kMode, mirror, points, Scope::whole_router);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  CHECK(found.steps() == 100);
  CHECK(found.obstacles.empty());
  for (const Step& step : found.removals) CHECK(is_tag(step.after.find("comment")));
}

}  // namespace
}  // namespace provodka::routeros
