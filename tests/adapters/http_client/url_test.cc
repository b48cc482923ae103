#include "adapters/http_client/client.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::http_client {
namespace {

TEST_CASE("URLs are taken apart") {
  const auto plain = Url::parse("http://192.168.8.1");
  REQUIRE(plain);
  CHECK(!plain->tls);
  CHECK(plain->authority() == "192.168.8.1:80");
  CHECK(plain->path.empty());
  const auto whole = Url::parse("https://api.example.org:8443/a/secret/");
  REQUIRE(whole);
  CHECK(whole->tls);
  CHECK(whole->path == "/a/secret");
  CHECK(whole->place() == "https://api.example.org:8443");
  CHECK(Url::parse("https://[::1]/x")->authority() == "[::1]:443");
}

TEST_CASE("what is no URL is refused and not repeated") {
  for (const char* text : {"", "http://", "ftp://a", "a:80", "http://a:0", "http://a:x", "http://u:secret@a",
                           "http://a?secret", "http://a b", "http://a:99999"}) {
    CAPTURE(text);
    const auto refused = Url::parse(text);
    REQUIRE(!refused);
    CHECK(refused.error().refused);
    CHECK(refused.error().what.find("secret") == std::string::npos);
  }
}

TEST_CASE("what could not connect was not sent, and what was stopped is asked no more") {
  Client client(*Url::parse("http://127.0.0.1:1/secret"));
  const auto failed = client.exchange({.method = "POST", .target = "/x", .body = "y"});
  REQUIRE(!failed);
  CHECK(!failed.error().sent);
  CHECK(failed.error().what.starts_with("http://127.0.0.1:1: "));
  CHECK(failed.error().what.find("secret") == std::string::npos);
  client.stop();
  CHECK(client.exchange({}).error().what == "http://127.0.0.1:1: it is asked no more");
}

}  // namespace
}  // namespace provodka::http_client
