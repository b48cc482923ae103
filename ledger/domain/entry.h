#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/amount.h"
#include "ledger/core/date.h"
#include "ledger/domain/account/standing.h"
#include "ledger/domain/context.h"
#include "ledger/domain/rejection.h"
#include "ledger/domain/world.h"

#include <span>

// What the rooms that move money have in common: reading an amount, finding the account, drawing up the
// balanced entry, and booking it.
namespace provodka {

// The open account of that name, or the rejection.
Decided<AccountId> open_account(const World&, const Context&, Id account, std::string_view pointer);

// The same, or a closed one that a reversal left with a balance, which must be settled.
Decided<AccountId> settleable_account(const World&, const Context&, Id account, std::string_view pointer);

// The account of that name, open or closed.
Decided<AccountId> any_account(const World&, const Context&, Id account, std::string_view pointer);

// The subscriber of that name, who is not erased, or the rejection.
Decided<uint32_t> present_subscriber(const World&, const Context&, Id subscriber, std::string_view pointer);

// The device of that name, which is not retired, or the rejection.
Decided<uint32_t> present_device(const World&, const Context&, Id device, std::string_view pointer);

// Refuses a phone number that is not of ITU-T E.164 with the plus sign.
Decided<void> check_phone(std::string_view phone, std::string_view pointer);

// An amount in the tenant's currency. `currency` is what the command named, where it names one.
Decided<Money> money_of(const World&, const Context&, Amount, std::optional<Currency> currency,
                        std::string_view pointer = "/data/amount");

// The same, and above zero.
Decided<Money> positive_money_of(const World&, const Context&, Amount, std::optional<Currency> currency,
                                 std::string_view pointer = "/data/amount");

// What a reversal takes: the amount asked for or all that is left, never more than that.
Decided<Money> reversal_amount(const World&, const Context&, const NamedEntry&, std::optional<Amount> amount,
                               const RejectionKind& nothing_left, std::string_view entry_pointer);

// An entry being drawn up: postings with the balances after them, and how the accounts then stand.
class Entry {
 public:
  Entry(const World& world, const Context& context) : world_(world), context_(context) {}

  // Credits (positive) or debits a customer's account. An account is named at most once in an entry.
  void post(AccountId, Money amount);
  // The same for another ledger account. REQUIRES: not a customer's.
  void post(book::LedgerName, Money amount);

  // The postings and standings, or amount_out_of_range when a balance would overflow. Breaks an invariant
  // when the entry does not balance.
  template <class E>
  Decided<void> into(E& event) {
    if (overflow_) return reject(common::amount_out_of_range, "/data/amount");
    INVARIANT(book::balances(postings_), "an entry balances before it is recorded");
    event.postings = std::move(postings_);
    if constexpr (requires { event.standing; }) {
      event.standing = std::move(standings_);
    } else if constexpr (requires { event.available; }) {
      // Money in suspense is nobody's: there is nothing available of it, and no access.
      event.available =
          standings_.empty() ? Money::zero(world_.currency(context_.tenant)) : standings_.front().available;
      event.access = standings_.empty() ? account::Access::off : standings_.front().access;
    }
    return {};
  }

 private:
  const World& world_;
  const Context& context_;
  book::Postings postings_;
  account::Standings standings_;
  bool overflow_ = false;
};

// How an account stands now, or would with this much more on it and this credit limit. The sum of balance
// and limit saturates: both are within range on their own.
account::Standing standing_of(const World&, AccountId);
account::Standing standing_of(const World&, AccountId, int64_t balance_minor, int64_t credit_limit_minor);

int64_t available_minor(const World&, const account::AccountRow&);

// Books the postings of a recorded event and holds it to the state: an entry that does not balance, or a
// balance that is not what the event says, is corruption.
void book_entry(World&, const EventMeta&, const book::Postings&);

// The account that an event names, with its version moved to this event.
AccountId touch_account(World&, const EventMeta&, std::string_view account);

}  // namespace provodka
