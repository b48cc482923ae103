#include "ledger/domain/transfer/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

TEST_CASE("a transfer moves money from one account to another") {
  Books books;
  books.given(open("A", "50"), open("B", "7"), pay("A", "100", "p1"));
  auto command = transfer("A", "B", "120.50");
  command.note = Note{"family"};
  const auto& event = books.when(command).then<transfer::TransferMade>();
  CHECK(event.from == Id{"A"});
  CHECK(event.to == Id{"B"});
  CHECK(event.amount == Money{12050, currency("RUB")});
  CHECK(event.note == Note{"family"});
  CHECK(event.effective == date("2026-11-20"));
  CHECK(lines(event.postings) == Lines{"customer/A -120.50 -20.50", "customer/B 120.50 120.50"});
  CHECK(lines(account::standings_in(event)) == Lines{"A -20.50 29.50 on", "B 120.50 127.50 on"});
  CHECK(books.account("A").version == books.sequence());
  CHECK(books.account("B").version == books.sequence());
  CHECK(books.account("A").balance_minor == -2050);
  CHECK(books.account("B").balance_minor == 12050);
}

TEST_CASE("a transfer may use what is available to the last kopeck, and no more") {
  Books books;
  books.given(open("A", "50"), open("B"), pay("A", "100", "p1"));
  books.when(transfer("A", "B", "150.01")).then_rejected(common::insufficient_funds, "/data/amount");
  CHECK(lines(account::standings_in(books.when(transfer("A", "B", "150")).then<transfer::TransferMade>())) ==
        Lines{"A -50.00 0.00 on", "B 150.00 150.00 on"});
}

TEST_CASE("a transfer that is refused") {
  Books books;
  books.given(open("A"), open("B"), open("gone"), close("gone"));
  books.when(transfer("nobody", "nobody", "0", "USD")).then_rejected(transfer::same_account, "/data/to");
  books.when(transfer("A", "A", "1")).then_rejected(transfer::same_account, "/data/to");
  books.when(transfer("nobody", "gone", "0", "USD")).then_rejected(common::unknown_account, "/data/from");
  books.when(transfer("gone", "nobody", "0", "USD")).then_rejected(common::account_closed, "/data/from");
  books.when(transfer("A", "nobody", "0", "USD")).then_rejected(common::unknown_account, "/data/to");
  books.when(transfer("A", "gone", "0", "USD")).then_rejected(common::account_closed, "/data/to");
  books.when(transfer("A", "B", "0.001", "USD")).then_rejected(common::currency_mismatch, "/data/currency");
  books.when(transfer("A", "B", "0.001")).then_rejected(common::too_many_decimals, "/data/amount");
  books.when(transfer("A", "B", "999999999999999999"))
      .then_rejected(common::amount_out_of_range, "/data/amount");
  books.when(transfer("A", "B", "0")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(transfer("A", "B", "-1")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(transfer("A", "B", "0.01")).then_rejected(common::insufficient_funds, "/data/amount");
}

TEST_CASE("the account that receives never wraps") {
  Books books;
  books.given(open("A", "1"), open("B"));
  for (int i = 0; i < 9; ++i) books.given(adjust("B", "9999999999999999.99", "x"));
  books.given(adjust("B", "2233720368547758.16", "x"));
  CHECK(books.account("B").balance_minor == INT64_MAX);
  books.when(transfer("A", "B", "0.01")).then_rejected(common::amount_out_of_range, "/data/amount");
}

TEST_CASE("yen have no decimals and Kuwaiti dinars three") {
  Books yen("JPY");
  yen.given(open("A", "100"), open("B"));
  CHECK(lines(yen.when(transfer("A", "B", "3", "JPY")).then<transfer::TransferMade>().postings) ==
        Lines{"customer/A -3 -3", "customer/B 3 3"});
  Books dinar("KWD");
  dinar.given(open("A", "100"), open("B"));
  CHECK(lines(dinar.when(transfer("A", "B", "0.003", "KWD")).then<transfer::TransferMade>().postings) ==
        Lines{"customer/A -0.003 -0.003", "customer/B 0.003 0.003"});
}

}  // namespace
}  // namespace provodka::test
