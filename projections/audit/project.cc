#include "ledger/codec/subject.h"
#include "ledger/core/hex.h"
#include "projections/runner/projection.h"

#include <algorithm>

#include <pqxx/result>

namespace provodka::projections {
namespace {

struct LastCommand : Upserts {
  LastCommand() : Upserts("last", {"one"}) {}
  const Column tenant = Upserts::set("tenant");
  const Column cause = Upserts::set("cause");
  const Column sequence = Upserts::set("sequence");
  const Column micros = Upserts::set("micros");
};

template <class E>
std::optional<Id> account_of_event(const E& event) {
  const std::string_view account = owning_account(event);
  return account.empty() ? std::nullopt : std::optional(Id{account});
}

// The account on the other side. A tariff's move has a `to` as well, which is none.
template <class E>
std::optional<Id> other_of_event(const E& event) {
  if constexpr (requires {
                  event.to.text;
                  event.postings;
                })
    return event.to;
  return std::nullopt;
}

// Hexadecimal; none where nobody sent a command.
std::optional<std::string> printed(const codec::CauseHash& hash) {
  if (std::ranges::all_of(hash, [](unsigned char byte) { return byte == 0; })) return std::nullopt;
  return hex_of(hash);
}

class Audit : public Projection {
 public:
  Audit() {
    owns(commands_);
    owns(events_);
    owns(last_);
  }

  Result<void> recall(pqxx::transaction_base& transaction, const std::string& schema, Position) override {
    const auto found =
        transaction.exec(fmt::format("SELECT tenant, cause, sequence, micros FROM {}.last", schema));
    open_ = {};
    if (found.empty()) return {};
    open_ = {.tenant = found[0][0].c_str(),
             .cause = found[0][1].c_str(),
             .first = Sequence(found[0][2].as<uint64_t>()),
             .time = Instant{found[0][3].as<int64_t>()}};
    return {};
  }

  Result<void> fold(const Happened& happened) override {
    const auto& header = happened.header;
    if (begins(header)) begin(happened);
    std::visit(
        [&](const auto& event) {
          const codec::Subject subject = codec::subject_of(event, header.tenant);
          events_.add(header.time, header.tenant, open_.first, header.sequence, happened.position,
                      header.type, account_of_event(event), other_of_event(event),
                      fmt::format("{}{}", subject.kind, subject.name), header.actor, header.cause);
        },
        happened.event);
    return {};
  }

 private:
  // The events of a command are one after the other, at one time. What is due by the clock may bear the same
  // cause again at a later time, and is another one then.
  bool begins(const codec::EventHeader& header) const {
    return header.time != open_.time || header.cause != open_.cause || header.tenant != open_.tenant;
  }

  void begin(const Happened& happened) {
    const auto& header = happened.header;
    open_.tenant = header.tenant;
    open_.cause = header.cause;
    open_.first = header.sequence;
    open_.time = header.time;
    commands_.add(header.time, header.tenant, header.sequence, happened.position, header.actor, header.cause,
                  printed(header.cause_hash));
    last_.at(true)
        .set(last_.tenant, header.tenant)
        .set(last_.cause, header.cause)
        .set(last_.sequence, header.sequence)
        .set(last_.micros, header.time.micros);
  }

  struct Open {
    std::string tenant;
    std::string cause;
    Sequence first;
    Instant time;
  };
  Open open_;
  Appends commands_{"command",
                    {"time", "tenant", "sequence", "position", "actor", "cause", "causehash"},
                    Appends::Partitions::monthly};
  Appends events_{"event",
                  {"time", "tenant", "command", "sequence", "position", "type", "account", "other", "subject",
                   "actor", "cause"},
                  Appends::Partitions::monthly};
  LastCommand last_;
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Audit;
PROVODKA_PROJECTION(audit, 2, Audit)
