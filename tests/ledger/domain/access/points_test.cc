#include "ledger/domain/access/place.h"
#include "ledger/domain/access/rejection.h"
#include "ledger/domain/account/rejection.h"
#include "ledger/domain/subscription/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

using access::PointChanged;
using access::PointRemoved;

uint64_t served_by(Books& books, std::string_view subscription) {
  const World& world = books.world();
  return world.subscriptions[world.find_subscription(books.tenant(), subscription).value()].points;
}

subscription::StartSubscription subscribe_points(std::initializer_list<std::string_view> points,
                                                 std::string_view name) {
  auto command = subscribe("A", "basic", name);
  command.points.emplace();
  for (const std::string_view point : points) command.points->push_back({point});
  return command;
}

TEST_CASE("a point is changed, and its version and the account's move on") {
  Books books;
  books.given(open("A", "5"), add_point("A", "A-2"), block_point("A-2", "debt"));
  auto command = change_point("A-2", "router-2");
  command.account = Id{"A"};
  command.login = Text<64>{"ann"};
  command.address = Text<64>{"10.0.0.8"};
  command.mac = Text<64>{"02:00:00:00:00:08"};
  const auto& event = books.when(command).then<PointChanged>();
  CHECK(event.account == Id{"A"});
  CHECK(event.point == Id{"A-2"});
  CHECK(event.version == 2);
  CHECK(event.device == Id{"router-2"});
  CHECK(event.login == Text<64>{"ann"});
  CHECK(event.address == Text<64>{"10.0.0.8"});
  CHECK(event.mac == Text<64>{"02:00:00:00:00:08"});
  CHECK(lines(account::standings_in(event)) == Lines{"A 0.00 5.00 on"});
  CHECK(books.stored().back().contains(R"("subject":"point/A-2")"));
  CHECK(books.stored().back().contains(R"("partitionkey":"acme/A",)"));
  CHECK(books.world().strings[books.point("A-2").device] == "router-2");
  CHECK(books.account("A").version == books.sequence());
  // The reasons stand, and the next of them has the version behind.
  CHECK(books.when(unblock_point("A-2", "debt")).then<access::AccessChanged>().version == 3);
}

TEST_CASE("what is left out of a change stays") {
  Books books;
  books.given(open("A"), change_point("A", "router-1"));
  auto command = change_point("A");
  command.mac = Text<64>{"02:00:00:00:00:08"};
  CHECK_FALSE(books.when(command).then<PointChanged>().device.has_value());
  CHECK(books.world().strings[books.point("A").device] == "router-1");
  CHECK(books.point("A").version == 2);
}

TEST_CASE("a point that cannot be changed") {
  Books books;
  books.given(open("A"), open("B"), open("gone"), close("gone"), change_point("A", "router-1"));
  books.when(change_point("nowhere", "r")).then_rejected(access::unknown_point, "/data/point");
  books.when(change_point("gone", "r")).then_rejected(common::account_closed, "/data/point");
  books.when(change_point("A")).then_rejected(access::point_unchanged, "/data");
  books.when(change_point("A", "router-1")).then_rejected(access::point_unchanged, "/data");
  auto command = change_point("A", "router-2");
  command.account = Id{"B"};
  books.when(command).then_rejected(access::point_of_another, "/data/account");
  command.account = Id{"nobody"};
  books.when(command).then_rejected(common::unknown_account, "/data/account");
  command.account = Id{"gone"};
  books.when(command).then_rejected(common::account_closed, "/data/account");
}

TEST_CASE("a point is removed with its reasons, and its name is not used again") {
  Books books;
  books.given(open("A"), add_point("A", "A-2"), add_point("A", "A-3"), block_point("A-2", "debt"),
              block_point("A-2", "fraud"), block_point("A", "debt"));
  const auto& event = books.when(remove_point("A-2")).then<PointRemoved>();
  CHECK(event.account == Id{"A"});
  CHECK(event.point == Id{"A-2"});
  CHECK(event.version == 3);
  CHECK(lines(account::standings_in(event)) == Lines{"A 0.00 0.00 on"});
  CHECK(books.stored().back().contains(R"("subject":"point/A-2")"));
  CHECK(books.account("A").points_on == 1);
  CHECK(books.account("A").version == books.sequence());
  books.when(remove_point("A-2")).then_rejected(access::unknown_point, "/data/point");
  books.when(change_point("A-2", "r")).then_rejected(access::unknown_point, "/data/point");
  books.when(block_point("A-2", "debt")).then_rejected(access::unknown_point, "/data/point");
  books.when(add_point("A", "A-2")).then_rejected(access::point_exists, "/data/point");
  books.when(open("A-2")).then_rejected(account::point_name_taken, "/data/account");
  // The rows of its reasons are used again.
  books.given(block_point("A-3", "debt"), block_point("A-3", "fraud"));
  CHECK(books.world().blocks.size() == 3);
  CHECK(books.account("A").points_on == 0);
  // The account is off once what is left of it is.
  books.given(unblock_point("A-3", "debt"), unblock_point("A-3", "fraud"));
  CHECK(lines(account::standings_in(books.when(remove_point("A-3")).then<PointRemoved>())) ==
        Lines{"A 0.00 0.00 off"});
  CHECK(books.account("A").points_on == 0);
}

TEST_CASE("an account keeps its last point") {
  Books books;
  books.given(open("A"), add_point("A", "A-2"), open("gone"), close("gone"));
  books.given(remove_point("A"));
  books.when(remove_point("A-2")).then_rejected(access::last_point, "/data/point");
  books.when(remove_point("nowhere")).then_rejected(access::unknown_point, "/data/point");
  books.when(remove_point("gone")).then_rejected(common::account_closed, "/data/point");
  books.given(add_point("A", "A-3"), remove_point("A-2"), block_account("A", "debt"));
}

TEST_CASE("a point that a subscription names stays while the subscription lasts") {
  Books books;
  books.given(service("internet"), tariff("basic", "600"), open("A"), add_point("A", "A-2"),
              add_point("A", "A-3"), pay("A", "3000", "p1"), subscribe_points({"A-3"}, "S"),
              subscribe("A", "basic", "T"));
  CHECK(served_by(books, "S") == 0b100);
  books.when(remove_point("A-3")).then_rejected(access::point_in_use, "/data/point");
  // Those behind a removed point move up.
  books.given(remove_point("A"));
  CHECK(served_by(books, "S") == 0b10);
  CHECK(served_by(books, "T") == ~uint64_t{0});
  books.when(remove_point("A-3")).then_rejected(access::point_in_use, "/data/point");
  books.given(cancel("S"), remove_point("A-3"));
  CHECK(served_by(books, "S") == 0);
  CHECK(books.account("A").points_on == 1);
  auto command = subscribe_points({"A-3"}, "U");
  books.when(command).then_rejected(subscription::not_its_point, "/data/points");
}

TEST_CASE("the bits of points behind the 63rd") {
  using access::is_named;
  using access::without;
  constexpr uint64_t kAll = ~uint64_t{0}, kLast = uint64_t{1} << 63;
  CHECK(without(kAll, {.index = 0, .points = 2}) == kAll);
  CHECK(without(0b1011, {.index = 2, .points = 4}) == 0b111);
  CHECK(without(0b1000, {.index = 0, .points = 4}) == 0b100);
  CHECK(without(0b0011, {.index = 3, .points = 4}) == 0b011);
  // The 64th has a bit of its own while it is the last.
  CHECK(without(kLast, {.index = 0, .points = 64}) == kLast >> 1);
  CHECK(without(kLast | 1, {.index = 63, .points = 64}) == 1);
  CHECK(without(kLast, {.index = 0, .points = 65}) == (kLast | kLast >> 1));
  CHECK(without(kLast | 1, {.index = 70, .points = 80}) == (kLast | 1));
  CHECK(is_named(kLast, {.index = 80, .points = 90}));
  CHECK_FALSE(is_named(kAll, {.index = 80, .points = 90}));
  CHECK_FALSE(is_named(kLast, {.index = 62, .points = 90}));
}

TEST_CASE("a subscription may name the hundredth point") {
  std::vector<std::string> names;
  for (int i = 0; i < 99; ++i) names.push_back(fmt::format("A-{}", i));
  Books books;
  books.given(service("internet"), tariff("basic", "600"), open("A"), pay("A", "600", "p1"));
  for (const std::string& name : names) books.given(add_point("A", name));
  books.given(subscribe_points({names.back()}, "S"));
  CHECK(served_by(books, "S") == uint64_t{1} << 63);
  books.when(remove_point(names.back())).then_rejected(access::point_in_use, "/data/point");
}

}  // namespace
}  // namespace provodka::test
