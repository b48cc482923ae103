#include "ledger/process/subject.h"

#include "ledger/domain/subscription/pricing.h"

#include <algorithm>
#include <tuple>

namespace provodka::process {

using namespace subscription;

Subject::Subject(const World& w, const Context& c, AccountId account)
    : world(w),
      context(c),
      id(account),
      row(w.account(account)),
      arrangement(w.arrangement(row)),
      terms(w.tenant(c.tenant)),
      currency(w.currency(c.tenant)) {
  for (uint32_t s = row.first_subscription; s != kNone; s = world.subscriptions[s].next) {
    subscriptions.push_back(s);
    if (at(s).state == State::active && tariff_of(s).mode == tariff::Mode::hourly)
      unposted_minor_ += hours_begun(at(s), context.now) * at(s).price_minor;
  }
  if (subscriptions.size() < 2) return;
  std::ranges::sort(subscriptions, {}, [&](uint32_t s) {
    return std::tuple(world.services[tariff_of(s).service].rank, name(s).text);
  });
}

uint32_t Subject::base() const {
  const auto base =
      std::ranges::find_if(subscriptions, [&](uint32_t s) { return at(s).state != State::ended; });
  return base == subscriptions.end() ? kNone : *base;
}

Date Subject::booked_on(Date day) const {
  return std::max(std::min(day, context.today), Date{terms.open_from});
}

Date Subject::first_unused() const {
  const bool begun = context.now > world.day_start(context.tenant, context.today);
  return begun ? add_days(context.today, 1) : context.today;
}

bool Subject::is_carried(uint32_t s) const {
  const uint32_t first = base();
  if (first != s && is_off_for_money(at(first))) return false;
  const uint32_t required = world.services[tariff_of(s).service].required;
  return required == kNone || std::ranges::any_of(subscriptions, [&](uint32_t other) {
           return tariff_of(other).service == required && is_on(at(other).state);
         });
}

Parts parts_of(const Subject& of, int64_t price_minor, Period whole, Period part, Date charged_from,
               int64_t amount_minor, int64_t vat_minor, const Vat& vat) {
  Parts parts{.vat_minor = vat_minor, .deferred = {}, .deferred_minor = 0};
  const Date earned_past = month_of(of.context.today).past;
  if (part.past <= earned_past || amount_minor == 0) return parts;
  const int64_t sign = amount_minor < 0 ? -1 : 1;
  // The tax up to a day, cumulatively, so that the months have what was posted and no more.
  const auto tax_up_to = [&](Date day) {
    return vat_in(vat, slice(price_minor, whole, {std::max(charged_from, whole.first), day}));
  };
  LaterMonths months;
  for (Date first = std::max(part.first, earned_past); first < part.past;) {
    const Date past = std::min(month_of(first).past, part.past);
    const int64_t net = slice(price_minor, whole, {first, past}) - (tax_up_to(past) - tax_up_to(first));
    if (net != 0) months.push_back({Month::of(first), of.money(sign * net)});
    parts.deferred_minor += sign * net;
    first = past;
  }
  if (!months.empty()) parts.deferred = std::move(months);
  return parts;
}

}  // namespace provodka::process
