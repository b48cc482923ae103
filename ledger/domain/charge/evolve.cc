#include "ledger/domain/charge/evolve.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/income.h"

namespace provodka::charge {

void evolve(World& world, const ChargePosted& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
}

void evolve(World& world, const ChargeReversed& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  world.add_reversal(meta.tenant, event.reverses, event.amount.minor);
  if (!event.subscription) return;
  const auto id = world.find_subscription(meta.tenant, event.subscription->text);
  INVARIANT(id, "a charge that is reversed was of a subscription", event.subscription->text);
  subscription::SubscriptionRow& row = world.subscriptions.change(*id);
  if (row.segment == *event.segment) row.reversed_minor += event.amount.minor;
  if (const auto* sum = vat_sum(row, *event.from, event.vat_rate.value_or(Decimal())))
    row.vat[sum - row.vat].gross_minor -= event.amount.minor;
}

}  // namespace provodka::charge
