#include "ledger/core/ip_prefix.h"
#include "ledger/core/mac.h"
#include "projections/runner/projection.h"
#include "projections/runner/tenant_days.h"

namespace provodka::projections {
namespace {

using access::Outcome;

struct TenantTable : Upserts {
  TenantTable() : Upserts("tenant", {"tenant"}) {}
  Column zone = set("zone");
};

struct DeviceTable : Upserts {
  DeviceTable() : Upserts("device", {"tenant", "device"}) {}
  Column kind = set("kind"), address = set("address"), mode = set("mode"), serves = set("serves");
  Column registered = set("registered"), changed = set("changed"), retired = set("retired"),
         retired_for = set("retired_for");
  Column results = add("results"), failures = add("failures"), repairs = add("repairs");
  Column reported = set("reported"), outcome = set("outcome"), point = set("point"), ms = set("ms");
  Column failed = set("failed"), failed_point = set("failed_point"), detail = set("detail");
};

struct PlaceTable : Upserts {
  PlaceTable() : Upserts("place", {"tenant", "point"}) {}
  Column address = set("address"), mac = set("mac"), login = set("login");
};

// As Postgres has them, of what the agent that drives the routers takes for one; null for anything else.
std::optional<std::string> inet_of(std::string_view text) {
  const auto prefix = IpPrefix::parse(text);
  return prefix ? std::optional(prefix->text()) : std::nullopt;
}

std::vector<std::string> inets_of(const device::Prefixes& given) {
  std::vector<std::string> prefixes;
  for (const auto text : given) {
    if (auto prefix = inet_of(text.text)) prefixes.push_back(std::move(*prefix));
  }
  return prefixes;
}

class Devices : public Projection {
 public:
  Devices() {
    owns(tenants_);
    owns(devices_);
    owns(places_);
    owns(results_);
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    return days_.recall(transaction, schema);
  }

  Result<void> fold(const Happened& happened) override {
    return std::visit([&](const auto& event) { return take(happened.header, event); }, happened.event);
  }

 private:
  using Header = codec::EventHeader;

  template <class E>
  Result<void> take(const Header&, const E&) {
    return {};
  }

  Result<void> take(const Header&, const tenant::TenantCreated& event) {
    tenants_.at(event.tenant).set(tenants_.zone, event.zone);
    return days_.add(event.tenant.text, event.zone.text);
  }

  Result<void> take(const Header& header, const device::DeviceRegistered& event) {
    devices_.at(header.tenant, event.device)
        .set(devices_.kind, event.kind)
        .set(devices_.address, event.address)
        .set(devices_.mode, event.mode)
        .set(devices_.serves, inets_of(event.serves))
        .set(devices_.registered, header.time)
        .set(devices_.changed, header.time);
    return {};
  }

  Result<void> take(const Header& header, const device::DeviceChanged& event) {
    auto row = devices_.at(header.tenant, event.device);
    if (event.kind) row.set(devices_.kind, *event.kind);
    if (event.address) row.set(devices_.address, *event.address);
    if (event.mode) row.set(devices_.mode, *event.mode);
    if (event.serves) row.set(devices_.serves, inets_of(*event.serves));
    row.set(devices_.changed, header.time);
    return {};
  }

  Result<void> take(const Header& header, const device::DeviceRetired& event) {
    devices_.at(header.tenant, event.device)
        .set(devices_.changed, header.time)
        .set(devices_.retired, header.time)
        .set(devices_.retired_for, event.reason);
    return {};
  }

  Result<void> take(const Header& header, const access::PointAdded& event) {
    place(header, event);
    return {};
  }

  Result<void> take(const Header& header, const access::PointChanged& event) {
    place(header, event);
    return {};
  }

  template <class E>
  void place(const Header& header, const E& event) {
    auto row = places_.at(header.tenant, event.point);
    if (event.address) row.set(places_.address, inet_of(event.address->text));
    if (event.mac) row.set(places_.mac, mac_digits(event.mac->text));
    if (event.login) row.set(places_.login, *event.login);
  }

  Result<void> take(const Header& header, const access::AccessApplied& event) {
    const auto day = days_.day(header.tenant, header.time);
    if (!day) return std::unexpected(day.error());
    results_.add(header.time, header.tenant, header.sequence, *day, event.device, event.account, event.point,
                 event.version, event.outcome, event.ms, event.detail);
    auto row = devices_.at(header.tenant, event.device);
    row.count(devices_.results)
        .set(devices_.reported, header.time)
        .set(devices_.outcome, event.outcome)
        .set(devices_.point, event.point)
        .set(devices_.ms, event.ms);
    if (event.outcome == Outcome::repaired) row.count(devices_.repairs);
    if (event.outcome != Outcome::failed) return {};
    row.count(devices_.failures)
        .set(devices_.failed, header.time)
        .set(devices_.failed_point, event.point)
        .set(devices_.detail, event.detail);
    return {};
  }

  TenantDays days_;
  TenantTable tenants_;
  DeviceTable devices_;
  PlaceTable places_;
  Appends results_{"result",
                   {"time", "tenant", "sequence", "day", "device", "account", "point", "version", "outcome",
                    "ms", "detail"},
                   Appends::Partitions::monthly};
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Devices;
PROVODKA_PROJECTION(devices, 2, Devices)
