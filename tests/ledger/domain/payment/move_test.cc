#include "ledger/domain/payment/rejection.h"
#include "tests/ledger/domain/given.h"

// Suspense, and payments that go from one account to another.
namespace provodka::test {
namespace {

TEST_CASE("a payment that no account can take waits in suspense") {
  Books books;
  books.given(open("A"), open("gone"), close("gone"));
  auto command = pay("nobody", "100.5", "p1");
  command.paid_at = payment::PaidAt{"2026-11-19"};
  command.note = Note{"at the desk"};
  const auto& event = books.when(command).then<payment::PaymentSuspended>();
  CHECK(event.account == Id{"nobody"});
  CHECK(event.amount == Money{10050, currency("RUB")});
  CHECK(event.provider == Id{"cash"});
  CHECK(event.external_id == ExternalId{"p1"});
  CHECK(event.paid_at == payment::PaidAt{"2026-11-19"});
  CHECK(event.note == Note{"at the desk"});
  CHECK(event.effective == date("2026-11-20"));
  CHECK(lines(event.postings) == Lines{"clearing/cash -100.50 -100.50", "suspense/cash 100.50 100.50"});
  CHECK(account::standings_in(event).empty());
  CHECK(owning_account(event) == "nobody");

  const uint64_t version = books.account("gone").version;
  CHECK(lines(books.when(pay("gone", "1", "p2")).then<payment::PaymentSuspended>().postings) ==
        Lines{"clearing/cash -1.00 -101.50", "suspense/cash 1.00 101.50"});
  CHECK(books.account("gone").version == version);
  CHECK(books.account("gone").balance_minor == 0);
}

TEST_CASE("suspense holds no more than the largest int64") {
  Books books;
  for (int i = 0; i < 9; ++i) books.given(pay("nobody", "9999999999999999.99", "p"));
  books.when(pay("nobody", "2233720368547758.17", "p"))
      .then_rejected(common::amount_out_of_range, "/data/amount");
  books.given(pay("nobody", "2233720368547758.16", "p"));
  CHECK(books.ledger_minor(book::Kind::suspense, "cash") == INT64_MAX);
}

TEST_CASE("what is left of a payment in suspense is assigned, and is on the account from then on") {
  Books books;
  books.given(open("A"), pay("nobody", "100", "p1"));
  const uint64_t paid = books.sequence();
  const auto& part = books.when(reverse_payment("p1", "30")).then<payment::PaymentReversed>();
  CHECK(part.account == Id{"nobody"});
  CHECK(part.left == Money{7000, currency("RUB")});
  CHECK(lines(part.postings) == Lines{"suspense/cash -30.00 70.00", "clearing/cash 30.00 -70.00"});
  CHECK(part.available == Money{0, currency("RUB")});
  CHECK(part.access == account::Access::off);
  CHECK(account::standings_in(part).empty());

  const auto& event = books.when(assign_payment("p1", "A")).then<payment::PaymentAssigned>();
  CHECK(event.account == Id{"A"});
  CHECK(event.amount == Money{7000, currency("RUB")});
  CHECK(event.provider == Id{"cash"});
  CHECK(event.external_id == ExternalId{"p1"});
  CHECK(event.assigns == Sequence(paid));
  CHECK(event.effective == date("2026-11-20"));
  CHECK(lines(event.postings) == Lines{"suspense/cash -70.00 0.00", "customer/A 70.00 70.00"});
  CHECK(lines(account::standings_in(event)) == Lines{"A 70.00 70.00 on"});
  CHECK(books.account("A").version == books.sequence());

  const auto& later = books.when(reverse_payment("p1", "20")).then<payment::PaymentReversed>();
  CHECK(later.account == Id{"A"});
  CHECK(later.left == Money{5000, currency("RUB")});
  CHECK(lines(later.postings) == Lines{"customer/A -20.00 50.00", "clearing/cash 20.00 -50.00"});
}

TEST_CASE("a payment stays in suspense when the account that it named is opened") {
  Books books;
  books.given(pay("late", "10", "p1"), open("late"));
  const auto& back = books.when(reverse_payment("p1", "4")).then<payment::PaymentReversed>();
  CHECK(lines(back.postings) == Lines{"suspense/cash -4.00 6.00", "clearing/cash 4.00 -6.00"});
  CHECK(account::standings_in(back).empty());
  CHECK(books.account("late").version < books.sequence());
  books.given(assign_payment("p1", "late"));
  CHECK(books.account("late").balance_minor == 600);
}

TEST_CASE("a payment in suspense settles a closed account that still owes") {
  Books books;
  books.given(open("A"), pay("A", "5", "p1"), charge("A", "5"), close("A"), reverse_payment("p1"));
  books.given(pay("nobody", "3", "p2"), assign_payment("p2", "A"));
  CHECK(books.account("A").balance_minor == -200);
  CHECK(books.account("A").status == account::Status::closed);
}

TEST_CASE("what is left of a payment is moved to the account that it was meant for, and again") {
  Books books;
  books.given(open("A", "50"), open("B"), open("C"), pay("A", "100", "p1"));
  const uint64_t paid = books.sequence();
  books.given(reverse_payment("p1", "10"), charge("A", "60"));
  const auto& event = books.when(move_payment("p1", "B")).then<payment::PaymentMoved>();
  CHECK(event.account == Id{"A"});
  CHECK(event.to == Id{"B"});
  CHECK(event.amount == Money{9000, currency("RUB")});
  CHECK(event.provider == Id{"cash"});
  CHECK(event.external_id == ExternalId{"p1"});
  CHECK(event.moves == Sequence(paid));
  CHECK(event.reason == Reason{"a digit was wrong"});
  CHECK(event.effective == date("2026-11-20"));
  CHECK(lines(event.postings) == Lines{"customer/A -90.00 -60.00", "customer/B 90.00 90.00"});
  CHECK(lines(event.standing) == Lines{"A -60.00 -10.00 on", "B 90.00 90.00 on"});
  CHECK(owning_account(event) == "A");
  CHECK(books.account("A").version == books.sequence());
  CHECK(books.account("B").version == books.sequence());

  const auto& part = books.when(reverse_payment("p1", "15")).then<payment::PaymentReversed>();
  CHECK(lines(part.postings) == Lines{"customer/B -15.00 75.00", "clearing/cash 15.00 -75.00"});
  CHECK(lines(books.when(move_payment("p1", "C")).then<payment::PaymentMoved>().postings) ==
        Lines{"customer/B -75.00 0.00", "customer/C 75.00 75.00"});
  CHECK(lines(books.when(move_payment("p1", "A")).then<payment::PaymentMoved>().postings) ==
        Lines{"customer/C -75.00 0.00", "customer/A 75.00 15.00"});
  const auto& rest = books.when(reverse_payment("p1")).then<payment::PaymentReversed>();
  CHECK(rest.account == Id{"A"});
  CHECK(rest.left.is_zero());
  CHECK(lines(rest.postings) == Lines{"customer/A -75.00 -60.00", "clearing/cash 75.00 0.00"});
  books.when(move_payment("p1", "B")).then_rejected(payment::payment_reversed_already, "/data/external_id");
}

TEST_CASE("a payment is moved away from a closed account too, and one that was assigned is moved") {
  Books books;
  books.given(open("A"), open("B"), pay("A", "5", "p1"), charge("A", "5"), close("A"));
  CHECK(lines(books.when(move_payment("p1", "B")).then<payment::PaymentMoved>().postings) ==
        Lines{"customer/A -5.00 -5.00", "customer/B 5.00 5.00"});
  CHECK(books.account("A").status == account::Status::closed);
  books.given(open("C"), pay("nobody", "7", "p2"), assign_payment("p2", "B"), move_payment("p2", "C"));
  CHECK(books.account("B").balance_minor == 500);
  CHECK(books.account("C").balance_minor == 700);
}

TEST_CASE("a payment that was assigned or moved keeps the receiver's promise as if it had been his") {
  Books books;
  books.given(promises_up_to("600", 5, 0), open("A"), open("B"), promise_of("A", "600", 3));
  books.given(pay("nobody", "200", "p1"), assign_payment("p1", "A"));
  CHECK(books.arrangement("A").promise_left_minor == 40000);
  books.given(pay("B", "100", "p2"), move_payment("p2", "A"));
  CHECK(books.arrangement("A").promise_left_minor == 30000);
  books.given(pay("nobody", "300", "p3"), assign_payment("p3", "A"));
  CHECK(books.arrangement("A").promise_minor == 0);
}

TEST_CASE("what was paid with money that was moved away has no grace") {
  Books books;
  books.given(promises_up_to("600", 5, 0), open("A"), open("B"), promise_of("A", "5", 3),
              pay("A", "5", "p1"));
  World& world = books.world();
  world.change_arrangement(*world.find_account(books.tenant(), "A")).overdue_us = INT64_MAX;
  books.given(move_payment("p1", "B"));
  CHECK(books.arrangement("A").overdue_us == 0);
}

}  // namespace
}  // namespace provodka::test
