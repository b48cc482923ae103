#include "tests/commands/http/support.h"

#include <sstream>

// POST /v1/commands/batch.
namespace provodka::test {
namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

constexpr std::string_view kChunked =
    "POST /v1/commands/batch{} HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
std::string charge_text(std::string_view id, std::string_view account) {
  return House::text(
      id, "charge.post",
      fmt::format(R"("account":"{}","amount":"10.00","currency":"RUB","service":"internet")", account));
}
std::string chunk(std::string_view bytes) { return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes); }

TEST_CASE("A batch answers each line in its order") {
  House house;
  const std::string body = House::open_text("a-1", "1") + "\n" + House::pay_text("p-1", "1", "10.00") +
                           "\r\n" + charge_text("c-2", "2") + "\n\n \t\n" + "{\n" +
                           House::pay_text("p-1", "1", "10.00") + "\n" +
                           House::pay_text("p-1", "1", "11.00") + "\n" + House::pay_text("p-3", "1", "5.00");
  const Reply reply = house.post("/v1/commands/batch", body);
  CHECK(reply.status == 200);
  CHECK(reply.whole);
  CHECK(reply.headers.at("content-type") == "application/x-ndjson");
  const auto lines = lines_of(reply.body);
  REQUIRE(lines.size() == 7);
  CHECK(lines[0] == R"({"line":1,"status":201,"sequence":2})");
  CHECK(lines[1] == R"({"line":2,"status":201,"sequence":3})");
  CHECK(lines[2].starts_with(R"({"line":3,"status":404,"problem":{"type":"/problems/unknown_account")"));
  CHECK(lines[3].starts_with(R"({"line":6,"status":400,"problem":{"type":"/problems/malformed_json")"));
  CHECK(lines[4] == R"({"line":7,"status":200,"sequence":3})");
  CHECK(lines[5].starts_with(R"({"line":8,"status":409,"problem":{"type":"/problems/command_id_reused")"));
  CHECK(has(lines[5], R"("sequence":3)"));
  CHECK(lines[6] == R"({"line":9,"status":201,"sequence":4})");
  CHECK(house.events() == 4);
}

TEST_CASE("A batch says on request as much as single commands do") {
  House house;
  const std::string body = House::open_text("a-1", "1") + "\n" + House::pay_text("p-1", "1", "10.00") + "\n";
  const std::string expected =
      R"({"line":1,"status":201,"sequence":2,"position":2,"events":["account.opened.v1"],"balances":{"1":{"balance":"0.00","available":"0.00","access":"on"}}}
{"line":2,"status":201,"sequence":3,"position":3,"events":["payment.received.v1"],"balances":{"1":{"balance":"10.00","available":"10.00","access":"on"}}}
)";
  CHECK(house.post("/v1/commands/batch?return=events", body).body == expected);
  std::string repeated = expected;
  for (size_t at = 0; (at = repeated.find("201", at)) != repeated.npos;) repeated.replace(at, 3, "200");
  CHECK(house.post("/v1/commands/batch?return=events", body).body == repeated);
  CHECK(house.post("/v1/commands/batch?return=events&atomic=true", body).body == repeated);
}

TEST_CASE("Parameters of a batch that are not known are refused") {
  House house;
  for (const char* query : {"atomic=yes", "atomic=", "return=all", "atomic=true&atomic=true", "return=%zz"}) {
    const Reply reply = house.post(fmt::format("/v1/commands/batch?{}", query), House::open_text("a-1", "1"));
    CAPTURE(query);
    CHECK(reply.status == 400);
    CHECK(has(reply.body, R"("code":"invalid_query")"));
  }
  CHECK(house.post("/v1/commands/batch?return=events", House::open_text("a-1", "1"), "Provodka-Actor: \r\n")
            .status == 400);
  CHECK(house.events() == 1);
}

TEST_CASE("An empty batch has an empty answer") {
  House house;
  for (const char* target : {"/v1/commands/batch", "/v1/commands/batch?atomic=true"}) {
    for (const char* body : {"", "\n", "\n\n  \r\n"}) {
      const Reply reply = house.post(target, body);
      CHECK(reply.status == 200);
      CHECK(reply.whole);
      CHECK(reply.body.empty());
    }
  }
}

TEST_CASE("A line that is too long is answered and the batch goes on") {
  House house;
  const std::string fits = House::open_text("a-1", "1");
  const std::string padding(codec::kCommandBytesMax - fits.size(), ' ');
  const std::string body = fits + padding + "\r\n" + House::open_text("a-2", "2") + padding + " \n" +
                           std::string(300'000, 'x') + "\n" + House::open_text("a-3", "3") + "\n" +
                           std::string(70'000, 'x');
  const auto lines = lines_of(house.post("/v1/commands/batch", body).body);
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] == R"({"line":1,"status":201,"sequence":2})");
  CHECK(lines[1].starts_with(R"({"line":2,"status":413,"problem":{"type":"/problems/line_too_long")"));
  CHECK(lines[2].starts_with(R"({"line":3,"status":413,)"));
  CHECK(lines[3] == R"({"line":4,"status":201,"sequence":3})");
  CHECK(lines[4].starts_with(R"({"line":5,"status":413,)"));
  CHECK(house.events() == 3);
}

TEST_CASE("Lines are answered while more of the batch is to come") {
  House house;
  Client client = house.client();
  client.send(fmt::format(fmt::runtime(kChunked), ""));
  client.send(chunk(House::open_text("a-1", "1") + "\n"));
  REQUIRE(client.read_head());
  CHECK(client.read_chunk() == "{\"line\":1,\"status\":201,\"sequence\":2}\n");
  // A line in two pieces, and one that is not ended yet.
  const std::string pay = House::pay_text("p-1", "1", "10.00");
  client.send(chunk(pay.substr(0, 50)));
  client.send(chunk(pay.substr(50) + "\n" + House::pay_text("p-2", "1", "10.00")));
  CHECK(client.read_chunk() == "{\"line\":2,\"status\":201,\"sequence\":3}\n");
  client.send("0\r\n\r\n");
  CHECK(client.read_chunk() == "{\"line\":3,\"status\":201,\"sequence\":4}\n");
  CHECK(client.read_chunk() == "");
  CHECK(client.get("/healthz").status == 200);
}

TEST_CASE("What was sent before the connection broke is recorded, and the answer does not look complete") {
  House house;
  Client client = house.client();
  client.send(fmt::format(fmt::runtime(kChunked), ""));
  client.send(chunk(House::open_text("a-1", "1") + "\n" + House::pay_text("p-1", "1", "10.00")));
  client.finish_sending();
  const Reply reply = client.read();
  CHECK(reply.status == 200);
  CHECK_FALSE(reply.whole);
  CHECK(reply.body == "{\"line\":1,\"status\":201,\"sequence\":2}\n");

  Client broken = house.client();
  broken.send(fmt::format(fmt::runtime(kChunked), ""));
  broken.send("no chunk\r\n");
  CHECK(broken.read().status == 400);

  Client leaving = house.client();
  leaving.send(fmt::format(fmt::runtime(kChunked), ""));
  leaving.send(chunk(House::open_text("a-2", "2") + "\n"));
  leaving.close();
  eventually([&] { return house.events() == 3; }, "the line of a client that left is recorded");
  CHECK(house.get("/healthz").status == 200);
}

TEST_CASE("A client may send everything before it reads anything") {
  House house;
  constexpr int kLines = 40'000;
  std::string body = House::open_text("a-1", "1") + "\n";
  for (int i = 0; i < kLines; ++i) body += House::pay_text(fmt::format("p-{}", i), "1", "1.00") + "\n";
  const Reply reply = house.post("/v1/commands/batch", body);
  CHECK(reply.whole);
  const auto lines = lines_of(reply.body);
  REQUIRE(lines.size() == kLines + 1);
  bool in_order = true;
  for (int i = 0; i <= kLines; ++i)
    in_order &= lines[i] == fmt::format(R"({{"line":{},"status":201,"sequence":{}}})", i + 1, i + 2);
  CHECK(in_order);
  CHECK(has(house.get("/v1/acme/accounts/1").body, R"("balance":"40000.00")"));
}

TEST_CASE("A client that sends without end and reads nothing is held back, then cut off") {
  http::ServerOptions options;
  options.request_timeout = 1s;
  House house(options);
  Client client = house.client();
  client.send(fmt::format(fmt::runtime(kChunked), ""));
  // Each of these short lines has a long answer.
  std::string bad;
  for (int i = 0; i < 4000; ++i) bad += "x\n";
  const std::string piece = chunk(bad);
  eventually([&] { return !client.send(piece); }, "the connection is cut");
  CHECK(house.get("/healthz").status == 200);
}

TEST_CASE("Batches on several connections at once share ids") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  std::string body;
  for (int i = 0; i < 3000; ++i) body += House::pay_text(fmt::format("p-{}", i), "1", "1.00") + "\n";
  std::vector<std::string> answers(4);
  {
    std::vector<std::jthread> threads;
    for (auto& answer : answers)
      threads.emplace_back([&] { answer = house.post("/v1/commands/batch", body).body; });
  }
  std::map<std::string, int> recorded;
  for (const auto& answer : answers) {
    const auto lines = lines_of(answer);
    REQUIRE(lines.size() == 3000);
    for (const auto& line : lines) {
      if (has(line, R"("status":201)")) ++recorded[line];
    }
  }
  CHECK(recorded.size() == 3000);
  CHECK(house.events() == 3002);
  CHECK(has(house.get("/v1/acme/accounts/1").body, R"("balance":"3000.00")"));
}

TEST_CASE("An atomic batch is recorded as a whole") {
  House house;
  const std::string body = House::open_text("a-1", "1") + "\n\n" + House::pay_text("p-1", "1", "10.00");
  const Reply reply = house.post("/v1/commands/batch?atomic=true", body);
  CHECK(reply.status == 200);
  CHECK(reply.body ==
        "{\"line\":1,\"status\":201,\"sequence\":2}\n{\"line\":3,\"status\":201,\"sequence\":3}\n");
}

TEST_CASE("An atomic batch of which a line is refused leaves nothing") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  const auto state = [&] {
    return house.get("/v1/acme/events").body + house.get("/v1/acme/accounts/1").body;
  };
  const std::string before = state();
  const std::string start =
      House::pay_text("p-1", "1", "10.00") + "\n" + House::open_text("a-2", "2") + "\n\n";
  const auto refused = [&](const std::string& line, int cause_status, std::string_view cause) {
    const Reply reply = house.post("/v1/commands/batch?atomic=true",
                                   start + line + "\n" + House::pay_text("p-9", "1", "1.00"));
    CAPTURE(reply.body);
    CHECK(reply.status == 422);
    CHECK(reply.headers.at("content-type") == "application/problem+json");
    CHECK(has(reply.body, R"("status":422,"code":"batch_rejected","detail":"line 4: )"));
    CHECK(has(reply.body, R"("line":4)"));
    CHECK(has(reply.body, fmt::format(R"("problem":{{"type":"/problems/{}")", cause)));
    CHECK(has(reply.body, fmt::format(R"("status":{},"code":"{}")", cause_status, cause)));
    CHECK(state() == before);
  };
  refused(charge_text("c-2", "7"), 404, "unknown_account");
  refused(House::pay_text("p-1", "1", "11.00"), 409, "command_id_reused");
  refused("{", 400, "malformed_json");
  refused(std::string(70'000, 'x'), 413, "line_too_long");

  // What was refused has left no trace: the same ids can be used, and the sequence goes on without a gap.
  const Reply then = house.post("/v1/commands/batch?atomic=true", start);
  CHECK(then.body ==
        "{\"line\":1,\"status\":201,\"sequence\":3}\n{\"line\":2,\"status\":201,\"sequence\":4}\n");
  house.close();
  house.open();
  CHECK(house.events() == 4);
  CHECK(
      house.post("/v1/commands", House::pay_text("p-9", "1", "1.00")).body.starts_with(R"({"sequence":5,)"));
}

TEST_CASE("An atomic batch has limits") {
  http::ServerOptions options;
  options.body_bytes_max = 300'000;
  House house(options);
  const Reply lines = house.post("/v1/commands/batch?atomic=true", std::string(10'000, '\n') + "{}");
  CHECK(lines.status == 413);
  CHECK(has(lines.body, R"("code":"batch_too_long")"));
  const Reply bytes = house.post("/v1/commands/batch?atomic=true", std::string(300'001, '\n'));
  CHECK(bytes.status == 413);
  CHECK(has(bytes.body, R"("code":"body_too_large")"));
  // A batch that is streamed has no such limit.
  CHECK(house.post("/v1/commands/batch", std::string(400'000, '\n') + House::open_text("a-1", "1")).body ==
        "{\"line\":400001,\"status\":201,\"sequence\":2}\n");
}

TEST_CASE("An old client that knows no chunks gets its answers until the connection ends") {
  House house;
  const std::string body = House::open_text("a-1", "1") + "\n";
  Client client = house.client();
  client.send(
      fmt::format("POST /v1/commands/batch HTTP/1.0\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
  const Reply reply = client.read();
  CHECK_FALSE(reply.headers.contains("transfer-encoding"));
  CHECK(reply.body == "{\"line\":1,\"status\":201,\"sequence\":2}\n");
}

}  // namespace
}  // namespace provodka::test
