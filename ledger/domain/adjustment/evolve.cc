#include "ledger/domain/adjustment/evolve.h"

#include "ledger/domain/entry.h"

namespace provodka::adjustment {

void evolve(World& world, const AdjustmentMade& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
}

}  // namespace provodka::adjustment
