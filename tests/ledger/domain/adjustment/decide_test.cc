#include "ledger/domain/adjustment/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

TEST_CASE("an adjustment is signed: positive is the subscriber's gain") {
  Books books;
  books.given(open("A", "5"));
  const auto& gain = books.when(adjust("A", "10.10")).then<adjustment::AdjustmentMade>();
  CHECK(gain.account == Id{"A"});
  CHECK(gain.amount == Money{1010, currency("RUB")});
  CHECK(gain.reason == Reason{"goodwill"});
  CHECK(lines(gain.postings) == Lines{"adjustment/goodwill -10.10 -10.10", "customer/A 10.10 10.10"});
  CHECK(lines(account::standings_in(gain)) == Lines{"A 10.10 15.10 on"});

  const auto& loss = books.when(adjust("A", "-0.10", "counted twice")).then<adjustment::AdjustmentMade>();
  CHECK(loss.amount == Money{-10, currency("RUB")});
  CHECK(lines(loss.postings) == Lines{"adjustment/counted twice 0.10 0.10", "customer/A -0.10 10.00"});
  CHECK(books.account("A").version == books.sequence());
}

TEST_CASE("an adjustment is not held to the credit limit") {
  Books books;
  books.given(open("A", "5"));
  CHECK(lines(account::standings_in(books.when(adjust("A", "-100")).then<adjustment::AdjustmentMade>())) ==
        Lines{"A -100.00 -95.00 on"});
}

TEST_CASE("a reason is a name of the chart, whatever is in it") {
  Books books;
  books.given(open("A"));
  CHECK(lines(books.when(adjust("A", "1", "a/b \"c\"\n\tд")).then<adjustment::AdjustmentMade>().postings) ==
        Lines{"adjustment/a/b \"c\"\n\tд -1.00 -1.00", "customer/A 1.00 1.00"});
}

TEST_CASE("an adjustment that is refused") {
  Books books;
  books.given(open("A"), open("gone"), close("gone"));
  books.when(adjust("nobody", "0", "x", "USD")).then_rejected(common::unknown_account, "/data/account");
  books.when(adjust("gone", "0", "x", "USD")).then_rejected(common::account_closed, "/data/account");
  books.when(adjust("A", "0", "x", "USD")).then_rejected(common::currency_mismatch, "/data/currency");
  books.when(adjust("A", "0.000")).then_rejected(common::too_many_decimals, "/data/amount");
  books.when(adjust("A", "999999999999999999")).then_rejected(common::amount_out_of_range, "/data/amount");
  books.when(adjust("A", "-999999999999999999")).then_rejected(common::amount_out_of_range, "/data/amount");
  books.when(adjust("A", "0")).then_rejected(adjustment::amount_zero, "/data/amount");
  books.when(adjust("A", "0.00")).then_rejected(adjustment::amount_zero, "/data/amount");
}

TEST_CASE("adjustments reach the ends of int64 and never wrap") {
  Books books;
  books.given(open("A"), open("B"));
  for (int i = 0; i < 9; ++i)
    books.given(adjust("A", "9999999999999999.99"), adjust("B", "-9999999999999999.99", "b"));
  books.when(adjust("A", "2233720368547758.17")).then_rejected(common::amount_out_of_range, "/data/amount");
  books.given(adjust("A", "2233720368547758.16"), adjust("B", "-2233720368547758.16", "b"));
  CHECK(books.account("A").balance_minor == INT64_MAX);
  CHECK(books.account("B").balance_minor == -INT64_MAX);
  books.when(adjust("A", "0.01")).then_rejected(common::amount_out_of_range, "/data/amount");
  // The adjustment account of B is full, that of another reason is not.
  books.when(adjust("B", "-0.01", "b")).then_rejected(common::amount_out_of_range, "/data/amount");
  books.given(adjust("B", "-0.01", "c"));
  CHECK(books.account("B").balance_minor == INT64_MIN);
  books.when(adjust("B", "-0.01", "c")).then_rejected(common::amount_out_of_range, "/data/amount");
  books.given(adjust("B", "9999999999999999.99", "c"));
}

TEST_CASE("yen have no decimals and Kuwaiti dinars three") {
  Books yen("JPY");
  yen.given(open("A"));
  CHECK(lines(yen.when(adjust("A", "-7", "x", "JPY")).then<adjustment::AdjustmentMade>().postings) ==
        Lines{"adjustment/x 7 7", "customer/A -7 -7"});
  yen.when(adjust("A", "0.1", "x", "JPY")).then_rejected(common::too_many_decimals, "/data/amount");
  Books dinar("KWD");
  dinar.given(open("A"));
  CHECK(lines(dinar.when(adjust("A", "-0.007", "x", "KWD")).then<adjustment::AdjustmentMade>().postings) ==
        Lines{"adjustment/x 0.007 0.007", "customer/A -0.007 -0.007"});
}

}  // namespace
}  // namespace provodka::test
