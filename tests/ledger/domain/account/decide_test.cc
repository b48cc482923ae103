#include "ledger/domain/account/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

TEST_CASE("an account is opened at zero, with a point of its own name that is on") {
  Books books;
  books.effective(date("2026-11-01"));
  const auto& event =
      books
          .when(account::OpenAccount{
              .account = {"A"}, .subscriber = {}, .label = Label{"Ann"}, .credit_limit = amount("50")})
          .then<account::AccountOpened>();
  CHECK(event.account == Id{"A"});
  CHECK(event.point == Id{"A"});
  CHECK(event.label == Label{"Ann"});
  CHECK(event.credit_limit == Money{5000, currency("RUB")});
  CHECK(event.effective == date("2026-11-01"));
  CHECK(lines(account::standings_in(event)) == Lines{"A 0.00 50.00 on"});
  CHECK(books.account("A").version == 2);
  CHECK(books.account("A").credit_limit_minor == 5000);
  CHECK(books.world().strings[books.account("A").label] == "Ann");
  CHECK(books.point("A").version == 0);
  CHECK(books.world().tenant(books.tenant()).accounts == 1);
}

TEST_CASE("an account without a credit limit has none") {
  Books books;
  CHECK(lines(account::standings_in(books.when(open("A")).then<account::AccountOpened>())) ==
        Lines{"A 0.00 0.00 on"});
}

TEST_CASE("an account that cannot be opened") {
  Books books;
  books.given(open("A"), add_point("A", "flat-2"), open("gone"), close("gone"));
  books.when(open("A")).then_rejected(account::account_exists, "/data/account");
  books.when(open("A", "-1")).then_rejected(account::account_exists, "/data/account");
  books.when(open("gone")).then_rejected(account::account_exists, "/data/account");
  books.when(open("flat-2")).then_rejected(account::point_name_taken, "/data/account");
  books.when(open("flat-2", "-1")).then_rejected(account::point_name_taken, "/data/account");
  books.when(open("B", "-0.01")).then_rejected(account::credit_limit_negative, "/data/credit_limit");
  books.when(open("B", "0.001")).then_rejected(common::too_many_decimals, "/data/credit_limit");
  books.when(open("B", "-0.001")).then_rejected(common::too_many_decimals, "/data/credit_limit");
  books.when(open("B", "999999999999999999"))
      .then_rejected(common::amount_out_of_range, "/data/credit_limit");
}

TEST_CASE("a credit limit is changed, also below what is owed") {
  Books books;
  books.given(open("A", "100"), charge("A", "80"));
  auto command = set_limit("A", "250.50");
  command.reason = Reason{"good payer"};
  const auto& raised = books.when(command).then<account::CreditLimitSet>();
  CHECK(raised.credit_limit == Money{25050, currency("RUB")});
  CHECK(raised.previous == Money{10000, currency("RUB")});
  CHECK(raised.reason == Reason{"good payer"});
  CHECK(lines(account::standings_in(raised)) == Lines{"A -80.00 170.50 on"});
  CHECK(books.account("A").version == books.sequence());

  const auto& lowered = books.when(set_limit("A", "0")).then<account::CreditLimitSet>();
  CHECK_FALSE(lowered.reason.has_value());
  CHECK(lines(account::standings_in(lowered)) == Lines{"A -80.00 -80.00 on"});
  CHECK(books.account("A").credit_limit_minor == 0);
  books.when(charge("A", "0.01")).then_rejected(common::insufficient_funds, "/data/amount");
}

TEST_CASE("a credit limit that cannot be set") {
  Books books;
  books.given(open("A", "100"), open("gone"), close("gone"));
  books.when(set_limit("nobody", "1")).then_rejected(common::unknown_account, "/data/account");
  books.when(set_limit("gone", "-1")).then_rejected(common::account_closed, "/data/account");
  books.when(set_limit("A", "1.001")).then_rejected(common::too_many_decimals, "/data/credit_limit");
  books.when(set_limit("A", "999999999999999999"))
      .then_rejected(common::amount_out_of_range, "/data/credit_limit");
  books.when(set_limit("A", "-1")).then_rejected(account::credit_limit_negative, "/data/credit_limit");
  books.when(set_limit("A", "100.00")).then_rejected(account::credit_limit_unchanged, "/data/credit_limit");
  CHECK(books.account("A").version == 2);
}

TEST_CASE("what is available stops at the largest amount and does not wrap") {
  Books books;
  books.given(open("A", "90000000000000000"));
  const auto& event = books.when(pay("A", "9999999999999999.99", "p1")).then<payment::PaymentReceived>();
  CHECK(lines(account::standings_in(event)) == Lines{"A 9999999999999999.99 92233720368547758.07 on"});
  books.given(charge("A", "9999999999999999.99"));
  CHECK(lines(account::standings_in(books.when(set_limit("A", "1")).then<account::CreditLimitSet>())) ==
        Lines{"A 0.00 1.00 on"});
}

TEST_CASE("an account is relabelled") {
  Books books;
  books.given(open("A"), open("gone"), close("gone"));
  const auto& event = books.when(relabel("A", "Ann")).then<account::AccountRelabelled>();
  CHECK(event.label == Label{"Ann"});
  CHECK(lines(account::standings_in(event)) == Lines{"A 0.00 0.00 on"});
  CHECK(books.world().strings[books.account("A").label] == "Ann");
  CHECK(books.account("A").version == books.sequence());
  books.when(relabel("A", "Ann")).then_rejected(account::label_unchanged, "/data/label");
  books.when(relabel("nobody", "x")).then_rejected(common::unknown_account, "/data/account");
  books.when(relabel("gone", "x")).then_rejected(common::account_closed, "/data/account");
}

TEST_CASE("an account is closed at zero and only there") {
  Books books;
  books.given(open("A", "10"), pay("A", "5.00", "p1"));
  books.when(close("A")).then_rejected(account::balance_not_zero, "/data/account");
  books.given(charge("A", "5.01"));
  books.when(close("A")).then_rejected(account::balance_not_zero, "/data/account");
  books.given(adjust("A", "0.01"));
  auto command = close("A");
  command.reason = Reason{"moved away"};
  const auto& event = books.when(command).then<account::AccountClosed>();
  CHECK(event.reason == Reason{"moved away"});
  CHECK(lines(account::standings_in(event)) == Lines{"A 0.00 10.00 on"});
  CHECK(books.account("A").status == account::Status::closed);
  CHECK(books.account("A").version == books.sequence());
  CHECK(books.world().tenant(books.tenant()).accounts == 0);
}

TEST_CASE("what is left on an account is paid out before it is closed") {
  Books books;
  books.given(open("A", "10"), pay("A", "5.25", "p1"));
  auto command = close_paying_out("A", "out-1");
  command.payout->provider = {"bank"};
  const Decision& events = books.when(command).then_events({"account.paid_out.v1", "account.closed.v1"});
  const auto& paid = std::get<account::AccountPaidOut>(events.front());
  CHECK(paid.account == Id{"A"});
  CHECK(paid.amount == Money{525, currency("RUB")});
  CHECK(paid.provider == Id{"bank"});
  CHECK(paid.external_id == ExternalId{"out-1"});
  CHECK(paid.effective == date("2026-11-20"));
  CHECK(lines(paid.postings) == Lines{"customer/A -5.25 0.00", "clearing/bank 5.25 5.25"});
  CHECK(lines(account::standings_in(paid)) == Lines{"A 0.00 10.00 on"});
  CHECK(lines(account::standings_in(std::get<account::AccountClosed>(events.back()))) ==
        Lines{"A 0.00 10.00 on"});
  CHECK(books.account("A").status == account::Status::closed);
  CHECK(books.account("A").balance_minor == 0);
}

TEST_CASE("a payout is no payment, and is made only of what is there") {
  Books books;
  books.given(open("A"), close_paying_out("A", "out-1"));  // nothing is left to be paid out
  CHECK(books.account("A").status == account::Status::closed);
  books.given(open("B"), forced_charge("B", "1"));
  books.when(close_paying_out("B", "out-2")).then_rejected(account::balance_not_zero, "/data/account");
  books.given(open("C"), pay("C", "1", "p1"), close_paying_out("C", "p1"));
  CHECK(books.when(reverse_payment("p1")).then<payment::PaymentReversed>().account == Id{"C"});
  CHECK(books.account("C").balance_minor == -100);
}

TEST_CASE("an account is not closed twice, and only where there is one") {
  Books books;
  books.given(open("gone"), close("gone"));
  books.when(close("gone")).then_rejected(common::account_closed, "/data/account");
  books.when(close("nobody")).then_rejected(common::unknown_account, "/data/account");
}

TEST_CASE("names are exact") {
  Books books;
  books.given(open("A"), open("a"), open("A.1"));
  books.given(pay("a", "1", "p1"));
  CHECK(books.account("A").balance_minor == 0);
  CHECK(books.account("a").balance_minor == 100);
}

TEST_CASE("an account is closed once its subscriptions have ended") {
  Books books;
  books.given(service("internet"), tariff("basic", "600"), open("A"), subscribe("A", "basic"));
  books.when(close("A")).then_rejected(account::subscriptions_running, "/data/account");
  books.given(pay("A", "1000", "p1"));
  books.when(close_paying_out("A", "out-1")).then_rejected(account::subscriptions_running, "/data/account");
  books.given(cancel(), close_paying_out("A", "out-1"));
}

}  // namespace
}  // namespace provodka::test
