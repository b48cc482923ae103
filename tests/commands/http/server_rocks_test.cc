#include "tests/commands/http/support.h"

// What the server makes of HTTP, whatever the request asks for.
namespace provodka::test {
namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST_CASE("Only addresses of the loopback are bound") {
  House house;
  for (const char* host : {"0.0.0.0", "192.0.2.1", "::", "example.net", ""}) {
    http::ServerOptions options;
    options.host = host;
    options.port = 0;
    const auto server = http::Server::start(house.engine(), options);
    CAPTURE(host);
    REQUIRE_FALSE(server);
    CHECK(server.error().what.starts_with(fmt::format("cannot listen on {}", host)));
  }
  http::ServerOptions options;
  options.port = house.server().port();
  const auto taken = http::Server::start(house.engine(), options);
  REQUIRE_FALSE(taken);
  CHECK(has(taken.error().what, "Address already in use"));
  CHECK(house.server().url() == fmt::format("http://127.0.0.1:{}", house.server().port()));
}

TEST_CASE("The server says that it lives and that it is ready") {
  House house;
  CHECK(house.get("/healthz").body == R"({"status":"ok"})");
  const Reply ready = house.get("/readyz");
  CHECK(ready.status == 200);
  CHECK(ready.body.starts_with(R"({"status":"ready","durable":1,"trees":)"));
  CHECK(ready.body.ends_with(R"("damage":[]})"));
}

TEST_CASE("A host is checked without listening") {
  CHECK(http::Server::check_host("localhost"));
  CHECK(http::Server::check_host("::1"));
  const auto refused = http::Server::check_host("0.0.0.0");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().refused);
}

TEST_CASE("Paths and methods that are not there are problems") {
  House house;
  Client client = house.client();
  for (const char* path :
       {"/", "/v1", "/v1/", "/v2/commands", "/v1/commands/", "/v1/acme", "/v1/acme/", "/v1/acme/accounts",
        "/v1/acme/accounts/1/2", "/v1/acme/nothing", "/v1/a%20b/events", "/v1/%zz/events", "/healthz/",
        "/v1/..%2f..%2fetc/keys", "*", "/v1/acme/tile"}) {
    const Reply reply = client.get(path);
    CAPTURE(path);
    CHECK(reply.status == 404);
    CHECK(has(reply.body, R"("code":"not_found")"));
  }
  const Reply get = client.get("/v1/commands");
  CHECK(get.status == 405);
  CHECK(get.headers.at("allow") == "POST");
  CHECK(has(get.body, R"("code":"method_not_allowed")"));
  const Reply post = client.post("/v1/acme/events", "{}");
  CHECK(post.status == 405);
  CHECK(post.headers.at("allow") == "GET, HEAD");
  client.send("BREW /healthz HTTP/1.1\r\nHost: test\r\n\r\n");
  CHECK(client.read().status == 405);
}

TEST_CASE("What is no HTTP is answered, ends the connection and records nothing") {
  House house;
  const std::string command = House::open_text("a-1", "1");
  const std::string length = fmt::format("Content-Length: {}\r\n", command.size());
  const auto post = [&](const std::string& headers) {
    return "POST /v1/commands HTTP/1.1\r\nHost: test\r\n" + headers + "\r\n" + command;
  };
  const std::string cases[] = {
      "hello\r\n\r\n",
      "GET /healthz\r\n\r\n",
      "GET /healthz HTTP/3.0\r\nHost: test\r\n\r\n",
      "GET  /healthz HTTP/1.1\r\nHost: test\r\n\r\n",
      "GET /heal\x01thz HTTP/1.1\r\nHost: test\r\n\r\n",
      "GET /healthz HTTP/1.1\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: test\r\nno colon\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: test\r\nSpace : before\r\n\r\n",
      "GET /healthz HTTP/1.1\r\nHost: test\r\nX: a\x02\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 and so on\r\n\r\n",
      post("Content-Length: -1\r\n"),
      post("Content-Length: ten\r\n"),
      post("Content-Length: 99999999999999999999999\r\n"),
      post(length + "Content-Length: 3\r\n"),
      post(length + "Transfer-Encoding: chunked\r\n"),
      "POST /v1/commands HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" + command +
          "\r\n0\r\n\r\n",
      fmt::format("POST /v1/commands HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n{:x}\r\n{}xx0\r\n\r\n",
                  command.size(), command),
      "POST /v1/commands HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
  };
  for (const std::string& bytes : cases) {
    Client client = house.client();
    CAPTURE(bytes);
    client.send(bytes);
    const Reply reply = client.read();
    CHECK(reply.status == 400);
    CHECK(has(reply.body, R"("code":"malformed_http")"));
    client.finish_sending();
    CHECK(client.ended());
  }
  CHECK(house.get("/healthz").status == 200);
  CHECK(house.events() == 1);
}

TEST_CASE("A head has a limit") {
  House house;
  Client client = house.client();
  client.send("GET /healthz HTTP/1.1\r\nHost: test\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
  const Reply reply = client.read();
  CHECK(reply.status == 431);
  CHECK(has(reply.body, R"("code":"headers_too_large")"));
  CHECK(house.get("/healthz?" + std::string(20'000, 'x')).status == 431);
  CHECK(house.get("/healthz?" + std::string(10'000, 'x')).status == 200);
}

TEST_CASE("What stands between chunks has a limit") {
  House house;
  const std::string head = "POST /v1/commands HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& endless : {head + "1;", head + "1\r\n{\r\n0\r\nX: "}) {
    Client client = house.client();
    client.send(endless + std::string(40'000, 'x'));
    CHECK(client.read().status == 431);
  }
  CHECK(house.get("/healthz").status == 200);
}

TEST_CASE("A request may come in any pieces") {
  House house;
  const std::string body = House::open_text("a-1", "1");
  const std::string whole = fmt::format(
      "POST /v1/commands HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
  Client client = house.client();
  for (const char c : whole) REQUIRE(client.send({&c, 1}));
  CHECK(client.read().status == 201);

  std::string chunked = "POST /v1/commands HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char c : House::open_text("a-2", "2")) chunked += fmt::format("1;name=value\r\n{}\r\n", c);
  chunked += "0\r\nProvodka-Actor: from-a-trailer\r\n\r\n";
  client.send(chunked);
  CHECK(client.read().status == 201);
  CHECK_FALSE(has(house.get("/v1/acme/events").body, "from-a-trailer"));
}

TEST_CASE("Requests that are sent ahead are answered in order") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  std::string bytes;
  for (int i = 0; i < 200; ++i) {
    const std::string body = House::pay_text(fmt::format("p-{}", i), "1", "1.00");
    bytes += fmt::format("POST /v1/commands HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n\r\n{}",
                         body.size(), body);
    bytes += "GET /healthz HTTP/1.1\r\nHost: test\r\n\r\n";
  }
  Client client = house.client();
  std::jthread sender([&] { client.send(bytes); });
  for (int i = 0; i < 200; ++i) {
    const Reply paid = client.read();
    CHECK(paid.status == 201);
    CHECK(paid.body.starts_with(fmt::format(R"({{"sequence":{},)", 3 + i)));
    CHECK(client.read().status == 200);
  }
}

TEST_CASE("HEAD answers as GET does, without the body") {
  House house;
  Client client = house.client();
  const Reply got = client.get("/v1/acme/events");
  client.send("HEAD /v1/acme/events HTTP/1.1\r\nHost: test\r\n\r\n");
  const Reply head = client.read(true);
  CHECK(head.status == 200);
  CHECK(head.headers.at("content-length") == got.headers.at("content-length"));
  client.send("HEAD /v1/acme/events HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n");
  CHECK(client.read(true).headers.at("content-type") == "text/event-stream");
  CHECK(client.get("/healthz").status == 200);
}

TEST_CASE("Connections are kept or closed as the client asks") {
  House house;
  Client closing = house.client();
  const Reply last = closing.get("/healthz", "Connection: close\r\n");
  CHECK(last.headers.at("connection") == "close");
  CHECK(closing.ended());

  Client old = house.client();
  old.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  CHECK(old.read().headers.at("connection") == "keep-alive");
  old.send("GET /v1/acme/events HTTP/1.0\r\n\r\n");
  CHECK(old.read().headers.at("connection") == "close");
  CHECK(old.ended());
}

TEST_CASE("A client that waits for leave to send its body gets it") {
  House house;
  const std::string body = House::open_text("a-1", "1");
  Client client = house.client();
  client.send(fmt::format(
      "POST /v1/commands HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
      body.size()));
  CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue");
  client.send(body);
  CHECK(client.read().status == 201);

  client.send("POST /nowhere HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n");
  const Reply refused = client.read();
  CHECK(refused.status == 404);
  CHECK(refused.headers.at("connection") == "close");
}

TEST_CASE("A body that nobody wanted does not become the next request") {
  House house;
  Client client = house.client();
  const std::string hidden = "GET /readyz HTTP/1.1\r\nHost: test\r\n\r\n";
  CHECK(client.post("/nowhere", hidden).status == 404);
  CHECK(client.get("/healthz").body == R"({"status":"ok"})");
}

TEST_CASE("Pages of other sites are refused, those of this machine are not") {
  House house;
  const std::string body = House::open_text("a-1", "1");
  for (const char* origin :
       {"https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1.evil.example"}) {
    const Reply reply = house.post("/v1/commands", body, fmt::format("Origin: {}\r\n", origin));
    CAPTURE(origin);
    CHECK(reply.status == 403);
    CHECK(has(reply.body, R"("code":"foreign_origin")"));
  }
  CHECK(house.events() == 1);
  CHECK(house.post("/v1/commands", body, "Origin: http://localhost:3000\r\n").status == 201);
}

TEST_CASE("Connections beyond the limit are told so and closed") {
  http::ServerOptions options;
  options.connections_max = 2;
  House house(options);
  eventually([&] { return house.get("/healthz").status == 200; }, "the first connection is given back");
  auto first = std::make_unique<Client>(house.client());
  Client second = house.client();
  CHECK(first->get("/healthz").status == 200);
  eventually([&] { return second.get("/healthz").status == 200; }, "there is room for two");
  Client third = house.client();
  const Reply refused = third.read();
  CHECK(refused.status == 503);
  CHECK(has(refused.body, R"("code":"too_many_connections")"));
  CHECK(third.ended());
  first.reset();
  eventually([&] { return house.get("/healthz").status == 200; }, "a connection that ends makes room");
}

TEST_CASE("A client that is idle or slow is cut off, one that waits for nothing is not") {
  http::ServerOptions options;
  options.idle_timeout = 1s;
  options.request_timeout = 1s;
  House house(options);
  Client idle = house.client(), slow_head = house.client(), slow_body = house.client(),
         trickling = house.client();
  slow_head.send("GET /healthz HT");
  slow_body.send("POST /v1/commands HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n{");
  std::jthread trickle([&](const std::stop_token& stop) {
    trickling.send("GET /healthz HTTP/1.1\r\nX: ");
    // A byte now and then: the pace is the case that is tested, not something waited for.
    std::mutex mutex;
    std::condition_variable_any pace;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested() && trickling.send("x"))
      pace.wait_for(lock, stop, 50ms, [] { return false; });
  });
  CHECK(idle.ended());
  CHECK(slow_head.ended());
  CHECK(slow_body.ended());
  CHECK(trickling.ended());
  CHECK(house.get("/healthz").status == 200);
}

TEST_CASE("A client that does not take its answer is cut off") {
  http::ServerOptions options;
  options.request_timeout = 1s;
  House house(options);
  house.post("/v1/commands", House::open_text("a-1", "1"));
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += House::pay_text(fmt::format("p-{}", i), "1", "1.00") + "\n";
  REQUIRE(house.post("/v1/commands/batch", lines).whole);
  Client client = house.client();
  std::string requests;
  for (int i = 0; i < 40; ++i) requests += "GET /v1/acme/events?limit=10000 HTTP/1.1\r\nHost: test\r\n\r\n";
  client.send(requests);
  // Nothing is read until the server has given up: then what it had sent is less than what was asked for.
  eventually([&] { return !client.send("G"); }, "the connection is cut");
}

TEST_CASE("Stopping finishes what is under way and closes what is idle") {
  House house;
  house.post("/v1/commands", House::open_text("a-1", "1"));
  Client idle = house.client();
  CHECK(idle.get("/healthz").status == 200);
  Client half = house.client();
  const std::string body = House::pay_text("p-1", "1", "1.00");
  half.send(fmt::format(
      "POST /v1/commands HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n",
      body.size()));
  REQUIRE(half.read_until("\r\n\r\n"));
  Client stream = house.client();
  stream.send("GET /v1/acme/events HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n");
  REQUIRE(stream.read_head());
  REQUIRE(stream.read_chunk());
  std::jthread stopping([&] { house.server().stop(); });
  CHECK(idle.ended());
  half.send(body);
  const Reply reply = half.read();
  CHECK(reply.status == 201);
  CHECK(reply.headers.at("connection") == "close");
  for (;;) {
    const auto chunk = stream.read_chunk();
    REQUIRE(chunk);  // the stream ends with its end
    if (chunk->empty()) break;
  }
  stopping.join();
  CHECK(house.events() == 3);
  house.server().stop();
}

TEST_CASE("Stopping waits no longer than its deadline") {
  http::ServerOptions options;
  options.stop_timeout = 1s;
  House house(options);
  Client half = house.client();
  half.send("POST /v1/commands HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\n{");
  CHECK(house.get("/healthz").status == 200);
  house.server().stop();
  CHECK(half.ended());
}

TEST_CASE("Several io threads serve alike") {
  http::ServerOptions options;
  options.threads = 3;
  House house(options);
  house.post("/v1/commands", House::open_text("a-1", "1"));
  std::vector<std::jthread> threads;
  std::atomic<int> recorded = 0;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      Client client = house.client();
      for (int i = 0; i < 50; ++i) {
        recorded +=
            client.post("/v1/commands", House::pay_text(fmt::format("p-{}-{}", t, i), "1", "1.00")).status ==
            201;
      }
    });
  }
  threads.clear();
  CHECK(recorded == 300);
  CHECK(has(house.get("/v1/acme/accounts/1").body, R"("balance":"300.00")"));
}

}  // namespace
}  // namespace provodka::test
