#pragma once

#include "ledger/domain/context.h"
#include "ledger/domain/entry.h"
#include "ledger/domain/event.h"
#include "ledger/domain/income.h"
#include "ledger/domain/world.h"

#include <optional>

#include <boost/container/small_vector.hpp>

// An account that is being settled, and what the steps of that have in common.
namespace provodka::process {

inline constexpr int64_t kHourUs = 3600 * micros_per_second;

class Subject {
 public:
  Subject(const World&, const Context&, AccountId);

  const World& world;
  const Context& context;
  const AccountId id;
  const account::AccountRow& row;
  const account::ArrangementRow& arrangement;
  const tenant::TenantRow& terms;
  const Currency currency;
  // By rank, the base first, then by name.
  boost::container::small_vector<uint32_t, 8> subscriptions;

  const subscription::SubscriptionRow& at(uint32_t s) const { return world.subscriptions[s]; }
  const tariff::TariffRow& tariff_of(uint32_t s) const { return world.tariffs[at(s).tariff]; }
  bool is_by_hour(uint32_t s) const { return tariff_of(s).length == tariff::Length::hour; }
  Id name(uint32_t s) const { return {world.strings[at(s).name]}; }
  Id account_name() const { return {world.strings[row.name]}; }
  Id service_name(uint32_t service) const { return {world.strings[world.services[service].name]}; }
  uint32_t base() const;  // the first that has not ended; none is kNone

  // Less the hours that were used and not posted yet.
  int64_t available() const { return available_minor(world, row) - unposted_minor_; }
  bool can_pay(int64_t minor) const { return available() - minor >= terms.threshold_minor; }
  Money money(int64_t minor) const { return {minor, currency}; }
  account::Standings standing() const { return {standing_of(world, id)}; }
  // Never in a month that is closed.
  Date booked_on(Date day) const;
  // The first day that is not used when it goes off now: today, where it has only just begun.
  Date first_unused() const;
  // Whether what it stands on is there: the account's base subscription, and a service that it requires.
  bool is_carried(uint32_t s) const;

 private:
  int64_t unposted_minor_ = 0;
};

inline bool is_off_for_money(const subscription::SubscriptionRow& row) {
  return row.state == subscription::State::off &&
         (row.why == subscription::Why::unpaid || row.why == subscription::Why::debt);
}

// What an amount is made of that is charged (or given back, below zero) for days of service.
struct Parts {
  int64_t vat_minor;
  std::optional<LaterMonths> deferred;
  int64_t deferred_minor;
};

// Of an amount with its tax for the days of `part`, at the price of the whole period: what is earned by now,
// and what in which later month. `charged_from` is the first day of the charge that the days are of: whatever
// part of it is given back takes with it of a month what was put there.
Parts parts_of(const Subject&, int64_t price_minor, Period whole, Period part, Date charged_from,
               int64_t amount_minor, int64_t vat_minor, const Vat&);

// Draws up the entry: from the wallet to revenue, deferred income and tax, or back where the amount is below
// zero. None where a balance would overflow, which is no reason to stop the others: nothing is charged then.
template <class E>
std::optional<Event> post(const Subject& of, E event, uint32_t service, int64_t amount_minor,
                          const Parts& parts) {
  const auto money = [&](int64_t minor) { return of.money(minor); };
  const std::string_view revenue = of.world.strings[of.world.services[service].revenue];
  Entry entry(of.world, of.context);
  entry.post(of.id, money(-amount_minor));
  const int64_t earned = amount_minor - parts.vat_minor - parts.deferred_minor;
  if (earned != 0 || parts.deferred_minor == 0) entry.post({book::Kind::revenue, revenue}, money(earned));
  if (parts.deferred_minor != 0) entry.post({book::Kind::deferred, revenue}, money(parts.deferred_minor));
  if (parts.vat_minor != 0) entry.post({book::Kind::tax, "vat"}, money(parts.vat_minor));
  if (!entry.into(event)) return std::nullopt;
  return event;
}

}  // namespace provodka::process
