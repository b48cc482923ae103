#include "adapters/server_source/server_source.h"
#include "adapters/server_source/subscriber.h"
#include "tests/commands/http/support.h"

// A server followed from outside.
namespace provodka::test {
namespace {

using namespace server_source;

std::unique_ptr<Server> server_at(const std::string& url) {
  auto server = Server::at(url);
  REQUIRE(server);
  return std::move(*server);
}

TEST_CASE("The source has the lines of the log, the old and the new ones") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  for (int i = 0; i < 50; ++i)
    house.post("/v1/commands", House::pay_text(fmt::format("p-{}", i), "1", "1.00"));
  const auto server = server_at(house.server().url());
  ServerSource source(*server, nullptr);
  for (uint64_t next = 1; next <= 120;) {
    if (next > 52) house.post("/v1/commands", House::pay_text(fmt::format("q-{}", next), "1", "1.00"));
    const auto frame = source.frame_at(Position(next), kPatience);
    REQUIRE(frame);
    REQUIRE(*frame);
    CHECK((*frame)->first() <= Position(next));
    CHECK(source.last() >= (*frame)->last());
    for (; next <= (*frame)->last().value(); ++next) {
      const auto expected = house.engine().frame_at(Position(next));
      REQUIRE(expected);
      CHECK((*frame)->line(Position(next)) == (*expected)->line(Position(next)));
    }
  }
  CHECK(source.last() == house.engine().durable());
  const auto none = source.frame_at(source.last().next(), 1ms);
  REQUIRE(none);
  CHECK_FALSE(*none);
  source.stop();
  CHECK_FALSE(*source.frame_at(source.last().next(), kPatience));
}

TEST_CASE("A server that is away is a fault, and is followed again when it is back") {
  auto house = std::make_unique<House>();
  const auto server = server_at(house->server().url());
  std::atomic<int> warnings = 0;
  ServerSource source(*server, [&](const std::string&) { ++warnings; });
  REQUIRE(source.frame_at(Position(1), kPatience));
  const Position next = source.last().next();
  house->close();
  eventually([&] { return !source.frame_at(next, 10ms); }, "the source says that the server is away");
  eventually([&] { return warnings == 1; }, "somebody is told");
}

TEST_CASE("What is personal comes as an event seals it, until it is erased") {
  House house;
  house.command("s-1", "subscriber.register", R"("subscriber":"s1","kind":"person","name":"Anna \"A\" Ё")");
  const auto server = server_at(house.server().url());
  const auto personal = fetch_subscriber(*server, "acme", "s1");
  REQUIRE(personal);
  CHECK(*personal == R"({"subscriber":"s1","name":"Anna \"A\" Ё"})");
  CHECK(house.command("s-2", "subscriber.erase", R"("subscriber":"s1","reason":"asked for it")").status ==
        201);
  const auto erased = fetch_subscriber(*server, "acme", "s1");
  REQUIRE(erased);
  CHECK_FALSE(*erased);
  const auto unknown = fetch_subscriber(*server, "acme", "nobody");
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().what.find("answers 404") != std::string::npos);
  CHECK_FALSE(fetch_subscriber(*server, "acme", "../x"));
}

TEST_CASE("A URL that cannot be one is refused") {
  for (const char* url :
       {"", "127.0.0.1:80", "https://127.0.0.1", "http://", "http://a:0", "http://a:b", "http://a b"})
    CHECK_FALSE(Server::at(url));
  CHECK(Server::at("http://[::1]:8080/behind/"));
}

}  // namespace
}  // namespace provodka::test
