#include "projections/runner/movements.h"
#include "projections/runner/projection.h"
#include "projections/runner/remembered.h"

#include <algorithm>

namespace provodka::projections {
namespace {

struct TenantTable : Upserts {
  TenantTable() : Upserts("tenant", {"tenant"}) {}
  Column zone = set("zone"), currency = set("currency"), decimals = set("decimals");
};

struct AccountTable : Upserts {
  AccountTable() : Upserts("account", {"tenant", "account"}) {}
  Column label = set("label"), subscriber = set("subscriber"), closed = set("closed");
  Column debt = set("debt"), began = set("began"), since = set("since");
};

struct DebitTable : Upserts {
  DebitTable() : Upserts("debit", {"tenant", "account", "began", "day"}) {}
  Column amount = add("amount");
};

struct PromiseTable : Upserts {
  PromiseTable() : Upserts("promise", {"tenant", "sequence"}) {}
  Column account = set("account"), given = set("given"), given_on = set("given_on"), until = set("until"),
         amount = set("amount"), actor = set("actor");
  Column outcome = set("outcome"), ended = set("ended"), ended_on = set("ended_on");
};

struct SuspenseTable : Upserts {
  SuspenseTable() : Upserts("suspended", {"tenant", "provider", "external_id"}) {}
  Column sequence = set("sequence"), since = set("since"), effective = set("effective"),
         account = set("account"), amount = set("amount"), note = set("note");
  Column left_over = add("left_over");
};

// Of a tenant: the accounts that owe something, with the sequence of the entry that brought them below zero,
// and the promises that stand, with the sequence of their beginning.
struct Open {
  ByName<uint64_t> debts;
  ByName<uint64_t> promises;
};

class Receivables : public Projection {
 public:
  Receivables() {
    owns(tenants_);
    owns(accounts_);
    owns(debits_);
    owns(promises_);
    owns(suspense_);
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    open_.clear();
    for_each_row(transaction, "SELECT tenant, account, began FROM " + schema + ".account WHERE debt > 0",
                 [&](const auto& row) {
                   open_[row[0].c_str()].debts.emplace(row[1].c_str(), row[2].template as<uint64_t>());
                 });
    for_each_row(transaction,
                 "SELECT tenant, account, sequence FROM " + schema + ".promise WHERE outcome IS NULL",
                 [&](const auto& row) {
                   open_[row[0].c_str()].promises.emplace(row[1].c_str(), row[2].template as<uint64_t>());
                 });
    return {};
  }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened.header, event); }, happened.event);
    return {};
  }

 private:
  using Header = codec::EventHeader;

  Open& open_of(std::string_view tenant) {
    const auto found = open_.find(tenant);
    return found == open_.end() ? open_.emplace(std::string(tenant), Open()).first->second : found->second;
  }

  template <class E>
  void take(const Header& header, const E& event) {
    if constexpr (requires { event.postings; }) {
      for (const book::Posting& posting : event.postings) {
        if (posting.account.kind == book::Kind::customer) age(header, event.effective, posting);
        if constexpr (requires { event.external_id; }) {
          if (posting.account.kind == book::Kind::suspense)
            suspense_.at(header.tenant, event.provider, event.external_id)
                .add(suspense_.left_over, posting.amount);
        }
      }
    }
    note(header, event);
  }

  // The first payments cover the first debits, so that what is owed is what was debited last; of that only
  // what was not covered on the spot can be.
  void age(const Header& header, Date effective, const book::Posting& posting) {
    const int64_t after = posting.balance.minor, before = after - posting.amount.minor;
    if (before >= 0 && after >= 0) return;
    const std::string_view account = posting.account.name;
    const Currency currency = posting.amount.currency;
    auto row = accounts_.at(header.tenant, account);
    row.set(accounts_.debt, Money{std::max<int64_t>(0, -after), currency});
    auto& debts = open_of(header.tenant).debts;
    if (after >= 0) {
      debts.erase(account);
      row.set(accounts_.began, Null()).set(accounts_.since, Null());
      return;
    }
    auto began = debts.find(account);
    if (before >= 0 || began == debts.end()) {
      began = debts.insert_or_assign(std::string(account), header.sequence.value()).first;
      row.set(accounts_.began, header.sequence).set(accounts_.since, effective);
    }
    if (after < before) {
      debits_.at(header.tenant, account, began->second, effective)
          .add(debits_.amount, {std::min(before - after, -after), currency});
    }
  }

  template <class E>
  void note(const Header&, const E&) {}

  void note(const Header&, const tenant::TenantCreated& event) {
    tenants_.at(event.tenant)
        .set(tenants_.zone, event.zone)
        .set(tenants_.currency, event.currency.code())
        .set(tenants_.decimals, event.currency.exponent());
  }

  void note(const Header& header, const account::AccountOpened& event) {
    accounts_.at(header.tenant, event.account)
        .set(accounts_.label, event.label)
        .set(accounts_.subscriber, event.subscriber);
  }

  void note(const Header& header, const account::AccountRelabelled& event) {
    accounts_.at(header.tenant, event.account).set(accounts_.label, event.label);
  }

  void note(const Header& header, const account::AccountClosed& event) {
    accounts_.at(header.tenant, event.account).set(accounts_.closed, true);
  }

  void note(const Header& header, const payment::PaymentSuspended& event) {
    suspense_.at(header.tenant, event.provider, event.external_id)
        .set(suspense_.sequence, header.sequence)
        .set(suspense_.since, header.time)
        .set(suspense_.effective, event.effective)
        .set(suspense_.account, event.account)
        .set(suspense_.amount, event.amount)
        .set(suspense_.note, event.note);
  }

  void note(const Header& header, const promise::PromiseGiven& event) {
    promises_.at(header.tenant, header.sequence)
        .set(promises_.account, event.account)
        .set(promises_.given, header.time)
        .set(promises_.given_on, event.effective)
        .set(promises_.until, event.until)
        .set(promises_.amount, event.amount)
        .set(promises_.actor, header.actor);
    open_of(header.tenant)
        .promises.insert_or_assign(std::string(event.account.text), header.sequence.value());
  }

  void note(const Header& header, const promise::PromiseEnded& event) {
    auto& promises = open_of(header.tenant).promises;
    const auto given = promises.find(event.account.text);
    if (given == promises.end()) return;
    promises_.at(header.tenant, given->second)
        .set(promises_.outcome, event.outcome)
        .set(promises_.ended, header.time)
        .set(promises_.ended_on, event.effective);
    promises.erase(given);
  }

  ByName<Open> open_;
  TenantTable tenants_;
  AccountTable accounts_;
  DebitTable debits_;
  PromiseTable promises_;
  SuspenseTable suspense_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Receivables;
PROVODKA_PROJECTION(receivables, 1, Receivables)
