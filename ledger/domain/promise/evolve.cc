#include "ledger/domain/promise/evolve.h"

#include "ledger/domain/entry.h"

namespace provodka::promise {

void evolve(World& world, const PromiseGiven& event, const EventMeta& meta) {
  const AccountId id = touch_account(world, meta, event.account.text);
  account::ArrangementRow& row = world.change_arrangement(id);
  row.promise_minor = row.promise_left_minor = event.amount.minor;
  row.promise_until = event.until.days;
  row.promise_given = event.effective.days;
}

void evolve(World& world, const PromiseEnded& event, const EventMeta& meta) {
  account::ArrangementRow& row = world.change_arrangement(touch_account(world, meta, event.account.text));
  row.promise_minor = row.promise_left_minor = 0;
  row.promise_until = 0;
  if (event.outcome == Outcome::broken) row.overdue_us = 0;  // no grace follows a broken promise
}

}  // namespace provodka::promise
