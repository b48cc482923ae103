#pragma once

#include "ledger/domain/event.h"

#include <string_view>
#include <variant>

// What events mean to whoever reads accounts: the field's words for them.
namespace provodka::projections {

// What an entry is to the subscriber whose account it moves.
enum class Sort { payment, charge, credit, adjustment, transfer, writeoff, payout };
BOOST_DESCRIBE_ENUM(Sort, payment, charge, credit, adjustment, transfer, writeoff, payout)

// A reversal of a payment is a payment with a minus, and what is given back of a charge is a credit.
template <class E>
constexpr Sort sort_of() {
  constexpr std::string_view type = E::type;
  if (type.starts_with("payment.")) return Sort::payment;
  if (type.starts_with("adjustment.")) return Sort::adjustment;
  if (type.starts_with("transfer.")) return Sort::transfer;
  if (type.starts_with("writeoff.")) return Sort::writeoff;
  if (type == "account.paid_out.v1") return Sort::payout;
  if (type == "charge.reversed.v1" || type == "subscription.credited.v1") return Sort::credit;
  return Sort::charge;
}

// Calls f(posting) for each posting on a subscriber's account; posting.account.name is the account.
template <class E, class F>
void for_each_movement(const E& event, F&& f) {
  if constexpr (requires { event.postings; }) {
    for (const book::Posting& posting : event.postings) {
      if (posting.account.kind == book::Kind::customer) f(posting);
    }
  }
}

// The member of an event where it has one of that name, as an optional of it.
#define PROVODKA_MEMBER_IF_ANY(member)                                      \
  template <class T, class E>                                               \
  std::optional<T> member##_of(const E& event) {                            \
    if constexpr (requires { T(event.member); }) {                          \
      return event.member;                                                  \
    } else if constexpr (requires { T(*event.member); }) {                  \
      return event.member ? std::optional<T>(*event.member) : std::nullopt; \
    } else {                                                                \
      static_cast<void>(event);                                             \
      return std::nullopt;                                                  \
    }                                                                       \
  }
PROVODKA_MEMBER_IF_ANY(account)
PROVODKA_MEMBER_IF_ANY(provider)
PROVODKA_MEMBER_IF_ANY(external_id)
PROVODKA_MEMBER_IF_ANY(service)
PROVODKA_MEMBER_IF_ANY(subscription)
PROVODKA_MEMBER_IF_ANY(tariff)
PROVODKA_MEMBER_IF_ANY(segment)
PROVODKA_MEMBER_IF_ANY(from)
PROVODKA_MEMBER_IF_ANY(to)
PROVODKA_MEMBER_IF_ANY(vat)
PROVODKA_MEMBER_IF_ANY(vat_rate)
PROVODKA_MEMBER_IF_ANY(note)
PROVODKA_MEMBER_IF_ANY(reason)
PROVODKA_MEMBER_IF_ANY(reverses)
PROVODKA_MEMBER_IF_ANY(effective)
#undef PROVODKA_MEMBER_IF_ANY

}  // namespace provodka::projections
