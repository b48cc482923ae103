#include "ledger/codec/json_out.h"
#include "projections/runner/movements.h"
#include "projections/runner/projection.h"

namespace provodka::projections {
namespace {

struct Tenants : Upserts {
  Tenants() : Upserts("tenant", {"tenant"}) {}
  Column name = set("name"), currency = set("currency"), zone = set("zone"), locale = set("locale"),
         threshold = set("threshold"), created = set("created"), open_from = set("open_from");
};

struct Services : Upserts {
  Services() : Upserts("service", {"tenant", "service"}) {}
  Column names = set("names"), rank = set("rank"), needs = set("needs"), revenue = set("revenue"),
         vat = set("vat");
};

struct Tariffs : Upserts {
  Tariffs() : Upserts("tariff", {"tenant", "tariff", "version"}) {}
  Column service = set("service"), from_day = set("from_day"), mode = set("mode"), period = set("period"),
         anchor = set("anchor"), price = set("price"), shortage = set("shortage"),
         setup_fee = set("setup_fee"), trial_days = set("trial_days"), due_days = set("due_days"),
         down = set("down"), up = set("up"), quota = set("quota"), grouped = set("grouped");
};

struct Closed : Upserts {
  Closed() : Upserts("closed", {"tenant", "tariff"}) {}
  Column day = set("day");
};

template <class T>
std::string json_of(const T& value) {
  Buffer out;
  codec::write(out, value);
  return std::string(out.view());
}

class Catalogue : public Projection {
 public:
  Catalogue() {
    for (Table* table : std::initializer_list<Table*>{&tenants_, &services_, &tariffs_, &closed_})
      owns(*table);
  }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened, event); }, happened.event);
    return {};
  }

 private:
  template <class E>
  void take(const Happened&, const E&) {}

  void take(const Happened& happened, const tenant::TenantCreated& event) {
    tenants_.at(event.tenant)
        .set(tenants_.name, event.name)
        .set(tenants_.currency, event.currency.code())
        .set(tenants_.zone, event.zone)
        .set(tenants_.locale, event.locale)
        .set(tenants_.created, happened.header.time);
  }
  void take(const Happened& happened, const tenant::TenantConfigured& event) {
    tenants_.at(happened.header.tenant).set(tenants_.threshold, event.threshold);
  }
  void take(const Happened& happened, const period::PeriodClosed& event) {
    tenants_.at(happened.header.tenant).set(tenants_.open_from, event.open_from);
  }
  void take(const Happened& happened, const period::PeriodReopened& event) {
    tenants_.at(happened.header.tenant).set(tenants_.open_from, event.open_from);
  }
  void take(const Happened& happened, const tariff::ServiceDefined& event) {
    services_.at(happened.header.tenant, event.service)
        .set(services_.names, json_of(event.names))
        .set(services_.rank, event.rank)
        .set(services_.needs, event.requires_)
        .set(services_.revenue, event.revenue)
        .set(services_.vat, json_of(event.vat));
  }
  void take(const Happened& happened, const tariff::TariffPublished& event) {
    auto row = tariffs_.at(happened.header.tenant, event.tariff, event.version);
    row.set(tariffs_.service, event.service)
        .set(tariffs_.from_day, event.from)
        .set(tariffs_.mode, event.mode)
        .set(tariffs_.period, event.period)
        .set(tariffs_.anchor, event.anchor)
        .set(tariffs_.price, event.price)
        .set(tariffs_.shortage, event.shortage)
        .set(tariffs_.setup_fee, event.setup_fee)
        .set(tariffs_.trial_days, event.trial_days)
        .set(tariffs_.due_days, event.due_days)
        .set(tariffs_.quota, event.quota)
        .set(tariffs_.grouped, event.group);
    if (event.speed) row.set(tariffs_.down, event.speed->down).set(tariffs_.up, event.speed->up);
  }
  void take(const Happened& happened, const tariff::TariffClosed& event) {
    closed_.at(happened.header.tenant, event.tariff).set(closed_.day, event.effective);
  }

  Tenants tenants_;
  Services services_;
  Tariffs tariffs_;
  Closed closed_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Catalogue;
PROVODKA_PROJECTION(catalogue, 1, Catalogue)
