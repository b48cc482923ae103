#include "ledger/domain/charge/evolve.h"

#include "ledger/domain/entry.h"

namespace provodka::charge {

void evolve(World& world, const ChargePosted& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
}

void evolve(World& world, const ChargeReversed& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  world.add_reversal(meta.tenant, event.reverses, event.amount.minor);
}

}  // namespace provodka::charge
