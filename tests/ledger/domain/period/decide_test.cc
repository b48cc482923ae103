#include "ledger/domain/period/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

Month month(std::string_view text) { return Month::parse(text).value(); }
period::ClosePeriod close_month(std::string_view text) { return {.month = month(text)}; }
period::ReopenPeriod reopen_month(std::string_view text) {
  return {.month = month(text), .reason = {"a bank file was late"}};
}

TEST_CASE("a month is closed once, when it is over") {
  Books books;
  books.when(close_month("2026-11")).then_rejected(period::period_not_over, "/data/month");
  books.given(close_month("2026-09"), close_month("2026-10"));
  books.when(close_month("2026-10")).then_rejected(period::period_closed_already, "/data/month");
  books.when(close_month("2026-08")).then_rejected(period::period_closed_already, "/data/month");
  books.when(reopen_month("2026-11")).then_rejected(period::period_not_closed, "/data/month");
  books.when(reopen_month("2026-09")).then_rejected(period::not_the_last_closed, "/data/month");
  books.given(reopen_month("2026-10"), reopen_month("2026-09"));
  books.when(reopen_month("2026-09")).then_rejected(period::period_not_closed, "/data/month");
}

TEST_CASE("a month is closed when everyone has been billed for it") {
  Books books;
  books.given(service("internet"), tariff("basic", "600"), open("A"), subscribe("A", "basic"));
  books.when(close_month("2026-10")).then_rejected(period::run_incomplete, "/data/month");
  books.given(billing::RunBilling{.through = Instant::parse("2026-11-20T09:00:00Z").value()},
              close_month("2026-10"));
}

TEST_CASE("a closed month takes no entries; money that came is booked on the first open day") {
  Books books;
  books.given(open("A"), pay("A", "10.00", "p1"), close_month("2026-10"));
  books.effective(date("2026-10-31"));
  books.when(charge("A", "1.00")).then_rejected(common::period_closed, "/effective");
  books.when(adjust("A", "1.00")).then_rejected(common::period_closed, "/effective");
  CHECK(books.when(pay("A", "5.00", "p2")).then<payment::PaymentReceived>().effective == date("2026-11-01"));
  CHECK(books.when(reverse_payment("p2")).then<payment::PaymentReversed>().effective == date("2026-11-01"));
}

}  // namespace
}  // namespace provodka::test
