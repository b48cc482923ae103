#include "ledger/domain/world.h"

#include "ledger/core/invariant.h"
#include "ledger/domain/row_hash.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <unordered_map>

namespace provodka {
namespace {

uint64_t hash_ledger(TenantId tenant, book::Kind kind, std::string_view name) {
  return hash_of(name, uint64_t{tenant.value()} << 8 | static_cast<uint64_t>(kind));
}

}  // namespace

World::World() = default;
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

std::vector<AnyTable*> World::tables() {
  return {
      &strings,   &tenants,      &accounts,  &points,   &blocks,        &ledger,      &entries,
      &reasons,   &services,     &vat_rates, &tariffs,  &subscriptions, &subscribers, &devices,
      &templates, &arrangements, &discounts, &deferred, &plans,         &runs,        &subscriber_accounts,
      &messages};
}

std::optional<TenantId> World::find_tenant(std::string_view name) const {
  const auto is_it = [&](uint32_t row) { return strings[tenants[row].name] == name; };
  if (last_tenant_ < tenants.size() && is_it(last_tenant_)) return TenantId(last_tenant_);
  const auto id = tenant_index_.find(hash_of(name, 0), is_it);
  if (!id) return std::nullopt;
  last_tenant_ = *id;
  return TenantId(*id);
}

std::optional<AccountId> World::find_account(TenantId tenant, std::string_view name) const {
  const auto is_it = [&](uint32_t row) {
    return accounts[row].tenant == tenant.value() && strings[accounts[row].name] == name;
  };
  if (last_account_ < accounts.size() && is_it(last_account_)) return AccountId(last_account_);
  const auto id = account_index_.find(hash_in(tenant, name), is_it);
  if (!id) return std::nullopt;
  last_account_ = *id;
  return AccountId(*id);
}

std::optional<PointId> World::find_point(TenantId tenant, std::string_view name) const {
  const auto id = find_any_point(tenant, name);
  return id && points[id->value()].removed == 0 ? id : std::nullopt;
}

std::optional<PointId> World::find_any_point(TenantId tenant, std::string_view name) const {
  const auto id = point_index_.find(hash_in(tenant, name), [&](uint32_t row) {
    return accounts[points[row].account].tenant == tenant.value() && strings[points[row].name] == name;
  });
  return id ? std::optional(PointId(*id)) : std::nullopt;
}

std::optional<LedgerAccountId> World::find_ledger_account(TenantId tenant, book::LedgerName name) const {
  const auto id = ledger_index_.find(hash_ledger(tenant, name.kind, name.name), [&](uint32_t row) {
    const LedgerRow& account = ledger[row];
    return account.tenant == tenant.value() && account.kind == static_cast<uint32_t>(name.kind) &&
           strings[account.name] == name.name;
  });
  return id ? std::optional(LedgerAccountId(*id)) : std::nullopt;
}

std::optional<uint32_t> World::find_entry(TenantId tenant, Sequence sequence) const {
  return entry_index_.find(hash_entry(tenant.value(), sequence.value()), [&](uint32_t row) {
    return entries[row].tenant == tenant.value() && entries[row].sequence == sequence.value();
  });
}

int64_t World::reversed_minor(TenantId tenant, Sequence sequence) const {
  const auto id = find_entry(tenant, sequence);
  return id ? entries[*id].reversed_minor : 0;
}

std::optional<AccountId> World::moved_to(TenantId tenant, Sequence sequence) const {
  const auto id = find_entry(tenant, sequence);
  if (!id || entries[*id].owner == kNone) return std::nullopt;
  return AccountId(entries[*id].owner);
}

Currency World::currency(TenantId id) const {
  const auto currency = Currency::from_numeric(static_cast<uint16_t>(tenant(id).currency));
  INVARIANT(currency, "a tenant's currency is in ISO 4217", tenant(id).currency);
  return *currency;
}

AccountHint World::prefetch_index(TenantId tenant, std::string_view account) const {
  if (account.empty()) return {};
  const uint64_t hash = hash_in(tenant, account);
  account_index_.prefetch(hash);
  return {.hash = hash, .row = kNone};
}

void World::prefetch_row(AccountHint& hint) const {
  if (hint.hash == 0) return;
  // The first row with the hash's tag is nearly always the one.
  if (const auto row = account_index_.find(hint.hash, [](uint32_t) { return true; })) {
    hint.row = *row;
    accounts.prefetch(*row);
  }
}

void World::prefetch_name(const AccountHint& hint) const {
  if (hint.row != kNone) strings.prefetch(accounts[hint.row].name);
}

TenantId World::add_tenant(tenant::TenantRow row, std::string_view name) {
  row.name = strings.add(name);
  const TenantId id(tenants.append(row));
  tenant_index_.insert(hash_of(name, 0), id.value());
  return id;
}

AccountId World::add_account(account::AccountRow row, std::string_view name) {
  row.name = strings.add(name);
  const AccountId id(accounts.append(row));
  account_index_.insert(hash_in(TenantId(row.tenant), name), id.value());
  return id;
}

PointId World::add_point(access::PointRow row, TenantId tenant, std::string_view name) {
  row.name = strings.add(name);
  const PointId id(points.append(row));
  point_index_.insert(hash_in(tenant, name), id.value());
  return id;
}

uint32_t World::add_block(access::BlockRow row) {
  if (free_blocks_.empty()) return blocks.append(row);
  std::ranges::pop_heap(free_blocks_, std::greater());
  const uint32_t id = free_blocks_.back();
  free_blocks_.pop_back();
  blocks.change(id) = row;
  return id;
}

void World::free_block(uint32_t block) {
  blocks.change(block) = {.reason = {}, .next = kNone, .point = kNone};
  free_blocks_.push_back(block);
  std::ranges::push_heap(free_blocks_, std::greater());
}

LedgerAccountId World::ledger_account(TenantId tenant, book::LedgerName name) {
  if (const auto found = find_ledger_account(tenant, name)) return *found;
  const LedgerAccountId id(ledger.append({.name = strings.add(name.name),
                                          .balance_minor = 0,
                                          .tenant = tenant.value(),
                                          .kind = static_cast<uint32_t>(name.kind)}));
  ledger_index_.insert(hash_ledger(tenant, name.kind, name.name), id.value());
  return id;
}

StringRef World::intern_reason(std::string_view reason) {
  const uint64_t hash = hash_of(reason, 0);
  const auto id = reason_index_.find(hash, [&](uint32_t row) { return strings[reasons[row]] == reason; });
  if (id) return reasons[*id];
  const StringRef ref = strings.add(reason);
  reason_index_.insert(hash, reasons.append(ref));
  return ref;
}

std::optional<uint32_t> World::find_service(TenantId tenant, std::string_view name) const {
  return service_index_.find(hash_in(tenant, name), [&](uint32_t row) {
    return services[row].tenant == tenant.value() && strings[services[row].name] == name;
  });
}

std::optional<uint32_t> World::find_tariff(TenantId tenant, std::string_view name) const {
  return tariff_index_.find(hash_in(tenant, name), [&](uint32_t row) {
    return tariffs[row].tenant == tenant.value() && strings[tariffs[row].name] == name;
  });
}

uint32_t World::newest_version(uint32_t version) const {
  while (tariffs[version].next != kNone) version = tariffs[version].next;
  return version;
}

std::optional<uint32_t> World::find_subscription(TenantId tenant, std::string_view name) const {
  return subscription_index_.find(hash_in(tenant, name), [&](uint32_t row) {
    return accounts[subscriptions[row].account].tenant == tenant.value() &&
           strings[subscriptions[row].name] == name;
  });
}

std::optional<uint32_t> World::find_subscriber(TenantId tenant, std::string_view name) const {
  return subscriber_index_.find(hash_in(tenant, name), [&](uint32_t row) {
    return subscribers[row].tenant == tenant.value() && strings[subscribers[row].name] == name;
  });
}

uint32_t World::add_service(tariff::ServiceRow row, std::string_view name) {
  row.name = strings.add(name);
  const uint32_t id = services.append(row);
  service_index_.insert(hash_in(TenantId(row.tenant), name), id);
  return id;
}

uint32_t World::add_tariff(tariff::TariffRow row, std::string_view name) {
  const auto first = find_tariff(TenantId(row.tenant), name);
  if (!first) {
    if (row.version != 1) return kNone;
    row.name = strings.add(name);
    const uint32_t id = tariffs.append(row);
    tariff_index_.insert(hash_in(TenantId(row.tenant), name), id);
    return id;
  }
  const uint32_t last = newest_version(*first);
  if (tariffs[last].version + 1 != row.version) return kNone;
  row.name = tariffs[last].name;
  const uint32_t id = tariffs.append(row);
  tariffs.change(last).next = id;
  return id;
}

uint32_t World::add_subscription(subscription::SubscriptionRow row, std::string_view name) {
  row.name = strings.add(name);
  const uint32_t id = subscriptions.append(row);
  subscription_index_.insert(hash_in(TenantId(accounts[row.account].tenant), name), id);
  return id;
}

uint32_t World::add_subscriber(subscriber::SubscriberRow row, std::string_view name) {
  row.name = strings.add(name);
  const uint32_t id = subscribers.append(row);
  subscriber_index_.insert(hash_in(TenantId(row.tenant), name), id);
  return id;
}

Zone World::zone(TenantId id) const {
  while (zones_.size() <= id.value()) {
    const auto zone = Zone::find(strings[tenants[static_cast<uint32_t>(zones_.size())].zone]);
    INVARIANT(zone, "a tenant's zone is in the IANA database");
    zones_.push_back(*zone);
  }
  return zones_[id.value()];
}

Instant World::day_start(TenantId tenant, Date date) const {
  DayStart& known =
      day_starts_[(static_cast<uint32_t>(date.days) + 61 * tenant.value()) % day_starts_.size()];
  if (known.tenant != tenant.value() || known.date != date)
    known = {tenant.value(), date, zone(tenant).day_start(date)};
  return known.start;
}

const account::ArrangementRow& World::arrangement(const account::AccountRow& row) const {
  static constexpr account::ArrangementRow kNothing{.promise_minor = 0,
                                                    .promise_left_minor = 0,
                                                    .overdue_us = 0,
                                                    .promise_until = 0,
                                                    .promise_given = 0,
                                                    .first_plan = kNone,
                                                    .account = kNone};
  return row.arrangement == kNone ? kNothing : arrangements[row.arrangement];
}

account::ArrangementRow& World::change_arrangement(AccountId id) {
  if (account(id).arrangement == kNone) {
    account::ArrangementRow row = arrangement(account(id));
    row.account = id.value();
    accounts.change(id.value()).arrangement = arrangements.append(row);
  }
  return arrangements.change(account(id).arrangement);
}

void World::defer(uint32_t service, Month month, int64_t minor) {
  uint32_t row = services[service].first_deferred;
  while (row != kNone && deferred[row].month != month.first.days) row = deferred[row].next;
  if (row == kNone) {  // in the place of a month that is done with
    row = services[service].first_deferred;
    while (row != kNone && deferred[row].minor != 0) row = deferred[row].next;
    if (row != kNone) deferred.change(row).month = month.first.days;
  }
  if (row == kNone) {
    row = deferred.append({.minor = 0, .month = month.first.days, .next = services[service].first_deferred});
    services.change(service).first_deferred = row;
  }
  deferred.change(row).minor += minor;
}

EntryRow& World::change_entry(TenantId tenant, Sequence sequence) {
  if (const auto found = find_entry(tenant, sequence)) return entries.change(*found);
  const uint32_t id = entries.append(
      {.sequence = sequence.value(), .reversed_minor = 0, .tenant = tenant.value(), .owner = kNone});
  entry_index_.insert(hash_entry(tenant.value(), sequence.value()), id);
  return entries.change(id);
}

void World::add_reversal(TenantId tenant, Sequence sequence, int64_t amount_minor) {
  change_entry(tenant, sequence).reversed_minor += amount_minor;
}

void World::move_entry(TenantId tenant, Sequence sequence, AccountId to) {
  change_entry(tenant, sequence).owner = to.value();
}

namespace {

// Adds the rows from `first` on to an index, or takes them back, the last first.
template <class Hash>
void reindex(Index& index, uint64_t first, uint64_t end, bool erase, Hash&& hash) {
  if (erase) {
    for (auto i = static_cast<uint32_t>(end); i > first; --i) index.erase(hash(i - 1), i - 1);
  } else {
    for (auto i = static_cast<uint32_t>(first); i < end; ++i) index.insert(hash(i), i);
  }
}

}  // namespace

// `rows` are the tables' sizes, in the order of tables(), from which on rows are indexed or taken back.
void World::index_from(const std::vector<uint64_t>& rows, bool erase) {
  enum : size_t {
    kStrings,
    kTenants,
    kAccounts,
    kPoints,
    kBlocks,
    kLedger,
    kEntries,
    kReasons,
    kServices,
    kVatRates,
    kTariffs,
    kSubscriptions,
    kSubscribers,
    kDevices,
    kTemplates
  };
  reindex(tenant_index_, rows[kTenants], tenants.size(), erase,
          [&](uint32_t i) { return hash_of(strings[tenants[i].name], 0); });
  reindex(account_index_, rows[kAccounts], accounts.size(), erase,
          [&](uint32_t i) { return hash_in(TenantId(accounts[i].tenant), strings[accounts[i].name]); });
  reindex(point_index_, rows[kPoints], points.size(), erase, [&](uint32_t i) {
    return hash_in(TenantId(accounts[points[i].account].tenant), strings[points[i].name]);
  });
  reindex(ledger_index_, rows[kLedger], ledger.size(), erase, [&](uint32_t i) {
    const LedgerRow& row = ledger[i];
    return hash_ledger(TenantId(row.tenant), static_cast<book::Kind>(row.kind), strings[row.name]);
  });
  reindex(entry_index_, rows[kEntries], entries.size(), erase,
          [&](uint32_t i) { return hash_entry(entries[i].tenant, entries[i].sequence); });
  reindex(reason_index_, rows[kReasons], reasons.size(), erase,
          [&](uint32_t i) { return hash_of(strings[reasons[i]], 0); });
  reindex(service_index_, rows[kServices], services.size(), erase,
          [&](uint32_t i) { return hash_in(TenantId(services[i].tenant), strings[services[i].name]); });
  reindex(subscription_index_, rows[kSubscriptions], subscriptions.size(), erase, [&](uint32_t i) {
    return hash_in(TenantId(accounts[subscriptions[i].account].tenant), strings[subscriptions[i].name]);
  });
  reindex(subscriber_index_, rows[kSubscribers], subscribers.size(), erase,
          [&](uint32_t i) { return hash_in(TenantId(subscribers[i].tenant), strings[subscribers[i].name]); });
  reindex(device_index_, rows[kDevices], devices.size(), erase,
          [&](uint32_t i) { return hash_in(TenantId(devices[i].tenant), strings[devices[i].name]); });
  // Only the first language of a template is found by its name, and only the first version of a tariff.
  const auto index_template = [&](uint32_t i) {
    if (templates[i].first == 0) return;
    const uint64_t hash = hash_in(TenantId(templates[i].tenant), strings[templates[i].name]);
    if (erase) {
      template_index_.erase(hash, i);
    } else {
      template_index_.insert(hash, i);
    }
  };
  for (auto i = static_cast<uint32_t>(rows[kTemplates]); i < templates.size(); ++i) index_template(i);
  const auto index_tariff = [&](uint32_t i) {
    if (tariffs[i].version != 1) return;
    const uint64_t hash = hash_in(TenantId(tariffs[i].tenant), strings[tariffs[i].name]);
    if (erase) {
      tariff_index_.erase(hash, i);
    } else {
      tariff_index_.insert(hash, i);
    }
  };
  for (auto i = static_cast<uint32_t>(rows[kTariffs]); i < tariffs.size(); ++i) index_tariff(i);
}

void World::index_all() {
  index_from(std::vector<uint64_t>(tables().size(), 0), false);
  for (uint32_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i].point == kNone) free_blocks_.push_back(i);
  }
  std::ranges::make_heap(free_blocks_, std::greater());
  index_messages();
}

// The tables as they were: how many rows, and each page that was changed since.
struct World::Group {
  struct Kept {
    AnyTable* table;
    uint64_t rows;
    std::unordered_map<uint32_t, std::vector<std::byte>> pages;
    AnyTable::BeforeChange before_change;
  };
  std::deque<Kept> tables;
  std::vector<uint32_t> free_blocks;
};

void World::begin_group() {
  INVARIANT(!group_, "groups do not nest");
  group_ = std::make_shared<Group>();
  messages_changed_ = false;
  group_->free_blocks = free_blocks_;
  for (AnyTable* table : tables()) {
    auto& kept = group_->tables.emplace_back(table, table->rows());
    kept.before_change = [&kept](uint32_t page) {
      if (uint64_t{page} * kept.table->rows_per_page() >= kept.rows || kept.pages.contains(page)) return;
      const auto bytes = kept.table->page(page);
      kept.pages.emplace(page, std::vector<std::byte>(bytes.begin(), bytes.end()));
    };
    table->watch(&kept.before_change);
  }
}

void World::keep_group() {
  for (auto& kept : group_->tables) kept.table->unwatch(&kept.before_change);
  group_.reset();
}

void World::undo_group() {
  std::vector<uint64_t> rows;
  for (const auto& kept : group_->tables) rows.push_back(kept.rows);
  index_from(rows, true);
  for (auto& kept : group_->tables) {
    kept.table->unwatch(&kept.before_change);
    // Appended rows of a kept page go with shrinking; a snapshot that watches must still see each page first.
    for (const auto& [page, bytes] : kept.pages) kept.table->restore(page, bytes);
    kept.table->shrink(kept.rows);
  }
  free_blocks_ = std::move(group_->free_blocks);
  group_.reset();
  if (messages_changed_) index_messages();
  if (zones_.size() > tenants.size()) {
    zones_.resize(tenants.size());
    day_starts_ = {};
  }
}

}  // namespace provodka
