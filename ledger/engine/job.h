#pragma once

#include "ledger/core/arena.h"
#include "ledger/domain/account/standing.h"
#include "ledger/domain/command.h"
#include "ledger/domain/context.h"
#include "ledger/domain/rejection.h"
#include "ledger/engine/id_hash.h"
#include "ledger/log/frame.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/container/small_vector.hpp>

namespace provodka::engine {

// An entry of the past that a command names, as it was found in the log, with the frame that its texts live
// in.
struct FoundEntry {
  NamedEntry entry;
  log::FramePtr frame;
  std::shared_ptr<Arena> arena;
};

// A command with what any thread can find out before the writer takes it: its hashes, and what the files know
// of its ids.
struct Prepared {
  Command command;
  SeenKey id_key{};
  codec::CauseHash cause_hash{};
  std::optional<SeenKey> payment_key;  // of commands that name a payment
  std::optional<log::SeenId> id_in_files, payment_in_files;
  Position looked_through;  // the files held all ids up to here when they were asked
  std::optional<FoundEntry> named;
};

// What came of a command. Texts are views of what lives as long as the engine.
struct Outcome {
  enum class Kind : unsigned char {
    recorded,
    repeated,  // it was recorded before, at `first`; see Engine::first_answer
    rejected,
    unavailable,  // the engine takes no commands now: `detail` says why
    undone,       // its atomic batch was refused for another line
  };
  Kind kind = Kind::unavailable;
  Sequence sequence;     // the tenant's, of the last event
  Position first, last;  // the shard's, of the first and the last event
  boost::container::small_vector<std::string_view, 2> types;
  account::Standings standings;  // of the accounts it touched, as they stood after it
  std::optional<Rejection> rejection;
  std::string detail;
};

// Commands that are decided together, in order, and answered together. `done` is called once, from another
// thread, when every event that the outcomes depend on is durable.
struct Job {
  std::vector<Prepared> commands;
  bool atomic = false;  // all or nothing
  Arena arena;          // what the commands' texts live in
  std::vector<Outcome> outcomes;
  std::move_only_function<void(std::unique_ptr<Job>)> done;
};

}  // namespace provodka::engine
