#include "tests/commands/http/support.h"

// POST /v1/commands, from the wire to the log.
namespace provodka::test {
namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST_CASE("A command is recorded and answered") {
  House house;
  const Reply opened = house.post("/v1/commands", House::open_text("a-1", "100042"));
  CHECK(opened.status == 201);
  CHECK(opened.headers.at("content-type") == "application/json");
  CHECK(opened.headers.at("date").ends_with(" GMT"));
  CHECK(
      opened.body ==
      R"({"sequence":2,"position":2,"events":["account.opened.v1"],"balances":{"100042":{"balance":"0.00","available":"0.00","access":"on"}}})");
  const Reply paid = house.post("/v1/commands", House::pay_text("p-1", "100042", "500.00"));
  CHECK(paid.status == 201);
  CHECK(
      paid.body ==
      R"({"sequence":3,"position":3,"events":["payment.received.v1"],"balances":{"100042":{"balance":"500.00","available":"500.00","access":"on"}}})");
}

TEST_CASE("A repeat gets the first answer, also when the account has moved on") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "100042"));
  const Reply first = house.post("/v1/commands", House::pay_text("p-1", "100042", "500.00"));
  house.post("/v1/commands", House::pay_text("p-2", "100042", "1.00"));
  const Reply again = house.post("/v1/commands", House::pay_text("p-1", "100042", "500.00"));
  CHECK(again.status == 200);
  CHECK(again.body == first.body);
  CHECK(house.events() == 4);

  house.close();
  house.open();
  const Reply later = house.post("/v1/commands", House::pay_text("p-1", "100042", "500.00"));
  CHECK(later.status == 200);
  CHECK(later.body == first.body);
}

TEST_CASE("A repeat is decided before what it expects") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  const std::string command =
      R"({"type":"account.relabel","id":"r-1","tenant":"acme","expect":{"account/1":2},"data":{"account":"1","label":"shop"}})";
  const Reply first = house.post("/v1/commands", command);
  CHECK(first.status == 201);
  const Reply again = house.post("/v1/commands", command);
  CHECK(again.status == 200);
  CHECK(again.body == first.body);
}

TEST_CASE("An id that is used again with another body is refused with what it recorded") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "100042"));
  const Reply first = house.post("/v1/commands", House::pay_text("till-7/000183", "100042", "500.00"));
  REQUIRE(first.status == 201);
  const Reply other = house.post("/v1/commands", House::pay_text("till-7/000183", "100042", "600.00"));
  CHECK(other.status == 409);
  CHECK(other.headers.at("content-type") == "application/problem+json");
  CHECK(other.body.starts_with(
      R"({"type":"/problems/command_id_reused","title":"This command id was used with another body","status":409,"code":"command_id_reused","detail":"till-7/000183 recorded payment.received.v1 on account/100042 on 20)"));
  CHECK(has(other.body, R"("sequence":3)"));
  CHECK(has(other.body, R"("errors":[{"pointer":"/id")"));
  CHECK(house.events() == 3);
}

TEST_CASE("Duplicates on many connections at once are recorded once") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  constexpr int kConnections = 8, kPayments = 25;
  std::vector<std::vector<Reply>> replies(kConnections);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kConnections; ++t) {
      threads.emplace_back([&, t] {
        Client client = house.client();
        for (int i = 0; i < kPayments; ++i) {
          replies[t].push_back(
              client.post("/v1/commands", House::pay_text(fmt::format("p-{}", i), "1", "10.00")));
        }
      });
    }
  }
  for (int i = 0; i < kPayments; ++i) {
    int recorded = 0;
    for (const auto& mine : replies) {
      recorded += mine[i].status == 201;
      CHECK((mine[i].status == 200 || mine[i].status == 201));
      CHECK(mine[i].body == replies[0][i].body);
    }
    CHECK(recorded == 1);
  }
  CHECK(house.events() == 2 + kPayments);
  CHECK(has(house.get("/v1/acme/accounts/1").body, R"("balance":"250.00")"));
}

TEST_CASE("Idempotency-Key stands in for the id") {
  House house;
  const std::string body = R"({"type":"account.open","tenant":"acme","data":{"account":"1"}})";
  const Reply first = house.post("/v1/commands", body, "Idempotency-Key: k-1\r\n");
  CHECK(first.status == 201);
  const Reply again = house.post("/v1/commands", body, "idempotency-key: k-1\r\n");
  CHECK(again.status == 200);
  CHECK(again.body == first.body);
  CHECK(house.post("/v1/commands", House::open_text("a-2", "2"), "Idempotency-Key: a-2\r\n").status == 201);
  const Reply other = house.post("/v1/commands", House::open_text("a-3", "3"), "Idempotency-Key: k-3\r\n");
  CHECK(other.status == 400);
  CHECK(has(other.body, R"("code":"invalid_value")"));
  CHECK(has(other.body, R"("pointer":"/id")"));
  CHECK(has(house.post("/v1/commands", body).body, R"("code":"missing_field")"));
  const Reply twice = house.post("/v1/commands", body, "Idempotency-Key: k-1\r\nIdempotency-Key: k-2\r\n");
  CHECK(twice.status == 400);
  CHECK(has(twice.body, R"("code":"invalid_header")"));
  CHECK(house.post("/v1/commands", body, "Idempotency-Key: \r\n").status == 400);
  CHECK(house.events() == 3);
}

TEST_CASE("An expectation that does not hold is a conflict") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  const Reply reply = house.post(
      "/v1/commands",
      R"({"type":"account.relabel","id":"r-1","tenant":"acme","expect":{"account/1":7},"data":{"account":"1","label":"x"}})");
  CHECK(reply.status == 409);
  CHECK(has(reply.body, R"("code":"version_mismatch")"));
  CHECK(has(reply.body, R"("pointer":"/expect/account~11")"));
  CHECK(house.events() == 2);
}

TEST_CASE("The actor is in the event") {
  House house;
  CHECK(house.post("/v1/commands", House::open_text("a-1", "1"), "Provodka-Actor: anna@till-7\r\n").status ==
        201);
  CHECK(house.post("/v1/commands", House::open_text("a-2", "2")).status == 201);
  const std::string lines = house.get("/v1/acme/events?after=1").body;
  CHECK(has(lines, R"("actor":"anna@till-7")"));
  CHECK(has(lines, R"("actor":"local")"));
  CHECK(house.post("/v1/commands", House::open_text("a-3", "3"), "Provodka-Actor: \r\n").status == 400);
  CHECK(house.post("/v1/commands", House::open_text("a-3", "3"), "Provodka-Actor: \xd0\x90\r\n").status ==
        400);
  CHECK(house
            .post("/v1/commands", House::open_text("a-3", "3"),
                  "Provodka-Actor: " + std::string(129, 'a') + "\r\n")
            .status == 400);
  CHECK(house.events() == 3);
}

TEST_CASE("A payment that no account can take is recorded, and no balance is told") {
  House house;
  const std::string expected =
      R"("sequence":2,"position":2,"events":["payment.suspended.v1"],"balances":{}})";
  Reply reply = house.post("/v1/commands", House::pay_text("p-1", "7", "10.00"));
  CHECK(reply.status == 201);
  CHECK(has(reply.body, expected));
  reply = house.post("/v1/commands", House::pay_text("p-1", "7", "10.00"));
  CHECK(reply.status == 200);
  CHECK(has(reply.body, expected));
}

TEST_CASE("What the business refuses is a problem and leaves nothing") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  const auto refused = [&](std::string_view type, std::string_view data, std::string_view tenant, int status,
                           std::string_view code) {
    const Reply reply = house.command("x-1", type, data, tenant);
    CHECK(reply.status == status);
    CHECK(reply.headers.at("content-type") == "application/problem+json");
    CHECK(has(reply.body, fmt::format(R"("status":{},"code":"{}","detail":")", status, code)));
  };
  refused("account.open", R"("account":"2")", "nobody", 404, "unknown_tenant");
  refused("account.close", R"("account":"2")", "acme", 404, "unknown_account");
  refused("account.open", R"("account":"1")", "acme", 422, "account_exists");
  refused("charge.post", R"("account":"1","amount":"5.00","currency":"RUB","service":"tv")", "acme", 422,
          "insufficient_funds");
  refused("transfer.make", R"("from":"1","to":"1","amount":"5.00","currency":"RUB")", "acme", 422,
          "same_account");
  CHECK(house.events() == 2);
}

TEST_CASE("A command that is malformed is answered with the place, and nothing is recorded") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  struct {
    std::string body;
    std::string_view code, pointer;
  } const cases[] = {
      {"", "malformed_json", ""},
      {"   ", "malformed_json", ""},
      {"{", "malformed_json", ""},
      {"null", "wrong_type", ""},
      {"[]", "wrong_type", ""},
      {"\"text\"", "wrong_type", ""},
      {House::open_text("a-2", "2") + "x", "malformed_json", ""},
      {House::open_text("a-2", "2") + House::open_text("a-3", "3"), "malformed_json", ""},
      {House::text("a-\xff", "account.open", R"("account":"2")"), "malformed_json", ""},
      {R"({"type":"account.open","id":"a-2","tenant":"acme"})", "missing_field", "/data"},
      {R"({"type":"account.open","id":"a-2","data":{"account":"2"}})", "missing_field", "/tenant"},
      {R"({"id":"a-2","tenant":"acme","data":{"account":"2"}})", "missing_field", "/type"},
      {House::text("a-2", "account.destroy", R"("account":"2")"), "unknown_command", "/type"},
      {House::text("a-2", "account.open", R"("account":"2","colour":"red")"), "unknown_field",
       "/data/colour"},
      {House::text("a-2", "account.open", R"("account":"2","account":"3")"), "duplicate_field",
       "/data/account"},
      {House::text("a-2", "account.open", R"("account":2)"), "wrong_type", "/data/account"},
      {House::text("a-2", "account.open", R"("account":"a b")"), "invalid_value", "/data/account"},
      {House::text("a-2", "account.open", R"("account":"")"), "invalid_value", "/data/account"},
      {House::text("a-2", "account.open", fmt::format(R"("account":"{}")", std::string(65, 'x'))),
       "invalid_value", "/data/account"},
      {House::text("", "account.open", R"("account":"2")"), "invalid_value", "/id"},
      {House::text(std::string(129, 'x'), "account.open", R"("account":"2")"), "invalid_value", "/id"},
      {House::text("p-2", "payment.receive",
                   R"("account":"1","amount":5.00,"currency":"RUB","provider":"cash","external_id":"1")"),
       "wrong_type", "/data/amount"},
      {House::text("p-2", "payment.receive",
                   R"("account":"1","amount":"5,00","currency":"RUB","provider":"cash","external_id":"1")"),
       "invalid_value", "/data/amount"},
      {House::text("p-2", "payment.receive",
                   R"("account":"1","amount":"5.00","currency":"XXX","provider":"cash","external_id":"1")"),
       "invalid_value", "/data/currency"},
      {R"({"type":"account.open","id":"a-2","tenant":"acme","effective":"20.11.2026","data":{"account":"2"}})",
       "invalid_value", "/effective"},
      {R"({"type":"account.open","id":"a-2","tenant":"acme","expect":{"point/1":1},"data":{"account":"2"}})",
       "unknown_field", "/expect/point~11"},
      {std::string(30'000, '['), "wrong_type", ""},
  };
  Client client = house.client();
  for (const auto& c : cases) {
    CAPTURE(c.body.substr(0, 200));
    const Reply reply = client.post("/v1/commands", c.body);
    CAPTURE(reply.body);
    CHECK(reply.status == 400);
    CHECK(reply.headers.at("content-type") == "application/problem+json");
    CHECK(has(reply.body, fmt::format(R"("status":400,"code":"{}")", c.code)));
    CHECK(has(reply.body, fmt::format(R"("errors":[{{"pointer":"{}","detail":")", c.pointer)));
  }
  CHECK(house.events() == 2);
  CHECK(client.get("/healthz").status == 200);
}

TEST_CASE("A command that is too large is refused before it is read") {
  House house;
  Client announced = house.client();
  announced.send("POST /v1/commands HTTP/1.1\r\nHost: test\r\nContent-Length: 70000\r\n\r\n");
  const Reply reply = announced.read();
  CHECK(reply.status == 413);
  CHECK(has(reply.body, R"("code":"body_too_large")"));
  CHECK(reply.headers.at("connection") == "close");
  announced.finish_sending();
  CHECK(announced.ended());

  Client chunked = house.client();
  chunked.send("POST /v1/commands HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = fmt::format("{:x}\r\n{}\r\n", 8192, std::string(8192, ' '));
  for (int i = 0; i < 9; ++i) chunked.send(chunk);
  CHECK(chunked.read().status == 413);
  CHECK(house.events() == 1);
}

}  // namespace
}  // namespace provodka::test
