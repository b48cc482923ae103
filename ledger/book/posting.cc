#include "ledger/book/posting.h"

namespace provodka::book {

bool balances(const Postings& postings) {
  // An entry has a handful of postings, mostly in one currency: sum per currency of the first posting
  // that names it, without a map.
  for (size_t i = 0; i < postings.size(); ++i) {
    const Currency currency = postings[i].amount.currency;
    bool seen_before = false;
    for (size_t j = 0; j < i; ++j) seen_before |= postings[j].amount.currency == currency;
    if (seen_before) continue;
    __int128 sum = 0;
    for (size_t j = i; j < postings.size(); ++j) {
      if (postings[j].amount.currency == currency) sum += postings[j].amount.minor;
    }
    if (sum != 0) return false;
  }
  return true;
}

}  // namespace provodka::book
