#include "ledger/codec/event_codec.h"
#include "tests/ledger/domain/given.h"

#include <set>

#include <rapidcheck.h>

namespace provodka::test {
namespace {

// A command in the small: which, about what, and how much. Any numbers make a command, sensible or not.
struct Step {
  int what = 0;
  int one = 0;
  int other = 0;
  Amount amount;
};

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << step.what << ' ' << step.one << ' ' << step.other << ' ' << step.amount.to_string();
}

constexpr std::array<std::string_view, 4> kAccounts = {"A", "B", "C", "nobody"};
constexpr std::array<std::string_view, 5> kPoints = {"A", "B", "A-2", "B-2", "nowhere"};
constexpr std::array<std::string_view, 4> kReasons = {"debt", "fraud", "holiday", "долг \"\\\n"};
constexpr std::array<std::string_view, 6> kTariffs = {"basic", "daily", "lent", "tried", "later", "hours"};
constexpr std::array<std::string_view, 4> kSubscriptions = {"S", "T", "U", "V"};
constexpr std::array<std::string_view, 3> kSubscribers = {"ivan", "olga", "nobody"};
constexpr std::array<std::string_view, 3> kDevices = {"r1", "r2", "nothing"};
constexpr int kSteps = 37;

rc::Gen<Amount> any_amount() {
  const auto amount = [](int64_t digits, uint8_t decimals) { return Amount{digits, decimals}; };
  const auto small = rc::gen::apply(amount, rc::gen::inRange<int64_t>(1, 500), rc::gen::just<uint8_t>(2));
  const auto strange =
      rc::gen::apply(amount, rc::gen::inRange<int64_t>(-5, 5), rc::gen::inRange<uint8_t>(0, 4));
  const auto huge =
      rc::gen::apply(amount, rc::gen::inRange<int64_t>(999'999'999'999'999'000, 1'000'000'000'000'000'000),
                     rc::gen::just<uint8_t>(2));
  return rc::gen::weightedOneOf<Amount>({{8, small}, {1, strange}, {2, huge}});
}

rc::Gen<std::vector<Step>> any_steps() {
  const auto below = [](int end) { return rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, end)); };
  return rc::gen::scale(
      4, rc::gen::container<std::vector<Step>>(rc::gen::build<Step>(
             rc::gen::set(&Step::what, below(kSteps)), rc::gen::set(&Step::one, below(1000)),
             rc::gen::set(&Step::other, below(1000)), rc::gen::set(&Step::amount, any_amount()))));
}

// "p0" to "p999": a provider's ids, one for each payment.
std::string_view external_id(int number) {
  static const std::vector<std::string> ids = [] {
    std::vector<std::string> made;
    for (int i = 0; i < 1000; ++i) made.push_back(fmt::format("p{}", i));
    return made;
  }();
  return ids[static_cast<size_t>(number % 1000)];
}

// Discounts, moves of all, and what an outage gives back.
CommandData command_of_terms(const Step& step) {
  const Date today = date("2026-11-20");
  if (step.one % 3 == 0) {
    return subscription::MoveTariff{
        .from = {kTariffs[step.one % kTariffs.size()]},
        .to = {kTariffs[step.other % kTariffs.size()]},
        .group = {},
        .when = step.other % 2 ? subscription::SwitchWhen::now : subscription::SwitchWhen::next};
  }
  if (step.one % 3 == 1) {
    return subscription::RecalculateOutage{.accounts = subscription::Accounts{Id{"A"}, Id{"B"}},
                                           .device = {},
                                           .street = {},
                                           .from = today,
                                           .to = today,
                                           .reason = {"a cable was cut"}};
  }
  subscription::GrantDiscount discount{.subscription = {kSubscriptions[step.other % 4]},
                                       .percent = {},
                                       .amount = {},
                                       .from = today,
                                       .until = {},
                                       .order = static_cast<uint32_t>(step.other % 3),
                                       .reason = {"loyal"}};
  if (step.other % 2) {
    discount.percent = Decimal::parse("10").value();
  } else {
    discount.amount = step.amount;
  }
  return discount;
}

// Points, their routers, and what these report.
CommandData command_of_routers(const Step& step) {
  const std::string_view point = kPoints[step.one % kPoints.size()];
  const std::string_view device = kDevices[step.other % kDevices.size()];
  switch (step.one / 8 % 8) {
    case 0:
      return register_device(device, step.other % 5 ? "r.example.net:8728" : "r");
    case 1: {
      auto command = change_device(device);
      if (step.other % 2) command.mode = device::Mode::ppp_secret;
      if (step.other % 4) command.credentials = device::Credentials{{"x"}, {"y"}};
      return command;
    }
    case 2:
      return step.other % 2 ? CommandData(change_device(device)) : CommandData(retire(device));
    case 3:
      return step.other % 3 ? CommandData(change_point(point, device)) : CommandData(remove_point(point));
    default:
      return report_access(point, static_cast<uint32_t>(step.one % 3), device,
                           step.other % 2 ? access::Outcome::applied : access::Outcome::failed);
  }
}

// Templates, messages and what came of them. The fourth event of a run is a message.
CommandData command_of_messages(const Step& step, uint64_t events) {
  using notification::Outcome;
  static constexpr std::array<std::string_view, 3> kTexts = {"Hi {name}", "{amount}", "{"};
  const std::string_view subscriber = step.other % 4 ? "staff" : kSubscribers[step.one % 3];
  switch (step.one % 8) {
    case 0:
      return save_template(step.other % 2 ? "t" : "u", kTexts[step.other % 3], step.other % 5 ? "ru" : "en");
    case 1:
      return configure_messages();
    case 3:  // both of one subscriber, so that a link is there to be taken away
    case 4:
      return step.other % 2 ? CommandData(link_telegram("staff")) : CommandData(unlink_telegram("staff"));
    case 2: {
      auto command = send_message(subscriber, step.other % 3 ? "t" : "u");
      if (step.other % 2) command.fields.emplace().amount = Text<64>{"1"};
      return command;
    }
    default: {
      static constexpr std::array<Outcome, 5> kOutcomes = {Outcome::sending, Outcome::sent, Outcome::failed,
                                                           Outcome::unknown, Outcome::delivered};
      auto command = report_message(step.other % 2 ? 4 : events - static_cast<uint64_t>(step.other) % 4,
                                    kOutcomes[static_cast<size_t>(step.one) / 8 % kOutcomes.size()]);
      command.channel = notification::Channel::sms;
      if (step.other % 16 == 1) command.final_ = true;
      return command;
    }
  }
}

// The command of a step, the index-th of its run, after so many events.
CommandData command_of(const Step& step, int index, uint64_t events) {
  const std::string_view account = kAccounts[step.one % kAccounts.size()];
  const std::string_view other = kAccounts[step.other % kAccounts.size()];
  const std::string_view point = kPoints[step.one % kPoints.size()];
  const std::string_view reason = kReasons[step.other % kReasons.size()];
  const auto with = [&](auto command) {
    command.amount = step.amount;
    return command;
  };
  const auto partly = [&](auto command) {
    if (step.other % 2) command.amount = step.amount;
    return command;
  };
  switch (step.what) {
    case 0:
      return account::OpenAccount{
          .account = {account},
          .subscriber = step.other % 3 ? std::nullopt : std::optional(Id{kSubscribers[step.one % 3]}),
          .label = Label{reason},
          .credit_limit = step.amount};
    case 1:
      return account::SetCreditLimit{.account = {account}, .credit_limit = step.amount, .reason = {}};
    case 2:
      return relabel(account, reason);
    case 3:
      if (step.other % 4) return relabel(account, point);
      return step.one % 8 < 4 ? close_paying_out(account, external_id(index)) : close(account);
    case 4:
    case 5:
      return with(pay(account, "1", external_id(index)));
    case 6:
      return partly(reverse_payment(external_id(step.one % (index + 1))));
    case 7:
      return with(charge(account, "1", reason == "debt" ? "tv" : "internet"));
    case 8:
      return with(forced_charge(account, "1"));
    case 9:
      return partly(reverse_charge(1 + static_cast<uint64_t>(step.one) % events));
    case 10:
      return with(transfer(account, other, "1"));
    case 11:
      return with(adjust(account, "1", reason));
    case 12:
      return block_account(account, reason);
    case 13:
      return step.one % 3 ? CommandData(block_point(point, reason))
                          : CommandData(unblock_point(point, reason));
    case 14:
      return unblock_account(account, reason);
    case 15:
      return add_point(account, point);
    case 16:
      return step.one % 3 ? CommandData(promises_up_to("100", 5, 0))
                          : CommandData(promise_of(account, "1", 3));
    case 17:
      return with(promise_of(account, "1", 3));
    case 18: {
      auto made = tariff(step.one % 2 ? other : kTariffs[step.other % kTariffs.size()], "1",
                         2 - static_cast<uint32_t>(step.one) % 2, "2026-11-20");
      made.shortage = step.other % 2 ? tariff::Shortage::debt : tariff::Shortage::shorten;
      if (step.one % 5 == 0) return tariff::CloseTariff{.tariff = made.tariff};
      if (step.one % 5 == 1) return service(point, static_cast<uint32_t>(step.other));
      made.price = step.amount;
      return made;
    }
    case 19:
    case 20:
      return subscribe(account, kTariffs[step.other % kTariffs.size()], kSubscriptions[step.one % 4]);
    case 21:
      return switch_to(kTariffs[step.other % kTariffs.size()], kSubscriptions[step.one % 4]);
    case 22:
      return step.other % 2 ? CommandData(freeze("2026-11-25", 3, kSubscriptions[step.one % 4]))
                            : CommandData(subscription::UnfreezeSubscription{
                                  .subscription = {kSubscriptions[step.one % 4]}});
    case 23: {
      // Half of them the two that are there from the start, so that runs get to the second and third move.
      const std::string_view payment = step.one % 2   ? external_id(step.one % (index + 1))
                                       : step.one % 4 ? "lost"
                                                      : "first";
      return step.one / 8 % 2 ? CommandData(assign_payment(payment, other))
                              : CommandData(move_payment(payment, other));
    }
    case 24:
      return with(write_off(account, "1", reason));
    case 25: {
      auto changed = change_subscriber(kSubscribers[step.one % 3]);
      if (step.other % 3) changed.name = subscriber::Name{reason};
      if (step.other % 2) changed.language = Id{point};
      return step.other % 4 ? CommandData(changed) : CommandData(register_person(kSubscribers[step.one % 3]));
    }
    case 26:
      return step.other % 3 ? CommandData(hold(kSubscribers[step.one % 3], step.other % 3 == 1))
                            : CommandData(erase(kSubscribers[step.one % 3]));
    case 27:
      return command_of_terms(step);
    case 28:
    case 29:
      return subscription::OverridePrice{
          .subscription = {kSubscriptions[step.one % 4]}, .price = step.amount, .until = {}, .reason = {"x"}};
    case 30: {
      if (step.other % 5 == 0) return plan::RemoveExtra{.account = {account}, .service = {"internet"}};
      plan::AddExtra extra{.account = {account},
                           .service = {"internet"},
                           .amount = step.amount,
                           .currency = currency("RUB"),
                           .period = {},
                           .count = {}};
      if (step.other % 2) extra.period = tariff::Length::week;
      return extra;
    }
    case 31:
      return plan::AgreeInstalment{.account = {account},
                                   .service = {"internet"},
                                   .amount = step.amount,
                                   .currency = currency("RUB"),
                                   .parts = static_cast<uint32_t>(step.other % 4),
                                   .first = date(step.other % 3 ? "2026-11-20" : "2026-12-20")};
    case 32: {
      const Month october = Month::parse("2026-10").value();
      return step.other % 2 ? CommandData(period::ClosePeriod{.month = october})
                            : CommandData(period::ReopenPeriod{.month = october, .reason = {"x"}});
    }
    case 33:
      return command_of_routers(step);
    case 34:
    case 35:
      return command_of_messages(step, events);
    default:
      return step.other % 4 ? CommandData(cancel(kSubscriptions[step.one % 4]))
                            : CommandData(billing::RunBilling{.through = {}});
  }
}

void open_some(Books& books) {
  books.given(register_person("staff"), save_template("t", "Hi {name}"), send_message("staff", "t"),
              register_device("r1"));
  books.given(open("A", "5"), open("B"), add_point("A", "A-2"), pay("A", "3", "first"), service("internet"),
              pay("nowhere", "3", "lost"));
  for (size_t i = 0; i < kTariffs.size(); ++i) {
    auto made = tariff(kTariffs[i], "2");
    made.mode = i == 1 ? tariff::Mode::spread : tariff::Mode::advance;
    made.shortage = i == 2 ? tariff::Shortage::debt : tariff::Shortage::refuse;
    if (i == 3) made.trial_days = 5;
    if (i == 4) {
      made.mode = tariff::Mode::arrears;
      made.setup_fee = amount("1");
    }
    if (i == 5) made.mode = tariff::Mode::hourly;
    books.given(made);
  }
  books.given(subscribe("A", "basic", "S"));
}

void take(Books& books, const std::vector<Step>& steps, size_t i) {
  static_cast<void>(books.when(command_of(steps[i], static_cast<int>(i), books.sequence())));
}

// The steps from that number on.
void run(Books& books, const std::vector<Step>& steps, size_t from = 0) {
  for (size_t i = from; i < steps.size(); ++i) take(books, steps, i);
}

template <class... E>
std::set<std::string_view> types_of(std::type_identity<std::variant<E...>>) {
  return {E::type...};
}

TEST_CASE("any commands keep the books") {
  std::set<std::string_view> seen{tenant::TenantCreated::type};
  auto all = types_of(std::type_identity<EventAlternatives>());
  all.erase(period::IncomeRecognised::type);  // a month brings it, and no command
  const auto hold = [&] {
    const auto steps = *any_steps();
    Books books;
    open_some(books);
    for (size_t i = 0; i < steps.size(); ++i) {
      Arena arena;
      const size_t before = books.stored().size();
      take(books, steps, i);
      RC_ASSERT(contradiction_in(books.world()) == "");
      for (size_t e = before; e < books.stored().size(); ++e) {
        codec::DecodedEvent decoded;
        RC_ASSERT(codec::decode_event(books.stored()[e], arena, decoded).has_value());
        seen.insert(codec::type_of(decoded.event));
        std::visit(
            [](const auto& event) {
              if constexpr (requires { event.postings; }) RC_ASSERT(book::balances(event.postings));
            },
            decoded.event);
      }
    }
  };
  // A run that never got to some event would say nothing about it, and some come once in thirty runs only.
  CHECK(rc::check("each event's entry balances and states how its accounts then stand", [&] {
    for (int i = 0; i < 4; ++i) hold();
  }));
  CHECK(seen == all);
}

TEST_CASE("a refused command changes nothing") {
  CHECK(rc::check("the tables' bytes stay as they are", [] {
    const auto steps = *any_steps();
    Books books;
    open_some(books);
    for (size_t i = 0; i < steps.size(); ++i) {
      const std::string before = table_bytes(books.world());
      const size_t events = books.stored().size();
      take(books, steps, i);
      RC_ASSERT((books.stored().size() == events) == (table_bytes(books.world()) == before));
    }
  }));
}

TEST_CASE("a replayed World is the same") {
  CHECK(rc::check("the lines of all events make the same tables, byte for byte", [] {
    Books books;
    open_some(books);
    run(books, *any_steps());
    World replayed;
    for (size_t i = 0; i < books.stored().size(); ++i) replay_line(replayed, books.stored()[i], i + 1);
    RC_ASSERT(table_bytes(replayed) == table_bytes(books.world()));
  }));
}

TEST_CASE("a World that was loaded from pages goes on like the one that wrote them") {
  CHECK(rc::check("the same commands make the same events and the same tables", [] {
    const auto steps = *any_steps();
    const auto snapshot_at = *rc::gen::inRange<size_t>(0, steps.size() + 1);
    Books original;
    open_some(original);
    run(original, std::vector<Step>(steps.begin(), steps.begin() + static_cast<ptrdiff_t>(snapshot_at)));
    Books loaded(Books::Loaded{}, original);
    RC_ASSERT(table_bytes(loaded.world()) == table_bytes(original.world()));
    run(original, steps, snapshot_at);
    run(loaded, steps, snapshot_at);
    RC_ASSERT(loaded.stored() == original.stored());
    RC_ASSERT(table_bytes(loaded.world()) == table_bytes(original.world()));
  }));
}

TEST_CASE("a group that is undone leaves nothing behind") {
  CHECK(rc::check("the tables are as before, and go on as if it had not been", [] {
    const auto steps = *any_steps();
    const auto group_at = *rc::gen::inRange<size_t>(0, steps.size() + 1);
    Books original;
    open_some(original);
    run(original, std::vector<Step>(steps.begin(), steps.begin() + static_cast<ptrdiff_t>(group_at)));
    Books other(Books::Loaded{}, original);
    run(other, steps, group_at);

    World& world = original.world();
    const std::string before = table_bytes(world);
    world.begin_group();
    for (size_t i = original.stored().size(); i < other.stored().size(); ++i)
      replay_line(world, other.stored()[i], i + 1);
    RC_ASSERT(table_bytes(world) == table_bytes(other.world()));
    world.undo_group();
    RC_ASSERT(table_bytes(world) == before);

    run(original, steps, group_at);
    RC_ASSERT(original.stored() == other.stored());
    RC_ASSERT(table_bytes(world) == table_bytes(other.world()));
  }));
}

}  // namespace
}  // namespace provodka::test
