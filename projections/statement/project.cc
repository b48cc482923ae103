#include "projections/runner/movements.h"
#include "projections/runner/projection.h"

namespace provodka::projections {
namespace {

class Statement : public Projection {
 public:
  Statement() {
    owns(entries_);
    owns(reversals_);
  }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened, event); }, happened.event);
    return {};
  }

 private:
  template <class E>
  void take(const Happened& happened, const E& event) {
    const auto& header = happened.header;
    for_each_movement(event, [&](const book::Posting& posting) {
      entries_.add(header.time, header.tenant, posting.account.name, header.sequence, happened.position,
                   event.effective, sort_of<E>(), header.type, posting.amount, posting.amount.currency.code(),
                   posting.balance, provider_of<Id>(event), external_id_of<ExternalId>(event),
                   service_of<Id>(event), subscription_of<Id>(event), tariff_of<Id>(event),
                   from_of<Date>(event), to_of<Date>(event), vat_of<Money>(event),
                   vat_rate_of<Decimal>(event), note_of<Note>(event), reason_of<Reason>(event),
                   other_account(event, posting.account.name), header.actor, header.cause,
                   taken_back(event, posting.account.name));
    });
    if constexpr (requires { event.reverses; })
      reversals_.add(header.tenant, event.reverses, header.sequence);
    if constexpr (requires { event.moves; }) reversals_.add(header.tenant, event.moves, header.sequence);
  }

  // The entry that this one on the account takes back. A payment that is moved is taken back where it was.
  template <class E>
  static std::optional<Sequence> taken_back(const E& event, std::string_view account) {
    if constexpr (requires { event.moves; }) {
      if (account == event.account.text) return event.moves;
    }
    return reverses_of<Sequence>(event);
  }

  template <class E>
  static std::optional<std::string_view> other_account(const E& event, std::string_view account) {
    if constexpr (requires { event.postings; }) {
      for (const book::Posting& posting : event.postings) {
        if (posting.account.kind == book::Kind::customer && posting.account.name != account)
          return posting.account.name;
      }
    }
    return std::nullopt;
  }

  Appends entries_{"entry",
                   {"time",         "tenant", "account",  "sequence", "position", "effective",   "sort",
                    "type",         "amount", "currency", "balance",  "provider", "external_id", "service",
                    "subscription", "tariff", "from_day", "to_day",   "vat",      "vat_rate",    "note",
                    "reason",       "other",  "actor",    "cause",    "reverses"},
                   Appends::Partitions::monthly};
  Appends reversals_{"reversal", {"tenant", "reverses", "sequence"}};
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Statement;
PROVODKA_PROJECTION(statement, 2, Statement)
