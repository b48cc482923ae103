#include "ledger/domain/payment/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

TEST_CASE("a payment comes from the provider's clearing account") {
  Books books;
  books.given(open("A", "50"), open("B"));
  auto command = pay("A", "100.5", "p1");
  command.paid_at = payment::PaidAt{"2026-11-19"};
  command.note = Note{"at the desk"};
  const auto& event = books.when(command).then<payment::PaymentReceived>();
  CHECK(event.account == Id{"A"});
  CHECK(event.amount == Money{10050, currency("RUB")});
  CHECK(event.provider == Id{"cash"});
  CHECK(event.external_id == ExternalId{"p1"});
  CHECK(event.paid_at == payment::PaidAt{"2026-11-19"});
  CHECK(event.note == Note{"at the desk"});
  CHECK(event.effective == date("2026-11-20"));
  CHECK(lines(event.postings) == Lines{"clearing/cash -100.50 -100.50", "customer/A 100.50 100.50"});
  CHECK(lines(account::standings_in(event)) == Lines{"A 100.50 150.50 on"});
  CHECK(books.account("A").balance_minor == 10050);
  CHECK(books.account("A").version == 4);
  CHECK(books.account("B").version == 3);

  const auto& second = books.when(pay("B", "0.01", "p2")).then<payment::PaymentReceived>();
  CHECK(lines(second.postings) == Lines{"clearing/cash -0.01 -100.51", "customer/B 0.01 0.01"});
  CHECK(books.ledger_minor(book::Kind::clearing, "cash") == -10051);
}

TEST_CASE("each provider has a clearing account") {
  Books books;
  books.given(open("A"), pay("A", "10", "p1"));
  auto command = pay("A", "5", "p1");
  command.provider = {"bank"};
  CHECK(lines(books.when(command).then<payment::PaymentReceived>().postings) ==
        Lines{"clearing/bank -5.00 -5.00", "customer/A 5.00 15.00"});
}

TEST_CASE("a payment that is refused") {
  Books books;
  books.given(open("A"), open("gone"), close("gone"));
  books.when(pay("nobody", "0", "p", "USD")).then_rejected(common::currency_mismatch, "/data/currency");
  books.when(pay("gone", "0", "p")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(pay("A", "0.001", "p", "USD")).then_rejected(common::currency_mismatch, "/data/currency");
  books.when(pay("A", "-0.001", "p")).then_rejected(common::too_many_decimals, "/data/amount");
  books.when(pay("A", "1.000", "p")).then_rejected(common::too_many_decimals, "/data/amount");
  books.when(pay("A", "0", "p")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(pay("A", "-1", "p")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(pay("A", "999999999999999999", "p")).then_rejected(common::amount_out_of_range, "/data/amount");
  CHECK(books.account("A").balance_minor == 0);
}

TEST_CASE("a balance reaches the largest int64 and never wraps") {
  Books books;
  books.given(open("A"), open("B"));
  for (int i = 0; i < 9; ++i) books.given(pay("A", "9999999999999999.99", "p"));
  books.when(pay("A", "2233720368547758.17", "p")).then_rejected(common::amount_out_of_range, "/data/amount");
  books.given(pay("A", "2233720368547758.16", "p"));
  CHECK(books.account("A").balance_minor == INT64_MAX);
  books.when(pay("A", "0.01", "p")).then_rejected(common::amount_out_of_range, "/data/amount");

  // The clearing account has room for one more kopeck below zero, and then the other accounts wait too.
  CHECK(lines(books.when(pay("B", "0.01", "p")).then<payment::PaymentReceived>().postings) ==
        Lines{"clearing/cash -0.01 -92233720368547758.08", "customer/B 0.01 0.01"});
  books.when(pay("B", "0.01", "p")).then_rejected(common::amount_out_of_range, "/data/amount");
}

TEST_CASE("a payment is reversed in parts, up to what is left and never more") {
  Books books;
  books.given(open("A"), pay("A", "100", "p1"));
  const uint64_t paid = books.sequence();
  const auto& part = books.when(reverse_payment("p1", "30")).then<payment::PaymentReversed>();
  CHECK(part.account == Id{"A"});
  CHECK(part.amount == Money{3000, currency("RUB")});
  CHECK(part.left == Money{7000, currency("RUB")});
  CHECK(part.reverses == Sequence(paid));
  CHECK(part.provider == Id{"cash"});
  CHECK(part.external_id == ExternalId{"p1"});
  CHECK(part.reason == Reason{"bank took it back"});
  CHECK(lines(part.postings) == Lines{"customer/A -30.00 70.00", "clearing/cash 30.00 -70.00"});
  CHECK(lines(account::standings_in(part)) == Lines{"A 70.00 70.00 on"});

  books.when(reverse_payment("p1", "70.01")).then_rejected(common::exceeds_remainder, "/data/amount");
  const auto& rest = books.when(reverse_payment("p1")).then<payment::PaymentReversed>();
  CHECK(rest.amount == Money{7000, currency("RUB")});
  CHECK(rest.left.is_zero());
  CHECK(books.account("A").balance_minor == 0);
  CHECK(books.ledger_minor(book::Kind::clearing, "cash") == 0);
  CHECK(books.account("A").version == books.sequence());
  books.when(reverse_payment("p1")).then_rejected(payment::payment_reversed_already, "/data/external_id");
}

TEST_CASE("a payment is reversed at once, and its remainder is its own") {
  Books books;
  books.given(open("A"), pay("A", "100", "p1"), pay("A", "40", "p2"));
  books.given(reverse_payment("p2", "40.00"));
  books.when(reverse_payment("p2", "0.01"))
      .then_rejected(payment::payment_reversed_already, "/data/external_id");
  CHECK(books.when(reverse_payment("p1")).then<payment::PaymentReversed>().amount.minor == 10000);
}

TEST_CASE("a reversal is refused neither for want of money nor for a closed account") {
  Books books;
  books.given(open("A"), pay("A", "100", "p1"), charge("A", "100"), close("A"));
  const auto& event = books.when(reverse_payment("p1")).then<payment::PaymentReversed>();
  CHECK(lines(event.postings) == Lines{"customer/A -100.00 -100.00", "clearing/cash 100.00 0.00"});
  CHECK(books.account("A").status == account::Status::closed);
}

TEST_CASE("a reversal that is refused") {
  Books books;
  books.given(open("A"), pay("A", "100", "p1"), pay("A", "5", "p2"), reverse_payment("p2"));
  books.when(reverse_payment("p3", "-1")).then_rejected(payment::unknown_payment, "/data/external_id");
  auto elsewhere = reverse_payment("p1");
  elsewhere.provider = {"bank"};
  books.when(elsewhere).then_rejected(payment::unknown_payment, "/data/external_id");
  books.when(reverse_payment("p2", "-1"))
      .then_rejected(payment::payment_reversed_already, "/data/external_id");
  books.when(reverse_payment("p1", "0.001")).then_rejected(common::too_many_decimals, "/data/amount");
  books.when(reverse_payment("p1", "0")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(reverse_payment("p1", "-1")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(reverse_payment("p1", "100.01")).then_rejected(common::exceeds_remainder, "/data/amount");
  books.when(reverse_payment("p1", "999999999999999999"))
      .then_rejected(common::amount_out_of_range, "/data/amount");
}

TEST_CASE("an assignment that is refused") {
  Books books;
  books.given(open("A"), open("gone"), close("gone"), pay("A", "5", "p1"), pay("nobody", "5", "p2"),
              reverse_payment("p2"), pay("nobody", "5", "p3"));
  books.when(assign_payment("p9", "A")).then_rejected(payment::unknown_payment, "/data/external_id");
  auto elsewhere = assign_payment("p3", "A");
  elsewhere.provider = {"bank"};
  books.when(elsewhere).then_rejected(payment::unknown_payment, "/data/external_id");
  books.when(assign_payment("p2", "A")).then_rejected(payment::payment_reversed_already, "/data/external_id");
  books.when(assign_payment("p1", "nobody"))
      .then_rejected(payment::payment_not_in_suspense, "/data/external_id");
  books.when(assign_payment("p3", "nobody")).then_rejected(common::unknown_account, "/data/account");
  books.when(assign_payment("p3", "gone")).then_rejected(common::account_closed, "/data/account");
  books.given(assign_payment("p3", "A"));
  books.when(assign_payment("p3", "A")).then_rejected(payment::payment_not_in_suspense, "/data/external_id");
}

TEST_CASE("a move that is refused") {
  Books books;
  books.given(open("A"), open("B"), open("gone"), close("gone"), pay("A", "5", "p1"), pay("A", "5", "p2"),
              reverse_payment("p2"), pay("nobody", "5", "p3"));
  books.when(move_payment("p9", "B")).then_rejected(payment::unknown_payment, "/data/external_id");
  books.when(move_payment("p2", "B")).then_rejected(payment::payment_reversed_already, "/data/external_id");
  books.when(move_payment("p3", "nobody")).then_rejected(payment::payment_in_suspense, "/data/external_id");
  books.when(move_payment("p1", "A")).then_rejected(payment::payment_there_already, "/data/to");
  books.when(move_payment("p1", "nobody")).then_rejected(common::unknown_account, "/data/to");
  books.when(move_payment("p1", "gone")).then_rejected(common::account_closed, "/data/to");
  books.given(move_payment("p1", "B"));
  books.when(move_payment("p1", "B")).then_rejected(payment::payment_there_already, "/data/to");
}

TEST_CASE("a reversal stops at the smallest int64") {
  Books books;
  books.given(open("A"), open("B"), pay("A", "100", "p1"));
  // The debt is run up over several services, for a single one would run full first.
  for (const std::string_view service : {"a", "b"}) {
    for (int i = 0; i < 4; ++i) books.given(forced_charge("A", "9999999999999999.99", service));
  }
  books.given(forced_charge("A", "9999999999999999.99", "c"), forced_charge("A", "2233720368547758.17", "c"));
  CHECK(books.account("A").balance_minor == INT64_MIN + 10000);
  books.given(forced_charge("A", "0.01", "d"));
  books.when(reverse_payment("p1")).then_rejected(common::amount_out_of_range, "/data/amount");
  CHECK(books.when(reverse_payment("p1", "99.99")).then<payment::PaymentReversed>().left.minor == 1);
  CHECK(books.account("A").balance_minor == INT64_MIN);
}

TEST_CASE("a closed account that a reversal left with a debt can be settled, and no more than that") {
  Books books;
  books.given(open("A"), pay("A", "5", "p1"), charge("A", "5"), close("A"), reverse_payment("p1"));
  CHECK(books.account("A").balance_minor == -500);
  books.when(charge("A", "1")).then_rejected(common::account_closed, "/data/account");
  books.given(pay("A", "3", "p2"), adjust("A", "2"));
  CHECK(books.account("A").balance_minor == 0);
  static_cast<void>(books.when(pay("A", "1", "p3")).then<payment::PaymentSuspended>());
  CHECK(books.account("A").balance_minor == 0);
  books.when(adjust("A", "1")).then_rejected(common::account_closed, "/data/account");
}

TEST_CASE("yen have no decimals and Kuwaiti dinars three") {
  Books yen("JPY");
  yen.given(open("A"));
  CHECK(lines(yen.when(pay("A", "150", "p1", "JPY")).then<payment::PaymentReceived>().postings) ==
        Lines{"clearing/cash -150 -150", "customer/A 150 150"});
  yen.when(pay("A", "150.0", "p2", "JPY")).then_rejected(common::too_many_decimals, "/data/amount");
  yen.given(pay("A", "999999999999999999", "p3", "JPY"));
  CHECK(yen.account("A").balance_minor == 1'000'000'000'000'000'149);

  Books dinar("KWD");
  dinar.given(open("A"));
  CHECK(lines(dinar.when(pay("A", "1.5", "p1", "KWD")).then<payment::PaymentReceived>().postings) ==
        Lines{"clearing/cash -1.500 -1.500", "customer/A 1.500 1.500"});
  dinar.when(pay("A", "1.2345", "p2", "KWD")).then_rejected(common::too_many_decimals, "/data/amount");
  CHECK(dinar.when(reverse_payment("p1", "0.001")).then<payment::PaymentReversed>().left.minor == 1499);
}

}  // namespace
}  // namespace provodka::test
