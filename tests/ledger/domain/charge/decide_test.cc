#include "ledger/domain/charge/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

TEST_CASE("a charge becomes the revenue of its service") {
  Books books;
  books.given(open("A", "50"), pay("A", "100", "p1"));
  auto command = charge("A", "30.25");
  command.note = Note{"November"};
  const auto& event = books.when(command).then<charge::ChargePosted>();
  CHECK(event.account == Id{"A"});
  CHECK(event.amount == Money{3025, currency("RUB")});
  CHECK(event.service == Id{"internet"});
  CHECK(event.note == Note{"November"});
  CHECK_FALSE(event.forced.has_value());
  CHECK_FALSE(event.reason.has_value());
  CHECK(lines(event.postings) == Lines{"customer/A -30.25 69.75", "revenue/internet 30.25 30.25"});
  CHECK(lines(account::standings_in(event)) == Lines{"A 69.75 119.75 on"});
  CHECK(books.account("A").version == books.sequence());

  const auto& other = books.when(charge("A", "1", "tv")).then<charge::ChargePosted>();
  CHECK(lines(other.postings) == Lines{"customer/A -1.00 68.75", "revenue/tv 1.00 1.00"});
}

TEST_CASE("a charge may use what is available to the last kopeck, and no more") {
  Books books;
  books.given(open("A", "50"), pay("A", "100", "p1"));
  books.when(charge("A", "150.01")).then_rejected(common::insufficient_funds, "/data/amount");
  CHECK(lines(account::standings_in(books.when(charge("A", "150")).then<charge::ChargePosted>())) ==
        Lines{"A -50.00 0.00 on"});
  books.when(charge("A", "0.01")).then_rejected(common::insufficient_funds, "/data/amount");
}

TEST_CASE("a charge is forced past the credit limit by a reason") {
  Books books;
  books.given(open("A"), pay("A", "1", "p1"));
  auto unexplained = charge("A", "10");
  unexplained.force = true;
  books.when(unexplained).then_rejected(common::reason_required, "/data/reason");
  auto not_forced = forced_charge("A", "10");
  not_forced.force = false;
  books.when(not_forced).then_rejected(common::insufficient_funds, "/data/amount");

  const auto& event = books.when(forced_charge("A", "10")).then<charge::ChargePosted>();
  CHECK(event.forced == true);
  CHECK(event.reason == Reason{"agreed by phone"});
  CHECK(lines(account::standings_in(event)) == Lines{"A -9.00 -9.00 on"});
}

TEST_CASE("a charge that need not have been forced is not marked so") {
  Books books;
  books.given(open("A"), pay("A", "10", "p1"));
  CHECK_FALSE(books.when(forced_charge("A", "10")).then<charge::ChargePosted>().forced.has_value());
}

TEST_CASE("a charge that is refused") {
  Books books;
  books.given(open("A"), open("gone"), close("gone"));
  books.when(charge("nobody", "0", "internet", "USD"))
      .then_rejected(common::unknown_account, "/data/account");
  books.when(charge("gone", "0", "internet", "USD")).then_rejected(common::account_closed, "/data/account");
  books.when(charge("A", "0", "internet", "USD")).then_rejected(common::currency_mismatch, "/data/currency");
  books.when(charge("A", "0.001")).then_rejected(common::too_many_decimals, "/data/amount");
  books.when(charge("A", "999999999999999999")).then_rejected(common::amount_out_of_range, "/data/amount");
  books.when(charge("A", "0")).then_rejected(common::amount_not_positive, "/data/amount");
  auto negative = charge("A", "-1");
  negative.force = true;
  books.when(negative).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(charge("A", "1")).then_rejected(common::insufficient_funds, "/data/amount");
}

TEST_CASE("revenue and debt reach the ends of int64 and never wrap") {
  Books books;
  books.given(open("A"), open("B"));
  for (int i = 0; i < 9; ++i) books.given(forced_charge("A", "9999999999999999.99"));
  books.when(forced_charge("A", "2233720368547758.17"))
      .then_rejected(common::amount_out_of_range, "/data/amount");
  books.given(forced_charge("A", "2233720368547758.16"));
  CHECK(books.ledger_minor(book::Kind::revenue, "internet") == INT64_MAX);
  books.when(forced_charge("B", "0.01")).then_rejected(common::amount_out_of_range, "/data/amount");
  books.given(forced_charge("A", "0.01", "tv"));
  CHECK(books.account("A").balance_minor == INT64_MIN);
  books.when(forced_charge("A", "0.01", "tv")).then_rejected(common::amount_out_of_range, "/data/amount");
  books.when(charge("A", "0.01", "tv")).then_rejected(common::insufficient_funds, "/data/amount");
  CHECK(lines(account::standings_in(books.when(set_limit("A", "1")).then<account::CreditLimitSet>())) ==
        Lines{"A -92233720368547758.08 -92233720368547757.08 on"});
}

TEST_CASE("a charge is reversed in parts, up to what is left and never more") {
  Books books;
  books.given(open("A", "100"), charge("A", "90"));
  const uint64_t charged = books.sequence();
  const auto& part = books.when(reverse_charge(charged, "20.50")).then<charge::ChargeReversed>();
  CHECK(part.account == Id{"A"});
  CHECK(part.amount == Money{2050, currency("RUB")});
  CHECK(part.service == Id{"internet"});
  CHECK(part.reverses == Sequence(charged));
  CHECK(part.left == Money{6950, currency("RUB")});
  CHECK(part.reason == Reason{"outage"});
  CHECK(lines(part.postings) == Lines{"revenue/internet -20.50 69.50", "customer/A 20.50 -69.50"});
  CHECK(lines(account::standings_in(part)) == Lines{"A -69.50 30.50 on"});

  books.when(reverse_charge(charged, "69.51")).then_rejected(common::exceeds_remainder, "/data/amount");
  const auto& rest = books.when(reverse_charge(charged)).then<charge::ChargeReversed>();
  CHECK(rest.amount.minor == 6950);
  CHECK(rest.left.is_zero());
  CHECK(books.account("A").balance_minor == 0);
  CHECK(books.ledger_minor(book::Kind::revenue, "internet") == 0);
  CHECK(books.account("A").version == books.sequence());
  books.when(reverse_charge(charged)).then_rejected(charge::charge_reversed_already, "/data/charge");
}

TEST_CASE("a reversal that is refused") {
  Books books;
  books.given(open("A", "100"), charge("A", "90"), open("gone", "10"), charge("gone", "5"),
              pay("gone", "5", "p1"), close("gone"), charge("A", "1"));
  const uint64_t last = books.sequence();
  books.given(reverse_charge(last));
  books.when(reverse_charge(99, "-1")).then_rejected(charge::unknown_charge, "/data/charge");
  books.when(reverse_charge(2)).then_rejected(charge::unknown_charge, "/data/charge");
  books.when(reverse_charge(6)).then_rejected(charge::unknown_charge, "/data/charge");
  books.when(reverse_charge(5, "-1")).then_rejected(common::account_closed, "/data/charge");
  books.when(reverse_charge(last, "-1")).then_rejected(charge::charge_reversed_already, "/data/charge");
  books.when(reverse_charge(3, "0.001")).then_rejected(common::too_many_decimals, "/data/amount");
  books.when(reverse_charge(3, "0")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(reverse_charge(3, "-5")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(reverse_charge(3, "90.01")).then_rejected(common::exceeds_remainder, "/data/amount");
  books.when(reverse_charge(3, "999999999999999999"))
      .then_rejected(common::amount_out_of_range, "/data/amount");
}

TEST_CASE("yen have no decimals and Kuwaiti dinars three") {
  Books yen("JPY");
  yen.given(open("A", "100"));
  CHECK(lines(account::standings_in(yen.when(charge("A", "99", "tv", "JPY")).then<charge::ChargePosted>())) ==
        Lines{"A -99 1 on"});
  yen.when(charge("A", "0.5", "tv", "JPY")).then_rejected(common::too_many_decimals, "/data/amount");
  yen.when(charge("A", "2", "tv", "JPY")).then_rejected(common::insufficient_funds, "/data/amount");

  Books dinar("KWD");
  dinar.given(open("A", "0.1"));
  CHECK(lines(account::standings_in(
            dinar.when(charge("A", "0.099", "tv", "KWD")).then<charge::ChargePosted>())) ==
        Lines{"A -0.099 0.001 on"});
}

}  // namespace
}  // namespace provodka::test
