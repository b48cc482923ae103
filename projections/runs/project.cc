#include "ledger/domain/event.h"
#include "projections/runner/projection.h"
#include "projections/runner/remembered.h"

namespace provodka::projections {
namespace {

using subscription::Why;

struct OffTable : Upserts {
  OffTable() : Upserts("off", {"tenant", "subscription"}) {}
  Column account = set("account"), why = set("why"), since = set("since"), from_day = set("from_day");
};

class Runs : public Projection {
 public:
  Runs() {
    owns(runs_);
    owns(services_);
    owns(skips_);
    owns(off_);
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    known_.clear();
    for_each_row(transaction,
                 "SELECT tenant, subscription, why FROM " + schema + ".off WHERE why IS NOT NULL",
                 [&](const auto& row) {
                   Why why = Why::none;
                   enum_value(row[2].c_str(), why);
                   known_[row[0].c_str()].insert_or_assign(row[1].c_str(), why);
                 });
    return {};
  }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened.header, event); }, happened.event);
    return {};
  }

 private:
  using Header = codec::EventHeader;

  template <class E>
  void take(const Header&, const E&) {}

  void take(const Header& header, const billing::RunCompleted& event) {
    uint64_t skipped = 0;
    for (const billing::Skipped& each : event.skipped) {
      skipped += each.count;
      skips_.add(header.tenant, header.sequence, each.reason, each.count);
    }
    for (const billing::Earned& each : event.services) {
      services_.add(header.tenant, header.sequence, each.service, each.charges, each.amount,
                    each.amount.currency.code());
    }
    runs_.add(header.time, header.tenant, header.sequence, event.through, event.effective, event.expected,
              event.charged, skipped, event.duration_ms, header.actor);
  }

  void take(const Header& header, const subscription::SubscriptionSuspended& event) {
    if (event.reason == Why::ended) return forget(header, event.subscription);
    const auto known = known_.find(header.tenant);
    auto& off = known == known_.end() ? known_[std::string(header.tenant)] : known->second;
    off.insert_or_assign(std::string(event.subscription.text), event.reason);
    off_.at(header.tenant, event.subscription)
        .set(off_.account, event.account)
        .set(off_.why, event.reason)
        .set(off_.since, header.time)
        .set(off_.from_day, event.from);
  }

  // What a freeze left paid goes on, and what is not is switched off again by the event that follows. What
  // was off for another reason is so until it is charged.
  void take(const Header& header, const subscription::SubscriptionResumed& event) {
    const Why* why = find(header.tenant, event.subscription);
    if (why && *why == Why::frozen) forget(header, event.subscription);
  }

  void take(const Header& header, const subscription::TrialBegun& event) {
    forget(header, event.subscription);
  }
  void take(const Header& header, const subscription::PeriodBegun& event) {
    forget(header, event.subscription);
  }
  void take(const Header& header, const subscription::SubscriptionCharged& event) {
    if (!event.closing) forget(header, event.subscription);  // that is of days that are over
  }
  void take(const Header& header, const subscription::SubscriptionCancelled& event) {
    if (event.on <= event.effective) forget(header, event.subscription);
  }

  const Why* find(std::string_view tenant, Id subscription) const {
    const auto known = known_.find(tenant);
    if (known == known_.end()) return nullptr;
    const auto off = known->second.find(subscription.text);
    return off == known->second.end() ? nullptr : &off->second;
  }

  void forget(const Header& header, Id subscription) {
    if (!find(header.tenant, subscription)) return;
    known_.find(header.tenant)->second.erase(subscription.text);
    off_.at(header.tenant, subscription)
        .set(off_.why, Null())
        .set(off_.since, Null())
        .set(off_.from_day, Null());
  }

  ByName<ByName<Why>> known_;  // what is off, by tenant
  Appends runs_{"run",
                {"time", "tenant", "sequence", "through", "effective", "expected", "charged", "skipped",
                 "duration_ms", "actor"}};
  Appends services_{"run_service", {"tenant", "sequence", "service", "charges", "amount", "currency"}};
  Appends skips_{"run_skip", {"tenant", "sequence", "reason", "count"}};
  OffTable off_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Runs;
PROVODKA_PROJECTION(runs, 1, Runs)
