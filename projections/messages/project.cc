#include "projections/runner/projection.h"
#include "projections/runner/remembered.h"
#include "projections/runner/tenant_days.h"

#include <charconv>

namespace provodka::projections {
namespace {

using notification::Channel;
using notification::Outcome;
using notification::Trigger;

struct TenantTable : Upserts {
  TenantTable() : Upserts("tenant", {"tenant"}) {}
  Column zone = set("zone");
};

struct MessageTable : Upserts {
  MessageTable() : Upserts("message", {"tenant", "message"}) {}
  Column subscriber = set("subscriber"), of_template = set("template"), language = set("language"),
         version = set("version");
  Column requested = set("requested"), effective = set("effective"), actor = set("actor"),
         cause = set("cause"), trigger = set("trigger"), caused_by = set("caused_by");
  Column state = set("state"), channel = set("channel"), attempts = set("attempts"), changed = set("changed"),
         settled = set("settled"), detail = set("detail");
};

struct TemplateTable : Upserts {
  TemplateTable() : Upserts("template", {"tenant", "template", "language"}) {}
  Column version = set("version"), text = set("text"), fields = set("fields"), trigger = set("trigger"),
         channels = set("channels"), minutes = set("fall_through_minutes"), saved = set("saved"),
         saved_by = set("saved_by");
};

struct DayTable : Upserts {
  DayTable() : Upserts("day", {"tenant", "day", "channel"}) {}
  Column requested = add("requested"), attempts = add("attempts"), sent = add("sent"),
         delivered = add("delivered"), failed = add("failed"), unknown = add("unknown"),
         settled = add("settled");

  Column of(Outcome outcome) const {
    switch (outcome) {
      case Outcome::sending:
        return attempts;
      case Outcome::sent:
        return sent;
      case Outcome::delivered:
        return delivered;
      case Outcome::failed:
        return failed;
      case Outcome::unknown:
        return unknown;
    }
    return unknown;
  }
};

// What made an agent ask for a message, by the id that it gave to its command: notify/<trigger>/<sequence>.
struct Origin {
  std::optional<Trigger> trigger;
  std::optional<uint64_t> caused_by;
};

Origin origin_of(std::string_view cause) {
  constexpr std::string_view kAgent = "notify/";
  if (!cause.starts_with(kAgent)) return {};
  cause.remove_prefix(kAgent.size());
  Trigger trigger{};
  if (!enum_value(cause.substr(0, cause.find('/')), trigger)) return {};
  Origin origin{trigger, {}};
  const std::string_view last = cause.substr(cause.rfind('/') + 1);
  uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), sequence);
  if (error == std::errc() && end == last.data() + last.size()) origin.caused_by = sequence;
  return origin;
}

class Messages : public Projection {
 public:
  Messages() {
    owns(tenants_);
    owns(messages_);
    owns(lines_);
    owns(templates_);
    owns(day_table_);
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    open_.clear();
    if (const auto recalled = days_.recall(transaction, schema); !recalled) return recalled;
    for_each_row(transaction,
                 fmt::format("SELECT l.tenant, l.message, l.channel FROM {0}.message m JOIN {0}.line l ON "
                             "l.tenant = m.tenant AND l.message = m.message WHERE m.settled IS NULL AND "
                             "l.outcome = 'sending' ORDER BY l.tenant, l.sequence",
                             schema),
                 [&](const auto& row) {
                   Channel channel{};
                   enum_value(row[2].c_str(), channel);
                   open_[row[0].c_str()][row[1].template as<uint64_t>()].push_back(channel);
                 });
    return {};
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

  Result<void> take(const Header& header, const notification::TemplateSaved& event) {
    templates_.at(header.tenant, event.template_, event.language)
        .set(templates_.version, event.version)
        .set(templates_.text, event.text)
        .set(templates_.fields, event.fields)
        .set(templates_.trigger, event.trigger)
        .set(templates_.channels, event.channels)
        .set(templates_.minutes, event.fall_through_minutes)
        .set(templates_.saved, header.time)
        .set(templates_.saved_by, header.actor);
    return {};
  }

  Result<void> take(const Header& header, const notification::MessageRequested& event) {
    const auto day = days_.day(header.tenant, header.time);
    if (!day) return std::unexpected(day.error());
    const Origin origin = origin_of(header.cause);
    messages_.at(header.tenant, header.sequence)
        .set(messages_.subscriber, event.subscriber)
        .set(messages_.of_template, event.template_)
        .set(messages_.language, event.language)
        .set(messages_.version, event.version)
        .set(messages_.requested, header.time)
        .set(messages_.effective, event.effective)
        .set(messages_.actor, header.actor)
        .set(messages_.cause, header.cause)
        .set(messages_.trigger, origin.trigger)
        .set(messages_.caused_by, origin.caused_by)
        .set(messages_.state, "waiting")
        .set(messages_.attempts, 0)
        .set(messages_.changed, header.time);
    day_table_.at(header.tenant, *day, kNoChannel).count(day_table_.requested);
    return {};
  }

  Result<void> take(const Header& header, const notification::MessageReported& event) {
    const auto day = days_.day(header.tenant, header.time);
    if (!day) return std::unexpected(day.error());
    const std::optional<Channel> channel = channel_of(header, event);
    lines_.add(header.time, header.tenant, header.sequence, event.message, event.subscriber, event.attempt,
               channel, event.outcome, event.final_, event.detail, header.actor);
    auto row = messages_.at(header.tenant, event.message);
    row.set(messages_.state, event.outcome)
        .set(messages_.changed, header.time)
        .set(messages_.detail, event.detail);
    if (channel) row.set(messages_.channel, *channel);
    if (event.outcome == Outcome::sending) row.set(messages_.attempts, event.attempt);
    if (event.final_) row.set(messages_.settled, header.time);
    auto sums = day_table_.at(header.tenant, *day, channel ? enum_name(*channel) : kNoChannel);
    sums.count(day_table_.of(event.outcome));
    if (event.final_) sums.count(day_table_.settled);
    return {};
  }

  // A delivery that is told late, of an attempt that another has followed, need not name its channel.
  std::optional<Channel> channel_of(const Header& header, const notification::MessageReported& event) {
    auto tenant = open_.find(header.tenant);
    if (tenant == open_.end()) tenant = open_.try_emplace(std::string(header.tenant)).first;
    auto& open = tenant->second;
    std::optional<Channel> channel = event.channel;
    if (event.outcome == Outcome::sending && channel) {
      open[event.message.value()].push_back(*channel);
    } else if (const auto begun = open.find(event.message.value()); begun != open.end()) {
      if (!channel && event.attempt > 0 && event.attempt <= begun->second.size())
        channel = begun->second[event.attempt - 1];
    }
    if (event.final_) open.erase(event.message.value());
    return channel;
  }

  static constexpr std::string_view kNoChannel = "none";

  TenantDays days_;
  // The channels of the attempts of messages that are not settled, by tenant.
  ByName<boost::unordered_flat_map<uint64_t, std::vector<Channel>>> open_;
  TenantTable tenants_;
  MessageTable messages_;
  Appends lines_{"line",
                 {"time", "tenant", "sequence", "message", "subscriber", "attempt", "channel", "outcome",
                  "final", "detail", "actor"},
                 Appends::Partitions::monthly};
  TemplateTable templates_;
  DayTable day_table_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Messages;
PROVODKA_PROJECTION(messages, 1, Messages)
