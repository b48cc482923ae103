#include "ledger/core/money.h"

#include "ledger/core/invariant.h"
#include "tests/ledger/core/support.h"

#include <limits>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace provodka {
namespace {

using test::currency;
using test::rub;

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

std::string printed(std::int64_t minor, int exponent) {
  char buffer[print_minor_bytes_max];
  return {buffer, print_minor(buffer, minor, exponent)};
}

TEST_CASE("minor units print with all decimals and parse back") {
  struct Row {
    std::int64_t minor;
    int exponent;
    const char* text;
  };
  const Row rows[] = {
      {0, 0, "0"},
      {0, 2, "0.00"},
      {0, 18, "0.000000000000000000"},
      {7, 0, "7"},
      {-7, 0, "-7"},
      {1, 2, "0.01"},
      {-1, 2, "-0.01"},
      {99, 2, "0.99"},
      {100, 2, "1.00"},
      {-1990, 2, "-19.90"},
      {19990, 2, "199.90"},
      {1000, 3, "1.000"},
      {12345, 4, "1.2345"},
      {9, 9, "0.000000009"},
      {largest, 0, "9223372036854775807"},
      {least, 0, "-9223372036854775808"},
      {largest, 2, "92233720368547758.07"},
      {least, 2, "-92233720368547758.08"},
      {least, 3, "-9223372036854775.808"},
      {largest, 18, "9.223372036854775807"},
      {least, 18, "-9.223372036854775808"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(printed(row.minor, row.exponent) == row.text);
    CHECK(parse_minor(row.text, row.exponent) == row.minor);
  }
  std::int64_t power = 1;
  for (int digits = 1; digits <= 18; ++digits, power *= 10) {
    CHECK(printed(power, 0) == std::to_string(power));
    CHECK(printed(power - 1, 0) == std::to_string(power - 1));
  }
}

TEST_CASE("parse_minor takes nothing but what is printed") {
  for (const char* text : {"",
                           "-",
                           ".",
                           "-.",
                           "1",
                           "1.",
                           "1.0",
                           "1.000",
                           ".00",
                           "-.01",
                           "00.00",
                           "01.00",
                           "-01.00",
                           "-0.00",
                           "+1.00",
                           " 1.00",
                           "1.00 ",
                           "1,00",
                           "1.0x",
                           "x.00",
                           "1.-1",
                           "--1.00",
                           "1.0.0",
                           "92233720368547758.08",
                           "-92233720368547758.09",
                           "100000000000000000.00",
                           "999999999999999999999999.00"}) {
    CAPTURE(text);
    CHECK(!parse_minor(text, 2));
  }
  for (const char* text :
       {"", "-", "1.", "1.0", "00", "01", "-0", "9223372036854775808", "-9223372036854775809",
        "9999999999999999999", "10000000000000000000", "18446744073709551617"}) {
    CAPTURE(text);
    CHECK(!parse_minor(text, 0));
  }
  const ViolationsThrow scope;
  CHECK_THROWS_AS(parse_minor("1", 19), InvariantViolation);
  CHECK_THROWS_AS(parse_minor("1", -1), InvariantViolation);
}

TEST_CASE("money prints in its currency's decimals") {
  CHECK(rub(-1990).to_string() == "-19.90");
  CHECK(Money{500, currency("JPY")}.to_string() == "500");
  CHECK(Money{500, currency("KWD")}.to_string() == "0.500");
  CHECK(Money{500, currency("CLF")}.to_string() == "0.0500");
  CHECK(fmt::format("{}", rub(5)) == "0.05 RUB");
  CHECK(fmt::format("{}", Money{}) == "0 of no currency");
}

TEST_CASE("money knows its sign") {
  CHECK(Money::zero(currency("RUB")) == rub(0));
  CHECK(rub(0).is_zero());
  CHECK((!rub(0).is_negative() && !rub(0).is_positive()));
  CHECK((rub(1).is_positive() && !rub(1).is_negative() && !rub(1).is_zero()));
  CHECK((rub(-1).is_negative() && !rub(-1).is_positive() && !rub(-1).is_zero()));
  CHECK(rub(1) != Money{1, currency("KZT")});
}

TEST_CASE("sums and differences are exact or nothing") {
  CHECK(checked_add(rub(1), rub(2)) == rub(3));
  CHECK(checked_sub(rub(1), rub(2)) == rub(-1));
  CHECK(checked_negate(rub(5)) == rub(-5));
  CHECK(checked_add(rub(largest), rub(0)) == rub(largest));
  CHECK(!checked_add(rub(largest), rub(1)));
  CHECK(!checked_add(rub(least), rub(-1)));
  CHECK(!checked_sub(rub(least), rub(1)));
  CHECK(!checked_sub(rub(0), rub(least)));
  CHECK(checked_sub(rub(-1), rub(least)) == rub(largest));
  CHECK(checked_negate(rub(largest)) == rub(-largest));
  CHECK(!checked_negate(rub(least)));
}

TEST_CASE("two currencies never meet in one sum") {
  const ViolationsThrow scope;
  CHECK_THROWS_AS(checked_add(rub(1), Money{1, currency("KZT")}), InvariantViolation);
  CHECK_THROWS_AS(checked_sub(rub(1), Money{1, currency("KZT")}), InvariantViolation);
}

TEST_CASE("an amount becomes money without rounding") {
  CHECK(to_money({19990, 2}, currency("RUB")) == rub(19990));
  CHECK(to_money({1999, 1}, currency("RUB")) == rub(19990));
  CHECK(to_money({-5, 0}, currency("RUB")) == rub(-500));
  CHECK(to_money({5, 0}, currency("JPY")) == Money{5, currency("JPY")});
  CHECK(to_money({5, 1}, currency("KWD")) == Money{500, currency("KWD")});
  CHECK(to_money({5, 0}, currency("CLF")) == Money{50000, currency("CLF")});
  CHECK(to_money({100, 3}, currency("RUB")) == std::unexpected(MoneyError::too_many_decimals));
  CHECK(to_money({50, 1}, currency("JPY")) == std::unexpected(MoneyError::too_many_decimals));
  CHECK(to_money({92'233'720'368'547'758, 0}, currency("RUB")) == rub(9'223'372'036'854'775'800));
  CHECK(to_money({92'233'720'368'547'759, 0}, currency("RUB")) == std::unexpected(MoneyError::overflow));
  CHECK(to_money({-92'233'720'368'547'759, 0}, currency("RUB")) == std::unexpected(MoneyError::overflow));
  CHECK(!describe(MoneyError::too_many_decimals).empty());
  CHECK(!describe(MoneyError::overflow).empty());
}

}  // namespace
}  // namespace provodka
