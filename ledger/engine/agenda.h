#pragma once

#include "ledger/core/date.h"
#include "ledger/core/ids.h"

#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace provodka::engine {

// When something happens by itself: to an account (a period begins, a promise or grace ends), and to a tenant
// (a day begins). Derived from the state and never stored. What is planned anew takes the place of what was
// planned before. Belongs to the writer.
class Agenda {
 public:
  // `due` none: nothing.
  void plan(AccountId, std::optional<Instant> due);
  void plan(TenantId, Instant due);
  void clear() { *this = Agenda(); }

  std::optional<Instant> next() const;

  // Accounts of the first instant, so many at most. When it has none left, the tenants of that instant come:
  // a tenant's day is over when all of its accounts have been looked at.
  struct Taken {
    Instant due;
    std::vector<AccountId> accounts;
    std::vector<TenantId> tenants;
  };
  Taken take(size_t most);

 private:
  struct Slot {
    std::deque<AccountId> accounts;  // some of which may have been planned anew since
    std::vector<TenantId> tenants;
  };
  static constexpr int64_t kNotPlanned = INT64_MAX;

  std::map<Instant, Slot> slots_;
  std::vector<int64_t> planned_us_;  // by account
};

}  // namespace provodka::engine
