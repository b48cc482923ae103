#include "ledger/domain/payment/evolve.h"

#include "ledger/domain/entry.h"

namespace provodka::payment {

void evolve(World& world, const PaymentReceived& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
}

void evolve(World& world, const PaymentReversed& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
  world.add_reversal(meta.tenant, event.reverses, event.amount.minor);
}

}  // namespace provodka::payment
