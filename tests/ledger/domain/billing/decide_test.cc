#include "ledger/domain/billing/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

billing::RunBilling run(std::string_view through) { return {.through = Instant::parse(through).value()}; }

TEST_CASE("a run says what was charged and what was not, and why") {
  Books books;
  books.given(service("internet"), tariff("basic", "600"), open("A"), open("B"), open("C"));
  books.given(pay("A", "220", "p1"), pay("B", "500", "p2"), subscribe("A", "basic", "SA"),
              subscribe("B", "basic", "SB"), subscribe("C", "basic", "SC"));
  const auto& first = books.when(run("2026-11-20T09:00:00Z")).then<billing::RunCompleted>();
  CHECK(first.expected == 3);
  CHECK(first.charged == 2);
  REQUIRE(first.skipped.size() == 1);
  CHECK(first.skipped.front().reason == subscription::Why::unpaid);
  CHECK(first.skipped.front().count == 1);
  REQUIRE(first.services.size() == 1);
  CHECK(first.services.front().charges == 2);
  CHECK(first.services.front().amount.minor == 44000);
  const auto& second = books.when(run("2026-11-20T09:00:00Z")).then<billing::RunCompleted>();
  CHECK(second.charged == 2);
  CHECK(second.services.empty());
}

TEST_CASE("a run goes no further than now") {
  Books books;
  books.when(run("2026-11-20T09:00:01Z")).then_rejected(billing::run_in_future, "/data/through");
}

}  // namespace
}  // namespace provodka::test
