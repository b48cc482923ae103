#pragma once

#include "ledger/log/data_dir.h"
#include "ledger/log/event_log.h"
#include "ledger/log/merkle.h"
#include "ledger/log/trees.h"

#include <map>
#include <string>
#include <vector>

namespace provodka::tools {

// What `verify` found. `damage` empty means that everything holds.
struct Verified {
  struct Damage {
    std::string where;            // what is damaged: "log", "head", "vault", "snapshot", "tiles", "state"
    Position frame, first, last;  // in the log; zero where it is not in a frame
    std::string reason;
  };
  uint64_t frames = 0, events = 0, accounts = 0;
  double seconds = 0;
  log::Hash state;
  std::map<std::string, log::Trees::TreeHead> tenants;
  std::vector<Damage> damage;
  Position through;
  log::Hash log_root;
  std::vector<std::string> remarks;  // what was compared, for people
};

// Reads everything: every checksum, hash, sequence and posting, the trial balance, the trees against the head
// file and the stored tiles, and the state, replayed from the first event, against the snapshots' hashes.
// Also of a log that cannot be opened any more. `ignore_head` for a head file that is to be made anew.
Verified verify_log(const log::DataDir&, bool ignore_head,
                    const std::function<void(uint64_t, uint64_t)>& progress);

}  // namespace provodka::tools
