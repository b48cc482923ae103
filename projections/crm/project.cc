#include "projections/crm/personal.h"
#include "projections/runner/projection.h"

namespace provodka::projections {
namespace {

struct Tenants : Upserts {
  Tenants() : Upserts("tenant", {"tenant"}) {}
  const Column zone = Upserts::set("zone");
  const Column currency = Upserts::set("currency");
};

struct Subscribers : Upserts {
  Subscribers() : Upserts("subscriber", {"tenant", "subscriber"}) {}
  const Column kind = Upserts::set("kind");
  const Column language = Upserts::set("language");
  const Column name = Upserts::set("name");
  const Column phones = Upserts::set("phones");
  const Column email = Upserts::set("email");
  const Column addresses = Upserts::set("addresses");
  const Column tax_number = Upserts::set("tax_number");
  const Column contract = Upserts::set("contract");
  const Column contract_date = Upserts::set("contract_date");
  const Column note = Upserts::set("note");
  const Column hold = Upserts::set("hold");
  const Column erased = Upserts::set("erased");
  const Column registered = Upserts::set("registered");
  const Column changed = Upserts::set("changed");
};

struct Accounts : Upserts {
  Accounts() : Upserts("account", {"tenant", "account"}) {}
  const Column subscriber = Upserts::set("subscriber");
  const Column label = Upserts::set("label");
  const Column status = Upserts::set("status");
  const Column opened = Upserts::set("opened");
  const Column closed = Upserts::set("closed");
};

struct StandingTable : Upserts {
  StandingTable() : Upserts("standing", {"tenant", "account"}) {}
  const Column balance = Upserts::set("balance");
  const Column available = Upserts::set("available");
  const Column currency = Upserts::set("currency");
  const Column access = Upserts::set("access");
  const Column version = Upserts::set("version");
};

struct Subscriptions : Upserts {
  Subscriptions() : Upserts("subscription", {"tenant", "subscription"}) {}
  const Column account = Upserts::set("account");
  const Column tariff = Upserts::set("tariff");
  const Column next_tariff = Upserts::set("next_tariff");
  const Column next_from = Upserts::set("next_from");
  const Column ends = Upserts::set("ends");
};

class Crm : public Projection {
 public:
  explicit Crm(const Surroundings& surroundings) : personal_(surroundings.personal) {
    owns(tenants_);
    owns(subscribers_);
    owns(accounts_);
    owns(standings_);
    owns(subscriptions_);
  }

  Result<void> fold(const Happened& happened) override {
    const auto& header = happened.header;
    return std::visit(
        [&](const auto& event) {
          for (const account::Standing& standing : account::standings_in(event)) stand(header, standing);
          return take(header, event);
        },
        happened.event);
  }

 private:
  using Header = codec::EventHeader;

  // What says nothing about a card but how an account stands.
  template <class E>
  Result<void> take(const Header&, const E&) {
    return {};
  }

  Result<void> take(const Header& header, const tenant::TenantCreated& event) {
    tenants_.at(header.tenant).set(tenants_.zone, event.zone).set(tenants_.currency, event.currency.code());
    return {};
  }

  Result<void> take(const Header& header, const subscriber::SubscriberRegistered& event) {
    subscribers_.at(header.tenant, event.subscriber)
        .set(subscribers_.kind, event.kind)
        .set(subscribers_.language, event.language)
        .set(subscribers_.hold, false)
        .set(subscribers_.erased, false)
        .set(subscribers_.registered, header.time)
        .set(subscribers_.changed, header.time);
    return write(header, event.subscriber, event.sealed.text);
  }

  Result<void> take(const Header& header, const subscriber::SubscriberChanged& event) {
    auto row = subscribers_.at(header.tenant, event.subscriber);
    if (event.kind) row.set(subscribers_.kind, *event.kind);
    if (event.language) row.set(subscribers_.language, *event.language);
    row.set(subscribers_.changed, header.time);
    return write(header, event.subscriber, event.sealed.text);
  }

  Result<void> take(const Header& header, const subscriber::SubscriberHeld& event) {
    subscribers_.at(header.tenant, event.subscriber)
        .set(subscribers_.hold, event.on)
        .set(subscribers_.changed, header.time);
    return {};
  }

  Result<void> take(const Header& header, const subscriber::SubscriberErased& event) {
    blank(header, event.subscriber);
    subscribers_.at(header.tenant, event.subscriber).set(subscribers_.changed, header.time);
    return {};
  }

  Result<void> take(const Header& header, const account::AccountOpened& event) {
    accounts_.at(header.tenant, event.account)
        .set(accounts_.subscriber, event.subscriber)
        .set(accounts_.label, event.label)
        .set(accounts_.status, "open")
        .set(accounts_.opened, event.effective);
    return {};
  }

  Result<void> take(const Header& header, const account::AccountRelabelled& event) {
    accounts_.at(header.tenant, event.account).set(accounts_.label, event.label);
    return {};
  }

  Result<void> take(const Header& header, const account::AccountClosed& event) {
    accounts_.at(header.tenant, event.account)
        .set(accounts_.status, "closed")
        .set(accounts_.closed, event.effective);
    return {};
  }

  Result<void> take(const Header& header, const subscription::SubscriptionStarted& event) {
    subscriptions_.at(header.tenant, event.subscription)
        .set(subscriptions_.account, event.account)
        .set(subscriptions_.tariff, event.tariff);
    return {};
  }

  // A switch to come leaves the tariff what it is until then; the view knows the day.
  Result<void> take(const Header& header, const subscription::SubscriptionSwitched& event) {
    auto row = subscriptions_.at(header.tenant, event.subscription);
    if (event.from > event.effective) {
      row.set(subscriptions_.tariff, event.previous)
          .set(subscriptions_.next_tariff, event.tariff)
          .set(subscriptions_.next_from, event.from);
    } else {
      row.set(subscriptions_.tariff, event.tariff)
          .set(subscriptions_.next_tariff, Null())
          .set(subscriptions_.next_from, Null());
    }
    return {};
  }

  Result<void> take(const Header& header, const subscription::SubscriptionCancelled& event) {
    subscriptions_.at(header.tenant, event.subscription).set(subscriptions_.ends, event.on);
    return {};
  }

  void stand(const Header& header, const account::Standing& standing) {
    standings_.at(header.tenant, standing.account)
        .set(standings_.balance, standing.balance)
        .set(standings_.available, standing.available)
        .set(standings_.currency, standing.balance.currency.code())
        .set(standings_.access, standing.access)
        .set(standings_.version, header.sequence);
  }

  Result<void> write(const Header& header, Id subscriber, std::string_view sealed) {
    const auto opened = personal_.open(header.tenant, subscriber.text, sealed);
    if (!opened) return std::unexpected(opened.error());
    if (!*opened) {
      blank(header, subscriber);
      return {};
    }
    const auto data = read_card_data(**opened);
    if (!data) return fault("subscriber {}: {}", subscriber.text, data.error().what);
    auto row = subscribers_.at(header.tenant, subscriber);
    const auto change = [&](Upserts::Column column, const auto& value) {
      if (value) row.set(column, *value);
    };
    change(subscribers_.name, data->name);
    change(subscribers_.phones, data->phones);
    change(subscribers_.email, data->email);
    change(subscribers_.addresses, data->addresses);
    change(subscribers_.tax_number, data->tax_number);
    change(subscribers_.note, data->note);
    if (data->contract) {  // given as a whole: without a day, it has none
      row.set(subscribers_.contract, *data->contract).set(subscribers_.contract_date, data->contract_date);
    }
    return {};
  }

  // The columns for searching are made of these, and are empty with them.
  void blank(const Header& header, Id subscriber) {
    auto row = subscribers_.at(header.tenant, subscriber);
    for (const auto column :
         {subscribers_.name, subscribers_.phones, subscribers_.email, subscribers_.addresses,
          subscribers_.tax_number, subscribers_.contract, subscribers_.contract_date, subscribers_.note})
      row.set(column, Null());
    row.set(subscribers_.erased, true);
  }

  PersonalData& personal_;
  Tenants tenants_;
  Subscribers subscribers_;
  Accounts accounts_;
  StandingTable standings_;
  Subscriptions subscriptions_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Crm;
PROVODKA_PROJECTION(crm, 1, Crm)
