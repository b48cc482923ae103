#include "projections/runner/rebuild.h"

#include "projections/runner/member.h"
#include "projections/runner/postgres.h"

#include <thread>

#include <pqxx/except>
#include <pqxx/transaction>

namespace provodka::projections {
namespace {

constexpr std::chrono::milliseconds kWait{200};
constexpr int kSwapTries = 200;

// Reads on as far as the live tables are. Those of another log may be further than this one ever gets: what
// is here is the truth.
Result<void> advance_to(Member& member, Position wanted, log::EventSource& source) {
  const auto there = source.frame_at(wanted, std::chrono::seconds(2));
  if (!there) throw SourceAway(there.error().what);
  const Position goal = *there ? wanted : source.last();
  while (member.position() < goal) {
    if (const auto events = member.advance(kWait); !events) return std::unexpected(events.error());
  }
  return {};
}

// True when the new tables are live; false where readers held a view for too long.
Result<bool> try_swap(pqxx::connection& second, Member& member, const ProjectionKind& kind,
                      const std::vector<ProjectionKind>& all, log::EventSource& source) {
  pqxx::work transaction(second);
  transaction.exec("SET LOCAL lock_timeout = '300ms'");
  try {
    lock_house(transaction);
    const auto live = progress_of(transaction, kind, Slot::live, true);
    if (live && member.position() < live->position) {
      if (const auto there = advance_to(member, live->position, source); !there)
        return std::unexpected(there.error());
    }
    swap(transaction, kind, all);
    transaction.commit();
    return true;
  } catch (const pqxx::sql_error& error) {
    if (error.sqlstate() == "55P03" || error.sqlstate() == "40P01") return false;
    throw;
  }
}

}  // namespace

Result<void> rebuild_on(pqxx::connection& connection, const ProjectionKind& kind,
                        const std::vector<ProjectionKind>& all, Feed& feed, PersonalData& personal,
                        const std::string& postgres,
                        const std::function<bool(const RebuildProgress&)>& go_on) {
  prepare_rebuild(connection, kind, true);
  auto member = std::make_unique<Member>(kind, Slot::new_, feed, personal, connection);
  try {
    member->open();
  } catch (const Unfit&) {
    // What an earlier rebuild left is of another log.
    prepare_rebuild(connection, kind, false);
    member = std::make_unique<Member>(kind, Slot::new_, feed, personal, connection);
    member->open();
  }
  const auto second = connect(postgres, fmt::format("provodka swap {}", kind.name));
  for (int tries = 0; tries < kSwapTries; ++tries) {
    // Nearer to the end the live tables are made to wait for the last events.
    while (member->position().value() + kNearEvents < feed.source().last().value() ||
           member->position() == Position()) {
      if (!go_on({member->position(), feed.source().last()})) return refusal("the rebuild was interrupted");
      const auto events = member->advance(kWait);
      if (!events) return std::unexpected(events.error());
      if (*events == 0 && feed.source().last() == Position()) break;  // an empty log
    }
    if (const auto events = member->advance(std::chrono::milliseconds(0)); !events)
      return std::unexpected(events.error());
    const auto swapped = try_swap(*second, *member, kind, all, feed.source());
    if (!swapped) return std::unexpected(swapped.error());
    if (*swapped) {
      const RebuildProgress done{member->position(), member->position()};
      member.reset();  // the feed need not keep anything for it
      // Somebody may still read the old ones; what is left of them the next swap drops.
      while (go_on(done) && !drop_old(*second, kind)) std::this_thread::sleep_for(kWait);
      return {};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return fault("somebody reads the views of {} without a pause; the new tables wait, run the rebuild again",
               kind.name);
}

Result<void> rebuild(const ProjectionKind& kind, const std::vector<ProjectionKind>& all,
                     log::EventSource& source, PersonalData& personal, const std::string& postgres,
                     const std::function<bool(const RebuildProgress&)>& go_on) {
  try {
    const auto connection = connect(postgres, fmt::format("provodka rebuild {}", kind.name));
    install(*connection, all);
    Feed feed(source);
    return rebuild_on(*connection, kind, all, feed, personal, postgres, go_on);
  } catch (const Overtaken&) {
    return fault("another rebuild of {} is under way", kind.name);
  } catch (const std::exception& exception) {
    return std::unexpected(Fault{trouble_of(exception).what});
  }
}

}  // namespace provodka::projections
