#include "tools/provodka/import_values.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::tools {
namespace {

// The amount, or "! " and a part of why not.
std::string amount(std::string_view text, const NumberFormat& format = {}) {
  const auto read = read_amount(text, format);
  return read ? *read : "! " + read.error();
}

TEST_CASE("amounts come out in the form of the wire, unrounded") {
  CHECK(amount("700.00") == "700.00");
  CHECK(amount("700") == "700");
  CHECK(amount("-12.5") == "-12.5");
  CHECK(amount("+12.5") == "12.5");
  CHECK(amount(".50") == "0.50");
  CHECK(amount("007.10") == "7.10");
  CHECK(amount("0") == "0");
  CHECK(amount("12,50", {.decimal = ',', .thousands = ""}) == "12.50");
  CHECK(amount("1,234,567.89", {.decimal = '.', .thousands = ","}) == "1234567.89");
  CHECK(amount("1.234,5", {.decimal = ',', .thousands = "."}) == "1234.5");
  CHECK(amount("12 500,00", {.decimal = ',', .thousands = " "}) == "12500.00");
  CHECK(amount("12\u00a0500", {.decimal = ',', .thousands = "\u00a0"}) == "12500");
}

TEST_CASE("what is no amount says what to do about it") {
  CHECK(amount("12,50") == "! use \".\" as the decimal separator or set decimal = \",\" in the map");
  CHECK(amount("12.50", {.decimal = ',', .thousands = ""}) ==
        "! use \",\" as the decimal separator or set decimal = \".\" in the map");
  CHECK(amount("1 234.50") == "! set thousands = \" \" in the map if that separates groups of three digits");
  CHECK(amount("1,234.50") == "! set thousands = \",\" in the map if that separates groups of three digits");
  for (const char* text :
       {"", "-", ".", "5.", "1.2.3", "12a", "1e3", "0x10", "--1", "1-", "-0.00", "12345678901234567890"}) {
    INFO(text);
    CHECK(amount(text).starts_with("! "));
  }
  const NumberFormat grouped{.decimal = '.', .thousands = ","};
  for (const char* text : {"1,23", "1234,567", ",123", "123,", "1,,234", "1,2345"}) {
    INFO(text);
    CHECK(amount(text, grouped).starts_with("! "));
  }
}

std::string date(std::string_view text, std::string_view format, std::optional<int> pivot = {}) {
  const auto compiled = DateFormat::compile(format, pivot);
  REQUIRE(compiled);
  const auto read = compiled->read(text);
  return read ? read->to_string() : "! " + read.error();
}

TEST_CASE("dates are read by their format and nothing else") {
  CHECK(date("930105", "%y%m%d", 70) == "1993-01-05");
  CHECK(date("700101", "%y%m%d", 70) == "1970-01-01");
  CHECK(date("691231", "%y%m%d", 70) == "2069-12-31");
  CHECK(date("31.12.2026", "%d.%m.%Y") == "2026-12-31");
  CHECK(date("1.2.2026", "%d.%m.%Y") == "2026-02-01");
  CHECK(date("2026-11-20 23:59:60", "%Y-%m-%d %H:%M:%S") == "2026-11-20");
  CHECK(date("100% 20261120", "100%% %Y%m%d") == "2026-11-20");
  CHECK(date("29.02.2024", "%d.%m.%Y") == "2024-02-29");
  CHECK(date("29.02.2023", "%d.%m.%Y") == "! there is no such date (read as \"%d.%m.%Y\")");
  CHECK(date("2026-11-20 24:00:00", "%Y-%m-%d %H:%M:%S").starts_with("! there is no such date"));
  for (const char* text : {"", "9301", "93010", "9301055", "93-01-05", "9301 5", "93010a", "+30105"}) {
    INFO(text);
    CHECK(date(text, "%y%m%d", 70) == "! it is not of the form \"%y%m%d\"");
  }
}

TEST_CASE("a date format that cannot work is refused") {
  const auto why = [](std::string_view format, std::optional<int> pivot = {}) {
    const auto compiled = DateFormat::compile(format, pivot);
    return compiled ? "" : compiled.error();
  };
  CHECK(why("%d.%m.%Y") == "");
  CHECK(why("%d.%m") == "\"%d.%m\" lacks %Y");
  CHECK(why("%d.%m.%y").starts_with("%y needs century_pivot"));
  CHECK(why("%d.%m.%Y", 70) == "century_pivot is for %y, which the date format does not have");
  CHECK(why("%d.%m.%y", 101) == "century_pivot is 0 to 100");
  CHECK(why("%d.%b.%Y") == "a date format is made of %d %m %Y %y %H %M %S, not of \"%b\"");
  CHECK(why("%d.%m.%Y%") == "a date format is made of %d %m %Y %y %H %M %S, not of \"%\"");
  CHECK(why("%d.%m.%d.%Y") == "\"%d.%m.%d.%Y\" has a part twice");
}

std::string converted(std::string text, std::string_view encoding) {
  const auto named = Encoding::named(encoding);
  REQUIRE(named);
  const auto done = named->to_utf8(text);
  return done ? text : "! " + done.error();
}

TEST_CASE("texts come out in UTF-8") {
  CHECK(converted("\xcf\xf0\xe8\xe2\xe5\xf2, 1", "windows-1251") == "Привет, 1");
  CHECK(converted("\x8f\xe0\xa8\xa2\xa5\xe2", "cp866") == "Привет");
  CHECK(converted("Привет", "utf-8") == "Привет");
  CHECK(converted("\xcf\xf0", "utf-8").starts_with("! it is not UTF-8"));
  CHECK(converted("\xed\xa0\x80", "utf-8").starts_with("! it is not UTF-8"));
  CHECK(converted("a\x98", "windows-1251") == "! the byte 0x98 is none of windows-1251");
  CHECK_FALSE(Encoding::named("utf-16"));
  CHECK_FALSE(Encoding::named("UTF8"));
}

}  // namespace
}  // namespace provodka::tools
