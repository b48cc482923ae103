#include "projections/forecast/plans.h"

#include <algorithm>

namespace provodka::projections {
namespace {

constexpr std::string_view kExtra = "extra", kInstalment = "instalment";

Date date_of(const char* text) { return Date::parse(text).value(); }

}  // namespace

void Plans::recall(pqxx::transaction_base& transaction, const std::string& schema) {
  running_.clear();
  for_each_row(transaction,
               "SELECT tenant, account, service, kind, plan, parts, anchor, since, due FROM " + schema +
                   ".plan WHERE due IS NOT NULL ORDER BY tenant, plan",
               [&](const auto& row) {
                 running_[key_of({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str()})].push_back(
                     {row[4].template as<uint64_t>(), row[5].template as<uint32_t>(), date_of(row[6].c_str()),
                      row[7].template as<uint32_t>(), date_of(row[8].c_str())});
               });
}

template <class E>
void Plans::begin(const Happened& happened, const E& event, std::string_view kind, tariff::Length period,
                  uint32_t parts, Date first) {
  running_[key_of({happened.header.tenant, event.account.text, event.service.text, kind})].push_back(
      {happened.header.sequence.value(), parts, first, 0, first});
  table.at(happened.header.tenant, happened.header.sequence)
      .set(table.account, event.account)
      .set(table.service, event.service)
      .set(table.kind, kind)
      .set(table.amount, event.amount)
      .set(table.period, period)
      .set(table.parts, parts)
      .set(table.done, 0)
      .set(table.anchor, first)
      .set(table.since, 0)
      .set(table.due, first);
}

template <class E, class F>
void Plans::change(const Happened& happened, const E& event, std::string_view kind, F&& f) {
  const auto found =
      running_.find(key_of({happened.header.tenant, event.account.text, event.service.text, kind}));
  if (found == running_.end()) return;
  OfService& plans = found->second;
  const auto next = std::ranges::min_element(plans, {}, &Running::due);
  auto row = table.at(happened.header.tenant, next->plan);
  if (f(*next, row)) return;
  row.set(table.due, Null());
  plans.erase(next);
  if (plans.empty()) running_.erase(found);
}

void Plans::take(const Happened& happened, const plan::ExtraAdded& event) {
  const uint32_t parts = event.period ? event.count.value_or(0) : 1;
  begin(happened, event, kExtra, event.period.value_or(tariff::Length::month), parts, event.from);
}

// Periods count from the day of a charge that came late.
void Plans::take(const Happened& happened, const plan::ExtraCharged& event) {
  change(happened, event, kExtra, [&](Running& plan, auto& row) {
    if (event.from != plan.due) {
      plan.anchor = event.from;
      plan.since = 0;
    }
    ++plan.since;
    plan.due = add_days(event.to, 1);
    row.set(table.done, event.part)
        .set(table.anchor, plan.anchor)
        .set(table.since, plan.since)
        .set(table.due, plan.due);
    return plan.parts == 0 || event.part < plan.parts;
  });
}

void Plans::take(const Happened& happened, const plan::ExtraRemoved& event) {
  change(happened, event, kExtra, [](const Running&, const auto&) { return false; });
}

void Plans::take(const Happened& happened, const plan::InstalmentAgreed& event) {
  begin(happened, event, kInstalment, tariff::Length::month, event.parts, event.first);
}

void Plans::take(const Happened& happened, const plan::InstalmentDue& event) {
  change(happened, event, kInstalment, [&](Running& plan, auto& row) {
    plan.since = event.part;
    plan.due = add_months_clamped(plan.anchor, static_cast<int>(event.part));
    row.set(table.done, event.part).set(table.since, plan.since).set(table.due, plan.due);
    return event.part < event.parts;
  });
}

}  // namespace provodka::projections
