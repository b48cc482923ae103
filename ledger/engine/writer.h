#pragma once

#include "ledger/core/zone.h"
#include "ledger/domain/context.h"
#include "ledger/domain/decision.h"
#include "ledger/engine/agenda.h"
#include "ledger/engine/committer.h"
#include "ledger/engine/engine.h"
#include "ledger/engine/recovery.h"
#include "ledger/engine/snapshot.h"
#include "ledger/log/tail.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

namespace provodka::engine {

// Why a command is refused that expects accounts at versions where they are not. The pointer is in the arena.
std::optional<Rejection> unmet_expectation(const World&, TenantId, std::span<const Expectation>, Arena&);

// The thread that decides. It takes what is queued, decides it in memory, and hands the group of new lines to
// the committer as soon as that is free: while one commit is being written the next is being decided.
class Writer {
 public:
  struct Parts {
    const log::DataDir& dir;
    log::EventLog& log;
    log::DerivedStore& store;
    log::Trees& trees;
    log::Vault& vault;
    log::SubscriberKeys& keys;
    log::Tail& tail;
    Committer& committer;
    const IdHash& ids;
  };

  Writer(Parts, EngineOptions&, Recovered&);
  // Finishes what is queued, commits it and leaves a snapshot.
  ~Writer();

  void submit(std::unique_ptr<Job>);
  // The look leaves the World as it was.
  using Look = std::move_only_function<void(World&, Position, Instant now)>;
  void read(Look, Engine::Done);

  std::string stopped() const;

 private:
  static constexpr size_t kPrefetchBlock = 16;
  static constexpr size_t kGroupBytesMax = 4 << 20;
  // Of what happens by itself: a command that comes meanwhile waits for the commits before its own.
  static constexpr size_t kRunBytesMax = 1 << 20;

  struct Read {
    Look look;
    Engine::Done done;
  };
  using Item = std::variant<std::unique_ptr<Job>, Read>;

  void run();
  void process(std::unique_ptr<Job>);
  void process(Read);
  void decide_all(Job&);
  void decide_one(Prepared&, Job&, Outcome&);
  // Brings into the cache what the next commands will look at, a block at a time.
  void prefetch(const Job&, size_t from) const;
  Outcome outcome_of_seen(const log::SeenId&, uint64_t check, const RejectionKind& reused,
                          std::string_view pointer) const;
  // What is known of an id: the recent tables first, then what the files were found to know.
  std::optional<log::SeenId> seen(const SeenKey&, const std::optional<log::SeenId>& in_files,
                                  Position looked_through);
  std::optional<FoundEntry> named_entry(const Prepared&, TenantId, Arena&);
  std::optional<std::string_view> line_at(Position, Arena&);
  std::optional<Position> place_of(std::string_view tenant, Sequence, Arena&);
  void record(const Prepared&, TenantId, Instant, const Decision&, Outcome&);
  // Applies an event and writes its line; the header gets its sequence.
  void record(const Event&, TenantId, codec::EventHeader&);

  // What happens by itself (writer_due.cc).
  void settle(AccountId, codec::EventHeader&, Outcome*);
  void settle_due(std::optional<Instant> at);
  void plan(AccountId, const Context&);
  void plan_all();
  void plan_tenants();
  void look_at_all(TenantId, Instant now);
  // What an atomic batch that is taken back had planned.
  void plan_again();
  Context context_at(TenantId, Instant);
  codec::EventHeader header_of_due(TenantId, Instant, std::string_view cause);
  // Everything that is due up to an instant: recorded at the one given, or each at its own.
  void fire_due(Instant through, std::optional<Instant> at = {});
  // Some of what is due now by the system's clock, so that commands wait for a few accounts at most.
  void fire_some_due();
  // A billing run by itself waits here while what is due is charged, chunk by chunk, and others go on.
  bool must_wait(const Job&);
  // How long until something is due; none where nothing is, or where the clock is set by commands.
  std::optional<std::chrono::microseconds> until_due();
  Date local_day(TenantId, Instant);

  log::Frame& open_frame();
  void close_frame_if_full();
  void hand_over();
  void snapshot_if_due();
  void start_snapshot();
  void step_snapshot();
  void end_snapshot();
  void rebuild_after_failure();

  Parts parts_;
  EngineOptions& options_;
  Shard shard_;
  StringPool
      retired_strings_;  // of a state that was thrown away: outcomes that are being told are views of it
  std::unique_ptr<Clock> clock_;
  Instant now_;  // taken once for each job
  Agenda agenda_;
  int64_t run_us_ = 0;   // spent on charging since the last report
  bool atomic_ = false;  // deciding a batch that may be taken back
  std::vector<AccountId> planned_in_group_;
  std::vector<AccountId> touched_;  // by the command
  std::vector<std::unique_ptr<Job>> waiting_runs_;
  std::vector<LocalDayCache> local_days_;  // by tenant

  std::shared_ptr<SeenTable> recent_, older_;
  Position files_must_reach_;  // ids up to here are in no table any more
  std::vector<SeenKey> remembered_in_group_;

  std::unique_ptr<Group> group_;
  std::shared_ptr<log::Frame> frame_;
  size_t group_bytes_ = 0;
  size_t next_frame_bytes_ = 0;  // as long as the one before: most loads go on as they are

  Position last_snapshot_;
  std::unique_ptr<SnapshotWriter> snapshot_;
  bool snapshot_copied_ = false;
  std::thread snapshot_thread_;
  std::atomic<bool> snapshot_done_{false};
  std::atomic<bool> snapshots_failed_{false};

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Item> queue_;
  bool stop_ = false;
  bool committer_became_idle_ = false;
  std::string stopped_;

  std::thread thread_;
};

}  // namespace provodka::engine
