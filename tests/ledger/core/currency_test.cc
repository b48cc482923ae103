#include "ledger/core/currency.h"

#include "ledger/core/invariant.h"

#include <set>
#include <string>
#include <type_traits>

#include <catch2/catch_test_macros.hpp>

namespace provodka {
namespace {

static_assert(sizeof(Currency) == 2 && std::is_trivially_copyable_v<Currency>);

TEST_CASE("currencies have the exponent and number of ISO 4217") {
  struct Row {
    const char* code;
    int numeric;
    int exponent;
  };
  const Row rows[] = {
      {"RUB", 643, 2}, {"EUR", 978, 2}, {"USD", 840, 2}, {"KZT", 398, 2}, {"UZS", 860, 2}, {"CLP", 152, 0},
      {"JPY", 392, 0}, {"KRW", 410, 0}, {"VND", 704, 0}, {"ISK", 352, 0}, {"XOF", 952, 0}, {"UYI", 940, 0},
      {"KWD", 414, 3}, {"BHD", 48, 3},  {"TND", 788, 3}, {"IQD", 368, 3}, {"CLF", 990, 4}, {"UYW", 927, 4},
      {"AFN", 971, 2}, {"ZWG", 924, 2}, {"XCG", 532, 2}, {"ALL", 8, 2},   {"MGA", 969, 2}, {"MRU", 929, 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.code);
    const auto currency = Currency::from_code(row.code);
    REQUIRE(currency);
    CHECK(currency->code() == row.code);
    CHECK(currency->exponent() == row.exponent);
    CHECK(currency->numeric() == row.numeric);
    CHECK(Currency::from_numeric(static_cast<std::uint16_t>(row.numeric)) == currency);
  }
}

TEST_CASE("every code and number leads to one currency and back") {
  std::set<std::string> by_code;
  std::string code = "AAA";
  for (code[0] = 'A'; code[0] <= 'Z'; ++code[0]) {
    for (code[1] = 'A'; code[1] <= 'Z'; ++code[1]) {
      for (code[2] = 'A'; code[2] <= 'Z'; ++code[2]) {
        const auto currency = Currency::from_code(code);
        if (!currency) continue;
        REQUIRE(currency->code() == code);
        REQUIRE(Currency::from_numeric(currency->numeric()) == currency);
        by_code.insert(code);
      }
    }
  }
  int by_numeric = 0;
  for (int numeric = 0; numeric <= 0xffff; ++numeric) {
    by_numeric += Currency::from_numeric(static_cast<std::uint16_t>(numeric)) ? 1 : 0;
  }
  CHECK(by_code.size() == 165);
  CHECK(by_numeric == 165);
}

TEST_CASE("what is not an active code with a minor unit is refused") {
  for (const char* code : {"",    "RU",  "RUBL", "rub", "Rub", "R B", "R1B", "[[[", "@@@", "XAU", "XAG",
                           "XDR", "XTS", "XXX",  "DEM", "HRK", "ZWL", "ANG", "SLL", "CUC", "BGN", "ZZZ"}) {
    CAPTURE(code);
    CHECK(!Currency::from_code(code));
  }
  CHECK(!Currency::from_numeric(0));
  CHECK(!Currency::from_numeric(999));
  CHECK(!Currency::from_numeric(1000));
  CHECK(!Currency::from_numeric(0xffff));
}

TEST_CASE("the default currency is invalid") {
  const ViolationsThrow scope;
  CHECK(!Currency().is_valid());
  CHECK(Currency() == Currency());
  CHECK(Currency() != Currency::from_code("RUB"));
  CHECK_THROWS_AS(Currency().exponent(), InvariantViolation);
  CHECK_THROWS_AS(Currency().code(), InvariantViolation);
  CHECK_THROWS_AS(Currency().numeric(), InvariantViolation);
}

}  // namespace
}  // namespace provodka
