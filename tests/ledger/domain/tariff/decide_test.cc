#include "ledger/domain/tariff/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

TEST_CASE("a service is defined once, with rates in the order of their dates") {
  Books books;
  auto internet = service("internet");
  internet.vat = tariff::VatRates{{date("2019-01-01"), Decimal::parse("20").value(), true},
                                  {date("2026-01-01"), Decimal::parse("22").value(), true}};
  const auto& event = books.when(internet).then<tariff::ServiceDefined>();
  CHECK(event.vat.size() == 2);
  books.when(internet).then_rejected(tariff::service_exists, "/data/service");
  auto tv = service("tv");
  tv.requires_ = Id{"radio"};
  books.when(tv).then_rejected(tariff::unknown_service, "/data/requires");
  tv.requires_ = Id{"internet"};
  tv.vat = tariff::VatRates{internet.vat->back(), internet.vat->front()};
  books.when(tv).then_rejected(tariff::vat_not_dated, "/data/vat");
  tv.vat = tariff::VatRates{{date("2026-01-01"), Decimal::parse("100.000000001").value(), true}};
  books.when(tv).then_rejected(tariff::vat_not_dated, "/data/vat");
  tv.vat = tariff::VatRates{{date("2026-01-01"), Decimal::parse("-1").value(), true}};
  books.when(tv).then_rejected(tariff::vat_not_dated, "/data/vat");
}

TEST_CASE("the versions of a tariff follow each other") {
  Books books;
  books.when(tariff("basic", "600")).then_rejected(tariff::unknown_service, "/data/service");
  books.given(service("internet"), service("tv", 2));
  books.when(tariff("basic", "600", 2)).then_rejected(tariff::version_out_of_order, "/data/version");
  CHECK(books.when(tariff("basic", "600")).then<tariff::TariffPublished>().period == tariff::Length::month);
  books.when(tariff("basic", "700", 1)).then_rejected(tariff::version_out_of_order, "/data/version");
  books.when(tariff("basic", "700", 2, "2026-11-19"))
      .then_rejected(tariff::version_backdated, "/data/effective");
  books.when(tariff("basic", "700", 2, "2026-01-01"))
      .then_rejected(tariff::version_backdated, "/data/effective");
  books.given(tariff("basic", "700", 2, "2026-12-01"));
  books.when(tariff("basic", "800", 3, "2026-12-01"))
      .then_rejected(tariff::version_backdated, "/data/effective");
}

TEST_CASE("a tariff stays what it is, and has a price in the tenant's currency") {
  Books books;
  books.given(service("internet"), service("tv", 2), tariff("basic", "600"));
  auto next = tariff("basic", "700", 2, "2026-12-01");
  next.service = {"tv"};
  books.when(next).then_rejected(tariff::service_changed, "/data/tariff");
  next = tariff("basic", "700", 2, "2026-12-01");
  next.mode = tariff::Mode::spread;
  books.when(next).then_rejected(tariff::service_changed, "/data/tariff");
  next = tariff("other", "600.001");
  books.when(next).then_rejected(common::too_many_decimals, "/data/price");
  next.price = amount("-1");
  books.when(next).then_rejected(common::amount_not_positive, "/data/price");
  next.currency = currency("USD");
  books.when(next).then_rejected(common::currency_mismatch, "/data/currency");
}

TEST_CASE("a closed tariff stays with those who have it") {
  Books books;
  books.given(service("internet"), tariff("basic", "600"));
  books.when(tariff::CloseTariff{.tariff = {"fast"}}).then_rejected(tariff::unknown_tariff, "/data/tariff");
  books.given(tariff::CloseTariff{.tariff = {"basic"}});
  books.when(tariff::CloseTariff{.tariff = {"basic"}}).then_rejected(tariff::tariff_closed, "/data/tariff");
  books.when(tariff("basic", "700", 2, "2026-12-01")).then_rejected(tariff::tariff_closed, "/data/tariff");
}

TEST_CASE("a tariff has the terms of its mode") {
  Books books;
  books.given(service("internet"));
  auto hours = tariff("hours", "2");
  hours.mode = tariff::Mode::hourly;
  hours.period = tariff::Length::month;
  books.when(hours).then_rejected(tariff::terms_of_another_mode, "/data/period");
  hours.period = {};
  hours.due_days = 5;
  books.when(hours).then_rejected(tariff::terms_of_another_mode, "/data/due_days");
  hours.due_days = {};
  hours.shortage = tariff::Shortage::shorten;
  books.when(hours).then_rejected(tariff::terms_of_another_mode, "/data/shortage");
  hours.shortage = tariff::Shortage::refuse;
  books.given(hours);
  auto fee = tariff("fee", "2");
  fee.setup_fee = amount("-1");
  books.when(fee).then_rejected(common::amount_not_positive, "/data/setup_fee");
}

}  // namespace
}  // namespace provodka::test
