#pragma once

#include "ledger/book/chart.h"
#include "ledger/core/ids.h"
#include "ledger/core/money.h"
#include "ledger/core/zone.h"
#include "ledger/domain/access/state.h"
#include "ledger/domain/account/state.h"
#include "ledger/domain/index.h"
#include "ledger/domain/string_pool.h"
#include "ledger/domain/subscription/state.h"
#include "ledger/domain/table.h"
#include "ledger/domain/tariff/state.h"
#include "ledger/domain/tenant/state.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace provodka {

inline constexpr uint32_t kNone = 0xffffffffu;

// A ledger account other than the customers' (those are rows of their own): its balance.
struct LedgerRow {
  StringRef name;
  int64_t balance_minor;
  uint32_t tenant;
  uint32_t kind;
};

// How much of an entry has been reversed. Only entries that were reversed at all have a row, which is why
// this small piece of history is state: it must be known before the next reversal is decided, also when both
// are in one commit.
struct ReversalRow {
  uint64_t sequence;
  int64_t reversed_minor;
  uint64_t tenant;
};

// An account that will be asked for, on its way into the cache.
struct AccountHint {
  uint64_t hash = 0;
  uint32_t row = kNone;
};

// The open state of all rooms of one shard, in flat tables by dense id. The same log gives the same World,
// bit for bit. Belongs to the writer thread; `decide` reads it and only `evolve` changes it.
class World {
 public:
  // Of the layout of the tables below. A snapshot of another version is not read: the log is.
  static constexpr uint32_t kLayoutVersion = 2;

  StringPool strings;
  Table<tenant::TenantRow> tenants;
  Table<account::AccountRow> accounts;
  Table<access::PointRow> points;
  Table<access::BlockRow> blocks;
  Table<LedgerRow> ledger;
  Table<ReversalRow> reversals;
  Table<StringRef> reasons;  // each distinct reason for a block, once
  Table<tariff::ServiceRow> services;
  Table<tariff::VatRow> vat_rates;
  Table<tariff::TariffRow> tariffs;
  Table<subscription::SubscriptionRow> subscriptions;

  // Every table in a fixed order, for snapshots and the state's hash.
  std::vector<AnyTable*> tables() {
    return {&strings,   &tenants, &accounts, &points,    &blocks,  &ledger,
            &reversals, &reasons, &services, &vat_rates, &tariffs, &subscriptions};
  }

  std::optional<TenantId> find_tenant(std::string_view name) const;
  std::optional<AccountId> find_account(TenantId, std::string_view name) const;
  std::optional<PointId> find_point(TenantId, std::string_view name) const;
  std::optional<LedgerAccountId> find_ledger_account(TenantId, book::LedgerName) const;
  int64_t reversed_minor(TenantId, Sequence) const;
  std::optional<uint32_t> find_service(TenantId, std::string_view name) const;
  std::optional<uint32_t> find_tariff(TenantId, std::string_view name) const;  // its first version
  std::optional<uint32_t> find_subscription(TenantId, std::string_view name) const;

  const tenant::TenantRow& tenant(TenantId id) const { return tenants[id.value()]; }
  const account::AccountRow& account(AccountId id) const { return accounts[id.value()]; }
  Currency currency(TenantId) const;
  Zone zone(TenantId) const;

  // Bring an account into the cache while something else is done, in three steps that each want what the one
  // before has fetched: its place in the index, its row, its name.
  AccountHint prefetch_index(TenantId, std::string_view account) const;
  void prefetch_row(AccountHint&) const;
  void prefetch_name(const AccountHint&) const;

  // For `evolve`.
  TenantId add_tenant(tenant::TenantRow, std::string_view name);
  AccountId add_account(account::AccountRow, std::string_view name);
  PointId add_point(access::PointRow, TenantId, std::string_view name);
  uint32_t add_block(access::BlockRow);
  void free_block(uint32_t block);
  LedgerAccountId ledger_account(TenantId, book::LedgerName);  // made when it is new
  StringRef intern_reason(std::string_view reason);
  void add_reversal(TenantId, Sequence, int64_t amount_minor);
  uint32_t add_service(tariff::ServiceRow, std::string_view name);
  // Behind the version before it; none where that is another.
  uint32_t add_tariff(tariff::TariffRow, std::string_view name);
  uint32_t add_subscription(subscription::SubscriptionRow, std::string_view name);

  // Accounts on which something happens by itself at an instant: periods that begin, promises and grace that
  // end. Derived from the tables. An account may be here for what is no longer due; whoever takes it looks.
  // Kept from begin_schedule() on: who only reads a log would never take anything.
  void begin_schedule();
  void schedule(AccountId, Instant);
  void schedule(AccountId, Date local_midnight);
  std::optional<Instant> next_due() const;
  // Accounts of the first instant, in the order in which they were scheduled: so many at most.
  std::vector<AccountId> take_due(size_t most);

  // A group of events that can be taken back as a whole, for commands that stand or fall together. Taking it
  // back costs as much as the pages that it touched.
  void begin_group();
  void keep_group();
  void undo_group();

  // Rebuilds what is derived from the tables, after they have been loaded.
  void index_all();

 private:
  struct Group;
  void index_from(const std::vector<uint64_t>& rows, bool erase);
  void schedule_all();

  std::shared_ptr<Group> group_;
  // Found last: a command asks for the same tenant and account several times. Whether it is the one is looked
  // at in the row itself.
  mutable uint32_t last_tenant_ = 0, last_account_ = 0;
  Index tenant_index_, account_index_, point_index_, ledger_index_, reversal_index_, reason_index_;
  Index service_index_, tariff_index_, subscription_index_;
  mutable std::vector<Zone> zones_;  // by tenant
  std::map<Instant, std::deque<AccountId>> due_;
  bool scheduling_ = false, due_changed_in_group_ = false;
  // A heap with the lowest id on top: which row is used next depends on the state alone, not on the order in
  // which rows became free, so that a loaded snapshot goes on like the process that wrote it.
  std::vector<uint32_t> free_blocks_;
};

}  // namespace provodka
