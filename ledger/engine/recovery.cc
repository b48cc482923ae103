#include "ledger/engine/recovery.h"

#include "ledger/engine/named_entry.h"
#include "ledger/engine/snapshot.h"
#include "ledger/log/head.h"

#include <algorithm>
#include <filesystem>

namespace provodka::engine {
namespace {

Fault log_damage(const log::EventLog::Damage& damage) {
  return Fault{
      fmt::format("the log is damaged: frame {}: {}; events at positions {} to {} cannot be read. Nothing "
                  "was changed: restore the log from a backup, or run verify for the whole picture",
                  damage.frame, damage.reason, damage.first, damage.last)};
}

Result<void> load(const log::DataDir& dir, const log::EventLog& log, Recovered& out,
                  const std::function<void(std::string)>& warn) {
  auto store = log::DerivedStore::open(dir.index(), log::DerivedStore::Mode::owner);
  if (!store) return std::unexpected(store.error());
  out.store = std::move(*store);
  auto trees = log::Trees::open(*out.store);
  if (!trees) return std::unexpected(trees.error());
  out.trees = std::move(*trees);
  if (out.store->ids_through() > log.last() || out.trees->position() > log.last()) {
    return fault("it is ahead of the log");
  }
  const auto snapshot = load_snapshot(dir.snapshots(), log.last(), out.shard, warn);
  if (!snapshot) return std::unexpected(snapshot.error());
  if (*snapshot) out.snapshot = (*snapshot)->position;
  return {};
}

// Reads the log into whatever has not seen it yet.
Result<void> catch_up(const log::EventLog& log, const IdHash& ids, Recovered& out, const log::Head* head) {
  const Position from(std::min({out.shard.position.value(), out.trees->position().value(),
                                out.store->ids_through().value()}) +
                      1);
  std::optional<Fault> failed;
  const auto hold_to_head = [&] {
    if (head && out.trees->position() == head->tree && out.trees->log_root() != head->root) {
      failed = Fault{fmt::format(
          "the log up to position {} is not the one that the head file was written for", head->tree)};
    }
  };
  hold_to_head();
  std::string cause, cause_tenant;
  Position first_of_command;
  replay(
      log, {.from = from, .through = log.last()},
      [&](DecodedFrame& frame) {
        if (frame.bad_line) {
          failed = Fault{fmt::format("the log cannot be read at position {}: {}", frame.bad_line->first,
                                     frame.bad_line->second)};
          return false;
        }
        // The head's root is of one position: the frame around it is added in two parts.
        if (const auto added = out.trees->add(*frame.frame, head ? head->tree : Position()); !added) {
          failed = added.error();
          return false;
        }
        hold_to_head();
        if (const auto added = out.trees->add(*frame.frame); !added) {
          failed = added.error();
          return false;
        }
        const uint64_t first = frame.frame->last().value() + 1 - frame.events.size();
        for (size_t i = 0; i < frame.events.size(); ++i) {
          const Position at(first + i);
          const codec::DecodedEvent& event = frame.events[i];
          if (event.header.cause != cause || event.header.tenant != cause_tenant) {
            cause = event.header.cause;
            cause_tenant = event.header.tenant;
            first_of_command = at;
          }
          if (at > out.store->ids_through())
            remember_ids(*out.recent, ids, first_of_command, at, event.header, event.event);
          if (at > out.shard.position) out.shard.apply(at, event);
        }
        return !failed;
      },
      [&](const log::EventLog::Damage& damage) {
        if (!failed) failed = log_damage(damage);
      });
  if (failed) return std::unexpected(*failed);
  return {};
}

}  // namespace

Result<void> check_head(const log::DataDir& dir, Position log_end) {
  if (!log::HeadFile::exists(dir.head())) {
    if (log_end == Position()) return {};
    return fault(
        "{} is missing beside a log of {} events: run verify --repair-head once the log is known to be whole",
        dir.head(), log_end);
  }
  const auto head = log::HeadFile::read(dir.head());
  if (!head)
    return fault("{}: run verify --repair-head once the log is known to be whole", head.error().what);
  if (head->position > log_end) {
    return fault(
        "the log ends at position {}, but {} was acknowledged: events {} to {} are missing. Restore the log "
        "from a backup",
        log_end, head->position, log_end.next(), head->position);
  }
  return {};
}

Result<Recovered> recover(const log::DataDir& dir, const log::EventLog& log, const IdHash& ids,
                          const std::function<void(std::string)>& warn) {
  const auto attempt = [&](Recovered& out) -> Result<void> {
    out.recent = std::make_shared<SeenTable>();
    return load(dir, log, out, warn);
  };
  Recovered out;
  if (const auto loaded = attempt(out); !loaded) {
    warn(fmt::format("the derived data is built again from the log: {}", loaded.error().what));
    out = Recovered();
    std::error_code error;
    std::filesystem::remove_all(dir.derived(), error);
    std::filesystem::create_directories(dir.snapshots(), error);
    if (const auto again = attempt(out); !again) return std::unexpected(again.error());
  }
  std::optional<log::Head> head;
  if (log::HeadFile::exists(dir.head())) {
    const auto read = log::HeadFile::read(dir.head());
    if (!read) return std::unexpected(read.error());
    head = *read;
  }
  if (const auto caught_up = catch_up(log, ids, out, head ? &*head : nullptr); !caught_up) {
    return std::unexpected(caught_up.error());
  }
  return out;
}

Result<Shard> recover_state(const log::DataDir& dir, const log::EventLog& log,
                            const std::function<void(std::string)>& warn) {
  Shard shard;
  const auto snapshot = load_snapshot(dir.snapshots(), log.last(), shard, warn);
  if (!snapshot) return std::unexpected(snapshot.error());
  std::optional<Fault> failed;
  replay(
      log, {.from = shard.position.next(), .through = log.last()},
      [&](DecodedFrame& frame) {
        uint64_t at = frame.frame->last().value() + 1 - frame.events.size();
        for (const auto& event : frame.events) shard.apply(Position(at++), event);
        return true;
      },
      [&](const log::EventLog::Damage& damage) { failed = log_damage(damage); });
  if (failed) return std::unexpected(*failed);
  return shard;
}

void remember_ids(SeenTable& seen, const IdHash& ids, Position first_of_command, Position at,
                  const codec::EventHeader& header, const Event& event) {
  // What happened by itself has no command, and no hash of one.
  if (at == first_of_command && header.cause_hash != codec::CauseHash{}) {
    seen.insert({.key = ids.command_id(header.tenant, header.cause),
                 .position = at,
                 .check = IdHash::check_of(header.cause_hash)});
  }
  if (const auto payment = payment_in(event)) {
    seen.insert({.key = ids.payment(header.tenant, payment->provider, payment->external_id),
                 .position = at,
                 .check = ids.payment_check(payment->account, payment->amount.minor)});
  }
}

}  // namespace provodka::engine
