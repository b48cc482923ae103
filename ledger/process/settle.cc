#include "ledger/process/settle.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/subscription/pricing.h"
#include "ledger/process/point_access.h"

#include <algorithm>
#include <tuple>

namespace provodka::process {
namespace {

using namespace subscription;
using tariff::Mode;
using tariff::Shortage;
using tariff::TariffRow;

constexpr int64_t kHourUs = 3'600'000'000;

// What days would cost.
struct Offer {
  uint32_t version;
  int64_t price_minor;  // of the whole period, gross
  Period period;
  Date first, past;
  int64_t amount_minor;
  bool restarts = false;
};

class Account {
 public:
  Account(const World& world, const Context& context, AccountId id)
      : world_(world),
        context_(context),
        id_(id),
        row_(world.account(id)),
        terms_(world.tenant(context.tenant)),
        currency_(world.currency(context.tenant)) {
    for (uint32_t s = row_.first_subscription; s != kNone; s = world.subscriptions[s].next)
      subscriptions_.push_back(s);
    std::ranges::sort(subscriptions_, {}, [&](uint32_t s) { return std::tuple(rank(s), name(s)); });
  }

  std::optional<Event> next_step() const {
    if (auto event = end_promise()) return event;
    if (auto event = give_back()) return event;
    if (auto event = do_due()) return event;
    if (auto event = suspend_debtor()) return event;
    if (auto event = resume_paid()) return event;
    if (auto event = follow_blocks()) return event;
    return next_access_change(world_, context_, id_, subscriptions_);
  }

  int64_t needed() const {
    const uint32_t base = base_subscription();
    if (base == kNone || !is_off_for_money(at(base))) return 0;
    const auto offer = resume_offer(base);
    return offer ? std::max<int64_t>(0, offer->amount_minor + terms_.threshold_minor - available()) : 0;
  }

 private:
  const SubscriptionRow& at(uint32_t s) const { return world_.subscriptions[s]; }
  const TariffRow& tariff_of(uint32_t s) const { return world_.tariffs[at(s).tariff]; }
  uint32_t rank(uint32_t s) const { return world_.services[tariff_of(s).service].rank; }
  std::string_view name(uint32_t s) const { return world_.strings[at(s).name]; }
  Id service_of(uint32_t version) const {
    return {world_.strings[world_.services[world_.tariffs[version].service].name]};
  }
  Id account_name() const { return {world_.strings[row_.name]}; }
  int64_t available() const { return available_minor(row_); }
  bool can_pay(int64_t amount) const { return available() - amount >= terms_.threshold_minor; }
  Money money(int64_t minor) const { return {minor, currency_}; }
  account::Standings standing() const { return {standing_of(world_, id_)}; }
  static bool is_off_for_money(const SubscriptionRow& row) {
    return row.state == State::off && (row.why == Why::unpaid || row.why == Why::debt);
  }
  static bool is_on(const SubscriptionRow& row) {
    return row.state == State::active || row.state == State::trial;
  }

  // A frozen period of its own length goes on later, and no money moves.
  bool moves_on(uint32_t s) const {
    const bool counts = tariff_of(s).anchor == tariff::Anchor::start || at(s).counted != 0;
    return counts && tariff_of(s).mode == Mode::advance;
  }

  uint32_t base_subscription() const {
    const auto base =
        std::ranges::find_if(subscriptions_, [&](uint32_t s) { return at(s).state != State::ended; });
    return base == subscriptions_.end() ? kNone : *base;
  }

  // The first day that is not used when it goes off now: today, where it has only just begun.
  Date first_unused() const {
    const bool begun = context_.now > world_.zone(context_.tenant).day_start(context_.today);
    return begun ? add_days(context_.today, 1) : context_.today;
  }

  std::optional<Event> end_promise() const {
    if (row_.promise_minor == 0) return std::nullopt;
    const bool kept = row_.promise_left_minor == 0;
    if (!kept && context_.today.days < row_.promise_until) return std::nullopt;
    account::Standings standings = standing();
    standings.front().available.minor -= row_.promise_minor;
    return promise::PromiseEnded{.account = account_name(),
                                 .amount = money(row_.promise_minor),
                                 .outcome = kept ? promise::Outcome::kept : promise::Outcome::broken,
                                 .effective = context_.today,
                                 .standing = standings};
  }

  // The VAT of an amount more (or less) in the month of a day.
  int64_t vat_of(const SubscriptionRow& row, const Vat& vat, Date day, int64_t amount_minor) const {
    const int64_t before = row.vat_month == month_of(day).first.days ? row.vat_gross_minor : 0;
    return vat_in(vat, before + amount_minor) - vat_in(vat, before);
  }

  // From the wallet to revenue and tax, or back where the amount is below zero.
  template <class E>
  std::optional<Event> post(E event, uint32_t version, int64_t amount, int64_t vat) const {
    const tariff::ServiceRow& service = world_.services[world_.tariffs[version].service];
    Entry entry(world_, context_);
    entry.post(id_, money(-amount));
    entry.post({book::Kind::revenue, world_.strings[service.revenue]}, money(amount - vat));
    if (vat != 0) entry.post({book::Kind::tax, "vat"}, money(vat));
    // A balance that would overflow is no reason to stop the others: nothing is charged any more.
    if (!entry.into(event)) return std::nullopt;
    return event;
  }

  std::optional<Event> give_back() const {
    for (const uint32_t s : subscriptions_) {
      const SubscriptionRow& row = at(s);
      if (row.credit_minor <= 0) continue;
      const TariffRow& tariff = tariff_of(s);
      const Vat vat = vat_on(world_, tariff.service, Date{row.used_past});
      const Date month = row.vat_month == kNever ? context_.today : Date{row.vat_month};
      const int64_t back = vat_of(row, vat, month, -row.credit_minor);
      return post(SubscriptionCredited{.account = account_name(),
                                       .subscription = {name(s)},
                                       .segment = row.segment,
                                       .service = service_of(row.tariff),
                                       .amount = money(row.credit_minor),
                                       .vat = money(-back),
                                       .effective = context_.today,
                                       .postings = {},
                                       .available = {},
                                       .access = {}},
                  row.tariff, -row.credit_minor, back);
    }
    return std::nullopt;
  }

  std::optional<Event> do_due() const {
    std::optional<uint32_t> first;
    for (const uint32_t s : subscriptions_) {
      if (at(s).due <= context_.today.days && (!first || at(s).due < at(*first).due)) first = s;
    }
    if (!first) return std::nullopt;
    const SubscriptionRow& row = at(*first);
    const Date day{row.due};
    if (row.cancel_on <= row.due) return suspend(*first, Why::ended, day, 0);
    if (row.state == State::off) {  // a freeze is over
      return resume(*first, moves_on(*first) ? static_cast<uint32_t>(row.freeze_past - row.freeze_first) : 0,
                    day);
    }
    if (row.freeze_first <= row.due) {
      return suspend(*first, Why::frozen, day,
                     moves_on(*first) ? 0 : price_of(row, day.days, row.charged_past));
    }
    if (row.state == State::pending && !row.trial_done && tariff_of(*first).trial_days > 0) {
      return TrialBegun{.account = account_name(),
                        .subscription = {name(*first)},
                        .from = day,
                        .to = add_days(day, int64_t{tariff_of(*first).trial_days} - 1),
                        .effective = day,
                        .standing = standing()};
    }
    return charge_or_suspend(*first, day);
  }

  std::optional<Event> suspend(uint32_t s, Why why, Date from, int64_t unused) const {
    return SubscriptionSuspended{.account = account_name(),
                                 .subscription = {name(s)},
                                 .reason = why,
                                 .from = from,
                                 .unused = money(unused),
                                 .effective = context_.today,
                                 .standing = standing()};
  }

  std::optional<Event> resume(uint32_t s, uint32_t moved_days, Date from) const {
    return SubscriptionResumed{.account = account_name(),
                               .subscription = {name(s)},
                               .moved_days = moved_days,
                               .effective = from,
                               .standing = standing()};
  }

  // Whether what it stands on is there: the account's base subscription, and a service that it requires.
  bool is_carried(uint32_t s) const {
    const uint32_t base = base_subscription();
    if (base != s && is_off_for_money(at(base))) return false;
    const uint32_t required = world_.services[tariff_of(s).service].required;
    return required == kNone || std::ranges::any_of(subscriptions_, [&](uint32_t other) {
             return tariff_of(other).service == required && is_on(at(other));
           });
  }

  // The days from `day` to the end of the period around it; of what is charged day by day, that day.
  std::optional<Offer> offer(uint32_t s, Date day) const {
    const SubscriptionRow& row = at(s);
    const uint32_t wanted = row.next_tariff == kNone ? row.tariff : row.next_tariff;
    const bool in_period = row.segment > 0 && day.days < row.period_past && row.next_tariff == kNone;
    const TariffRow& tariff = world_.tariffs[wanted];
    const Period period = period_around(tariff, row, day);
    // Day by day a new version holds from its day; else from the first period that begins with it in force.
    const bool keeps = in_period && tariff.mode == Mode::advance;
    const uint32_t version = keeps ? wanted : version_on(world_, wanted, day);
    if (version == kNone) return std::nullopt;
    const Vat vat = vat_on(world_, tariff.service, day);
    const int64_t price = gross_of(vat, world_.tariffs[version].price_minor);
    const Date past = tariff.mode == Mode::spread ? add_days(day, 1) : period.past;
    return Offer{
        version,
        price,
        period,
        day,
        past,
        slice(price, period.days(), day.days - period.first.days + 1, past.days - period.first.days)};
  }

  std::optional<Offer> shortened(Offer offer) const {
    while (offer.past > offer.first && !can_pay(offer.amount_minor)) {
      offer.past = add_days(offer.past, -1);
      if (offer.past == offer.first) return std::nullopt;
      offer.amount_minor =
          slice(offer.price_minor, offer.period.days(), offer.first.days - offer.period.first.days + 1,
                offer.past.days - offer.period.first.days);
    }
    return offer;
  }

  std::optional<Event> charge(uint32_t s, const Offer& offer, bool on_credit) const {
    const SubscriptionRow& row = at(s);
    const TariffRow& tariff = world_.tariffs[offer.version];
    const Vat vat = vat_on(world_, tariff.service, offer.first);
    const int64_t tax = vat_of(row, vat, offer.first, offer.amount_minor);
    // The next line of a segment that is charged day by day, or a segment of its own.
    const bool goes_on = row.segment > 0 && row.state == State::active && tariff.mode == Mode::spread &&
                         row.charged_past == offer.first.days &&
                         row.period_first == offer.period.first.days && row.price_minor == offer.price_minor;
    SubscriptionCharged event{.account = account_name(),
                              .subscription = {name(s)},
                              .segment = row.segment + (goes_on ? 0 : 1),
                              .tariff = {world_.strings[tariff.name]},
                              .version = tariff.version,
                              .service = service_of(offer.version),
                              .price = money(offer.price_minor),
                              .from = offer.first,
                              .to = add_days(offer.past, -1),
                              .period_from = offer.period.first,
                              .period_to = add_days(offer.period.past, -1),
                              .amount = money(offer.amount_minor),
                              .vat = money(tax),
                              .restarted = offer.restarts ? std::optional(true) : std::nullopt,
                              .grace_until = {},
                              .effective = std::min(offer.first, context_.today),
                              .postings = {},
                              .available = {},
                              .access = {}};
    // A debt that stands already has the grace that it had.
    if (on_credit && available() >= terms_.threshold_minor)
      event.grace_until = add_micros(context_.now, int64_t{terms_.grace_hours} * kHourUs);
    return post(std::move(event), offer.version, offer.amount_minor, tax);
  }

  std::optional<Event> charge_or_suspend(uint32_t s, Date day) const {
    const auto due = offer(s, day);
    if (!due || !is_carried(s)) return suspend(s, Why::unpaid, day, 0);
    if (can_pay(due->amount_minor)) return charge(s, *due, false);
    switch (tariff_of(s).shortage) {
      case Shortage::debt:
        return charge(s, *due, true);
      case Shortage::shorten:
        if (const auto some = shortened(*due)) return charge(s, *some, false);
        [[fallthrough]];
      case Shortage::refuse:
        return suspend(s, Why::unpaid, day, 0);
    }
    return std::nullopt;
  }

  // Strictly below the threshold, and nobody has time to pay.
  std::optional<Event> suspend_debtor() const {
    if (available() >= terms_.threshold_minor) return std::nullopt;
    for (const uint32_t s : subscriptions_) {
      const SubscriptionRow& row = at(s);
      if (row.state != State::active) continue;
      const bool debt = tariff_of(s).shortage == Shortage::debt;
      if (debt && row_.overdue_us > context_.now.micros) return std::nullopt;
      const Date from = std::max(first_unused(), Date{row.used_past});
      const bool keeps = debt && terms_.unused_on_block == tenant::Unused::keep;
      return suspend(s, debt ? Why::debt : Why::unpaid, from,
                     keeps ? 0 : price_of(row, from.days, row.charged_past));
    }
    return std::nullopt;
  }

  std::optional<Offer> resume_offer(uint32_t s) const {
    const SubscriptionRow& row = at(s);
    const Date day = std::max(context_.today, Date{row.used_past});
    auto offered = offer(s, day);
    if (!offered || terms_.resume == tenant::Resume::prorate || tariff_of(s).mode == Mode::spread)
      return offered;
    SubscriptionRow restarted = row;
    restarted.anchor = day.days;
    restarted.counted = 1;
    offered->period = period_around(world_.tariffs[offered->version], restarted, day);
    offered->past = offered->period.past;
    offered->amount_minor = offered->price_minor;
    offered->restarts = true;
    return offered;
  }

  std::optional<Event> resume_paid() const {
    for (const uint32_t s : subscriptions_) {
      const SubscriptionRow& row = at(s);
      if (row.state != State::off) continue;
      if (row.why == Why::none) return charge_or_suspend(s, std::max(context_.today, Date{row.used_past}));
      if (!is_off_for_money(row) || !is_carried(s)) continue;
      auto offered = resume_offer(s);
      if (offered && tariff_of(s).shortage == Shortage::shorten) offered = shortened(*offered);
      if (offered && can_pay(offered->amount_minor)) return charge(s, *offered, false);
      if (s == base_subscription()) return std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<Event> follow_blocks() const {
    for (const uint32_t s : subscriptions_) {
      const SubscriptionRow& row = at(s);
      const bool blocked = is_blocked_by_others(world_, row);
      if (row.state == State::active && blocked) {
        const Date from = std::max(first_unused(), Date{row.used_past});
        return suspend(s, Why::blocked, from, price_of(row, from.days, row.charged_past));
      }
      if (row.state == State::off && row.why == Why::blocked && !blocked) {
        return resume(s, 0, context_.today);
      }
    }
    return std::nullopt;
  }

  const World& world_;
  const Context& context_;
  const AccountId id_;
  const account::AccountRow& row_;
  const tenant::TenantRow& terms_;
  const Currency currency_;
  boost::container::small_vector<uint32_t, 8> subscriptions_;
};

}  // namespace

std::optional<Event> next_step(const World& world, const Context& context, AccountId id) {
  const account::AccountRow& row = world.account(id);
  const bool closed = row.status == account::Status::closed && row.points_on > 0;
  if (row.first_subscription == kNone && row.promise_minor == 0 && !closed) return std::nullopt;
  return Account(world, context, id).next_step();
}

Money needed(const World& world, const Context& context, AccountId id) {
  return {Account(world, context, id).needed(), world.currency(context.tenant)};
}

}  // namespace provodka::process
