#include "ledger/codec/event_codec.h"
#include "tests/commands/http/support.h"

#include <sstream>

// Accounts, events and the stream of events.
namespace provodka::test {
namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

constexpr std::string_view kStream =
    "GET /v1/acme/events{} HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n{}\r\n";

struct StreamEvent {
  std::string id, type, data;
};

// The next event of a stream, past comments.
StreamEvent next_event(Client& client, std::string& pending) {
  for (;;) {
    const size_t end = pending.find("\n\n");
    if (end == pending.npos) {
      const auto chunk = client.read_chunk();
      must(chunk && !chunk->empty(), "the stream ended");
      pending += *chunk;
      continue;
    }
    std::istringstream block(pending.substr(0, end));
    pending.erase(0, end + 2);
    StreamEvent event;
    for (std::string line; std::getline(block, line);) {
      if (line.starts_with("id: ")) event.id = line.substr(4);
      if (line.starts_with("event: ")) event.type = line.substr(7);
      if (line.starts_with("data: ")) event.data = line.substr(6);
    }
    if (!event.id.empty()) return event;
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void pay_many(House& house, int count, std::string_view prefix) {
  std::string body;
  for (int i = 0; i < count; ++i)
    body += House::pay_text(fmt::format("{}-{}", prefix, i), "1", "1.00") + "\n";
  const Reply reply = house.post("/v1/commands/batch", body);
  REQUIRE(reply.whole);
  REQUIRE_FALSE(has(reply.body, "problem"));
}

TEST_CASE("An account is read as it stands") {
  House house;
  house.command("a-1", "account.open",
                R"("account":"100042","label":"Corner \"shop\"","credit_limit":"300.00")");
  CHECK(
      house.get("/v1/acme/accounts/100042").body ==
      R"({"account":"100042","label":"Corner \"shop\"","currency":"RUB","balance":"0.00","credit_limit":"300.00","available":"300.00","access":"on","points":[{"point":"100042","access":"on","reasons":[],"version":0}],"version":2,"position":2,"status":"open"})");
  house.command("x-1", "point.add", R"("account":"100042","point":"flat-7")");
  house.command("x-2", "point.add", R"("account":"100042","point":"flat-8")");
  house.command("x-3", "access.block", R"("point":"flat-8","reason":"asked for it")");
  house.command("c-1", "charge.post",
                R"("account":"100042","amount":"19.90","currency":"RUB","service":"tv")");
  const Reply reply = house.get("/v1/acme/accounts/100042");
  CHECK(reply.status == 200);
  CHECK(has(
      reply.body,
      R"("balance":"-19.90","credit_limit":"300.00","available":"280.10","access":"on","points":[{"point":"100042","access":"on",)"));
  CHECK(has(reply.body, R"({"point":"flat-7","access":"on","reasons":[],)"));
  CHECK(has(reply.body, R"({"point":"flat-8","access":"off","reasons":["asked for it"],"version":)"));
  CHECK(house.command("a-2", "account.open", R"("account":"2")").status == 201);
  CHECK(house.command("a-3", "account.close", R"("account":"2")").status == 201);
  const std::string closed = house.get("/v1/acme/accounts/2").body;
  CHECK(has(closed, R"("status":"closed")"));
  CHECK(has(closed, R"("account":"2","label":"","currency")"));
  CHECK(house.get("/v1/acme/accounts/%32").status == 200);
}

TEST_CASE("What is not there is a problem") {
  House house;
  const Reply account = house.get("/v1/acme/accounts/1");
  CHECK(account.status == 404);
  CHECK(has(account.body, R"("code":"unknown_account")"));
  CHECK(has(house.get("/v1/acme/accounts/a%20b%00").body, R"("code":"unknown_account")"));
  for (const char* path : {"accounts/1", "events", "checkpoint", "keys", "tile/0/000"}) {
    const Reply reply = house.get(fmt::format("/v1/nobody/{}", path));
    CHECK(reply.status == 404);
    CHECK(has(reply.body, R"("code":"unknown_tenant")"));
  }
}

TEST_CASE("Events come as the exact lines, page by page, of one tenant") {
  House house;
  house.command("t-2", "tenant.create", R"("currency":"EUR","zone":"Europe/Berlin","locale":"de-DE")",
                "other");
  house.post("/v1/commands", House::open_text("a-1", "1"));
  for (int i = 0; i < 700; ++i) {
    if (i % 7 == 0)
      house.command(fmt::format("o-{}", i), "account.open", fmt::format(R"("account":"{}")", i), "other");
    if (i % 100 == 0) pay_many(house, 100, fmt::format("p-{}", i));
  }
  std::string expected;
  const uint64_t through = house.engine().durable().value();
  for (uint64_t p = 1; p <= through; ++p) {
    const auto frame = house.engine().frame_at(Position(p));
    REQUIRE(frame);
    const std::string line((*frame)->line(Position(p)));
    if (has(line, R"("source":"/acme")")) expected += line + "\n";
  }
  CHECK(lines_of(expected).size() == 702);
  CHECK(house.get("/v1/acme/events").body == expected);
  CHECK(house.get("/v1/acme/events").headers.at("content-type") == "application/x-ndjson");

  for (const uint64_t page : {1u, 7u, 256u, 701u, 10'000u}) {
    Client client = house.client();
    std::string all;
    for (uint64_t after = 0;;) {
      const auto reply = client.get(fmt::format("/v1/acme/events?after={}&limit={}", after, page));
      const auto lines = lines_of(reply.body);
      CHECK(lines.size() <= page);
      if (lines.empty()) break;
      all += reply.body;
      after += lines.size();
    }
    CHECK(all == expected);
  }
  CHECK(lines_of(house.get("/v1/other/events").body).size() == 101);
  CHECK(house.get("/v1/acme/events?after=100000").body.empty());

  house.close();
  house.open();
  CHECK(house.get("/v1/acme/events").body == expected);
}

TEST_CASE("A page longer than a piece is streamed whole") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  pay_many(house, 9'000, "p");
  const Reply reply = house.get("/v1/acme/events?limit=10000");
  CHECK(reply.whole);
  CHECK(reply.headers.at("transfer-encoding") == "chunked");
  const auto lines = lines_of(reply.body);
  REQUIRE(lines.size() == 9'002);
  bool in_order = true;
  for (size_t i = 0; i < lines.size(); ++i)
    in_order &= has(lines[i], fmt::format(R"("id":"{}","source":"/acme")", i + 1));
  CHECK(in_order);
}

TEST_CASE("Parameters of events that are wrong are refused") {
  House house;
  for (const char* query : {"after=-1", "after=x", "after=1x", "after=99999999999999999999", "limit=0",
                            "limit=10001", "limit=", "after=1&after=2"}) {
    const Reply reply = house.get(fmt::format("/v1/acme/events?{}", query));
    CAPTURE(query);
    CHECK(reply.status == 400);
    CHECK(has(reply.body, R"("code":"invalid_query")"));
  }
}

TEST_CASE("A stream catches up, follows, and goes on where it was left") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  pay_many(house, 500, "early");
  Client client = house.client();
  client.send(fmt::format(fmt::runtime(kStream), "", ""));
  const auto head = client.read_head();
  REQUIRE(head);
  CHECK(head->status == 200);
  CHECK(head->headers.at("content-type") == "text/event-stream");
  std::string pending;
  std::vector<StreamEvent> events;
  while (events.size() < 502) events.push_back(next_event(client, pending));
  CHECK(events[0].type == "tenant.created.v1");
  CHECK(events[1].type == "account.opened.v1");
  CHECK(events[501].id == "502");

  for (int i = 0; i < 20; ++i) {
    house.post("/v1/commands", House::pay_text(fmt::format("live-{}", i), "1", "1.00"));
    const StreamEvent event = next_event(client, pending);
    CHECK(event.id == fmt::format("{}", 503 + i));
    CHECK(event.type == "payment.received.v1");
    CHECK(has(event.data, fmt::format(R"("cause":"live-{}")", i)));
    events.push_back(event);
  }
  client.close();
  pay_many(house, 300, "away");

  std::string lines;
  for (const StreamEvent& event : events) lines += event.data + "\n";
  CHECK(lines == house.get("/v1/acme/events?limit=522").body);

  for (const auto& [query, header] :
       {std::pair{"?after=5", "Last-Event-ID: 522\r\n"}, std::pair{"?after=522", ""}}) {
    Client again = house.client();
    again.send(fmt::format(fmt::runtime(kStream), query, header));
    REQUIRE(again.read_head());
    std::string rest;
    for (int i = 523; i <= 822; ++i) {
      const StreamEvent event = next_event(again, rest);
      if (event.id != fmt::format("{}", i)) FAIL("event " << event.id << " came in place of " << i);
    }
  }
  CHECK(house.get("/v1/acme/events", "Accept: text/event-stream\r\nLast-Event-ID: x\r\n").status == 400);
}

TEST_CASE("A stream with a limit ends after so many events") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  pay_many(house, 50, "p");
  const Reply reply = house.get("/v1/acme/events?after=10&limit=7", "Accept: text/event-stream\r\n");
  CHECK(reply.whole);
  CHECK(reply.body.starts_with("id: 11\n"));
  CHECK(has(reply.body, "\nid: 17\n"));
  CHECK_FALSE(has(reply.body, "id: 18\n"));
}

TEST_CASE("A stream that is not read holds nobody up and then misses nothing") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  Client slow = house.client();
  slow.send(fmt::format(fmt::runtime(kStream), "", ""));
  REQUIRE(slow.read_head());
  constexpr int kPayments = 30'000;  // more than sockets hold
  pay_many(house, kPayments, "p");
  CHECK(house.get("/healthz").status == 200);
  std::string pending;
  bool in_order = true;
  for (int i = 1; i <= kPayments + 2; ++i) in_order &= next_event(slow, pending).id == fmt::format("{}", i);
  CHECK(in_order);
}

TEST_CASE("A stream has only its tenant's events") {
  House house;
  house.command("t-2", "tenant.create", R"("currency":"EUR","zone":"Europe/Berlin","locale":"de-DE")",
                "other");
  house.post("/v1/commands", House::open_text("a-1", "1"));
  Client client = house.client();
  client.send("GET /v1/other/events HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n");
  REQUIRE(client.read_head());
  std::string pending;
  CHECK(next_event(client, pending).type == "tenant.created.v1");
  pay_many(house, 3'000, "p");
  house.command("o-1", "account.open", R"("account":"9")", "other");
  const StreamEvent event = next_event(client, pending);
  CHECK(event.id == "2");
  CHECK(event.type == "account.opened.v1");
}

TEST_CASE("Nothing that is read is ahead of what is durable") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    Client client = house.client();
    for (int i = 0; i < 400; ++i)
      client.post("/v1/commands", House::pay_text(fmt::format("p-{}", i), "1", "1.00"));
    done = true;
  });
  Client client = house.client();
  uint64_t last_version = 0;
  bool held = true, forward = true, as_read = true;
  const auto number = [](const std::string& text, std::string_view name) {
    return std::stoull(text.substr(text.rfind(name) + name.size()));
  };
  while (!done) {
    const std::string account = client.get("/v1/acme/accounts/1").body;
    const uint64_t position = number(account, R"("position":)");
    held &= house.engine().durable().value() >= position;
    const uint64_t version = number(account, R"("version":)");
    forward &= version >= last_version;
    last_version = version;
    // What an account's version names can be read as an event at once.
    as_read &= has(client.get(fmt::format("/v1/acme/events?after={}&limit=1", version - 1)).body,
                   fmt::format(R"("id":"{}")", version));
    const std::string checkpoint = client.get("/v1/acme/checkpoint").body;
    held &= house.engine().durable().value() >= number(checkpoint, "provodka/acme\n");
  }
  CHECK(held);
  CHECK(forward);
  CHECK(as_read);
}

}  // namespace
}  // namespace provodka::test
