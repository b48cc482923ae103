#include "projections/runner/member.h"

#include "ledger/core/hex.h"
#include "ledger/log/merkle.h"
#include "projections/runner/postgres.h"

#include <pqxx/except>
#include <pqxx/result>
#include <pqxx/transaction>

namespace provodka::projections {
namespace {

std::string hash_of(std::string_view line) { return hex_of(log::leaf_hash(line).bytes); }

// What procedures change they find by its key, however much there is: a plan that reads a whole table to save
// that would be chosen from what was known of the tables when they were small.
constexpr std::string_view kPlanning =
    "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off";

}  // namespace

Member::Member(const ProjectionKind& kind, Slot slot, Feed& feed, PersonalData& personal,
               pqxx::connection& connection)
    : kind_(kind),
      slot_(slot),
      schema_(schema_of(kind, slot)),
      feed_(feed),
      connection_(connection),
      backend_(connection.backendpid()),
      projection_(kind.make({feed.source(), personal})) {}

void Member::open() {
  pqxx::work transaction(connection_);
  const auto progress = progress_of(transaction, kind_, slot_, false);
  if (!progress) throw Overtaken();
  if (slot_ == Slot::live && progress->fingerprint != fingerprint_of(kind_)) throw Overtaken();
  position_ = folded_ = progress->position;
  line_hash_ = progress->line_hash;
  generation_ = progress->generation;
  indexed_ = progress->indexed;
  failed_ = slot_ == Slot::live && progress->failed;
  check_log();
  for (Table* table : projection_->tables()) table->prepare(transaction, schema_);
  if (const auto recalled = projection_->recall(transaction, schema_, position_); !recalled)
    throw Unfit(recalled.error().what);
  transaction.commit();
  reader_.emplace(feed_, position_);
}

void Member::check_log() {
  if (position_ == Position()) return;
  const auto frame = feed_.source().frame_at(position_, std::chrono::seconds(2));
  if (!frame) throw SourceAway(frame.error().what);
  if (!*frame) {
    throw Unfit(
        fmt::format("{} ends at position {}, and position {} was projected: it is another log, or one that "
                    "lost its end; provodka project --rebuild {} makes the tables follow it",
                    feed_.source().name(), feed_.source().last(), position_, kind_.name));
  }
  if (hash_of((*frame)->line(position_)) != line_hash_) {
    throw Unfit(
        fmt::format("{} has another event at position {} than was projected: it is another log, or one that "
                    "was restored; provodka project --rebuild {} makes the tables follow it",
                    feed_.source().name(), position_, kind_.name));
  }
}

size_t Member::gather(std::chrono::milliseconds timeout, const BatchLimits& limits) {
  size_t events = 0;
  while (!stuck_ && events < limits.events && projection_->pending() < limits.rows) {
    const Position next = folded_.next();
    if (events > 0 && next > feed_.source().last()) break;
    const auto decoded = feed_.frame_at(next, events == 0 ? timeout : std::chrono::milliseconds(0));
    if (!decoded) {
      if (events == 0) throw SourceAway(decoded.error().what);
      break;
    }
    if (!*decoded) break;
    const DecodedFrame& frame = **decoded;
    for (uint64_t at = next.value(); at <= frame.last().value(); ++at) {
      const size_t i = at - frame.first().value();
      if (i >= frame.events.size()) {
        stuck_ = Fault{fmt::format("position {}: {}", at, frame.bad_line)};
        break;
      }
      const auto& [header, event] = frame.events[i];
      const auto folded = projection_->fold({Position(at), header, event});
      if (!folded) {
        stuck_ = Fault{fmt::format("position {}, {} {} of {}: {}", at, header.type, header.sequence,
                                   header.tenant, folded.error().what)};
        break;
      }
      folded_ = Position(at);
      event_time_ = header.time;
      ++events;
    }
    if (folded_ >= frame.first()) line_hash_ = hash_of(frame.frame->line(folded_));
  }
  return events;
}

void Member::lock_progress(pqxx::transaction_base& transaction) {
  // The library connects again by itself, to a session that has none of what was prepared.
  if (connection_.backendpid() != backend_) throw pqxx::broken_connection("the connection was lost");
  const auto progress = progress_of(transaction, kind_, slot_, true);
  if (!progress || progress->position != position_ || progress->generation != generation_) throw Overtaken();
}

void Member::make_indexes_at_the_end() {
  const bool is_near = position_.value() + kNearEvents >= feed_.source().last().value();
  if (indexed_ || position_ == Position() || !is_near) return;
  pqxx::work transaction(connection_);
  lock_progress(transaction);
  make_indexes(transaction, kind_, slot_);
  transaction.commit();
  indexed_ = true;
}

void Member::write(size_t events) {
  const size_t rows = projection_->pending();
  pqxx::work transaction(connection_);
  lock_progress(transaction);
  if (rows > 0) {
    transaction.exec(std::string(kPlanning));
    for (Table* table : projection_->tables()) table->write(transaction, schema_);
  }
  transaction.exec(
      fmt::format("UPDATE provodka_runner.projection SET position = {}, line_hash = '{}', event_time = '{}', "
                  "events = events + {}, "
                  "rows = rows + {}, state = 'running', error = NULL, updated = clock_timestamp() WHERE name "
                  "= '{}' AND slot = "
                  "'{}'",
                  folded_, line_hash_, event_time_->to_string(), events, rows, kind_.name, name_of(slot_)));
  transaction.commit();
  for (Table* table : projection_->tables()) table->clear();
  position_ = folded_;
  reader_->has_stored(position_);
  rows_written_ += rows;
}

Result<size_t> Member::advance(std::chrono::milliseconds timeout, const BatchLimits& limits) {
  if (!reader_->may_go_on(timeout)) return 0;
  const size_t events = gather(timeout, limits);
  if (events > 0) write(events);
  make_indexes_at_the_end();
  if (stuck_) return std::unexpected(*stuck_);
  // What it had failed for was mended, and no event came yet that would tell.
  if (std::exchange(failed_, false) && events == 0) note_success(connection_, kind_);
  return events;
}

}  // namespace provodka::projections
