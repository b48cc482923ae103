#include "ledger/domain/subscription/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

using subscription::State;

void sell_internet(Books& books) {
  books.given(service("internet"), tariff("basic", "600"), tariff("fast", "900"), open("A"),
              pay("A", "5000.00", "p1"), subscribe("A", "basic"));
}

const subscription::SubscriptionRow& subscription_of(Books& books) {
  return books.world().subscriptions[books.world().find_subscription(books.tenant(), "S").value()];
}

subscription::GrantDiscount discount(std::string_view percent, std::string_view amount_text = {}) {
  return {.subscription = {"S"},
          .percent = percent.empty() ? std::nullopt : Decimal::parse(percent),
          .amount = optional_amount(amount_text),
          .from = date("2026-11-20"),
          .until = {},
          .order = {},
          .reason = {"loyal"}};
}

TEST_CASE("a discount is a percentage or an amount up to the price") {
  Books books;
  sell_internet(books);
  books.when(discount("")).then_rejected(subscription::percent_or_amount, "/data/percent");
  books.when(discount("5", "1.00")).then_rejected(subscription::percent_or_amount, "/data/percent");
  books.when(discount("0")).then_rejected(subscription::percent_or_amount, "/data/percent");
  books.when(discount("100.1")).then_rejected(subscription::percent_or_amount, "/data/percent");
  books.when(discount("", "600.01")).then_rejected(subscription::discount_above_price, "/data/amount");
  auto over = discount("5");
  over.until = date("2026-11-19");
  books.when(over).then_rejected(subscription::ends_before_it_begins, "/data/until");
  books.given(discount("", "600.00"), discount("100"));
}

TEST_CASE("an override is in place of the tariff's price until a switch") {
  Books books;
  sell_internet(books);
  subscription::OverridePrice override_price{
      .subscription = {"S"}, .price = amount("-1"), .until = {}, .reason = {"agreed"}};
  books.when(override_price).then_rejected(common::amount_not_positive, "/data/price");
  override_price.price = amount("450");
  override_price.until = date("2026-11-19");
  books.when(override_price).then_rejected(subscription::ends_before_it_begins, "/data/until");
  override_price.until = {};
  books.given(override_price);
  CHECK(subscription_of(books).override_minor == 45000);
  books.given(switch_to("fast"));
  CHECK(subscription_of(books).override_minor < 0);
  CHECK(subscription_of(books).price_minor == 90000);
}

TEST_CASE("a freeze keeps to the tenant's limits") {
  Books books;
  sell_internet(books);
  auto limits = promises_up_to("1", 1, 1);
  limits.promise = {};
  limits.freeze =
      tenant::FreezeTerms{.min_days = 5, .max_days = 20, .days_per_year = 15, .fee = amount("4791")};
  books.given(limits);
  books.when(freeze("2026-12-01", 16)).then_rejected(subscription::freeze_over_allowance, "/data/days");
  books.when(freeze("2026-12-01", 4)).then_rejected(subscription::freeze_too_short, "/data/days");
  books.when(freeze("2026-12-01", 5)).then_rejected(common::insufficient_funds, "/data/subscription");
  limits.freeze =
      tenant::FreezeTerms{.min_days = {}, .max_days = 20, .days_per_year = {}, .fee = amount("10")};
  books.given(limits);
  books.when(freeze("2026-12-01", 21)).then_rejected(subscription::freeze_too_long, "/data/days");
  const int64_t before = books.account("A").balance_minor;
  books.given(freeze("2026-12-01", 20));
  CHECK(books.account("A").balance_minor == before - 1000);
}

TEST_CASE("all of a tariff are moved to another of its service") {
  Books books;
  sell_internet(books);
  subscription::MoveTariff move{
      .from = {"slow"}, .to = {"fast"}, .group = {}, .when = subscription::SwitchWhen::next};
  books.when(move).then_rejected(subscription::unknown_plan, "/data/from");
  move.from = {"basic"};
  move.to = {"slow"};
  books.when(move).then_rejected(subscription::unknown_plan, "/data/to");
  move.to = {"basic"};
  books.when(move).then_rejected(subscription::same_tariff, "/data/to");
  move.to = {"fast"};
  move.group = Id{"home"};
  books.when(move).then_rejected(subscription::outside_group, "/data/group");
  move.group = {};
  const Decision& moved = books.when(move).then_events(
      {subscription::SubscriptionSwitched::type, subscription::TariffMoved::type});
  CHECK(std::get<subscription::TariffMoved>(moved.back()).moved == 1);
}

TEST_CASE("days of an outage are given back, each once") {
  Books books;
  sell_internet(books);
  subscription::RecalculateOutage outage{.accounts = {},
                                         .device = {},
                                         .street = {},
                                         .from = date("2026-11-20"),
                                         .to = date("2026-11-20"),
                                         .reason = {"a cable was cut"}};
  books.when(outage).then_rejected(subscription::accounts_or_device, "/data/accounts");
  outage.street = Label{"Lenina"};
  books.when(outage).then_rejected(subscription::accounts_or_device, "/data/street");
  outage.street = {};
  outage.accounts = subscription::Accounts{Id{"A"}, Id{"A"}};
  outage.to = date("2026-11-19");
  books.when(outage).then_rejected(subscription::ends_before_it_begins, "/data/to");
  outage.to = date("2026-11-21");
  books.when(outage).then_rejected(common::effective_in_future, "/data/to");
  outage.to = outage.from;
  const int64_t before = books.account("A").balance_minor;
  books.given(outage);
  CHECK(books.account("A").balance_minor == before + 2000);
  books.given(outage);
  CHECK(books.account("A").balance_minor == before + 2000);
}

// Whether an outage of the router gives a day back to the only account, whose point is as this says.
bool behind(std::string_view router, const access::ChangePoint* point,
            std::initializer_list<device::RegisterDevice> routers) {
  Books books;
  sell_internet(books);
  for (const device::RegisterDevice& one : routers) books.given(one);
  if (point != nullptr) books.given(*point);
  const int64_t before = books.account("A").balance_minor;
  books.given(subscription::RecalculateOutage{.accounts = {},
                                              .device = Id{router},
                                              .street = {},
                                              .from = date("2026-11-20"),
                                              .to = date("2026-11-20"),
                                              .reason = {"lightning"}});
  return books.account("A").balance_minor > before;
}

TEST_CASE("an outage of a router is of the points that it serves, also of those that name none") {
  auto wide = register_device("wide"), narrow = register_device("narrow");
  access::ChangePoint point{
      .account = {}, .point = {"A"}, .device = {}, .login = {}, .address = {}, .mac = {}};
  CHECK_FALSE(behind("wide", nullptr, {wide}));  // nobody knows where it is
  point.mac = Text<64>{"02:00:00:00:00:01"};
  CHECK(behind("wide", &point, {wide}));  // there is no other router
  CHECK_FALSE(behind("wide", &point, {wide, narrow}));
  wide.serves = device::Prefixes{{"10.1.0.0/16"}};
  CHECK_FALSE(behind("wide", &point, {wide}));
  point.address = Text<64>{"10.1.2.3"};
  CHECK(behind("wide", &point, {wide}));
  CHECK(behind("wide", &point, {wide, narrow}));
  narrow.serves = device::Prefixes{{"10.1.2.0/24"}, {"2001:db8::/32"}};
  CHECK_FALSE(behind("wide", &point, {wide, narrow}));
  CHECK(behind("narrow", &point, {wide, narrow}));
  point.device = Id{"wide"};
  CHECK(behind("wide", &point, {wide, narrow}));
  CHECK_FALSE(behind("narrow", &point, {wide, narrow}));
}

TEST_CASE("what is paid for afterwards costs nothing until then") {
  Books books;
  books.given(service("internet"), open("A"));
  auto later = tariff("later", "600");
  later.mode = tariff::Mode::arrears;
  later.due_days = 20;
  later.shortage = tariff::Shortage::debt;
  books.given(later, subscribe("A", "later"));
  CHECK(subscription_of(books).state == State::active);
  CHECK(books.account("A").balance_minor == 0);
  books.given(cancel());  // today was used
  CHECK(books.account("A").balance_minor == -2000);
}

}  // namespace
}  // namespace provodka::test
