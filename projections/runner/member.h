#pragma once

#include "projections/runner/feed.h"
#include "projections/runner/house.h"
#include "projections/runner/projection.h"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace provodka::projections {

// Thrown where somebody else has moved the projection, or swapped its tables: begin anew from what is stored.
struct Overtaken : std::runtime_error {
  Overtaken() : std::runtime_error("another program moved the projection") {}
};

// Thrown where the log cannot be read for now: a server that is away. Nothing was folded, and the member may
// go on.
struct SourceAway : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// So near the end of the log, new tables have caught up with it.
inline constexpr uint64_t kNearEvents = 2000;

// How much one transaction takes: what is there, up to so many events or rows.
struct BatchLimits {
  size_t events = 100'000;
  size_t rows = 800'000;
};

// One projection on one connection, in its live tables or in those that a rebuild fills. After anything but
// SourceAway was thrown it is of no use: what is in memory may be ahead of what is stored. Functions throw
// what pqxx throws.
class Member {
 public:
  Member(const ProjectionKind&, Slot, Feed&, PersonalData&, pqxx::connection&);

  // Reads where the projection stands, and back what it remembers. Unfit where the log is not the one that
  // was projected.
  void open();

  // Takes the events that are there, waiting for the first no longer than `timeout`, and commits them with
  // the position; none while it is far ahead of others that catch up too. Where that reaches the end of the
  // log for the first time, makes the indexes that come then. Returns how many events there were. A fault:
  // the projection cannot go past an event; what is before it is stored.
  Result<size_t> advance(std::chrono::milliseconds timeout, const BatchLimits& = {});

  Position position() const { return position_; }
  uint64_t rows_written() const { return rows_written_; }

 private:
  void check_log();
  size_t gather(std::chrono::milliseconds timeout, const BatchLimits&);
  void write(size_t events);
  void lock_progress(pqxx::transaction_base&);
  void make_indexes_at_the_end();

  const ProjectionKind& kind_;
  const Slot slot_;
  const std::string schema_;
  Feed& feed_;
  std::optional<Feed::Reader> reader_;  // when open
  pqxx::connection& connection_;
  const int backend_;
  std::unique_ptr<Projection> projection_;
  Position position_;      // stored
  Position folded_;        // in memory
  std::string line_hash_;  // of the line at folded_
  std::optional<Instant> event_time_;
  int64_t generation_ = 0;
  bool indexed_ = true;
  bool failed_ = false;  // so it stands in Postgres
  uint64_t rows_written_ = 0;
  std::optional<Fault> stuck_;  // met while gathering; to be told when what is before it is stored
};

}  // namespace provodka::projections
