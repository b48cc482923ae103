#include "tests/commands/http/support.h"

// The log of the shard, for who runs apart.
namespace provodka::test {
namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

void pay_many(House& house, int count, std::string_view prefix) {
  std::string body;
  for (int i = 0; i < count; ++i)
    body += House::pay_text(fmt::format("{}-{}", prefix, i), "1", "1.00") + "\n";
  const Reply reply = house.post("/v1/commands/batch", body);
  REQUIRE(reply.whole);
  REQUIRE_FALSE(has(reply.body, "problem"));
}

uint64_t number(const Reply& reply, const char* header) { return std::stoull(reply.headers.at(header)); }

TEST_CASE("The log comes as it is stored, of all tenants, from any position") {
  House house;
  house.command("t-2", "tenant.create", R"("currency":"EUR","zone":"Europe/Berlin","locale":"de-DE")",
                "other");
  house.post("/v1/commands", House::open_text("a-1", "1"));
  pay_many(house, 3'000, "p");
  house.command("o-1", "account.open", R"("account":"9")", "other");
  const uint64_t through = house.engine().durable().value();
  std::string expected;
  for (uint64_t p = 1; p <= through; ++p) {
    const auto frame = house.engine().frame_at(Position(p));
    REQUIRE(frame);
    expected.append((*frame)->line(Position(p))).push_back('\n');
  }
  Client client = house.client();
  std::string all;
  uint64_t after = 0;
  int pages = 0;
  while (after < through) {
    const Reply reply = client.get(fmt::format("/v1/log?after={}", after));
    REQUIRE(reply.status == 200);
    CHECK(reply.headers.at("content-type") == "application/x-ndjson");
    CHECK(number(reply, "provodka-first") == after + 1);
    CHECK(number(reply, "provodka-durable") == through);
    CHECK(reply.body.size() <= log::kFrameTextBytes + 65'536);
    after = number(reply, "provodka-last");
    all += reply.body;
    ++pages;
  }
  CHECK(all == expected);
  CHECK(pages > 1);
  CHECK(client.get(fmt::format("/v1/log?after={}", through - 1)).body ==
        expected.substr(expected.rfind('\n', expected.size() - 2) + 1));
}

TEST_CASE("At the end of the log there is nothing, at once") {
  House house;
  const uint64_t through = house.engine().durable().value();
  Client client = house.client();
  for (const uint64_t after : {through, through + 100, uint64_t{INT64_MAX}}) {
    client.send(fmt::format("GET /v1/log?after={} HTTP/1.1\r\nHost: test\r\n\r\n", after));
    const Reply reply = client.read(true);
    CHECK(reply.status == 204);
    CHECK(number(reply, "provodka-durable") == through);
    CHECK_FALSE(reply.headers.contains("content-length"));
    CHECK_FALSE(reply.headers.contains("content-type"));
  }
  CHECK(client.get("/healthz").status == 200);
}

TEST_CASE("Who waits gets a line as soon as it is durable") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  Client client = house.client();
  for (int i = 0; i < 20; ++i) {
    const uint64_t after = house.engine().durable().value();
    client.send(fmt::format("GET /v1/log?after={}&wait=30 HTTP/1.1\r\nHost: test\r\n\r\n", after));
    house.post("/v1/commands", House::pay_text(fmt::format("p-{}", i), "1", "1.00"));
    const Reply reply = client.read();
    CHECK(reply.status == 200);
    CHECK(number(reply, "provodka-first") == after + 1);
    CHECK(has(reply.body, fmt::format(R"("cause":"p-{}")", i)));
  }
}

TEST_CASE("Waiting ends after the time, and when the server stops") {
  House house;
  const uint64_t after = house.engine().durable().value();
  const auto ask = [&](Client& client, int wait) {
    client.send(fmt::format("GET /v1/log?after={}&wait={} HTTP/1.1\r\nHost: test\r\n\r\n", after, wait));
  };
  Client client = house.client();
  ask(client, 1);
  CHECK(client.read(true).status == 204);
  ask(client, 30);
  eventually([&] { return house.get("/healthz").status == 200; }, "the server answers others");
  house.server().stop();
  CHECK(client.read(true).status == 204);
}

TEST_CASE("Parameters of the log that are wrong are refused") {
  House house;
  for (const char* query : {"after=-1", "after=x", "wait=31", "wait=", "wait=1&wait=2"}) {
    CAPTURE(query);
    const Reply reply = house.get(fmt::format("/v1/log?{}", query));
    CHECK(reply.status == 400);
    CHECK(has(reply.body, R"("code":"invalid_query")"));
  }
  CHECK(house.post("/v1/log", "").status == 405);
}

}  // namespace
}  // namespace provodka::test
