#include "tests/commands/http/support.h"

namespace provodka::test {
namespace {

TEST_CASE("A command is recorded and answered") {
  House house;
  const Reply opened = house.post("/v1/commands", House::open_text("a-1", "100042"));
  CHECK(opened.status == 201);
  CHECK(opened.headers.at("content-type") == "application/json");
  CHECK(opened.body ==
        R"({"sequence":2,"position":2,"events":["account.opened.v1"],"balances":{"100042":{"balance":"0.00","available":"0.00","access":"off"}}})");
  const Reply paid = house.post("/v1/commands", House::pay_text("p-1", "100042", "500.00"));
  CHECK(paid.status == 201);
  CHECK(paid.body ==
        R"({"sequence":3,"position":3,"events":["payment.received.v1"],"balances":{"100042":{"balance":"500.00","available":"500.00","access":"off"}}})");
}

TEST_CASE("The server says that it lives") {
  House house;
  const Reply health = house.get("/healthz");
  CHECK(health.status == 200);
  CHECK(health.body == R"({"status":"ok"})");
}

}  // namespace
}  // namespace provodka::test
