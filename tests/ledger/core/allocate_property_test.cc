#include "ledger/core/allocate.h"
#include "tests/ledger/core/support.h"

#include <numeric>
#include <vector>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

namespace provodka {
namespace {

rc::Gen<std::vector<std::int64_t>> any_weights() {
  return rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(
      rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 10), rc::gen::inRange<std::int64_t>(0, 1LL << 40))));
}

TEST_CASE("allocation loses and invents nothing") {
  CHECK(rc::check("parts sum to the total, have its sign, and none strays by a minor unit", [] {
    const std::int64_t total = *rc::gen::arbitrary<std::int64_t>();
    const std::vector<std::int64_t> weights = *any_weights();
    const auto sum = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    RC_PRE(sum > 0);
    const auto parts = allocate(test::rub(total), weights);
    RC_ASSERT(parts.has_value());
    RC_ASSERT(parts->size() == weights.size());
    std::int64_t given = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const std::int64_t part = (*parts)[i].minor;
      given += part;
      RC_ASSERT((total < 0 ? part <= 0 : part >= 0));
      if (weights[i] == 0) RC_ASSERT(part == 0);
      const __int128 off = static_cast<__int128>(part) * sum - static_cast<__int128>(total) * weights[i];
      RC_ASSERT((off < 0 ? -off : off) <= sum);
    }
    RC_ASSERT(given == total);
  }));
  CHECK(rc::check("a refund splits as its charge did", [] {
    const std::int64_t total = *rc::gen::inRange<std::int64_t>(0, 1LL << 50);
    const std::vector<std::int64_t> weights = *any_weights();
    const auto charge = allocate(test::rub(total), weights);
    const auto refund = allocate(test::rub(-total), weights);
    RC_ASSERT(charge.has_value() == refund.has_value());
    for (std::size_t i = 0; charge && i < charge->size(); ++i) {
      RC_ASSERT((*refund)[i].minor == -(*charge)[i].minor);
    }
  }));
}

TEST_CASE("slices add up however the period is cut") {
  CHECK(rc::check("adjoining slices are the slice over both", [] {
    const Money total = test::rub(*rc::gen::arbitrary<std::int64_t>());
    const auto n = *rc::gen::inRange<std::int64_t>(1, 400);
    const auto a = *rc::gen::inRange<std::int64_t>(1, n + 1);
    const auto b = *rc::gen::inRange<std::int64_t>(a - 1, n + 1);
    const auto c = *rc::gen::inRange<std::int64_t>(b, n + 1);
    RC_ASSERT(checked_add(slice_of(total, a, b, n), slice_of(total, b + 1, c, n)) ==
              slice_of(total, a, c, n));
    RC_ASSERT(slice_of(total, 1, n, n) == total);
  }));
  CHECK(rc::check("days allocated evenly are slices of one day", [] {
    const Money total = test::rub(*rc::gen::arbitrary<std::int64_t>());
    const auto n = *rc::gen::inRange<std::int64_t>(1, 400);
    const auto parts = allocate(total, std::vector<std::int64_t>(static_cast<std::size_t>(n), 1));
    RC_ASSERT(parts.has_value());
    for (std::int64_t day = 1; day <= n; ++day) {
      RC_ASSERT((*parts)[static_cast<std::size_t>(day - 1)] == slice_of(total, day, day, n));
    }
  }));
}

}  // namespace
}  // namespace provodka
