#include "ledger/domain/transfer/evolve.h"

#include "ledger/domain/entry.h"

namespace provodka::transfer {

void evolve(World& world, const TransferMade& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
}

}  // namespace provodka::transfer
