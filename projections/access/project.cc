#include "ledger/domain/dispatch.h"
#include "ledger/log/event_source.h"
#include "ledger/process/point_access.h"
#include "ledger/process/settle.h"
#include "ledger/process/subject.h"
#include "projections/runner/movements.h"
#include "projections/runner/projection.h"

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

namespace provodka::projections {
namespace {

struct Tenants : Upserts {
  Tenants() : Upserts("tenant", {"tenant"}) {}
  Column zone = set("zone"), currency = set("currency");
};

struct Points : Upserts {
  Points() : Upserts("point", {"tenant", "point"}) {}
  Column account = set("account"), device = set("device"), login = set("login"), address = set("address"),
         mac = set("mac"), wanted = set("wanted"), reasons = set("reasons"), version = set("version"),
         since = set("since"), removed = set("removed"), applied = set("applied"),
         applied_version = set("applied_version"), applied_at = set("applied_at"),
         applied_by = set("applied_by"), applied_ms = set("applied_ms"),
         applied_detail = set("applied_detail"), confirmed_version = set("confirmed_version"),
         confirmed_at = set("confirmed_at"), closed = set("closed");
};

struct Followed : Upserts {
  Followed() : Upserts("followed", {"tenant", "point"}) {}
  Column subscription = set("subscription"), service = set("service"), tariff = set("tariff"),
         state = set("state"), paid_until = set("paid_until"), needed = set("needed");
};

// Which subscription a point follows, and what is needed to the kopeck, is what the ledger itself would say,
// so this projection has the state that the ledger has: it applies every event to a World of its own and asks
// it.
class Access : public Projection {
 public:
  explicit Access(const Surroundings& surroundings) : source_(surroundings.source) {
    for (Table* table : std::initializer_list<Table*>{&tenants_, &points_, &followed_}) owns(*table);
  }

  Result<void> recall(pqxx::transaction_base&, const std::string&, Position through) override {
    Arena arena;
    codec::DecodedEvent decoded;
    for (Position next(1); next <= through;) {
      const auto frame = source_.frame_at(next, std::chrono::seconds(5));
      if (!frame) return std::unexpected(frame.error());
      if (!*frame) return fault("position {} does not come", next);
      for (; next <= std::min(through, (*frame)->last()); next = next.next()) {
        arena.clear();
        const auto read = codec::decode_event((*frame)->line(next), arena, decoded);
        if (!read) return fault("position {}: {}", next, read.error().what);
        const Happened happened{next, decoded.header, decoded.event};
        renew_short(happened, false);
        apply(happened);
        std::visit([&](const auto& event) { look_at_accounts(happened, event, false); }, decoded.event);
      }
    }
    return {};
  }

  Result<void> fold(const Happened& happened) override {
    renew_short(happened, true);
    apply(happened);
    std::visit(
        [&](const auto& event) {
          take(happened, event);
          look_at_accounts(happened, event, true);
        },
        happened.event);
    return {};
  }

 private:
  void apply(const Happened& happened) {
    auto tenant = world_.find_tenant(happened.header.tenant);
    if (!tenant) tenant = TenantId(world_.tenants.size());
    evolve(world_, happened.event,
           {.tenant = *tenant,
            .sequence = happened.header.sequence,
            .position = happened.position,
            .time = happened.header.time});
  }

  Context context_of(TenantId tenant, Instant now) const {
    Context context;
    context.tenant = tenant;
    context.now = now;
    context.today = world_.zone(tenant).local_date(now);
    return context;
  }

  // What is needed changes with the day, as less of the period is left: those who lack something are looked
  // at again with the first event of a day.
  void renew_short(const Happened& happened, bool writes) {
    const auto tenant = world_.find_tenant(happened.header.tenant);
    if (!tenant) return;
    const Context context = context_of(*tenant, happened.header.time);
    auto [day, is_first] = days_.try_emplace(tenant->value(), context.today);
    if (is_first || day->second == context.today) return;
    day->second = context.today;
    const auto found = short_.find(tenant->value());
    if (found == short_.end()) return;
    const std::vector<uint32_t> accounts(found->second.begin(), found->second.end());
    for (const uint32_t account : accounts) look(happened, context, AccountId(account), writes);
  }

  template <class E>
  void look_at_accounts(const Happened& happened, const E& event, bool writes) {
    const auto standings = account::standings_in(event);
    if (standings.empty()) return;
    const TenantId tenant = *world_.find_tenant(happened.header.tenant);
    const Context context = context_of(tenant, happened.header.time);
    for (const account::Standing& standing : standings) {
      if (const auto account = world_.find_account(tenant, standing.account.text))
        look(happened, context, *account, writes);
    }
  }

  void look(const Happened& happened, const Context& context, AccountId account, bool writes) {
    const process::Subject of(world_, context, account);
    bool lacks = false;
    process::for_each_point(world_, of.row, [&](uint32_t p, uint32_t bit) {
      const uint32_t s = process::followed_by(of, bit);
      const Money needed = process::needed_for(of, s);
      lacks |= !needed.is_zero();
      if (writes) write_followed(happened, of, world_.points[p], s, needed);
    });
    auto& lacking = short_[context.tenant.value()];
    if (lacks) {
      lacking.insert(account.value());
    } else {
      lacking.erase(account.value());
    }
  }

  void write_followed(const Happened& happened, const process::Subject& of, const access::PointRow& point,
                      uint32_t s, Money needed) {
    auto row = followed_.at(happened.header.tenant, Id{world_.strings[point.name]});
    row.set(followed_.needed, needed);
    if (s == kNone) return;  // what none serves has had none: a subscription keeps the points that it named
    row.set(followed_.subscription, of.name(s))
        .set(followed_.service, of.service_name(of.tariff_of(s).service))
        .set(followed_.tariff, Id{world_.strings[of.tariff_of(s).name]})
        .set(followed_.state, of.at(s).state)
        .set(followed_.paid_until, paid_until(of, s));
  }

  // What is paid for afterwards is paid for up to the end of its period; hours are up to the day.
  static std::optional<Date> paid_until(const process::Subject& of, uint32_t s) {
    const auto& row = of.at(s);
    if (row.state == subscription::State::ended) return std::nullopt;
    if (row.state == subscription::State::trial) return add_days(Date{row.due}, -1);
    if (row.state != subscription::State::active) {
      if (row.segment == 0) return std::nullopt;
      return add_days(Date{row.charged_past}, -1);
    }
    if (of.is_by_hour(s)) return of.context.today;
    if (of.tariff_of(s).mode == tariff::Mode::arrears) return add_days(Date{row.period_past}, -1);
    return add_days(Date{row.charged_past}, -1);
  }

  template <class E>
  void take(const Happened&, const E&) {}

  void take(const Happened&, const tenant::TenantCreated& event) {
    tenants_.at(event.tenant).set(tenants_.zone, event.zone).set(tenants_.currency, event.currency.code());
  }
  void take(const Happened& happened, const account::AccountOpened& event) {
    points_.at(happened.header.tenant, event.point)
        .set(points_.account, event.account)
        .set(points_.wanted, account::Access::on)
        .set(points_.version, 0)
        .set(points_.since, happened.header.time);
  }
  void take(const Happened& happened, const access::PointAdded& event) {
    points_.at(happened.header.tenant, event.point)
        .set(points_.account, event.account)
        .set(points_.device, event.device)
        .set(points_.login, event.login)
        .set(points_.address, event.address)
        .set(points_.mac, event.mac)
        .set(points_.wanted, account::Access::on)
        .set(points_.version, 0)
        .set(points_.since, happened.header.time);
  }
  void take(const Happened& happened, const access::AccessChanged& event) {
    auto row = points_.at(happened.header.tenant, event.point);
    row.set(points_.wanted, event.wanted)
        .set(points_.reasons, event.reasons)
        .set(points_.version, event.version);
    // Of several reasons the first that comes and the last that goes change the state.
    const size_t others = event.change == access::Change::block ? 1 : 0;
    if (event.reasons.size() == others) row.set(points_.since, happened.header.time);
  }

  void take(const Happened& happened, const access::PointChanged& event) {
    auto row = points_.at(happened.header.tenant, event.point);
    row.set(points_.version, event.version);
    if (event.device) row.set(points_.device, event.device);
    if (event.login) row.set(points_.login, event.login);
    if (event.address) row.set(points_.address, event.address);
    if (event.mac) row.set(points_.mac, event.mac);
  }
  void take(const Happened& happened, const access::PointRemoved& event) {
    points_.at(happened.header.tenant, event.point)
        .set(points_.version, event.version)
        .set(points_.removed, happened.header.time);
  }
  void take(const Happened& happened, const access::AccessApplied& event) {
    points_.at(happened.header.tenant, event.point)
        .set(points_.applied, event.outcome)
        .set(points_.applied_version, event.version)
        .set(points_.applied_at, happened.header.time)
        .set(points_.applied_by, event.device)
        .set(points_.applied_ms, event.ms)
        .set(points_.applied_detail, event.detail);
    confirm(happened, event);
  }

  // What the router says that serves the point decides; one that it was taken from may report as well.
  void confirm(const Happened& happened, const access::AccessApplied& event) {
    const auto point = world_.find_any_point(*world_.find_tenant(happened.header.tenant), event.point.text);
    const std::string_view device = world_.strings[world_.points[point->value()].device];
    if (!device.empty() && device != event.device.text) return;
    auto row = points_.at(happened.header.tenant, event.point);
    if (event.outcome == access::Outcome::failed) {
      row.set(points_.confirmed_version, Null()).set(points_.confirmed_at, Null());
    } else {
      row.set(points_.confirmed_version, event.version).set(points_.confirmed_at, happened.header.time);
    }
  }

  void take(const Happened& happened, const account::AccountClosed& event) {
    const auto tenant = world_.find_tenant(happened.header.tenant);
    const auto account = world_.find_account(*tenant, event.account.text);
    for (uint32_t p = world_.account(*account).first_point; p != kNone; p = world_.points[p].next)
      points_.at(happened.header.tenant, Id{world_.strings[world_.points[p].name]}).set(points_.closed, true);
  }

  log::EventSource& source_;
  World world_;
  boost::unordered_flat_map<uint32_t, Date> days_;  // by tenant
  boost::unordered_flat_map<uint32_t, boost::unordered_flat_set<uint32_t>>
      short_;  // accounts that lack something
  Tenants tenants_;
  Points points_;
  Followed followed_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Access;
PROVODKA_PROJECTION(access, 3, Access)
