#pragma once

#include "ledger/book/chart.h"
#include "ledger/core/ids.h"
#include "ledger/core/money.h"
#include "ledger/core/time_of_day.h"
#include "ledger/core/zone.h"
#include "ledger/domain/access/state.h"
#include "ledger/domain/account/state.h"
#include "ledger/domain/billing/state.h"
#include "ledger/domain/device/state.h"
#include "ledger/domain/index.h"
#include "ledger/domain/notification/state.h"
#include "ledger/domain/plan/state.h"
#include "ledger/domain/string_pool.h"
#include "ledger/domain/subscriber/state.h"
#include "ledger/domain/subscription/state.h"
#include "ledger/domain/table.h"
#include "ledger/domain/tariff/state.h"
#include "ledger/domain/tenant/state.h"

#include <array>
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

// What became of an entry: how much of it has been reversed, and where it went. Only entries that were
// reversed, moved or assigned have a row, which is why this small piece of history is state: it must be known
// before the next reversal is decided, also when both are in one commit.
struct EntryRow {
  uint64_t sequence;
  int64_t reversed_minor;
  uint32_t tenant;
  uint32_t owner;  // the account that it was moved or assigned to; none is 0xffffffff
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
  World();
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  // Of the layout of the tables below. A snapshot of another version is not read: the log is.
  static constexpr uint32_t kLayoutVersion = 6;

  StringPool strings;
  Table<tenant::TenantRow> tenants;
  Table<account::AccountRow> accounts;
  Table<account::ArrangementRow> arrangements;
  Table<access::PointRow> points;
  Table<access::BlockRow> blocks;
  Table<LedgerRow> ledger;
  Table<EntryRow> entries;
  Table<StringRef> reasons;  // each distinct reason for a block, once
  Table<tariff::ServiceRow> services;
  Table<tariff::VatRow> vat_rates;
  Table<tariff::TariffRow> tariffs;
  Table<subscription::SubscriptionRow> subscriptions;
  Table<subscription::DiscountRow> discounts;
  Table<tariff::DeferredRow> deferred;
  Table<plan::PlanRow> plans;
  Table<billing::RunRow> runs;
  Table<subscriber::SubscriberRow> subscribers;
  Table<subscriber::AccountLink> subscriber_accounts;
  Table<device::DeviceRow> devices;
  Table<notification::TemplateRow> templates;
  Table<notification::MessageRow> messages;

  // Every table in a fixed order, for snapshots and the state's hash.
  std::vector<AnyTable*> tables();

  std::optional<TenantId> find_tenant(std::string_view name) const;
  std::optional<AccountId> find_account(TenantId, std::string_view name) const;
  std::optional<PointId> find_point(TenantId, std::string_view name) const;      // that is not removed
  std::optional<PointId> find_any_point(TenantId, std::string_view name) const;  // also one that is
  std::optional<LedgerAccountId> find_ledger_account(TenantId, book::LedgerName) const;
  int64_t reversed_minor(TenantId, Sequence) const;
  std::optional<AccountId> moved_to(TenantId, Sequence) const;  // where an entry went last
  std::optional<uint32_t> find_service(TenantId, std::string_view name) const;
  std::optional<uint32_t> find_tariff(TenantId, std::string_view name) const;  // its first version
  uint32_t newest_version(uint32_t first_version) const;
  std::optional<uint32_t> find_subscription(TenantId, std::string_view name) const;
  std::optional<uint32_t> find_subscriber(TenantId, std::string_view name) const;
  std::optional<uint32_t> find_device(TenantId, std::string_view name) const;
  std::optional<uint32_t> find_template(TenantId, std::string_view name) const;  // its first language
  std::optional<uint32_t> find_message(TenantId, Sequence) const;                // of which more is expected

  const tenant::TenantRow& tenant(TenantId id) const { return tenants[id.value()]; }
  const account::AccountRow& account(AccountId id) const { return accounts[id.value()]; }
  // Of an account that has none: one with nothing in it.
  const account::ArrangementRow& arrangement(const account::AccountRow&) const;
  Currency currency(TenantId) const;
  Zone zone(TenantId) const;
  // As Zone::day_start, which is slow, for days that many ask for.
  Instant day_start(TenantId, Date) const;

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
  void move_entry(TenantId, Sequence, AccountId to);
  uint32_t add_service(tariff::ServiceRow, std::string_view name);
  // Behind the version before it; none where that is another.
  uint32_t add_tariff(tariff::TariffRow, std::string_view name);
  uint32_t add_subscription(subscription::SubscriptionRow, std::string_view name);
  account::ArrangementRow& change_arrangement(AccountId);  // made when it is new
  // Income of a service that belongs to a later month, more or less of it.
  void defer(uint32_t service, Month, int64_t minor);
  uint32_t add_subscriber(subscriber::SubscriberRow, std::string_view name);
  uint32_t add_device(device::DeviceRow, std::string_view name);
  // Behind the other languages of the same name.
  uint32_t add_template(notification::TemplateRow, std::string_view name);
  uint32_t add_message(notification::MessageRow);
  void close_message(uint32_t message);

  // A group of events that can be taken back as a whole, for commands that stand or fall together. Taking it
  // back costs as much as the pages that it touched.
  void begin_group();
  void keep_group();
  void undo_group();

  // Rebuilds what is derived from the tables, after they have been loaded.
  void index_all();

 private:
  struct Group;
  std::optional<uint32_t> find_entry(TenantId, Sequence) const;
  EntryRow& change_entry(TenantId, Sequence);  // made when it is new
  void index_from(const std::vector<uint64_t>& rows, bool erase);
  void index_messages();

  std::shared_ptr<Group> group_;
  // Found last: a command asks for the same tenant and account several times. Whether it is the one is looked
  // at in the row itself.
  mutable uint32_t last_tenant_ = 0, last_account_ = 0;
  Index tenant_index_, account_index_, point_index_, ledger_index_, entry_index_, reason_index_;
  Index service_index_, tariff_index_, subscription_index_, subscriber_index_, device_index_, template_index_;
  Index message_index_;
  mutable std::vector<Zone> zones_;  // by tenant
  struct DayStart {
    uint32_t tenant = kNone;
    Date date;
    Instant start;
  };
  mutable std::array<DayStart, 256> day_starts_;
  // A heap with the lowest id on top: which row is used next depends on the state alone, not on the order in
  // which rows became free, so that a loaded snapshot goes on like the process that wrote it.
  std::vector<uint32_t> free_blocks_, free_messages_;
  bool messages_changed_ = false;  // since the group began
};

}  // namespace provodka
