#include "ledger/domain/subscription/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

using subscription::State;
using subscription::Why;

void sell_internet(Books& books) {
  auto vip = tariff("vip", "9000");
  vip.group = Id{"vip"};
  auto basic = tariff("basic", "600");
  basic.switch_to = tariff::Groups{Id{"home"}};
  auto fast = tariff("fast", "900");
  fast.group = Id{"home"};
  books.given(service("internet"), basic, fast, vip, tariff("future", "1", 1, "2027-01-01"), open("A"));
}

const subscription::SubscriptionRow& subscription_of(Books& books) {
  return books.world().subscriptions[books.world().find_subscription(books.tenant(), "S").value()];
}

TEST_CASE("a subscription is charged when it starts, or is off") {
  Books books;
  sell_internet(books);
  CHECK(books.when(subscribe("A", "basic")).then<subscription::SubscriptionStarted>().version == 1);
  CHECK(subscription_of(books).why == Why::unpaid);
  CHECK(books.account("A").points_on == 0);
  books.given(pay("A", "219.99", "p1"));
  CHECK(subscription_of(books).state == State::off);
  books.given(pay("A", "0.01", "p2"));  // eleven of thirty days, today included
  CHECK(subscription_of(books).state == State::active);
  CHECK(books.account("A").balance_minor == 0);
  CHECK(books.account("A").points_on == 1);
}

TEST_CASE("what a subscription names has to be there") {
  Books books;
  sell_internet(books);
  books.when(subscribe("B", "basic")).then_rejected(common::unknown_account, "/data/account");
  books.when(subscribe("A", "slow")).then_rejected(subscription::unknown_plan, "/data/tariff");
  books.when(subscribe("A", "future")).then_rejected(subscription::not_in_force, "/data/tariff");
  books.given(tariff::CloseTariff{.tariff = {"vip"}});
  books.when(subscribe("A", "vip")).then_rejected(subscription::plan_closed, "/data/tariff");
  auto start = subscribe("A", "basic");
  start.from = date("2026-11-19");
  books.when(start).then_rejected(subscription::start_in_past, "/data/from");
  start = subscribe("A", "basic");
  start.points = subscription::Points{Id{"A"}, Id{"elsewhere"}};
  books.when(start).then_rejected(subscription::not_its_point, "/data/points");
  books.given(subscribe("A", "basic"));
  books.when(subscribe("A", "basic")).then_rejected(subscription::subscription_exists, "/data/subscription");
  books.when(cancel("T")).then_rejected(subscription::unknown_subscription, "/data/subscription");
}

TEST_CASE("an account has 64 subscriptions at most") {
  Books books;
  sell_internet(books);
  for (int i = 0; i < 64; ++i) books.given(subscribe("A", "basic", fmt::format("S{}", i)));
  books.when(subscribe("A", "basic")).then_rejected(subscription::too_many_subscriptions, "/data/account");
}

TEST_CASE("a switch is within the groups, once a day, and can be paid") {
  Books books;
  sell_internet(books);
  books.given(pay("A", "220", "p1"), subscribe("A", "basic"));
  books.when(switch_to("basic")).then_rejected(subscription::same_tariff, "/data/tariff");
  books.when(switch_to("vip")).then_rejected(subscription::outside_group, "/data/tariff");
  books.when(switch_to("slow")).then_rejected(subscription::unknown_plan, "/data/tariff");
  books.when(switch_to("fast")).then_rejected(common::insufficient_funds, "/data/tariff");
  books.given(pay("A", "110", "p2"));
  CHECK(books.when(switch_to("fast")).then<subscription::SubscriptionSwitched>().unused.minor == 22000);
  CHECK(books.account("A").balance_minor == 0);
  CHECK(subscription_of(books).state == State::active);
  books.when(switch_to("basic")).then_rejected(subscription::switched_today, "/data/subscription");
}

TEST_CASE("a switch at the next period changes nothing before") {
  Books books;
  sell_internet(books);
  books.given(pay("A", "220", "p1"), subscribe("A", "basic"));
  auto next = switch_to("fast");
  next.when = subscription::SwitchWhen::next;
  CHECK(books.when(next).then<subscription::SubscriptionSwitched>().from == date("2026-12-01"));
  CHECK(books.account("A").balance_minor == 0);
  CHECK(subscription_of(books).state == State::active);
}

TEST_CASE("a freeze lies ahead, and is not for debtors") {
  Books books;
  sell_internet(books);
  books.given(promises_up_to("600", 5, 0), pay("A", "220", "p1"), subscribe("A", "basic"));
  books.when(freeze("2026-11-20", 5)).then_rejected(subscription::freeze_not_ahead, "/data/from");
  books.when(freeze("2026-11-21", 0)).then_rejected(subscription::freeze_not_ahead, "/data/days");
  books.given(promise_of("A", "1", 1));
  books.when(freeze("2026-11-21", 5)).then_rejected(subscription::freeze_in_debt, "/data/subscription");
  books.given(pay("A", "1", "p2"));
  CHECK(books.when(freeze("2026-11-21", 5)).then<subscription::SubscriptionFrozen>().to ==
        date("2026-11-25"));
  books.when(freeze("2026-11-21", 5)).then_rejected(subscription::frozen_already, "/data/subscription");
  books.given(subscription::UnfreezeSubscription{.subscription = {"S"}});
  books.when(subscription::UnfreezeSubscription{.subscription = {"S"}})
      .then_rejected(subscription::not_frozen, "/data/subscription");
}

TEST_CASE("only what runs is frozen or switched") {
  Books books;
  sell_internet(books);
  auto start = subscribe("A", "basic");
  start.from = date("2026-12-01");
  books.given(start);
  books.when(freeze("2026-11-21", 5)).then_rejected(subscription::not_running, "/data/subscription");
  books.when(switch_to("fast")).then_rejected(subscription::not_running, "/data/subscription");
}

TEST_CASE("cancelling gives back what was not used, today excepted") {
  Books books;
  sell_internet(books);
  books.given(pay("A", "220", "p1"), subscribe("A", "basic"));
  CHECK(books.when(cancel()).then<subscription::SubscriptionCancelled>().unused.minor == 20000);
  CHECK(books.account("A").balance_minor == 20000);
  CHECK(books.account("A").points_on == 0);
  books.when(cancel()).then_rejected(subscription::subscription_ended, "/data/subscription");
}

TEST_CASE("a closed account is off") {
  Books books;
  books.given(open("A"), close("A"));
  CHECK(books.account("A").points_on == 0);
}

}  // namespace
}  // namespace provodka::test
