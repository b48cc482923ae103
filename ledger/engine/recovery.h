#pragma once

#include "ledger/engine/id_hash.h"
#include "ledger/engine/recent_ids.h"
#include "ledger/engine/replay.h"
#include "ledger/log/data_dir.h"
#include "ledger/log/derived_store.h"
#include "ledger/log/trees.h"

#include <functional>
#include <memory>
#include <string>

namespace provodka::engine {

// Holds the end of the log to the head file. A log that ends before what was acknowledged, or a head that is
// damaged or missing beside a log, is a fault: somebody has to look.
Result<void> check_head(const log::DataDir&, Position log_end);

// The derived data of a shard, loaded and brought up to the log's last position.
struct Recovered {
  std::unique_ptr<log::DerivedStore> store;
  std::unique_ptr<log::Trees> trees;
  Shard shard;
  std::shared_ptr<SeenTable> recent;  // ids behind the files
  Position snapshot;                  // that the state came from
};

// Loads snapshot, tree edges and id files and reads the log from the oldest of them on. Derived data that is
// damaged or ahead of the log is dropped and built again, and `warn` is told. Damage of the log is a fault.
Result<Recovered> recover(const log::DataDir&, const log::EventLog&, const IdHash&,
                          const std::function<void(std::string)>& warn);

// Only the state, from the newest snapshot and the log; for when a write has failed.
Result<Shard> recover_state(const log::DataDir&, const log::EventLog&,
                            const std::function<void(std::string)>& warn);

// Puts the ids of an event among those that were seen.
void remember_ids(SeenTable&, const IdHash&, Position first_of_command, Position, const codec::EventHeader&,
                  const Event&);

}  // namespace provodka::engine
