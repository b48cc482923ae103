#include "adapters/routeros/login.h"

#include "adapters/routeros/router.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::routeros {
namespace {

TEST_CASE("a challenge is answered with its MD5") {
  const char* rows[][3] = {
      {"", "93b438ec9b80057c06dd9fe67d56aa9a", "00e134102a9d330dd7b1849fedfea3cb57"},
      {"passTest", "abc123", "0021277bff9ac7caf06aa608e46616d47f"},
      {"s3cr3t", "0123456789abcdef0123456789abcdef", "0018e2514fa78cd2a9809a5701ed828396"},
      {"s3cr3t", "0123456789ABCDEF0123456789ABCDEF", "0018e2514fa78cd2a9809a5701ed828396"},
  };
  for (const auto& [password, challenge, response] : rows) {
    CAPTURE(password, challenge);
    CHECK(challenge_response(Secret(password), challenge).value() == response);
    CHECK(challenge_words("bill", Secret(password), challenge).value() ==
          std::vector<std::string>{"/login", "=name=bill", std::string("=response=") + response});
  }
}

TEST_CASE("what is no challenge is refused, without the password in the text") {
  for (const char* challenge : {"", "abc", "zz", "0g"}) {
    CAPTURE(challenge);
    const auto failed = challenge_words("bill", Secret("s3cr3t"), challenge);
    REQUIRE(!failed);
    CHECK(failed.error().what.find("s3cr3t") == std::string::npos);
  }
}

TEST_CASE("the newer form carries the password as it is") {
  CHECK(
      (login_words("admin", Secret("")) == std::vector<std::string>{"/login", "=name=admin", "=password="}));
  CHECK((login_words("bill", Secret("a=b")) ==
         std::vector<std::string>{"/login", "=name=bill", "=password=a=b"}));
}

TEST_CASE("a secret is blotted out of what others wrote") {
  CHECK(Secret("s3cr3t").blot("bad s3cr3t, s3cr3ts3cr3t") == "bad ***, ******");
  CHECK(Secret("").blot("nothing") == "nothing");
  CHECK(Secret("*").blot("a*b") == "a***b");
}

TEST_CASE("refusals are told by the parts of their texts that last") {
  CHECK(refusal_of("0", "no such item") == Refusal::no_such_item);
  CHECK(refusal_of("", "no such item (4)") == Refusal::no_such_item);
  CHECK(refusal_of("4", "failure: already have such entry") == Refusal::already_there);
  CHECK(refusal_of("2", "interrupted") == Refusal::interrupted);
  CHECK(refusal_of("0", "no such command prefix") == Refusal::no_such_command);
  CHECK(refusal_of("1", "unknown parameter x") == Refusal::other);
  CHECK(refusal_of("", "") == Refusal::other);
}

}  // namespace
}  // namespace provodka::routeros
