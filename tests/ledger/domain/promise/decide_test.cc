#include "ledger/domain/promise/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

TEST_CASE("a promise lends until the midnight after its full days") {
  Books books;
  books.given(promises_up_to("600", 5, 30), open("A"));
  const auto& event = books.when(promise_of("A", "600", 3)).then<promise::PromiseGiven>();
  CHECK(event.until == date("2026-11-24"));
  CHECK(lines(event.standing) == Lines{"A 0.00 600.00 on"});
  books.when(promise_of("A", "1", 1)).then_rejected(promise::promise_stands, "/data/account");
}

TEST_CASE("what is paid keeps a promise, and the next has to wait") {
  Books books;
  books.given(promises_up_to("600", 5, 30), open("A"), promise_of("A", "600", 3), pay("A", "599.99", "p1"));
  CHECK(books.arrangement("A").promise_left_minor == 1);
  books.given(pay("A", "0.01", "p2"));
  CHECK(books.arrangement("A").promise_minor == 0);
  books.when(promise_of("A", "1", 1)).then_rejected(promise::promise_too_soon, "/data/account");
}

TEST_CASE("a promise has bounds") {
  Books books;
  books.given(open("A"));
  books.when(promise_of("A", "1", 1)).then_rejected(promise::promise_too_large, "/data/amount");
  books.given(promises_up_to("600", 5, 30));
  books.when(promise_of("A", "600.01", 1)).then_rejected(promise::promise_too_large, "/data/amount");
  books.when(promise_of("A", "600", 0)).then_rejected(promise::promise_too_long, "/data/days");
  books.when(promise_of("A", "600", 6)).then_rejected(promise::promise_too_long, "/data/days");
  books.when(promise_of("A", "0", 1)).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(promise_of("B", "1", 1)).then_rejected(common::unknown_account, "/data/account");
}

}  // namespace
}  // namespace provodka::test
