#pragma once

#include "projections/runner/movements.h"

// What events mean to whoever reads income and tax.
namespace provodka::projections {

// Something that was sold, or given back of it. An instalment plan is sold as a whole when it is agreed; its
// parts, as they fall due, only move a receivable to the subscriber's account.
struct Sale {
  Money gross;
  Money vat;  // contained in the gross
  Money net;
  Decimal vat_rate;  // zero where there is none
  bool given_back;
};

// The sale that an event is, if it is one.
template <class E>
std::optional<Sale> sale_of(const E& event) {
  if constexpr (requires {
                  event.vat;
                  event.postings;
                }) {
    const Money vat = vat_of<Money>(event).value_or(Money::zero(event.amount.currency));
    return Sale{.gross = event.amount,
                .vat = vat,
                .net = {event.amount.minor - vat.minor, vat.currency},
                .vat_rate = vat_rate_of<Decimal>(event).value_or(Decimal()),
                .given_back = sort_of<E>() == Sort::credit};
  } else {
    static_cast<void>(event);
    return std::nullopt;
  }
}

// What an event posted to ledger accounts of a kind, added up.
inline Money posted_on(const book::Postings& postings, book::Kind kind, Currency currency) {
  Money sum = Money::zero(currency);
  for (const book::Posting& posting : postings) {
    if (posting.account.kind == kind) sum = checked_add(sum, posting.amount).value();
  }
  return sum;
}

}  // namespace provodka::projections
