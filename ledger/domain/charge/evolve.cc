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
  add_to_vat_sum(row, *event.from, event.vat_rate, -event.amount.minor, false);
}

}  // namespace provodka::charge
