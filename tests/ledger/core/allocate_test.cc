#include "ledger/core/allocate.h"

#include "ledger/core/invariant.h"
#include "tests/ledger/core/support.h"

#include <limits>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace provodka {
namespace {

using test::rub;

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

std::vector<std::int64_t> parts_of(std::int64_t total, std::vector<std::int64_t> weights) {
  const auto parts = allocate(rub(total), weights);
  REQUIRE(parts);
  std::vector<std::int64_t> minors;
  for (Money part : *parts) {
    CHECK(part.currency == test::currency("RUB"));
    minors.push_back(part.minor);
  }
  return minors;
}

TEST_CASE("parts follow the weights") {
  using Parts = std::vector<std::int64_t>;
  CHECK(parts_of(100, {1, 1, 1}) == Parts{33, 34, 33});
  CHECK(parts_of(-100, {1, 1, 1}) == Parts{-33, -34, -33});
  CHECK(parts_of(100, {1, 2, 1}) == Parts{25, 50, 25});
  CHECK(parts_of(1, {1, 1}) == Parts{1, 0});
  CHECK(parts_of(-1, {1, 1}) == Parts{-1, 0});
  CHECK(parts_of(10, {0, 3, 0, 2, 0}) == Parts{0, 6, 0, 4, 0});
  CHECK(parts_of(0, {5, 5}) == Parts{0, 0});
  CHECK(parts_of(7, {1}) == Parts{7});
  CHECK(parts_of(largest, {largest}) == Parts{largest});
  CHECK(parts_of(least, {largest - 1, 1}) == Parts{least + 1, -1});
}

TEST_CASE("weights without a sum to divide by are refused") {
  const auto refused = [](std::vector<std::int64_t> weights) { return !allocate(rub(100), weights); };
  CHECK(refused({}));
  CHECK(refused({0}));
  CHECK(refused({0, 0}));
  CHECK(refused({5, -1}));
  CHECK(refused({-1}));
  CHECK(refused({largest, 1}));
  CHECK(refused({least}));
}

TEST_CASE("1,000.00 over 31 days is 32.26 on 25 days and 32.25 on six") {
  const std::vector<std::int64_t> days(31, 1);
  const std::vector<std::int64_t> parts = parts_of(100'000, days);
  std::vector<int> lower_days;
  std::int64_t sum = 0;
  for (int day = 1; day <= 31; ++day) {
    const std::int64_t part = parts[static_cast<std::size_t>(day - 1)];
    CAPTURE(day);
    CHECK((part == 3226 || part == 3225));
    CHECK(slice_of(rub(100'000), day, day, 31) == rub(part));
    if (part == 3225) lower_days.push_back(day);
    sum += part;
  }
  CHECK(lower_days == std::vector<int>{3, 8, 13, 19, 24, 29});
  CHECK(sum == 100'000);
}

TEST_CASE("a slice is the sum of its days") {
  CHECK(slice_of(rub(100'000), 1, 31, 31) == rub(100'000));
  CHECK(slice_of(rub(100'000), 1, 0, 31) == rub(0));
  CHECK(slice_of(rub(100'000), 32, 31, 31) == rub(0));
  CHECK(slice_of(rub(100'000), 1, 15, 31) == rub(48'387));
  CHECK(slice_of(rub(100'000), 16, 31, 31) == rub(51'613));
  CHECK(slice_of(rub(least), 1, 1, 1) == rub(least));
}

TEST_CASE("a slice outside its period breaks an invariant") {
  const ViolationsThrow scope;
  CHECK_THROWS_AS(slice_of(rub(1), 0, 1, 31), InvariantViolation);
  CHECK_THROWS_AS(slice_of(rub(1), 3, 1, 31), InvariantViolation);
  CHECK_THROWS_AS(slice_of(rub(1), 1, 32, 31), InvariantViolation);
  CHECK_THROWS_AS(slice_of(rub(1), 1, 0, 0), InvariantViolation);
}

}  // namespace
}  // namespace provodka
