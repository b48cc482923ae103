#include "projections/runner/cells.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::projections {
namespace {

TEST_CASE("a text is escaped as COPY reads it") {
  CHECK(cell("plain") == "plain");
  CHECK(cell("a\tb\nc\rd\\e") == "a\\tb\\nc\\rd\\\\e");
  CHECK(cell("\b\f\v") == "\\b\\f\\v");
  CHECK(cell("\\N") == "\\\\N");  // a text that looks like null
  CHECK(cell("") == "");
  CHECK(cell("Ёлка") == "Ёлка");
  CHECK(cell(std::string_view("a\0b", 3)) ==
        "a\xEF\xBF\xBD"
        "b");
}

TEST_CASE("null is no text") {
  CHECK(cell(Null()) == "\\N");
  CHECK(cell(std::optional<Id>()) == "\\N");
  CHECK(cell(std::optional<Id>(Id{"x"})) == "x");
}

TEST_CASE("money, days and moments are written in full") {
  const Currency rub = *Currency::from_code("RUB");
  const Currency jpy = *Currency::from_code("JPY");
  CHECK(cell(Money{-1990, rub}) == "-19.90");
  CHECK(cell(Money{1990, jpy}) == "1990");
  CHECK(cell(Money{INT64_MIN, rub}) == "-92233720368547758.08");
  CHECK(cell(*Date::parse("2026-02-28")) == "2026-02-28");
  CHECK(cell(*Month::parse("2026-02")) == "2026-02-01");
  CHECK(cell(*Instant::parse("2026-02-28T00:00:00.5+03:00")) == "2026-02-27T21:00:00.500000Z");
  CHECK(cell(uint64_t{18446744073709551615u}) == "18446744073709551615");
  CHECK(cell(true) == "t");
}

TEST_CASE("an array has its own quotes, and the cell's escapes around them") {
  CHECK(cell(std::vector<std::string>{}) == "{}");
  CHECK(cell(std::vector<std::string>{"a", "b c"}) == R"({"a","b c"})");
  CHECK(cell(std::vector<std::string>{"q\"u", "b\\s", "a,b", "NULL", ""}) ==
        R"({"q\\"u","b\\\\s","a,b","NULL",""})");
}

}  // namespace
}  // namespace provodka::projections
