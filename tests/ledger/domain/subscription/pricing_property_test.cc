#include "ledger/domain/subscription/pricing.h"

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

namespace provodka::test {
namespace {

TEST_CASE("the slices of a period add up to its price, wherever it is cut") {
  CHECK(rc::check([] {
    const auto price = *rc::gen::inRange<int64_t>(0, 100'000'000);
    const auto n = *rc::gen::inRange(1, 367);
    int64_t sum = 0;
    for (int32_t a = 1; a <= n;) {
      const int32_t b = *rc::gen::inRange(a, n + 1);
      const int64_t part = subscription::slice(price, n, a, b);
      RC_ASSERT(part >= 0);
      sum += part;
      a = b + 1;
    }
    RC_ASSERT(sum == price);
  }));
}

TEST_CASE("periods follow each other without a gap, from the calendar or from any day") {
  CHECK(rc::check([] {
    tariff::TariffRow tariff{};
    tariff.length = *rc::gen::element(tariff::Length::day, tariff::Length::week, tariff::Length::month,
                                      tariff::Length::quarter, tariff::Length::year);
    tariff.anchor = *rc::gen::element(tariff::Anchor::calendar, tariff::Anchor::start);
    subscription::SubscriptionRow row{};
    row.anchor = *rc::gen::inRange(Date::parse("2023-12-01")->days, Date::parse("2028-03-15")->days);
    Date day{row.anchor + *rc::gen::inRange(0, 2000)};
    const Period period = subscription::period_around(tariff, row, day);
    RC_ASSERT(period.contains(day));
    const Period next = subscription::period_around(tariff, row, period.past);
    RC_ASSERT(next.first == period.past);
    RC_ASSERT(next.days() >= 1);
  }));
}

TEST_CASE("VAT of the worked example") {
  const Vat vat{Decimal::parse("22").value(), true};
  CHECK(vat_in(vat, 49990) == 9015);
  CHECK(vat_in(vat, 39990) == 9015 - 1804);
  CHECK(gross_of({Decimal::parse("22").value(), false}, 100000) == 122000);
}

}  // namespace
}  // namespace provodka::test
