#include "ledger/domain/payment/evolve.h"

#include "ledger/domain/entry.h"

namespace provodka::payment {

void evolve(World& world, const PaymentReceived& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  const auto id = world.find_account(meta.tenant, event.account.text);
  if (world.account(*id).promise_minor > 0) {
    account::AccountRow& row = world.accounts.change(id->value());
    row.promise_left_minor = std::max<int64_t>(0, row.promise_left_minor - event.amount.minor);
  }
}

void evolve(World& world, const PaymentReversed& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  // What was paid with it has no grace.
  world.accounts.change(touch_account(world, meta, event.account.text).value()).overdue_us = 0;
  world.add_reversal(meta.tenant, event.reverses, event.amount.minor);
}

}  // namespace provodka::payment
