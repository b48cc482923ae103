#pragma once

#include "ledger/domain/event.h"
#include "projections/runner/remembered.h"

#include <optional>

// Which accounts are active, as their subscriptions have it.
namespace provodka::projections::dashboard {

// Of a subscription.
enum class Stage : unsigned char { pending, running, off, frozen, ended };
BOOST_DESCRIBE_ENUM(Stage, pending, running, off, frozen, ended)

// Of an account: what its best subscription is; `between` is one that ran and whose next begins later.
enum class Standing : unsigned char { nothing, active, blocked, frozen, between, gone };

struct Account {
  uint16_t pending = 0, running = 0, off = 0, frozen = 0;
  bool ran = false;

  uint16_t* count(Stage stage) {
    switch (stage) {
      case Stage::pending:
        return &pending;
      case Stage::running:
        return &running;
      case Stage::off:
        return &off;
      case Stage::frozen:
        return &frozen;
      case Stage::ended:
        break;
    }
    return nullptr;
  }

  Standing standing() const {
    if (running > 0) return Standing::active;
    if (off > 0) return Standing::blocked;
    if (frozen > 0) return Standing::frozen;
    if (!ran) return Standing::nothing;
    return pending > 0 ? Standing::between : Standing::gone;
  }
};

// The stage of a subscription after an event, where that is known from it. A freeze that is over leaves it
// running until an event behind says otherwise; what was off for another reason is so until it is charged.
template <class E>
std::optional<Stage> stage_after(const E& event, Stage now) {
  if constexpr (std::is_same_v<E, subscription::TrialBegun> || std::is_same_v<E, subscription::PeriodBegun>) {
    return Stage::running;
  } else if constexpr (std::is_same_v<E, subscription::SubscriptionCharged>) {
    if (event.closing) return std::nullopt;  // of days that are over
    return Stage::running;
  } else if constexpr (std::is_same_v<E, subscription::SubscriptionSuspended>) {
    if (event.reason == subscription::Why::ended) return Stage::ended;
    return event.reason == subscription::Why::frozen ? Stage::frozen : Stage::off;
  } else if constexpr (std::is_same_v<E, subscription::SubscriptionResumed>) {
    if (now == Stage::frozen) return Stage::running;
    return std::nullopt;
  } else if constexpr (std::is_same_v<E, subscription::SubscriptionCancelled>) {
    if (event.on > event.effective) return std::nullopt;  // it goes on until then
    return Stage::ended;
  } else {
    static_cast<void>(event), static_cast<void>(now);
    return std::nullopt;
  }
}

// What a change of stage did to the account.
struct Moved {
  Standing before;
  Standing after;
  bool first;  // it never ran before
};

// A tenant's accounts and subscriptions, by name.
class Subscribers {
 public:
  // The stage of a subscription; null where there is none of that name.
  const Stage* find(std::string_view subscription) const {
    const auto found = stages_.find(subscription);
    return found == stages_.end() ? nullptr : &found->second;
  }

  // Puts a subscription, known or not, in a stage. `ran`: it ran at some time.
  Moved put(std::string_view account, std::string_view subscription, Stage stage, bool ran) {
    auto whose = accounts_.find(account);
    if (whose == accounts_.end()) whose = accounts_.emplace(std::string(account), Account()).first;
    Account& row = whose->second;
    Moved moved{row.standing(), {}, ran && !row.ran};
    auto known = stages_.find(subscription);
    if (known == stages_.end()) {
      stages_.emplace(std::string(subscription), stage);
    } else {
      if (uint16_t* before = row.count(known->second)) --*before;
      known->second = stage;
    }
    if (uint16_t* after = row.count(stage)) ++*after;
    row.ran |= ran;
    moved.after = row.standing();
    return moved;
  }

 private:
  ByName<Stage> stages_;
  ByName<Account> accounts_;
};

}  // namespace provodka::projections::dashboard
