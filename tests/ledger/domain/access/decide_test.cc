#include "ledger/domain/access/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

using Types = std::initializer_list<std::string_view>;
constexpr std::string_view kChanged = access::AccessChanged::type;

Lines reasons(const access::AccessChanged& event) {
  Lines reasons;
  for (const Reason reason : event.reasons) reasons.emplace_back(reason.text);
  return reasons;
}

const access::AccessChanged& at(const Decision& decision, size_t i) {
  return std::get<access::AccessChanged>(decision[i]);
}

TEST_CASE("a block switches the point off, and lifting it on again") {
  Books books;
  books.given(open("A"));
  const auto& off = books.when(block_account("A", "debt")).then<access::AccessChanged>();
  CHECK(off.account == Id{"A"});
  CHECK(off.point == Id{"A"});
  CHECK(off.version == 1);
  CHECK(off.wanted == account::Access::off);
  CHECK(off.change == access::Change::block);
  CHECK(off.reason == Reason{"debt"});
  CHECK(reasons(off) == Lines{"debt"});
  CHECK(off.effective == date("2026-11-20"));
  CHECK(lines(account::standings_in(off)) == Lines{"A 0.00 0.00 off"});
  CHECK(books.account("A").points_on == 0);
  CHECK(books.account("A").version == books.sequence());

  const auto& on = books.when(unblock_account("A", "debt")).then<access::AccessChanged>();
  CHECK(on.version == 2);
  CHECK(on.wanted == account::Access::on);
  CHECK(on.change == access::Change::unblock);
  CHECK(on.reason == Reason{"debt"});
  CHECK(on.reasons.empty());
  CHECK(lines(account::standings_in(on)) == Lines{"A 0.00 0.00 on"});
  CHECK(books.account("A").points_on == 1);
}

TEST_CASE("reasons are a set: access is on only while it is empty") {
  Books books;
  books.given(open("A"));
  books.given(block_account("A", "debt"), block_account("A", "holiday"));
  CHECK(reasons(books.when(block_point("A", "fraud")).then<access::AccessChanged>()) ==
        Lines{"debt", "holiday", "fraud"});
  books.when(block_account("A", "holiday")).then_rejected(access::blocked_already, "/data/reason");

  const auto& middle = books.when(unblock_account("A", "holiday")).then<access::AccessChanged>();
  CHECK(reasons(middle) == Lines{"debt", "fraud"});
  CHECK(middle.wanted == account::Access::off);
  CHECK(middle.version == 4);
  books.when(unblock_account("A", "holiday")).then_rejected(access::not_blocked, "/data/reason");

  const auto& first = books.when(unblock_point("A", "debt")).then<access::AccessChanged>();
  CHECK(reasons(first) == Lines{"fraud"});
  CHECK(first.wanted == account::Access::off);
  const auto& last = books.when(unblock_account("A", "fraud")).then<access::AccessChanged>();
  CHECK(last.wanted == account::Access::on);
  CHECK(last.version == 6);
  CHECK(books.point("A").version == 6);
  CHECK(books.point("A").first_block == kNone);

  // What was taken away may come again.
  CHECK(books.when(block_account("A", "debt")).then<access::AccessChanged>().version == 7);
}

TEST_CASE("a block of an account is one event for each of its points") {
  Books books;
  books.given(open("A"), add_point("A", "A-2"), add_point("A", "A-3"), open("B"));
  const Decision& off = books.when(block_account("A", "debt")).then_events({kChanged, kChanged, kChanged});
  CHECK(at(off, 0).point == Id{"A"});
  CHECK(at(off, 1).point == Id{"A-2"});
  CHECK(at(off, 2).point == Id{"A-3"});
  // The account is on until the last of its points is off.
  CHECK(lines(account::standings_in(at(off, 0))) == Lines{"A 0.00 0.00 on"});
  CHECK(lines(account::standings_in(at(off, 1))) == Lines{"A 0.00 0.00 on"});
  CHECK(lines(account::standings_in(at(off, 2))) == Lines{"A 0.00 0.00 off"});
  CHECK(books.account("A").points_on == 0);
  CHECK(books.account("A").version == books.sequence());
  CHECK(books.account("B").points_on == 1);

  const Decision& on = books.when(unblock_account("A", "debt")).then_events({kChanged, kChanged, kChanged});
  CHECK(lines(account::standings_in(at(on, 0))) == Lines{"A 0.00 0.00 on"});
  CHECK(books.account("A").points_on == 3);
}

TEST_CASE("only the points whose reasons change have an event") {
  Books books;
  books.given(open("A"), add_point("A", "A-2"), add_point("A", "A-3"), block_point("A-2", "debt"));
  const Decision& off = books.when(block_account("A", "debt")).then_events({kChanged, kChanged});
  CHECK(at(off, 0).point == Id{"A"});
  CHECK(at(off, 0).version == 1);
  CHECK(at(off, 1).point == Id{"A-3"});
  CHECK(lines(account::standings_in(at(off, 1))) == Lines{"A 0.00 0.00 off"});
  books.given(block_point("A-2", "fraud"), unblock_point("A", "debt"));
  const Decision& on = books.when(unblock_account("A", "debt")).then_events({kChanged, kChanged});
  CHECK(at(on, 0).point == Id{"A-2"});
  CHECK(at(on, 0).wanted == account::Access::off);
  CHECK(at(on, 0).version == 3);
  CHECK(at(on, 1).point == Id{"A-3"});
  CHECK(at(on, 1).wanted == account::Access::on);
}

TEST_CASE("a point is blocked alone, and the account stays on") {
  Books books;
  books.given(open("A"), add_point("A", "A-2"));
  const auto& event = books.when(block_point("A-2", "broken")).then<access::AccessChanged>();
  CHECK(event.account == Id{"A"});
  CHECK(event.point == Id{"A-2"});
  CHECK(event.wanted == account::Access::off);
  CHECK(lines(account::standings_in(event)) == Lines{"A 0.00 0.00 on"});
  CHECK(books.point("A").version == 0);
}

TEST_CASE("what is neither blocked nor found cannot be blocked or lifted") {
  Books books;
  books.given(open("A"), add_point("A", "A-2"), open("gone"), close("gone"));
  const access::Block nothing{.account = {}, .point = {}, .reason = {"debt"}};
  const access::Block both{.account = Id{"nobody"}, .point = Id{"nowhere"}, .reason = {"debt"}};
  const access::Unblock lift_nothing{.account = {}, .point = {}, .reason = {"debt"}};
  const access::Unblock lift_both{.account = Id{"nobody"}, .point = Id{"nowhere"}, .reason = {"debt"}};
  books.when(nothing).then_rejected(access::account_or_point, "/data/account");
  books.when(both).then_rejected(access::account_or_point, "/data/account");
  books.when(lift_nothing).then_rejected(access::account_or_point, "/data/account");
  books.when(lift_both).then_rejected(access::account_or_point, "/data/account");
  books.when(block_account("nobody", "debt")).then_rejected(common::unknown_account, "/data/account");
  books.when(unblock_account("nobody", "debt")).then_rejected(common::unknown_account, "/data/account");
  books.when(block_account("A-2", "debt")).then_rejected(common::unknown_account, "/data/account");
  books.when(block_account("gone", "debt")).then_rejected(common::account_closed, "/data/account");
  books.when(unblock_account("gone", "debt")).then_rejected(common::account_closed, "/data/account");
  books.when(block_point("nowhere", "debt")).then_rejected(access::unknown_point, "/data/point");
  books.when(unblock_point("nowhere", "debt")).then_rejected(access::unknown_point, "/data/point");
  books.when(block_point("gone", "debt")).then_rejected(common::account_closed, "/data/point");
  books.when(unblock_point("gone", "debt")).then_rejected(common::account_closed, "/data/point");
  books.when(unblock_account("A", "debt")).then_rejected(access::not_blocked, "/data/reason");
  books.when(unblock_point("A-2", "debt")).then_rejected(access::not_blocked, "/data/reason");
  books.given(block_account("A", "debt"));
  books.when(block_account("A", "debt")).then_rejected(access::blocked_already, "/data/reason");
  books.when(block_point("A-2", "debt")).then_rejected(access::blocked_already, "/data/reason");
  books.when(unblock_account("A", "Debt")).then_rejected(access::not_blocked, "/data/reason");
}

TEST_CASE("a point has at most 32 reasons") {
  std::vector<std::string> texts;
  for (int i = 0; i < 33; ++i) texts.push_back(fmt::format("reason {}", i));
  Books books;
  books.given(open("A"), add_point("A", "A-2"));
  for (int i = 0; i < 32; ++i) books.given(block_point("A", texts[i]));
  books.when(block_point("A", texts[32])).then_rejected(access::too_many_reasons, "/data/reason");
  books.when(block_point("A", texts[31])).then_rejected(access::blocked_already, "/data/reason");
  // All of the account or nothing of it.
  books.when(block_account("A", texts[32])).then_rejected(access::too_many_reasons, "/data/reason");
  CHECK(books.point("A-2").version == 0);
  for (int i = 31; i >= 0; --i) books.given(unblock_point("A", texts[i]));
  CHECK(books.account("A").points_on == 2);
  // Rows of the past are used again.
  for (int i = 0; i < 32; ++i) books.given(block_point("A-2", texts[i]));
  CHECK(books.world().blocks.size() == 32);
  CHECK(books.world().reasons.size() == 32);
}

TEST_CASE("a point is added behind the others, and it is on") {
  Books books;
  books.given(open("A", "5"), block_account("A", "debt"));
  access::AddPoint command = add_point("A", "A-2");
  command.device = Id{"router-1"};
  command.login = Text<64>{"ann"};
  command.address = Text<64>{"10.0.0.7"};
  command.mac = Text<64>{"02:00:00:00:00:07"};
  const auto& event = books.when(command).then<access::PointAdded>();
  CHECK(event.account == Id{"A"});
  CHECK(event.point == Id{"A-2"});
  CHECK(event.device == Id{"router-1"});
  CHECK(event.login == Text<64>{"ann"});
  CHECK(event.address == Text<64>{"10.0.0.7"});
  CHECK(event.mac == Text<64>{"02:00:00:00:00:07"});
  CHECK(lines(account::standings_in(event)) == Lines{"A 0.00 5.00 on"});
  CHECK(books.account("A").points_on == 1);
  CHECK(books.account("A").version == books.sequence());
  CHECK(books.point("A-2").version == 0);
}

TEST_CASE("a point that cannot be added") {
  Books books;
  books.given(open("A"), open("B"), open("gone"), close("gone"), add_point("A", "A-2"));
  books.when(add_point("nobody", "A")).then_rejected(common::unknown_account, "/data/account");
  books.when(add_point("gone", "A")).then_rejected(common::account_closed, "/data/account");
  books.when(add_point("A", "A")).then_rejected(access::point_exists, "/data/point");
  books.when(add_point("A", "B")).then_rejected(access::point_exists, "/data/point");
  books.when(add_point("B", "A-2")).then_rejected(access::point_exists, "/data/point");
  books.when(add_point("B", "gone")).then_rejected(access::point_exists, "/data/point");
}

TEST_CASE("an account has at most 100 points") {
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back(fmt::format("A-{}", i));
  Books books;
  books.given(open("A"));
  for (int i = 0; i < 99; ++i) books.given(add_point("A", names[i]));
  books.when(add_point("A", names[99])).then_rejected(access::too_many_points, "/data/account");
  CHECK(books.account("A").points_on == 100);
}

TEST_CASE("a payment says that the account is off while all of its points are") {
  Books books;
  books.given(open("A"), add_point("A", "A-2"), block_account("A", "debt"));
  CHECK(lines(account::standings_in(books.when(pay("A", "1", "p1")).then<payment::PaymentReceived>())) ==
        Lines{"A 1.00 1.00 off"});
  books.given(unblock_point("A-2", "debt"));
  CHECK(lines(account::standings_in(books.when(pay("A", "1", "p2")).then<payment::PaymentReceived>())) ==
        Lines{"A 2.00 2.00 on"});
}

TEST_CASE("billing's reasons are its own where there is something to bill") {
  Books books;
  books.given(service("internet"), tariff("basic", "600"), open("A"), block_account("A", "debt"),
              unblock_account("A", "debt"), subscribe("A", "basic"));
  for (const std::string_view reason : {"unpaid", "debt", "frozen", "ended", "not_started", "closed"})
    books.when(block_account("A", reason)).then_rejected(access::reserved_reason, "/data/reason");
  books.when(unblock_account("A", "unpaid")).then_rejected(access::reserved_reason, "/data/reason");
  books.given(block_account("A", "abuse"));
}

}  // namespace
}  // namespace provodka::test
