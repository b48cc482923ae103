#include "ledger/core/decimal.h"
#include "ledger/core/money.h"
#include "tests/ledger/core/support.h"

#include <algorithm>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

namespace provodka {
namespace {

// RapidCheck favours small numbers; overflow and long digits need the whole width too.
rc::Gen<std::int64_t> any_minor() {
  return rc::gen::oneOf(rc::gen::arbitrary<std::int64_t>(),
                        rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t seed) {
                          const std::uint64_t mixed = (seed + 1) * 0x9e3779b97f4a7c15ULL;
                          return static_cast<std::int64_t>(mixed) >> (mixed % 61);
                        }));
}

std::string printed(std::int64_t minor, int exponent) {
  char buffer[print_minor_bytes_max];
  return {buffer, print_minor(buffer, minor, exponent)};
}

TEST_CASE("minor units survive print and parse") {
  CHECK(rc::check("parse_minor after print_minor is the identity", [] {
    const std::int64_t minor = *any_minor();
    const int exponent = *rc::gen::inRange(0, 19);
    RC_ASSERT(parse_minor(printed(minor, exponent), exponent) == minor);
  }));
  CHECK(rc::check("what parse_minor takes is what print_minor writes", [] {
    std::string text = printed(*any_minor(), 2);
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    text[at] = *rc::gen::elementOf(std::string("0123456789.- "));
    const auto minor = parse_minor(text, 2);
    if (minor) RC_ASSERT(printed(*minor, 2) == text);
  }));
}

TEST_CASE("amounts survive print and parse, and become the money they say") {
  CHECK(rc::check("parse after to_string is the identity", [] {
    const std::int64_t digits = *any_minor() % 1'000'000'000'000'000'000;
    const Amount amount{digits, static_cast<std::uint8_t>(*rc::gen::inRange(0, 10))};
    RC_ASSERT(Amount::parse(amount.to_string()).value() == amount);
  }));
  CHECK(rc::check("an amount with a currency's decimals prints as that money", [] {
    const std::int64_t minor = *any_minor() % 1'000'000'000'000'000'000;
    const std::string text = test::rub(minor).to_string();
    RC_ASSERT(to_money(Amount::parse(text).value(), test::currency("RUB")).value() == test::rub(minor));
  }));
}

TEST_CASE("sums agree with wide arithmetic") {
  CHECK(rc::check("checked_add and checked_sub are exact or refuse", [] {
    const Money a = test::rub(*any_minor());
    const Money b = test::rub(*any_minor());
    const auto agrees = [](std::optional<Money> got, __int128 expected) {
      return got ? got->minor == expected : expected != static_cast<std::int64_t>(expected);
    };
    RC_ASSERT(agrees(checked_add(a, b), static_cast<__int128>(a.minor) + b.minor));
    RC_ASSERT(agrees(checked_sub(a, b), static_cast<__int128>(a.minor) - b.minor));
  }));
}

TEST_CASE("division is nearest, and symmetric about zero") {
  CHECK(rc::check("the error is at most half, and the half goes where it was told", [] {
    const std::int64_t num = *any_minor();
    const std::int64_t den = *any_minor();
    RC_PRE(den != 0 && den != 1 && den != -1);
    for (Rounding rounding : {Rounding::half_up, Rounding::half_even}) {
      const auto quotient = divide(num, den, rounding);
      RC_ASSERT(quotient.has_value());
      const auto wide_den = static_cast<__int128>(den);
      const __int128 error = static_cast<__int128>(num) - *quotient * wide_den;
      const __int128 twice = (error < 0 ? -error : error) * 2;
      const __int128 size = wide_den < 0 ? -wide_den : wide_den;
      RC_ASSERT(twice <= size);
      if (twice == size && rounding == Rounding::half_even) RC_ASSERT(*quotient % 2 == 0);
      // Away from zero at the half: what is left has the sign opposite to num's.
      if (twice == size && rounding == Rounding::half_up) RC_ASSERT((error < 0) == (num > 0));
      RC_ASSERT(divide(-static_cast<__int128>(num), den, rounding) == -*quotient);
    }
  }));
}

TEST_CASE("decimals survive print and parse") {
  CHECK(rc::check("parse after to_string is the identity", [] {
    const Decimal decimal = Decimal::from_billionths(*any_minor());
    RC_ASSERT(Decimal::parse(decimal.to_string()) == decimal);
  }));
}

}  // namespace
}  // namespace provodka
