#include "ledger/book/posting.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::book {
namespace {

Posting posting(std::int64_t minor, std::string_view code = "RUB") {
  const Currency currency = Currency::from_code(code).value();
  return {{Kind::customer, "A"}, {minor, currency}, {0, currency}};
}

TEST_CASE("an entry balances when its amounts add up to zero") {
  CHECK(balances({posting(100), posting(-100)}));
  CHECK(balances({posting(100), posting(-30), posting(-70)}));
  CHECK(balances({posting(0)}));
  CHECK_FALSE(balances({posting(100), posting(-99)}));
  CHECK_FALSE(balances({posting(100)}));
}

TEST_CASE("no postings add up to zero") { CHECK(balances({})); }

TEST_CASE("each currency adds up by itself") {
  CHECK(balances({posting(100), posting(5, "USD"), posting(-5, "USD"), posting(-100)}));
  CHECK_FALSE(balances({posting(100), posting(-100, "USD")}));
  CHECK_FALSE(balances({posting(100), posting(-100), posting(1, "USD")}));
}

TEST_CASE("a sum that leaves int64 is not zero") {
  CHECK_FALSE(balances({posting(INT64_MIN), posting(INT64_MIN)}));
  CHECK_FALSE(balances({posting(INT64_MAX), posting(INT64_MAX), posting(2)}));
  CHECK(balances({posting(INT64_MAX), posting(INT64_MIN), posting(1)}));
}

TEST_CASE("the kinds of the chart are named as on the wire") {
  CHECK(name_of(Kind::customer) == "customer");
  CHECK(name_of(Kind::clearing) == "clearing");
  CHECK(name_of(Kind::revenue) == "revenue");
  CHECK(name_of(Kind::deferred) == "deferred");
  CHECK(name_of(Kind::tax) == "tax");
  CHECK(name_of(Kind::adjustment) == "adjustment");
  CHECK(name_of(Kind::suspense) == "suspense");
  CHECK(name_of(Kind::writeoff) == "writeoff");
}

}  // namespace
}  // namespace provodka::book
