#pragma once

#include "ledger/domain/world.h"
#include "ledger/engine/clock.h"
#include "ledger/engine/job.h"
#include "ledger/log/derived_store.h"
#include "ledger/log/event_log.h"
#include "ledger/log/subscriber_keys.h"
#include "ledger/log/trees.h"
#include "ledger/log/vault.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace provodka::engine {

struct EngineOptions {
  std::string data;              // the directory, see log/data_dir.h
  std::unique_ptr<Clock> clock;  // none: the system's
  bool confirm_clock =
      false;  // someone says that the system's clock is right although it stands behind the log
  int64_t clock_jump_limit_s = 600;
  uint64_t snapshot_every_events = 2'000'000;
  uint64_t tail_bytes = 64 << 20;              // of newest lines kept in memory
  uint64_t scrub_bytes_per_second = 16 << 20;  // of the log read through in the background; zero: not at all
  std::function<void(std::string)> warn;       // what the operator should know; any thread
};

// What there is to know of how the engine is.
struct Health {
  Position durable, tree;
  std::string stopped;                        // why no commands are accepted, where that is so
  std::vector<log::EventLog::Damage> damage;  // what the scrub found
};

// The single writer of a shard. Commands are decided one after the other in memory and are durable before
// anybody is told; reads see what was decided and are answered when it is durable. All functions may be
// called from any thread.
class Engine {
 public:
  static Result<std::unique_ptr<Engine>> open(EngineOptions);
  // Takes nothing more, finishes what was taken, leaves a snapshot.
  ~Engine();

  // What can be done before the writer's turn: hashes and look-ups in files. To be called once for each
  // command before it is submitted.
  Result<void> prepare(Prepared&);

  void submit(std::unique_ptr<Job>);

  // Calls `look` on the writer's thread, then `done` when all it saw is durable; `done` gets why not, where
  // that cannot be.
  using Look = std::move_only_function<void(const World&, Position, Instant now)>;
  using Done = std::move_only_function<void(const std::string* failure)>;
  void read(Look look, Done done);

  // The same, and what it changes for the time of the call is put back before it returns.
  using Trial = std::move_only_function<void(World&, Instant now)>;
  void try_out(Trial, Done);

  // What a command that is repeated answered the first time, from the log.
  Result<Outcome> first_answer(Position first, Arena&) const;

  // Durable lines only. REQUIRES: 1 <= position <= durable().
  Result<log::FramePtr> frame_at(Position) const;
  Position durable() const;
  void on_durable(std::function<void(Position)>);

  const log::Trees& trees() const;
  // The place of an event; nullopt where it is not durable or the trees have not followed yet.
  Result<std::optional<Position>> place_of(std::string_view tenant, Sequence) const;
  log::Vault& vault();
  const log::SubscriberKeys& subscriber_keys() const;

  Health health() const;
  uint64_t stored_bytes_written() const;
  uint64_t text_bytes_written() const;

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

// What has to come in for an account's base subscription to be on at that instant; zero where it is on. Pure.
Money needed(const World&, AccountId, Instant now);

}  // namespace provodka::engine
