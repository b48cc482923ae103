#include "ledger/domain/payment/evolve.h"

#include "ledger/domain/entry.h"

namespace provodka::payment {
namespace {

// Money that came in counts towards the promise of the account that it is for.
AccountId credit(World& world, const EventMeta& meta, Id account, Money amount) {
  const AccountId id = touch_account(world, meta, account.text);
  if (world.arrangement(world.account(id)).promise_minor > 0) {
    account::ArrangementRow& row = world.change_arrangement(id);
    row.promise_left_minor = std::max<int64_t>(0, row.promise_left_minor - amount.minor);
  }
  return id;
}

// What was paid with money that went away again has no grace.
void debit(World& world, const EventMeta& meta, Id account) {
  const AccountId id = touch_account(world, meta, account.text);
  if (world.account(id).arrangement != kNone) world.change_arrangement(id).overdue_us = 0;
}

}  // namespace

void evolve(World& world, const PaymentReceived& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  credit(world, meta, event.account, event.amount);
}

void evolve(World& world, const PaymentSuspended& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
}

void evolve(World& world, const PaymentReversed& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  // In suspense it is on no account, and the one that was named may not even be there.
  for (const book::Posting& posting : event.postings) {
    if (posting.account.kind == book::Kind::customer) debit(world, meta, {posting.account.name});
  }
  world.add_reversal(meta.tenant, event.reverses, event.amount.minor);
}

void evolve(World& world, const PaymentAssigned& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  world.move_entry(meta.tenant, event.assigns, credit(world, meta, event.account, event.amount));
}

void evolve(World& world, const PaymentMoved& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  debit(world, meta, event.account);
  world.move_entry(meta.tenant, event.moves, credit(world, meta, event.to, event.amount));
}

}  // namespace provodka::payment
