#include "ledger/domain/access/rejection.h"
#include "ledger/domain/device/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

using access::AccessApplied;
using access::Outcome;

TEST_CASE("what a router did is recorded, and the account is as it was") {
  Books books;
  books.given(open("A"), pay("A", "10.00", "p1"), register_device("r1"), block_account("A", "debt"));
  const uint64_t version = books.account("A").version;
  auto command = report_access("A", 1);
  command.detail = Reason{"3 entries"};
  const auto& event = books.when(command).then<AccessApplied>();
  CHECK(event.account == Id{"A"});
  CHECK(event.point == Id{"A"});
  CHECK(event.version == 1);
  CHECK(event.device == Id{"r1"});
  CHECK(event.outcome == Outcome::applied);
  CHECK(event.ms == 12);
  CHECK(event.detail == Reason{"3 entries"});
  CHECK(event.effective == date("2026-11-20"));
  CHECK(account::standings_in(event).empty());
  CHECK(books.stored().back().contains(R"("subject":"point/A")"));
  CHECK(books.stored().back().contains(R"("partitionkey":"acme/A",)"));
  CHECK(books.account("A").version == version);
  CHECK(books.account("A").balance_minor == 1000);
  CHECK(books.point("A").version == 1);
  CHECK(books.point("A").reported == 1);
}

TEST_CASE("a version is reported until it is applied, and again when it was lost") {
  Books books;
  books.given(open("A"), register_device("r1"), block_account("A", "debt"));
  books.given(report_access("A", 0), report_access("A", 1, "r1", Outcome::failed),
              report_access("A", 1, "r1", Outcome::failed), report_access("A", 1),
              report_access("A", 1, "r1", Outcome::repaired));
  books.given(unblock_account("A", "debt"), report_access("A", 1), report_access("A", 2));
  CHECK(books.point("A").reported == 2);
}

TEST_CASE("a report that does not fit") {
  Books books;
  books.given(open("A"), register_device("r1"), register_device("old"), retire("old"),
              block_account("A", "debt"), report_access("A", 1));
  books.when(report_access("nowhere", 9, "nothing")).then_rejected(access::unknown_point, "/data/point");
  books.when(report_access("A", 9, "nothing")).then_rejected(device::unknown_device, "/data/device");
  books.when(report_access("A", 9, "old")).then_rejected(device::device_retired, "/data/device");
  books.when(report_access("A", 2)).then_rejected(access::version_ahead, "/data/version");
  books.when(report_access("A", 0)).then_rejected(access::report_out_of_date, "/data/version");
}

TEST_CASE("a point that is gone or closed is still reported on") {
  Books books;
  books.given(open("A"), add_point("A", "A-2"), register_device("r1"), remove_point("A-2"), open("B"),
              close("B"));
  CHECK(books.when(report_access("A-2", 1)).then<AccessApplied>().account == Id{"A"});
  books.when(report_access("A-2", 2)).then_rejected(access::version_ahead, "/data/version");
  // Closing switches it off.
  CHECK(books.point("B").version == 1);
  books.given(report_access("B", 1));
}

}  // namespace
}  // namespace provodka::test
