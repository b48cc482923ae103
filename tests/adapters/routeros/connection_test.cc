#include "adapters/routeros/connection.h"

#include "tests/adapters/routeros/scripted_router.h"

#include <algorithm>

#include <catch2/matchers/catch_matchers_string.hpp>

namespace provodka::routeros {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using test::Peer;
using test::ScriptedRouter;
using test::Words;

RouterOptions options_of(uint16_t port) {
  RouterOptions options;
  options.endpoint.host = "127.0.0.1";
  options.endpoint.port = port;
  options.login = "admin";
  return options;
}

// A connection to a router that follows these scripts, one for each connect().
struct House {
  ScriptedRouter router;
  asio::io_context context;
  Connection connection;

  explicit House(std::vector<ScriptedRouter::Script> scripts, std::function<void(RouterOptions&)> change = {})
      : router(std::move(scripts)), connection(context, [&] {
          RouterOptions options = options_of(router.port());
          if (change) change(options);
          return options;
        }()) {}
  ~House() { connection.close(); }

  Result<void> connect() { return test::run(context, connection.connect()); }
  Answers execute(std::vector<Operation> operations) {
    return test::run(context, connection.execute(std::move(operations)));
  }
  std::string place() const { return "router 127.0.0.1:" + std::to_string(router.port()); }
};

Operation lookup(const std::string& name) { return print("/ppp/secret", {".id"}, {"name=" + name}); }

std::string tag_in(const Words& words) { return words.back(); }

TEST_CASE("the bytes on the wire are those of the vectors") {
  House house({[](Peer& peer) {
    peer.log_in();
    peer.send({"!re", "=.id=*1A", "=address=10.0.0.5", tag_in(peer.read())});
    peer.send({"!done", ".tag=1"});
    peer.read();
    peer.send({"!done", ".tag=2"});
    peer.wait();
  }});
  REQUIRE(house.connect().has_value());
  const auto found = house.execute({print(
      "/ip/dhcp-server/lease", {".id", "address", "mac-address", "block-access"}, {"address=10.0.0.5"})});
  REQUIRE(found[0]);
  REQUIRE(found[0]->items.size() == 1);
  CHECK(found[0]->items[0].id() == "*1A");
  CHECK(found[0]->items[0].find("address") == "10.0.0.5");
  CHECK(house.execute({set("/ip/dhcp-server/lease", "*1A", {{"block-access", "yes"}})})[0].has_value());
  house.connection.close();
  house.router.finish();
  CHECK(test::to_hex(house.router.received) ==
        "062f6c6f67696e0b3d6e616d653d61646d696e0a3d70617373776f72643d00"
        "1b2f69702f646863702d7365727665722f6c656173652f7072696e74113f616464726573733d31302e302e302e352f3d2e70"
        "726f706c6973"
        "743d2e69642c616464726573732c6d61632d616464726573732c626c6f636b2d616363657373062e7461673d3100"
        "192f69702f646863702d7365727665722f6c656173652f736574083d2e69643d2a3141113d626c6f636b2d6163636573733d"
        "796573062e746167"
        "3d3200");
}

// Everything that the client wrote to its socket while a router answered each command with !done, by a
// script of what it was asked.
std::string captured(const std::vector<Operation>& operations, const std::string& login = "admin",
                     const std::string& password = {}) {
  House house({[&](Peer& peer) {
                peer.log_in();
                for (Words words = peer.read(); !words.empty(); words = peer.read())
                  peer.send({"!done", "=ret=*1", tag_in(words)});
              }},
              [&](RouterOptions& options) {
                options.login = login;
                options.password = Secret(password);
              });
  REQUIRE(house.connect().has_value());
  for (const Operation& operation : operations) CHECK(house.execute({operation})[0].has_value());
  house.connection.close();
  house.router.finish();
  return test::to_hex(house.router.received);
}

TEST_CASE("every command of the vectors leaves the socket as they have it") {
  const std::string login = "062f6c6f67696e0b3d6e616d653d61646d696e0a3d70617373776f72643d00";
  const std::string tag_1 = "062e7461673d3100";
  CHECK(captured({}) == login);
  CHECK(captured({}, "bill", "s3cr3t") ==
        "062f6c6f67696e0a3d6e616d653d62696c6c103d70617373776f72643d73336372337400");
  CHECK(captured({add("/ip/firewall/address-list",
                      {{"list", "debtors"}, {"address", "10.0.0.5"}, {"timeout", "1d"}})}) ==
        login +
            "1d2f69702f6669726577616c6c2f616464726573732d6c6973742f6164640d3d6c6973743d646562746f7273113d61"
            "6464726573733d31302e302e302e350b3d74696d656f75743d3164" +
            tag_1);
  CHECK(captured({set("/queue/simple", "*5", {{"max-limit", "10M/50M"}})}) ==
        login + "112f71756575652f73696d706c652f736574073d2e69643d2a35123d6d61782d6c696d69743d31304d2f35304d" +
            tag_1);
  CHECK(captured({set("/ppp/secret", "*3", {{"disabled", "yes"}})}) ==
        login + "0f2f7070702f7365637265742f736574073d2e69643d2a330d3d64697361626c65643d796573" + tag_1);
  Operation ping = run("", "ping", "");
  ping.attributes = {{"address", "10.0.0.5"}, {"count", "3"}};
  CHECK(captured({ping}) ==
        login + "052f70696e67113d616464726573733d31302e302e302e35083d636f756e743d33" + tag_1);
  Operation cancel = run("", "cancel", "");
  cancel.attributes = {{"tag", "2"}};
  CHECK(captured({cancel}) == login + "072f63616e63656c063d7461673d32" + tag_1);
  // The length of a text is that of its bytes.
  CHECK(captured({set("/ppp/secret", "*3", {{"comment", "\xc5\x82"}})}) ==
        login + "0f2f7070702f7365637265742f736574073d2e69643d2a330b3d636f6d6d656e743dc582" + tag_1);
  CHECK(captured({set("/ppp/secret", "*3", {{"comment", "\xd0\x94\xd0\xbe\xd0\xbb\xd0\xb3"}})}) ==
        login + "0f2f7070702f7365637265742f736574073d2e69643d2a33113d636f6d6d656e743dd094d0bed0bbd0b3" +
            tag_1);
}

TEST_CASE("words of every length of prefix leave the socket with the prefix of the vectors") {
  const std::pair<size_t, const char*> rows[] = {
      {10, "0a"},
      {0x7f, "7f"},
      {0x80, "8080"},
      {0x87, "8087"},
      {200, "80c8"},
      {300, "812c"},
      {0x3fff, "bfff"},
      {0x4000, "c04000"},
      {17000, "c04268"},
      {0x4321, "c04321"},
      {0x1fffff, "dfffff"},
      {0x200000, "e0200000"},
      {0x2acdef, "e02acdef"},
  };
  for (const auto& [bytes, prefix] : rows) {
    CAPTURE(bytes);
    const std::string text(bytes - 9, 'x');  // the word is =comment=…
    House house({[](Peer& peer) {
      peer.log_in();
      // What is longer than a sentence may be here is looked at as bytes alone.
      while (!peer.received.ends_with(test::from_hex("062e7461673d3100")) && peer.take()) {
      }
      peer.send({"!done", ".tag=1"});
      peer.ignore();
    }});
    REQUIRE(house.connect().has_value());
    CHECK(house.execute({set("/ppp/secret", "*3", {{"comment", text}})})[0].has_value());
    house.connection.close();
    house.router.finish();
    const std::string before = test::from_hex(
        "062f6c6f67696e0b3d6e616d653d61646d696e0a3d70617373776f72643d00"
        "0f2f7070702f7365637265742f736574073d2e69643d2a33");
    CHECK(house.router.received ==
          before + test::from_hex(prefix) + "=comment=" + text + test::from_hex("062e7461673d3100"));
  }
}

TEST_CASE("both steps of the old login leave the socket as the vectors have them") {
  struct Row {
    const char *password, *challenge, *response;
  };
  for (const Row& row :
       {Row{"", "93b438ec9b80057c06dd9fe67d56aa9a", "00e134102a9d330dd7b1849fedfea3cb57"},
        Row{"passTest", "abc123", "0021277bff9ac7caf06aa608e46616d47f"},
        Row{"s3cr3t", "0123456789abcdef0123456789abcdef", "0018e2514fa78cd2a9809a5701ed828396"}}) {
    CAPTURE(row.password);
    House house({[&](Peer& peer) {
                  peer.read();
                  peer.send({"!done", std::string("=ret=") + row.challenge});
                  peer.read();
                  peer.send({"!done"});
                  peer.wait();
                }},
                [&](RouterOptions& options) {
                  options.login = "bill";
                  options.password = Secret(row.password);
                });
    REQUIRE(house.connect().has_value());
    house.connection.close();
    house.router.finish();
    std::string first, second;
    append_sentence(first, {"/login", "=name=bill", std::string("=password=") + row.password});
    append_sentence(second, {"/login", "=name=bill", std::string("=response=") + row.response});
    CHECK(house.router.received == first + second);
    CHECK(test::to_hex(second).starts_with("062f6c6f67696e0a3d6e616d653d62696c6c2c3d726573706f6e73653d"));
  }
}

TEST_CASE("a challenge is answered on the same connection") {
  House house({[](Peer& peer) {
                peer.read();
                peer.send({"!done", "=ret=0123456789abcdef0123456789abcdef"});
                const Words answer = peer.read();
                const bool right =
                    answer == Words{"/login", "=name=admin", "=response=0018e2514fa78cd2a9809a5701ed828396"};
                peer.send(right ? Words{"!done"} : Words{"!trap", "=message=cannot log in"});
                if (!right) peer.send({"!done"});
                peer.wait();
              }},
              [](RouterOptions& options) { options.password = Secret("s3cr3t"); });
  CHECK(house.connect().has_value());
}

TEST_CASE("a refused login says why, and never the password") {
  House house({[](Peer& peer) {
                peer.read();
                peer.send({"!trap", "=message=invalid user name or password s3cr3t (6)"});
                peer.send({"!done"});
                peer.wait();
              }},
              [](RouterOptions& options) { options.password = Secret("s3cr3t"); });
  const auto refused = house.connect();
  REQUIRE(!refused);
  CHECK(refused.error().refused);
  CHECK(refused.error().what ==
        house.place() + ": the login was refused: invalid user name or password *** (6)");
  CHECK(!house.connection.is_connected());
}

TEST_CASE("answers that come mixed, byte by byte, find their commands") {
  House house({[](Peer& peer) {
    peer.log_in();
    const std::string one = tag_in(peer.read()), two = tag_in(peer.read());
    peer.send({"!re", "=.id=*2", two}, 1);
    peer.send({"!re", "=.id=*1", "=comment=a=b", one}, 1);
    peer.send({"!news", "=x=y", two}, 1);
    peer.send({"!re", two}, 1);
    peer.send({"!done", two}, 1);
    peer.send({"!done", one}, 1);
    peer.wait();
  }});
  REQUIRE(house.connect().has_value());
  const auto answers = house.execute({lookup("one"), lookup("two")});
  REQUIRE(answers[0]->items.size() == 1);
  CHECK(answers[0]->items[0].find("comment") == "a=b");
  REQUIRE(answers[1]->items.size() == 2);
  CHECK(answers[1]->items[0].id() == "*2");
  CHECK(answers[1]->items[1].attributes().empty());
}

TEST_CASE("!empty ends a command, with or without its !done") {
  House house({[](Peer& peer) {
    peer.log_in();
    peer.send({"!empty", tag_in(peer.read())});
    const std::string second = tag_in(peer.read());
    peer.send({"!empty", second});
    peer.send({"!done", second});
    peer.send({"!done", "=ret=*7", tag_in(peer.read())});
    peer.wait();
  }});
  REQUIRE(house.connect().has_value());
  CHECK(house.execute({lookup("one")})[0]->items.empty());
  CHECK(house.execute({lookup("two")})[0]->items.empty());
  CHECK(house.execute({add("/ppp/secret", {{"name", "x"}})})[0]->id == "*7");
}

TEST_CASE("a trap is a refusal of its command alone") {
  House house({[](Peer& peer) {
    peer.log_in();
    const std::string one = tag_in(peer.read()), two = tag_in(peer.read());
    peer.send({"!trap", "=category=4", "=message=failure: already have such entry", one});
    peer.send({"!trap", "=message=another", one});
    peer.send({"!done", two});
    peer.send({"!done", one});
    peer.wait();
  }});
  REQUIRE(house.connect().has_value());
  const auto answers = house.execute({add("/ppp/secret", {}), lookup("two")});
  REQUIRE(answers[0]);
  CHECK(answers[0]->refusal == Refusal::already_there);
  CHECK(answers[0]->message == "failure: already have such entry");
  CHECK(answers[1]->refusal == Refusal::none);
  CHECK(house.connection.is_connected());
}

TEST_CASE("what cannot be understood ends the connection, and the fault names the place") {
  struct Row {
    std::string bytes;
    const char* what;
  };
  const Row rows[] = {
      {test::from_hex("0521646f6e65f8"), "byte 13: 0xf8 is a control byte that is not known"},
      {"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n" +
           std::string(1, '\0'),
       "which is no reply"},
      {test::from_hex("0521646f6e65082e7461673d39393900"), "!done with the tag \"999\", which was not given"},
      {test::from_hex("0521646f6e6500"), "!done with the tag \"\", which was not given"},
      {test::from_hex("0621666174616c1d73657373696f6e207465726d696e61746564206f6e207265717565737400"),
       "the router ended the connection: session terminated on request"},
      {test::from_hex("0321"), "the router closed the connection"},
      {"", "the router closed the connection"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    House house({[&](Peer& peer) {
      peer.log_in();
      peer.read();
      peer.read();
      peer.raw(row.bytes);
    }});
    REQUIRE(house.connect().has_value());
    const auto answers = house.execute({lookup("one"), lookup("two")});
    for (const auto& answer : answers) {
      REQUIRE(!answer);
      CHECK_THAT(answer.error().what, StartsWith(house.place() + ": ") && ContainsSubstring(row.what));
    }
    CHECK(!house.connection.is_connected());
    CHECK_THAT(house.execute({lookup("three")})[0].error().what, ContainsSubstring(row.what));
  }
}

TEST_CASE("a command that is not answered in its time ends the connection") {
  House house({[](Peer& peer) {
    peer.log_in();
    peer.wait();
  }});
  REQUIRE(house.connect().has_value());
  Operation slow = add("/ppp/secret", {{"password", "hidden"}});
  slow.timeout = 50ms;
  const auto answers = house.execute({lookup("one"), std::move(slow)});
  for (const auto& answer : answers) {
    REQUIRE(!answer);
    CHECK(answer.error().what == house.place() + ": no answer to /ppp/secret/add in the time it has");
  }
}

TEST_CASE("silence ends the connection, even where a command has more time") {
  House house({[](Peer& peer) {
                peer.log_in();
                peer.send({"!re", tag_in(peer.read())});
                peer.wait();
              }},
              [](RouterOptions& options) { options.silence_timeout = 80ms; });
  REQUIRE(house.connect().has_value());
  const auto answers = house.execute({lookup("one")});
  REQUIRE(!answers[0]);
  CHECK(answers[0].error().what == house.place() + ": nothing came for 80 ms, while /ppp/secret/print waits");
}

TEST_CASE("no more commands are on their way than are allowed") {
  size_t most = 0;
  House house({[&most](Peer& peer) {
                peer.log_in();
                size_t answered = 0;
                std::vector<std::string> waiting;
                while (answered < 40) {
                  waiting.push_back(tag_in(peer.read()));
                  if (waiting.size() < 4) continue;  // no fifth comes before one of these is answered
                  most = std::max(most, waiting.size() + (peer.has_more() ? 1 : 0));
                  for (const std::string& tag : waiting) peer.send({"!done", tag});
                  answered += waiting.size();
                  waiting.clear();
                }
                peer.wait();
              }},
              [](RouterOptions& options) { options.in_flight_max = 4; });
  REQUIRE(house.connect().has_value());
  const auto answers = house.execute(std::vector<Operation>(40, lookup("x")));
  CHECK(std::ranges::all_of(answers, [](const auto& answer) { return answer.has_value(); }));
  house.connection.close();
  house.router.finish();
  CHECK(most == 4);
}

TEST_CASE("more than may wait, and more than an answer may have, is refused") {
  House house({[](Peer& peer) {
                peer.log_in();
                const std::string tag = tag_in(peer.read());
                for (int i = 0; i < 4; ++i) peer.send({"!re", tag});
                peer.wait();
              }},
              [](RouterOptions& options) {
                options.queue_max = 10;
                options.items_max = 3;
              });
  REQUIRE(house.connect().has_value());
  const auto refused = house.execute(std::vector<Operation>(11, lookup("x")));
  REQUIRE(refused.size() == 11);
  CHECK(refused[10].error().refused);
  CHECK(house.connection.is_connected());
  CHECK_THAT(house.execute({lookup("x")})[0].error().what, ContainsSubstring("more than the 3 entries"));
}

TEST_CASE("a router that does not let one in is left in time") {
  House mute({[](Peer& peer) { peer.wait(); }},
             [](RouterOptions& options) { options.connect_timeout = 50ms; });
  CHECK_THAT(mute.connect().error().what, ContainsSubstring("no answer to the login in the time it has"));
  House deaf({[](Peer& peer) { peer.ignore(); }}, [](RouterOptions& options) {
    options.connect_timeout = 50ms;
    options.endpoint.tls.mode = TlsOptions::Mode::unverified;
  });
  CHECK_THAT(deaf.connect().error().what, ContainsSubstring("no TLS handshake in the time it has"));
}

TEST_CASE("it connects again after a loss, and not before") {
  House house({[](Peer& peer) { peer.log_in(); },
               [](Peer& peer) {
                 peer.log_in();
                 peer.send({"!done", tag_in(peer.read())});
                 peer.wait();
               }});
  CHECK(!house.execute({lookup("x")})[0]);
  REQUIRE(house.connect().has_value());
  CHECK(!house.execute({lookup("x")})[0]);
  REQUIRE(house.connect().has_value());
  CHECK(house.execute({lookup("x")})[0].has_value());
  CHECK(house.execute({}).empty());
}

TEST_CASE("nobody there is a fault") {
  uint16_t port = 0;
  {
    ScriptedRouter gone({});
    port = gone.port();
  }
  asio::io_context context;
  Connection connection(context, options_of(port));
  const auto failed = test::run(context, connection.connect());
  REQUIRE(!failed);
  CHECK_THAT(failed.error().what, StartsWith("router 127.0.0.1:") && ContainsSubstring("cannot connect: "));
  CHECK(!failed.error().refused);
}

}  // namespace
}  // namespace provodka::routeros
