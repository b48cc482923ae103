#include "ledger/domain/writeoff/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

TEST_CASE("a debt is written off in parts, up to what is owed and never more") {
  Books books;
  books.given(open("A", "5"), forced_charge("A", "100"));
  const auto& part = books.when(write_off("A", "30")).then<writeoff::WriteoffMade>();
  CHECK(part.account == Id{"A"});
  CHECK(part.amount == Money{3000, currency("RUB")});
  CHECK(part.reason == Reason{"bankrupt"});
  CHECK(part.effective == date("2026-11-20"));
  CHECK(lines(part.postings) == Lines{"writeoff/bankrupt -30.00 -30.00", "customer/A 30.00 -70.00"});
  CHECK(lines(account::standings_in(part)) == Lines{"A -70.00 -65.00 on"});
  CHECK(books.account("A").version == books.sequence());

  books.when(write_off("A", "70.01")).then_rejected(writeoff::exceeds_debt, "/data/amount");
  books.given(write_off("A", "70", "too old"));
  CHECK(books.account("A").balance_minor == 0);
  CHECK(books.ledger_minor(book::Kind::writeoff, "bankrupt") == -3000);
  CHECK(books.ledger_minor(book::Kind::writeoff, "too old") == -7000);
  books.when(write_off("A", "0.01")).then_rejected(writeoff::exceeds_debt, "/data/amount");
  books.given(pay("A", "1", "p1"));
  books.when(write_off("A", "0.01")).then_rejected(writeoff::exceeds_debt, "/data/amount");
}

TEST_CASE("the debt of a closed account is written off") {
  Books books;
  books.given(open("A"), pay("A", "5", "p1"), charge("A", "5"), close("A"), reverse_payment("p1"));
  books.when(write_off("A", "5.01")).then_rejected(writeoff::exceeds_debt, "/data/amount");
  books.given(write_off("A", "5"));
  CHECK(books.account("A").balance_minor == 0);
  books.when(write_off("A", "1")).then_rejected(common::account_closed, "/data/account");
}

TEST_CASE("the largest debt is written off like any other") {
  Books books;
  books.given(open("A"));
  // Over several services, for a single one would run full first.
  for (const std::string_view service : {"a", "b"}) {
    for (int i = 0; i < 4; ++i) books.given(forced_charge("A", "9999999999999999.99", service));
  }
  books.given(forced_charge("A", "9999999999999999.99", "c"), forced_charge("A", "2233720368547758.17", "c"));
  CHECK(books.account("A").balance_minor == INT64_MIN);
  books.given(write_off("A", "9999999999999999.99"));
  CHECK(books.account("A").balance_minor == INT64_MIN + 999'999'999'999'999'999);
}

TEST_CASE("a write-off that is refused") {
  Books books;
  books.given(open("A"), open("gone"), close("gone"), forced_charge("A", "10"));
  books.when(write_off("nobody", "0", "x", "USD")).then_rejected(common::unknown_account, "/data/account");
  books.when(write_off("gone", "0", "x", "USD")).then_rejected(common::account_closed, "/data/account");
  books.when(write_off("A", "0.001", "x", "USD")).then_rejected(common::currency_mismatch, "/data/currency");
  books.when(write_off("A", "0.001")).then_rejected(common::too_many_decimals, "/data/amount");
  books.when(write_off("A", "0")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(write_off("A", "-1")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(write_off("A", "999999999999999999")).then_rejected(common::amount_out_of_range, "/data/amount");
  CHECK(books.account("A").balance_minor == -1000);
}

}  // namespace
}  // namespace provodka::test
