#include "ledger/domain/writeoff/evolve.h"

#include "ledger/domain/entry.h"

namespace provodka::writeoff {

void evolve(World& world, const WriteoffMade& event, const EventMeta& meta) {
  book_entry(world, meta, event.postings);
}

}  // namespace provodka::writeoff
