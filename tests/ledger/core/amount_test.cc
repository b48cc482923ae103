#include "ledger/core/amount.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka {
namespace {

TEST_CASE("an amount is what was written") {
  struct Row {
    const char* text;
    std::int64_t digits;
    int decimals;
  };
  const Row rows[] = {
      {"199.90", 19990, 2},
      {"199.9", 1999, 1},
      {"0", 0, 0},
      {"0.00", 0, 2},
      {"-0.01", -1, 2},
      {"-5", -5, 0},
      {"10", 10, 0},
      {"0.000000001", 1, 9},
      {"999999999999999999", 999'999'999'999'999'999, 0},
      {"-999999999999999999", -999'999'999'999'999'999, 0},
      {"999999999.999999999", 999'999'999'999'999'999, 9},
      {"0.999999999", 999'999'999, 9},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto amount = Amount::parse(row.text);
    REQUIRE(amount.has_value());
    CHECK(amount->digits == row.digits);
    CHECK(amount->decimals == row.decimals);
    CHECK(amount->to_string() == row.text);
  }
}

TEST_CASE("what is no amount is refused with its reason") {
  struct Row {
    const char* text;
    AmountError error;
  };
  using enum AmountError;
  const Row rows[] = {
      {"", empty},
      {"-", not_decimal},
      {"+1", not_decimal},
      {"--1", not_decimal},
      {".5", not_decimal},
      {"-.5", not_decimal},
      {"5.", not_decimal},
      {"5.-1", not_decimal},
      {"199,90", not_decimal},
      {"1 000", not_decimal},
      {" 1", not_decimal},
      {"1 ", not_decimal},
      {"1.2.3", not_decimal},
      {"1.2x", not_decimal},
      {"1e3", not_decimal},
      {"0x10", not_decimal},
      {"NaN", not_decimal},
      {"00", not_decimal},
      {"01", not_decimal},
      {"-01.5", not_decimal},
      {"-0", not_decimal},
      {"-0.00", not_decimal},
      {"\xd9\xa1", not_decimal},
      {"1000000000000000000", too_long},
      {"0.1234567890", too_long},
      {"9999999999.999999999", too_long},
      {"99999999999999999999999999999999999999", too_long},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto amount = Amount::parse(row.text);
    REQUIRE(!amount.has_value());
    CHECK(amount.error() == row.error);
  }
  CHECK(Amount::parse(std::string_view("1\0", 2)) == std::unexpected(not_decimal));
}

TEST_CASE("an error tells the user what to write") {
  CHECK(describe(AmountError::not_decimal) ==
        "use digits with \".\" as the decimal separator, such as \"199.90\"");
  CHECK(!describe(AmountError::empty).empty());
  CHECK(!describe(AmountError::too_long).empty());
}

}  // namespace
}  // namespace provodka
