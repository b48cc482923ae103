#include "adapters/device_agent/wanted.h"

#include "adapters/routeros/tag.h"
#include "ledger/core/hash.h"
#include "ledger/core/invariant.h"
#include "ledger/core/mac.h"

#include <algorithm>
#include <variant>

namespace provodka::device_agent {
namespace {

constexpr uint64_t kBitsPerMegabit = 1'000'000;

std::string_view text_of(const auto& optional) { return optional ? optional->text : std::string_view(); }

std::vector<IpPrefix> read_prefixes(const device::Prefixes& given) {
  std::vector<IpPrefix> prefixes;
  for (const auto text : given) {
    const auto prefix = IpPrefix::parse(text.text);
    INVARIANT(prefix, "a recorded prefix is one", text.text);
    prefixes.push_back(*prefix);
  }
  return prefixes;
}

// Calls f(hash) for each that the point has, however it is spelled.
template <class F>
void for_each_place(const AccessPoint& point, F&& f) {
  enum : uint64_t { kAddress, kMac, kLogin };
  const auto seed = [&](uint64_t what) { return uint64_t{point.tenant} << 2 | what; };
  if (!point.address.empty()) {
    const auto address = IpPrefix::parse(point.address);
    f(hash_of(address ? address->text() : point.address, seed(kAddress)));
  }
  if (!point.mac.empty()) f(hash_of(mac_digits(point.mac), seed(kMac)));
  if (!point.login.empty()) f(hash_of(point.login, seed(kLogin)));
}

bool is_good(access::Outcome outcome) { return outcome != access::Outcome::failed; }

}  // namespace

Result<void> Wanted::fold(const codec::DecodedEvent& event, Changes& changes) {
  if (!only_tenant_.empty() && event.header.tenant != only_tenant_) return {};
  changes_ = &changes;
  Tenant& tenant = tenant_of(event.header.tenant);
  tenant_ = static_cast<uint32_t>(&tenant - tenants_.data());
  if (event.header.sequence.value() != tenant.last + 1) {
    return fault("event {} of {} follows event {}: this is not the log that was read so far",
                 event.header.sequence, tenant.name, tenant.last);
  }
  tenant.last = event.header.sequence.value();
  try {
    const ViolationsThrow suspects;
    std::visit([this](const auto& data) { on(data); }, event.event);
  } catch (const InvariantViolation& violation) {
    return fault("event {} of {} cannot be: {}", event.header.sequence, event.header.tenant,
                 violation.what());
  }
  return {};
}

template <class T>
T& Wanted::named(Names& names, std::vector<T>& rows, std::string_view name) {
  key_.assign(tenants_[tenant_].name).append("/").append(name);
  const auto [entry, added] = names.try_emplace(key_, static_cast<uint32_t>(rows.size()));
  if (added) {
    rows.emplace_back();
    rows.back().name = name;
  }
  return rows[entry->second];
}

Wanted::Tenant& Wanted::tenant_of(std::string_view name) {
  key_.assign(name);
  const auto [entry, added] = tenant_names_.try_emplace(key_, static_cast<uint32_t>(tenants_.size()));
  if (added) tenants_.emplace_back().name = name;
  return tenants_[entry->second];
}

Device& Wanted::device_named(std::string_view name) {
  Device& device = named(device_names_, devices_, name);
  if (device.tenant.empty()) device.tenant = tenants_[tenant_].name;
  return device;
}

Wanted::Account& Wanted::account_named(std::string_view name) {
  return named(account_names_, accounts_, name);
}

AccessPoint* Wanted::find_point(std::string_view name) {
  key_.assign(tenants_[tenant_].name).append("/").append(name);
  const auto entry = point_names_.find(key_);
  return entry == point_names_.end() ? nullptr : &points_[entry->second];
}

void Wanted::on(const account::AccountOpened& event) {
  add_point(event.account.text, event.point.text, nullptr);
}

void Wanted::on(const access::PointAdded& event) { add_point(event.account.text, event.point.text, &event); }

void Wanted::add_point(std::string_view account, std::string_view name, const access::PointAdded* more) {
  Account& row = account_named(account);
  const auto number = static_cast<uint32_t>(points_.size());
  key_.assign(tenants_[tenant_].name).append("/").append(name);
  const bool added = point_names_.try_emplace(key_, number).second;
  INVARIANT(added, "a point is added once", name);
  AccessPoint& point = points_.emplace_back();
  point.tag = routeros::tag_of(tenants_[tenant_].name, name);
  point.tenant = tenant_;
  point.account = static_cast<uint32_t>(&row - accounts_.data());
  row.points.push_back(number);
  if (more) {
    point.login = text_of(more->login);
    point.address = text_of(more->address);
    point.mac = text_of(more->mac);
    if (more->device) point.named = id_of(device_named(more->device->text));
  }
  if (!point.named) tenants_[tenant_].deviceless.push_back(number);
  claim_places(point);
  assign(point);
}

void Wanted::on(const access::PointChanged& event) {
  AccessPoint* point = find_point(event.point.text);
  INVARIANT(point, "a point that is changed was added", event.point.text);
  point->version = event.version;
  point->reported.count = 0;
  leave_places(*point);
  if (event.login) point->login = event.login->text;
  if (event.address) point->address = event.address->text;
  if (event.mac) point->mac = event.mac->text;
  if (event.device) point->named = id_of(device_named(event.device->text));
  claim_places(*point);
  const DeviceId before = point->server;
  assign(*point);
  if (point->server == before) touch(*point);
}

void Wanted::on(const access::PointRemoved& event) {
  AccessPoint* point = find_point(event.point.text);
  INVARIANT(point, "a point that is removed was added", event.point.text);
  point->version = event.version;
  point->reported.count = 0;
  let_go(*point);
}

// Who owes does not get a way in by being closed: his points stay off, unless somebody has his place.
void Wanted::on(const account::AccountClosed& event) {
  for (const uint32_t number : account_named(event.account.text).points) {
    AccessPoint& point = points_[number];
    if (point.gone) continue;
    point.closed = true;
    bool is_others = false;
    for_each_place(point, [&](uint64_t place) {
      const auto [begin, end] = places_.equal_range(place);
      is_others |= std::any_of(begin, end, [&](const auto& has) { return has.second != number; });
    });
    is_others ? let_go(point) : touch(point);
  }
}

// Those of closed accounts that had one of its places have none any more.
void Wanted::claim_places(const AccessPoint& point) {
  std::vector<uint32_t> ousted;
  for_each_place(point, [&](uint64_t place) {
    const auto [begin, end] = places_.equal_range(place);
    for (auto has = begin; has != end; ++has) {
      if (points_[has->second].closed) ousted.push_back(has->second);
    }
    places_.emplace(place, id_of(point).value());
  });
  for (const uint32_t number : ousted) {
    if (!points_[number].gone) let_go(points_[number]);
  }
}

void Wanted::leave_places(const AccessPoint& point) {
  for_each_place(point, [&](uint64_t place) {
    const auto [begin, end] = places_.equal_range(place);
    const auto own =
        std::find_if(begin, end, [&](const auto& has) { return has.second == id_of(point).value(); });
    if (own != end) places_.erase(own);
  });
}

void Wanted::let_go(AccessPoint& point) {
  point.gone = true;
  leave_places(point);
  if (point.server && point.reported.version < point.version)
    devices_[point.server.value()].leaving.insert(id_of(point).value());
  assign(point);
}

void Wanted::on(const access::AccessChanged& event) {
  AccessPoint* point = find_point(event.point.text);
  INVARIANT(point, "a point whose access changes was added", event.point.text);
  point->version = event.version;
  point->reported.count = 0;
  point->on = event.wanted == account::Access::on;
  touch(*point);
}

void Wanted::on(const access::AccessApplied& event) {
  AccessPoint* point = find_point(event.point.text);
  INVARIANT(point, "a result is of a point that there was", event.point.text);
  Reported& reported = point->reported;
  reported.version = event.version;
  if (event.version == point->version) ++reported.count;
  reported.outcome = event.outcome;
  reported.device = id_of(device_named(event.device.text));
  reported.detail = text_of(event.detail);
  const PointId id = id_of(*point);
  if (point->gone && event.version == point->version && is_good(event.outcome))
    devices_[reported.device.value()].leaving.erase(id.value());
  changes_->reported.push_back(id);
}

void Wanted::on(const device::DeviceRegistered& event) {
  Device& device = device_named(event.device.text);
  device.registered = true;
  device.kind = event.kind;
  device.mode = event.mode;
  device.address = event.address.text;
  device.sealed = event.sealed.text;
  device.fingerprint = text_of(event.fingerprint);
  device.serves = read_prefixes(event.serves);
  changes_->devices = true;
  assign_deviceless();
}

void Wanted::on(const device::DeviceChanged& event) {
  Device& device = device_named(event.device.text);
  if (event.mode && *event.mode != device.mode) {
    device.former_modes |= 1u << static_cast<uint32_t>(device.mode);
    device.mode = *event.mode;
  }
  if (event.kind) device.kind = *event.kind;
  if (event.address) device.address = event.address->text;
  if (event.sealed) device.sealed = event.sealed->text;
  if (event.fingerprint) {
    const std::string_view given = event.fingerprint->text;
    device.fingerprint = given == device::kNoFingerprint ? std::string_view() : given;
  }
  changes_->devices = true;
  if (!event.serves) return;
  device.serves = read_prefixes(*event.serves);
  assign_deviceless();
}

void Wanted::on(const device::DeviceRetired& event) {
  Device& device = device_named(event.device.text);
  device.retired = true;
  device.sealed.clear();
  changes_->devices = true;
  assign_deviceless();
}

// Gives the points that name no device to those that serve where they are.
void Wanted::assign_deviceless() {
  Tenant& tenant = tenants_[tenant_];
  tenant.serving = {};
  for (const Device& device : devices_) {
    if (device.is_active() && device.tenant == tenant.name)
      tenant.serving.add(id_of(device).value(), device.serves);
  }
  std::erase_if(tenant.deviceless, [&](uint32_t number) { return bool(points_[number].named); });
  for (const uint32_t number : tenant.deviceless) assign(points_[number]);
}

DeviceId Wanted::server_of(const AccessPoint& point) const {
  if (point.gone) return {};
  if (point.named) return point.named;
  const bool is_somewhere = !point.address.empty() || !point.mac.empty() || !point.login.empty();
  const auto server = tenants_[point.tenant].serving.server_of(point.address, is_somewhere);
  return server ? DeviceId(*server) : DeviceId();
}

void Wanted::assign(AccessPoint& point) {
  const DeviceId server = server_of(point);
  if (server == point.server) return;
  const PointId id = id_of(point);
  if (point.server) {
    devices_[point.server.value()].points.erase(id.value());
    devices_[point.server.value()].former.insert(id.value());
    changes_->points.push_back({point.server, id});
  }
  point.server = server;
  if (!server) return;
  devices_[server.value()].points.insert(id.value());
  devices_[server.value()].former.erase(id.value());
  changes_->points.push_back({server, id});
}

void Wanted::touch(const AccessPoint& point) {
  if (point.server) changes_->points.push_back({point.server, id_of(point)});
}

bool Wanted::is_behind(const AccessPoint& point) const {
  if (point.reported.count > 0) return !is_good(point.reported.outcome);
  return point.version > 0;
}

routeros::Point Wanted::target(PointId id, DeviceId of) const {
  const AccessPoint& point = points_[id.value()];
  routeros::Point target;
  target.tag = point.tag;
  target.gone = point.server != of;
  if (target.gone) {
    // Where nobody serves it now, as when a second device came, it is not for a router to cut it off.
    target.on = !point.gone && !point.closed && !(point.server && devices_[point.server.value()].is_active());
    return target;
  }
  target.on = point.on && !point.closed;
  target.address = point.address;
  target.mac = point.mac;
  target.login = point.login;
  speeds_of(point, target);
  return target;
}

void Wanted::on(const tariff::TariffPublished& event) {
  const uint32_t tariff = tariff_named(event.tariff.text, event.version);
  if (event.speed) speeds_[tariff] = *event.speed;
}

uint32_t Wanted::tariff_named(std::string_view tariff, uint32_t version) {
  key_ = fmt::format("{}/{}/{}", tenants_[tenant_].name, tariff, version);
  const auto [entry, added] = tariff_names_.try_emplace(key_, static_cast<uint32_t>(speeds_.size()));
  if (added) speeds_.push_back({.down = 0, .up = 0});
  return entry->second;
}

void Wanted::on(const subscription::SubscriptionStarted& event) {
  Subscription subscription{.name = std::string(event.subscription.text),
                            .tariff = tariff_named(event.tariff.text, event.version),
                            .points = {},
                            .ended = false};
  for (const Id point : event.points) subscription.points.emplace_back(point.text);
  Account& account = account_named(event.account.text);
  account.subscriptions.push_back(std::move(subscription));
  touch_all(account);
}

// A switch that takes hold later is seen when the period begins that it is for.
void Wanted::on(const subscription::SubscriptionSwitched& event) {
  if (event.from <= event.effective)
    set_tariff(event.account.text, event.subscription.text, tariff_named(event.tariff.text, event.version));
}

void Wanted::on(const subscription::SubscriptionCharged& event) {
  // What closes a stretch that is over names the tariff that was.
  if (!event.closing.value_or(false))
    set_tariff(event.account.text, event.subscription.text, tariff_named(event.tariff.text, event.version));
}

void Wanted::on(const subscription::PeriodBegun& event) {
  set_tariff(event.account.text, event.subscription.text, tariff_named(event.tariff.text, event.version));
}

void Wanted::on(const subscription::SubscriptionCancelled& event) {
  if (event.on > event.effective) return;  // until then it goes on; who has nothing else is blocked by then
  Account& account = account_named(event.account.text);
  for (Subscription& subscription : account.subscriptions)
    subscription.ended |= subscription.name == event.subscription.text;
  touch_all(account);
}

void Wanted::set_tariff(std::string_view name, std::string_view subscription, uint32_t tariff) {
  Account& account = account_named(name);
  const auto row = std::ranges::find(account.subscriptions, subscription, &Subscription::name);
  if (row == account.subscriptions.end() || row->tariff == tariff) return;
  const bool same_speed =
      speeds_[row->tariff].down == speeds_[tariff].down && speeds_[row->tariff].up == speeds_[tariff].up;
  row->tariff = tariff;
  if (!same_speed) touch_all(account);
}

void Wanted::touch_all(const Account& account) {
  for (const uint32_t number : account.points) touch(points_[number]);
}

// Of several subscriptions the fastest says it: two services through one port do not add up.
void Wanted::speeds_of(const AccessPoint& point, routeros::Point& target) const {
  for (const Subscription& subscription : accounts_[point.account].subscriptions) {
    if (subscription.ended) continue;
    if (!subscription.points.empty() &&
        std::ranges::find(subscription.points, point.name()) == subscription.points.end())
      continue;
    const tariff::Speed& speed = speeds_[subscription.tariff];
    target.down_bps = std::max(target.down_bps, speed.down * kBitsPerMegabit);
    target.up_bps = std::max(target.up_bps, speed.up * kBitsPerMegabit);
  }
}

}  // namespace provodka::device_agent
