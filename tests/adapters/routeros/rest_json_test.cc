#include "adapters/routeros/rest_json.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::routeros {
namespace {

const std::string kLeases = "/ip/dhcp-server/lease";

void check(const Operation& operation, const char* method, const char* target, const char* body) {
  const RestRequest request = rest_request(operation);
  CHECK(request.method == method);
  CHECK(request.target == target);
  CHECK(request.body == body);
}

TEST_CASE("operations have their method, path and body") {
  check(set(kLeases, "*1A", {{"block-access", "yes"}}), "PATCH", "/rest/ip/dhcp-server/lease/*1A",
        R"({"block-access":"yes"})");
  check(
      add("/ip/firewall/address-list", {{"list", "debtors"}, {"address", "10.0.0.5"}, {"comment", "acc 17"}}),
      "PUT", "/rest/ip/firewall/address-list",
      R"({"list":"debtors","address":"10.0.0.5","comment":"acc 17"})");
  check(run(kLeases, "make-static", "*1A"), "POST", "/rest/ip/dhcp-server/lease/make-static",
        R"({".id":"*1A"})");
  check(remove(kLeases, "*1A"), "DELETE", "/rest/ip/dhcp-server/lease/*1A", "");
  check(print("/ip/address", {"address", "interface"}, {"network=10.0.0.0", "dynamic=true", "#|"}), "POST",
        "/rest/ip/address/print",
        R"({".proplist":["address","interface"],".query":["network=10.0.0.0","dynamic=true","#|"]})");
  check(print(kLeases, {}), "POST", "/rest/ip/dhcp-server/lease/print", "{}");
  check(set(kLeases, "*1/../..", {{"comment", "a\"b\\"}}), "PATCH", "/rest/ip/dhcp-server/lease/*1%2F..%2F..",
        R"({"comment":"a\"b\\"})");
}

TEST_CASE("answers are read") {
  const auto items =
      rest_answer(print(kLeases, {}), 200, R"([{".id":"*1","a":"b"},{".id":"*2","n":7,"t":true}])", 10);
  REQUIRE(items);
  REQUIRE(items->items.size() == 2);
  CHECK(items->items[0].id() == "*1");
  CHECK(items->items[0].find("a") == "b");
  CHECK(items->items[1].find("n") == "7");
  CHECK(items->items[1].find("t") == "true");

  const auto added = rest_answer(add(kLeases, {}), 201, R"({".id":"*7","address":"10.0.0.5"})", 10);
  REQUIRE(added);
  CHECK(added->id == "*7");
  CHECK(rest_answer(remove(kLeases, "*1"), 204, "", 10).has_value());
}

TEST_CASE("refusals are answers") {
  const auto missing = rest_answer(remove(kLeases, "*1"), 404, R"({"error":404,"message":"Not Found"})", 10);
  REQUIRE(missing);
  CHECK(missing->refusal == Refusal::no_such_item);
  const auto there =
      rest_answer(add(kLeases, {}), 400,
                  R"({"detail":"failure: already have such entry","error":400,"message":"Bad Request"})", 10);
  REQUIRE(there);
  CHECK(there->refusal == Refusal::already_there);
  CHECK(there->message == "failure: already have such entry");
  const auto other = rest_answer(
      remove(kLeases, "*1"), 406,
      R"_({"error":406,"message":"Not Acceptable","detail":"no such command or directory (remove)"})_", 10);
  REQUIRE(other);
  CHECK(other->refusal == Refusal::no_such_command);
}

TEST_CASE("what is not understood is a fault") {
  const Operation operation = print(kLeases, {});
  const std::pair<unsigned, const char*> rows[] = {{200, "<html>"},    {200, "[1]"},  {200, "7"},
                                                   {200, R"([{"a":)"}, {500, "oops"}, {404, "<html>"},
                                                   {302, ""}};
  for (const auto& [status, body] : rows) {
    CAPTURE(status, body);
    const auto failed = rest_answer(operation, status, body, 10);
    REQUIRE(!failed);
    CHECK(failed.error().what.starts_with("/ip/dhcp-server/lease/print: "));
    CHECK(!failed.error().refused);
  }
  CHECK(rest_answer(operation, 401, "", 10).error().refused);
  CHECK(!rest_answer(operation, 200, "[{},{}]", 1));
  CHECK(!rest_answer(add(kLeases, {}), 201, "{}", 10));
}

TEST_CASE("the login is written as RFC 7617 has it") {
  CHECK(basic_authorization("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  CHECK(basic_authorization("test", "123\xc2\xa3") == "Basic dGVzdDoxMjPCow==");
}

}  // namespace
}  // namespace provodka::routeros
