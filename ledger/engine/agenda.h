#pragma once

#include "ledger/core/date.h"
#include "ledger/core/ids.h"

#include <algorithm>
#include <cstdint>
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
  void plan(AccountId id, std::optional<Instant> due) {
    if (accounts_.plan(id, due)) slots_[*due].accounts.push_back(id);
  }
  void plan(TenantId id, Instant due) {
    if (tenants_.plan(id, due)) slots_[due].tenants.push_back(id);
  }
  // Forgets those that are not there any more: of the ids from these counts on.
  void keep(size_t accounts, size_t tenants) {
    accounts_.keep(accounts);
    tenants_.keep(tenants);
  }
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
  // What each of them waits for, by id. A slot may name one that waits for something else by now.
  template <class Id>
  class Waiting {
   public:
    // Whether it has to be put into the slot of `due`.
    bool plan(Id id, std::optional<Instant> due) {
      if (due_us_.size() <= id.value()) {
        if (!due) return false;
        due_us_.resize(std::max<size_t>(id.value() + 1, due_us_.size() * 3 / 2), kNothing);
      }
      int64_t& waits = due_us_[id.value()];
      const bool is_new = due && waits != due->micros;
      waits = due ? due->micros : kNothing;
      return is_new;
    }
    // Whether it waits for this, which it then does no more.
    bool take(Id id, Instant due) {
      if (id.value() >= due_us_.size() || due_us_[id.value()] != due.micros) return false;
      due_us_[id.value()] = kNothing;
      return true;
    }
    void keep(size_t count) { due_us_.resize(std::min(count, due_us_.size())); }

   private:
    static constexpr int64_t kNothing = INT64_MAX;
    std::vector<int64_t> due_us_;
  };

  struct Slot {
    std::deque<AccountId> accounts;
    std::vector<TenantId> tenants;
  };

  std::map<Instant, Slot> slots_;
  Waiting<AccountId> accounts_;
  Waiting<TenantId> tenants_;
};

}  // namespace provodka::engine
