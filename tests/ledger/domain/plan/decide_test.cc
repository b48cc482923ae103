#include "ledger/domain/plan/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

plan::AddExtra extra(std::string_view account, std::string_view amount_text) {
  return {.account = {account},
          .service = {"static"},
          .amount = amount(amount_text),
          .currency = currency("RUB"),
          .period = {},
          .count = {}};
}

plan::AgreeInstalment instalment(std::string_view account, std::string_view amount_text, uint32_t parts,
                                 std::string_view first = "2026-11-20") {
  return {.account = {account},
          .service = {"static"},
          .amount = amount(amount_text),
          .currency = currency("RUB"),
          .parts = parts,
          .first = date(first)};
}

TEST_CASE("an extra is charged once, or by periods") {
  Books books;
  books.given(service("static"), open("A"), pay("A", "50.00", "p1"));
  books.when(extra("B", "1.00")).then_rejected(common::unknown_account, "/data/account");
  auto other = extra("A", "1.00");
  other.service = {"tv"};
  books.when(other).then_rejected(plan::unknown_extra_service, "/data/service");
  books.when(extra("A", "0.00")).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(extra("A", "50.01")).then_rejected(common::insufficient_funds, "/data/amount");
  books.given(extra("A", "20.00"));
  CHECK(books.account("A").balance_minor == 3000);

  auto monthly = extra("A", "10.00");
  monthly.count = 2;
  books.when(monthly).then_rejected(plan::count_without_period, "/data/count");
  monthly.period = tariff::Length::hour;
  books.when(monthly).then_rejected(plan::count_without_period, "/data/period");
  monthly.period = tariff::Length::month;
  books.given(monthly);
  CHECK(books.account("A").balance_minor == 2000);
  books.when(monthly).then_rejected(plan::extra_exists, "/data/service");
  books.given(plan::RemoveExtra{.account = {"A"}, .service = {"static"}});
  books.when(plan::RemoveExtra{.account = {"A"}, .service = {"static"}})
      .then_rejected(plan::unknown_extra, "/data/service");
}

TEST_CASE("what is charged in advance is earned month by month") {
  Books books;
  books.given(service("static"), open("A"), pay("A", "300.00", "p1"));
  auto monthly = extra("A", "300.00");
  monthly.period = tariff::Length::month;
  books.given(monthly);
  // Eleven of thirty days are in November.
  CHECK(books.ledger_minor(book::Kind::revenue, "static") == 11000);
  CHECK(books.ledger_minor(book::Kind::deferred, "static") == 19000);
}

TEST_CASE("instalments are a receivable that becomes due in parts") {
  Books books;
  books.given(service("static"), open("A"), pay("A", "500.00", "p1"));
  books.when(instalment("B", "1.00", 1)).then_rejected(common::unknown_account, "/data/account");
  auto other = instalment("A", "1.00", 1);
  other.service = {"tv"};
  books.when(other).then_rejected(plan::unknown_extra_service, "/data/service");
  books.when(instalment("A", "0.00", 1)).then_rejected(common::amount_not_positive, "/data/amount");
  books.when(instalment("A", "1.00", 0)).then_rejected(plan::bad_parts, "/data/parts");
  books.when(instalment("A", "1.00", 101)).then_rejected(plan::bad_parts, "/data/parts");
  books.when(instalment("A", "500.00", 121)).then_rejected(plan::bad_parts, "/data/parts");
  books.when(instalment("A", "1.00", 1, "2026-11-19")).then_rejected(plan::first_in_past, "/data/first");
  books.given(instalment("A", "500.00", 12));
  CHECK(books.account("A").balance_minor == 50000 - 4167);
  CHECK(books.ledger_minor(book::Kind::receivable, "static") == -(50000 - 4167));
  CHECK(books.ledger_minor(book::Kind::revenue, "static") == 50000);
}

}  // namespace
}  // namespace provodka::test
