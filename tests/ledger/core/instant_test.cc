#include "ledger/core/date.h"
#include "ledger/core/invariant.h"
#include "tests/ledger/core/support.h"

#include <limits>
#include <string>

#include <catch2/catch_test_macros.hpp>

namespace provodka {
namespace {

using test::instant;

TEST_CASE("an instant prints in 27 bytes") {
  CHECK(Instant{0}.to_string() == "1970-01-01T00:00:00.000000Z");
  CHECK(Instant{-1}.to_string() == "1969-12-31T23:59:59.999999Z");
  CHECK(Instant{1}.to_string() == "1970-01-01T00:00:00.000001Z");
  CHECK(instant("0001-01-01T00:00:00Z").to_string() == "0001-01-01T00:00:00.000000Z");
  CHECK(instant("9999-12-31T23:59:59.999999Z").to_string() == "9999-12-31T23:59:59.999999Z");
  CHECK(fmt::format("{}", Instant{123'456}) == "1970-01-01T00:00:00.123456Z");
  const ViolationsThrow scope;
  CHECK_THROWS_AS(Instant{std::numeric_limits<std::int64_t>::max()}.to_string(), InvariantViolation);
  CHECK_THROWS_AS(add_micros(instant("9999-12-31T23:59:59.999999Z"), 1).to_string(), InvariantViolation);
}

TEST_CASE("RFC 3339 becomes an instant") {
  struct Row {
    const char* text;
    const char* printed;
  };
  const Row rows[] = {
      {"2026-11-20T18:44:00Z", "2026-11-20T18:44:00.000000Z"},
      {"2026-11-20t18:44:00z", "2026-11-20T18:44:00.000000Z"},
      {"2026-11-20T18:44:00.5Z", "2026-11-20T18:44:00.500000Z"},
      {"2026-11-20T18:44:00.1234567Z", "2026-11-20T18:44:00.123456Z"},
      {"2026-11-20T18:44:00.999999999Z", "2026-11-20T18:44:00.999999Z"},
      {"1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"},
      {"2026-11-20T18:44:00+03:00", "2026-11-20T15:44:00.000000Z"},
      {"2026-11-20T18:44:00.25-05:30", "2026-11-21T00:14:00.250000Z"},
      {"2026-11-20T18:44:00-00:00", "2026-11-20T18:44:00.000000Z"},
      {"2026-01-01T00:00:00+23:59", "2025-12-31T00:01:00.000000Z"},
      {"2024-02-29T23:59:59Z", "2024-02-29T23:59:59.000000Z"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto parsed = Instant::parse(row.text);
    REQUIRE(parsed);
    CHECK(parsed->to_string() == row.printed);
  }
}

TEST_CASE("what is not RFC 3339 is refused") {
  for (const char* text : {
           "",
           "2026-11-20",
           "2026-11-20T18:44Z",
           "2026-11-20T18:44:00",
           "2026-11-20 18:44:00Z",
           "2026-11-20T24:00:00Z",
           "2026-11-20T18:60:00Z",
           "2026-12-31T23:59:60Z",
           "2026-11-20T18-44:00Z",
           "2026-11-20T18:44:0xZ",
           "2026-11-20T18:44:00.Z",
           "2026-11-20T18:44:00.1234567890Z",
           "2026-11-20T18:44:00,5Z",
           "2026-11-20T18:44:00.5",
           "2026-11-20T18:44:00+0300",
           "2026-11-20T18:44:00+03",
           "2026-11-20T18:44:00+24:00",
           "2026-11-20T18:44:00+03:60",
           "2026-11-20T18:44:00 03:00",
           "2026-11-20T18:44:00Z ",
           "2026-11-20T18:44:00ZZ",
           "2026-02-29T18:44:00Z",
           "0000-01-01T00:00:00Z",
           "0001-01-01T00:00:00+00:01",
           "9999-12-31T23:59:59-00:01",
       }) {
    CAPTURE(text);
    CHECK(!Instant::parse(text));
  }
}

TEST_CASE("the canonical form is read as it is printed and in no other way") {
  const std::string text = "2026-11-20T18:44:05.123456Z";
  CHECK(Instant::parse_canonical(text) == instant(text));
  CHECK(Instant::parse_canonical("1969-12-31T23:59:59.999999Z") == Instant{-1});
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    damaged[i] = 'x';
    CAPTURE(damaged);
    CHECK(!Instant::parse_canonical(damaged));
  }
  for (const char* other :
       {"", "2026-11-20T18:44:05Z", "2026-11-20t18:44:05.123456Z", "2026-11-20T18:44:05.123456z",
        "2026-11-20T18:44:05.1234567Z", "2026-11-20T24:44:05.123456Z", "2026-11-20T18:44:60.123456Z",
        "2026-11-31T18:44:05.123456Z"}) {
    CAPTURE(other);
    CHECK(!Instant::parse_canonical(other));
  }
}

TEST_CASE("instants differ by microseconds") {
  CHECK(add_micros(Instant{5}, -7) == Instant{-2});
  CHECK(micros_between(Instant{5}, Instant{7}) == 2);
  CHECK(micros_between(Instant{7}, Instant{5}) == -2);
  CHECK(Instant{5} < Instant{7});
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  const ViolationsThrow scope;
  CHECK_THROWS_AS(add_micros(Instant{largest}, 1), InvariantViolation);
  CHECK_THROWS_AS(micros_between(Instant{-2}, Instant{largest}), InvariantViolation);
}

TEST_CASE("the UTC date changes at midnight, before the epoch too") {
  CHECK(utc_date(Instant{0}).days == 0);
  CHECK(utc_date(Instant{-1}).days == -1);
  CHECK(utc_date(Instant{-micros_per_day}).days == -1);
  CHECK(utc_date(Instant{-micros_per_day - 1}).days == -2);
  CHECK(utc_date(Instant{micros_per_day - 1}).days == 0);
  CHECK(utc_date(Instant{micros_per_day}).days == 1);
}

}  // namespace
}  // namespace provodka
