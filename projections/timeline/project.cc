#include "projections/runner/projection.h"
#include "projections/timeline/timeline_text.h"

#include <pqxx/result>

namespace provodka::projections {
namespace {

class Timeline : public Projection {
 public:
  Timeline() {
    owns(happenings_);
    owns(accounts_);
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    owners_.clear();
    const auto found =
        transaction.exec(fmt::format("SELECT tenant, account, subscriber FROM {}.account", schema));
    owners_.reserve(found.size());
    for (const auto& row : found) owners_.emplace(key(row[0].c_str(), row[1].c_str()), row[2].c_str());
    return {};
  }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened.header, event); }, happened.event);
    return {};
  }

 private:
  using Header = codec::EventHeader;

  template <class E>
  void take(const Header& header, const E& event) {
    if constexpr (std::is_same_v<E, account::AccountOpened>) own(header, event);
    if constexpr (ConcernsSomebody<E>) {
      const std::string_view account = owning_account(event);
      if (!account.empty()) {
        add(header, event, account, 0, sentence(event));
      } else if constexpr (requires { event.subscriber.text; }) {
        happenings_.add(header.time, header.tenant, event.subscriber, Null(), header.sequence, 0,
                        event.effective, header.type, header.actor, sentence(event));
      }
      if constexpr (requires { sentence_of_other(event); })
        add(header, event, event.to.text, 1, sentence_of_other(event));
    }
  }

  void own(const Header& header, const account::AccountOpened& event) {
    if (!event.subscriber) return;
    accounts_.add(header.tenant, event.account, *event.subscriber);
    owners_.insert_or_assign(key(header.tenant, event.account.text), std::string(event.subscriber->text));
  }

  template <class E>
  void add(const Header& header, const E& event, std::string_view account, int part,
           const std::string& text) {
    const auto owner = owners_.find(key(header.tenant, account));
    const auto subscriber = owner == owners_.end() ? std::nullopt : std::optional(owner->second);
    happenings_.add(header.time, header.tenant, subscriber, account, header.sequence, part, event.effective,
                    header.type, header.actor, text);
  }

  // Neither part of it has a slash.
  const std::string& key(std::string_view tenant, std::string_view account) {
    key_.assign(tenant).append("/").append(account);
    return key_;
  }

  std::string key_;
  // An account is opened for a subscriber and stays theirs.
  boost::unordered_flat_map<std::string, std::string> owners_;
  Appends happenings_{
      "happening",
      {"time", "tenant", "subscriber", "account", "sequence", "part", "effective", "type", "actor", "text"},
      Appends::Partitions::monthly};
  Appends accounts_{"account", {"tenant", "account", "subscriber"}};
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Timeline;
PROVODKA_PROJECTION(timeline, 2, Timeline)
