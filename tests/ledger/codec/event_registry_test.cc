#include "ledger/codec/event_codec.h"

#include <catch2/catch_test_macros.hpp>

// What a second and a third version of an event look like, with events of this test's own.
namespace provodka::test {

struct GreetingV1 {
  static constexpr std::string_view type = "greeting.sent.v1";
  Id account;
  std::optional<Label> name;
};
BOOST_DESCRIBE_STRUCT(GreetingV1, (), (account, name))

struct GreetingV2 {
  static constexpr std::string_view type = "greeting.sent.v2";
  Id account;
  Label text;
};
BOOST_DESCRIBE_STRUCT(GreetingV2, (), (account, text))

struct GreetingV3 {
  static constexpr std::string_view type = "greeting.sent.v3";
  Id account;
  Label text;
  uint32_t bytes;
};
BOOST_DESCRIBE_STRUCT(GreetingV3, (), (account, text, bytes))

struct Farewell {
  static constexpr std::string_view type = "farewell.bid.v1";
  Id account;
};
BOOST_DESCRIBE_STRUCT(Farewell, (), (account))

GreetingV2 upcast(const GreetingV1& old, Arena& arena) {
  const std::string text = old.name ? "Hello, " + std::string(old.name->text) : "Hello";
  return {.account = old.account, .text = {arena.copy(text)}};
}

GreetingV3 upcast(const GreetingV2& old, Arena&) {
  return {.account = old.account, .text = old.text, .bytes = static_cast<uint32_t>(old.text.text.size())};
}

namespace {

using OfV2 = codec::EventRegistry<std::variant<Farewell, GreetingV2>, GreetingV1>;
using OfV3 = codec::EventRegistry<std::variant<GreetingV3, Farewell>, GreetingV1, GreetingV2>;

template <class Registry>
struct Read {
  Arena arena;
  typename Registry::Variant event;
  bool found = false;
  bool ok = false;

  Read(std::string_view type, std::string_view data) {
    codec::LineReader in(data, arena);
    ok = Registry::read_data(type, in, arena, event, found) && in.at_end();
  }
};

TEST_CASE("an older version is lifted to the newest") {
  const Read<OfV2> named("greeting.sent.v1", R"({"account":"A","name":"\"Ann\""})");
  REQUIRE(named.ok);
  CHECK(std::get<GreetingV2>(named.event).account == Id{"A"});
  CHECK(std::get<GreetingV2>(named.event).text == Label{"Hello, \"Ann\""});
  const Read<OfV2> unnamed("greeting.sent.v1", R"({"account":"A"})");
  REQUIRE(unnamed.ok);
  CHECK(std::get<GreetingV2>(unnamed.event).text == Label{"Hello"});
}

TEST_CASE("the newest version is read as it is") {
  const Read<OfV2> read("greeting.sent.v2", R"({"account":"A","text":"Hi"})");
  REQUIRE(read.ok);
  CHECK(std::get<GreetingV2>(read.event).text == Label{"Hi"});
  const Read<OfV2> other("farewell.bid.v1", R"({"account":"B"})");
  REQUIRE(other.ok);
  CHECK(std::get<Farewell>(other.event).account == Id{"B"});
}

TEST_CASE("lifting goes on until the newest is reached") {
  const Read<OfV3> first("greeting.sent.v1", R"({"account":"A","name":"Ann"})");
  REQUIRE(first.ok);
  CHECK(std::get<GreetingV3>(first.event).text == Label{"Hello, Ann"});
  CHECK(std::get<GreetingV3>(first.event).bytes == 10);
  const Read<OfV3> second("greeting.sent.v2", R"({"account":"A","text":"Hi"})");
  REQUIRE(second.ok);
  CHECK(std::get<GreetingV3>(second.event).bytes == 2);
  const Read<OfV3> third("greeting.sent.v3", R"({"account":"A","text":"Hi","bytes":7})");
  REQUIRE(third.ok);
  CHECK(std::get<GreetingV3>(third.event).bytes == 7);
}

TEST_CASE("each version is read in its own form only") {
  CHECK_FALSE(Read<OfV2>("greeting.sent.v1", R"({"account":"A","text":"Hi"})").ok);
  CHECK_FALSE(Read<OfV2>("greeting.sent.v2", R"({"account":"A","name":"Ann"})").ok);
  CHECK_FALSE(Read<OfV3>("greeting.sent.v1", R"({"account":"A","name":"Ann")").ok);
  CHECK(Read<OfV2>("greeting.sent.v2", R"({"account":"A","name":"Ann"})").found);
}

TEST_CASE("a type that was never published is not found") {
  CHECK_FALSE(Read<OfV2>("greeting.sent.v3", R"({"account":"A","text":"Hi","bytes":7})").found);
  CHECK_FALSE(Read<OfV2>("", "{}").found);
  CHECK_FALSE(Read<OfV2>("greeting.sent.v1 ", R"({"account":"A"})").ok);
}

}  // namespace
}  // namespace provodka::test
