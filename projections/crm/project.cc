#include "projections/crm/personal.h"
#include "projections/crm/spelling.h"
#include "projections/runner/projection.h"
#include "projections/runner/remembered.h"

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
  const Column name_words = Upserts::set("name_words");
  const Column contract_words = Upserts::set("contract_words");
  const Column address_words = Upserts::set("address_words");
  const Column email_words = Upserts::set("email_words");
  const Column tax_words = Upserts::set("tax_words");
  const Column own_words = Upserts::set("own_words");
  const Column digits = Upserts::set("digits");
  const Column contract_key = Upserts::set("contract_key");
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
  const Column search = Upserts::set("search");
  const Column account_key = Upserts::set("account_key");
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

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    for_each_row(
        transaction,
        fmt::format(
            "SELECT i, {0}.spelling(chr(i)) FROM generate_series(1, {1}) i WHERE {0}.spelling(chr(i)) "
            "<> chr(i)",
            schema, static_cast<uint32_t>(Spelling::kLettersEnd) - 1),
        [&](const auto& row) { spelled_.learn(row[0].template as<uint32_t>(), row[1].c_str()); });
    return {};
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
        .set(subscribers_.own_words, spelled_(event.subscriber.text))
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
        .set(accounts_.opened, event.effective)
        .set(accounts_.account_key, key_of(spelled_(event.account.text)));
    label(header, event.account, event.label ? event.label->text : std::string_view());
    return {};
  }

  Result<void> take(const Header& header, const account::AccountRelabelled& event) {
    accounts_.at(header.tenant, event.account).set(accounts_.label, event.label);
    label(header, event.account, event.label.text);
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

  // A space at both ends, as a card has it.
  void label(const Header& header, Id account, std::string_view label) {
    accounts_.at(header.tenant, account)
        .set(accounts_.search, fmt::format(" {} {} ", spelled_(account.text), spelled_(label)));
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
    const auto spell = [&](Upserts::Column column, const std::optional<std::string>& text) {
      if (text) row.set(column, spelled_(*text));
    };
    change(subscribers_.name, data->name);
    change(subscribers_.phones, data->phones);
    change(subscribers_.email, data->email);
    change(subscribers_.addresses, data->addresses);
    change(subscribers_.tax_number, data->tax_number);
    change(subscribers_.note, data->note);
    if (data->contract) {  // given as a whole: without a day, it has none
      row.set(subscribers_.contract, *data->contract)
          .set(subscribers_.contract_date, data->contract_date)
          .set(subscribers_.contract_key, key_of(spelled_(*data->contract)));
    }
    spell(subscribers_.name_words, data->name);
    spell(subscribers_.contract_words, data->contract);
    spell(subscribers_.email_words, data->email);
    spell(subscribers_.tax_words, data->tax_number);
    if (data->addresses) row.set(subscribers_.address_words, spelled_(joined(*data->addresses)));
    if (data->phones) {
      std::string digits = joined(*data->phones);
      std::erase(digits, '+');
      row.set(subscribers_.digits, digits);
    }
    return {};
  }

  static std::string joined(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, " "));
  }

  void blank(const Header& header, Id subscriber) {
    auto row = subscribers_.at(header.tenant, subscriber);
    for (const auto column :
         {subscribers_.name, subscribers_.phones, subscribers_.email, subscribers_.addresses,
          subscribers_.tax_number, subscribers_.contract, subscribers_.contract_date, subscribers_.note,
          subscribers_.name_words, subscribers_.contract_words, subscribers_.address_words,
          subscribers_.email_words, subscribers_.tax_words, subscribers_.digits, subscribers_.contract_key})
      row.set(column, Null());
    row.set(subscribers_.erased, true);
  }

  PersonalData& personal_;
  Spelling spelled_;
  Tenants tenants_;
  Subscribers subscribers_;
  Accounts accounts_;
  StandingTable standings_;
  Subscriptions subscriptions_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Crm;
PROVODKA_PROJECTION(crm, 2, Crm, crm_indexes)
