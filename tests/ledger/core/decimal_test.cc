#include "ledger/core/decimal.h"

#include "tests/ledger/core/support.h"

#include <limits>

#include <catch2/catch_test_macros.hpp>

namespace provodka {
namespace {

using test::rub;
using enum Rounding;

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

TEST_CASE("division rounds the half as it is told") {
  struct Row {
    int num;
    int den;
    int up;
    int even;
  };
  const Row rows[] = {
      {0, 2, 0, 0},    {1, 2, 1, 0},    {3, 2, 2, 2},    {5, 2, 3, 2},    {7, 2, 4, 4},      {-1, 2, -1, 0},
      {-3, 2, -2, -2}, {-5, 2, -3, -2}, {-7, 2, -4, -4}, {1, -2, -1, 0},  {-1, -2, 1, 0},    {5, -2, -3, -2},
      {1, 3, 0, 0},    {2, 3, 1, 1},    {-1, 3, 0, 0},   {-2, 3, -1, -1}, {4, 3, 1, 1},      {5, 3, 2, 2},
      {25, 10, 3, 2},  {35, 10, 4, 4},  {24, 10, 2, 2},  {26, 10, 3, 3},  {-25, 10, -3, -2}, {6, 3, 2, 2},
  };
  for (const Row& row : rows) {
    CAPTURE(row.num, row.den);
    CHECK(divide(row.num, row.den, half_up) == row.up);
    CHECK(divide(row.num, row.den, half_even) == row.even);
  }
}

TEST_CASE("division tells what does not fit") {
  constexpr auto least_wide = static_cast<__int128>(static_cast<unsigned __int128>(1) << 127);
  CHECK(!divide(1, 0, half_up));
  CHECK(divide(largest, 1, half_up) == largest);
  CHECK(divide(least, 1, half_up) == least);
  CHECK(divide(static_cast<__int128>(least), -1, half_up) == std::nullopt);
  CHECK(!divide(static_cast<__int128>(largest) + 1, 1, half_up));
  CHECK(!divide(static_cast<__int128>(least) - 1, 1, half_up));
  CHECK(!divide(static_cast<__int128>(largest) * 2 + 1, 2, half_up));
  CHECK(divide(static_cast<__int128>(least) * 2 - 1, 2, half_even) == least);
  CHECK(!divide(static_cast<__int128>(least) * 2 - 1, 2, half_up));
  CHECK(divide(least_wide, least_wide, half_up) == 1);
  CHECK(!divide(least_wide, -1, half_up));
}

TEST_CASE("a decimal prints without trailing zeros and parses exactly") {
  struct Row {
    const char* text;
    std::int64_t billionths;
    const char* printed;
  };
  const Row rows[] = {
      {"0", 0, "0"},
      {"0.0", 0, "0"},
      {"0.20", 200'000'000, "0.2"},
      {"1", 1'000'000'000, "1"},
      {"-12", -12'000'000'000, "-12"},
      {"100", 100'000'000'000, "100"},
      {"0.000000001", 1, "0.000000001"},
      {"-0.5", -500'000'000, "-0.5"},
      {"9223372036.854775807", largest, "9223372036.854775807"},
      {"-9223372036.854775808", least, "-9223372036.854775808"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto parsed = Decimal::parse(row.text);
    REQUIRE(parsed);
    CHECK(parsed->billionths() == row.billionths);
    CHECK(parsed->to_string() == row.printed);
    CHECK(Decimal::parse(row.printed) == parsed);
  }
  for (const char* text :
       {"", "-", ".", ".5", "5.", "-0", "-0.0", "01", "1.0000000000", "1,5", "+1", " 1", "1 ", "1e2", "1.2.3",
        "9223372036.854775808", "-9223372036.854775809", "10000000000", "99999999999999999999999999"}) {
    CAPTURE(text);
    CHECK(!Decimal::parse(text));
  }
}

TEST_CASE("decimal arithmetic is exact, rounded once, or nothing") {
  CHECK(Decimal::from_integer(12) == decimal("12"));
  CHECK(!Decimal::from_integer(9'223'372'037));
  CHECK(checked_add(decimal("0.2"), decimal("1.3")) == decimal("1.5"));
  CHECK(checked_sub(decimal("0.2"), decimal("1.3")) == decimal("-1.1"));
  CHECK(checked_mul(decimal("0.2"), decimal("-0.3"), half_up) == decimal("-0.06"));
  CHECK(checked_mul(decimal("0.000000001"), decimal("0.5"), half_up) == decimal("0.000000001"));
  CHECK(checked_mul(decimal("0.000000001"), decimal("0.5"), half_even) == decimal("0"));
  CHECK(!checked_add(Decimal::from_billionths(largest), decimal("0.000000001")));
  CHECK(!checked_sub(Decimal::from_billionths(least), decimal("0.000000001")));
  CHECK(!checked_mul(Decimal::from_billionths(largest), decimal("1.1"), half_up));
  CHECK(decimal("-1") < decimal("0.5"));
  CHECK(fmt::format("{}", decimal("0.20")) == "0.2");
}

TEST_CASE("a ratio is rounded to a billionth") {
  CHECK(Decimal::ratio(1, 3, half_up) == decimal("0.333333333"));
  CHECK(Decimal::ratio(2, 3, half_up) == decimal("0.666666667"));
  CHECK(Decimal::ratio(-2, 3, half_up) == decimal("-0.666666667"));
  CHECK(Decimal::ratio(1, 2'000'000'000, half_up) == decimal("0.000000001"));
  CHECK(Decimal::ratio(1, 2'000'000'000, half_even) == decimal("0"));
  CHECK(!Decimal::ratio(1, 0, half_up));
  CHECK(!Decimal::ratio(largest, 1, half_up));
  CHECK(Decimal::ratio(largest, largest, half_up) == decimal("1"));
}

TEST_CASE("money is multiplied with one rounding to the minor unit") {
  CHECK(multiply(rub(19990), decimal("0.2"), half_up) == rub(3998));
  CHECK(multiply(rub(5), decimal("0.5"), half_up) == rub(3));
  CHECK(multiply(rub(5), decimal("0.5"), half_even) == rub(2));
  CHECK(multiply(rub(-5), decimal("0.5"), half_up) == rub(-3));
  CHECK(multiply(rub(-5), decimal("0.5"), half_even) == rub(-2));
  CHECK(multiply(rub(largest), decimal("1"), half_up) == rub(largest));
  CHECK(multiply(rub(least), decimal("1"), half_up) == rub(least));
  CHECK(!multiply(rub(least), decimal("-1"), half_up));
  CHECK(!multiply(rub(largest), decimal("1.000000001"), half_up));
}

TEST_CASE("a proportion of money has a wide intermediate") {
  CHECK(proportion(rub(100'000), 17, 31, half_up) == rub(54'839));
  CHECK(proportion(rub(largest), largest, largest, half_up) == rub(largest));
  CHECK(proportion(rub(least), least, least, half_up) == rub(least));
  CHECK(proportion(rub(1), 1, -2, half_up) == rub(-1));
  CHECK(!proportion(rub(1), 1, 0, half_up));
  CHECK(!proportion(rub(largest), 2, 1, half_up));
}

}  // namespace
}  // namespace provodka
