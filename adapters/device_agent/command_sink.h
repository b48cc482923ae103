#pragma once

#include "ledger/core/result.h"

#include <functional>
#include <string>
#include <vector>

namespace provodka::device_agent {

// The ledger's answer to one command: an HTTP status, and why not.
struct Reception {
  unsigned status = 0;
  std::string code, detail;

  bool is_recorded() const { return status == 200 || status == 201; }
  bool is_transient() const { return status == 429 || status == 503; }
};

// Where commands go.
class CommandSink {
 public:
  virtual ~CommandSink() = default;

  // Called once, on any thread, with the answers in the order of the commands. After a Fault there may be
  // fewer of them, and whether the others were recorded is not known: they have ids, and are sent again.
  using Done = std::function<void(std::vector<Reception>, Result<void>)>;

  // JSON documents of one line each. Does not wait. One call is under way at a time.
  virtual void post(std::vector<std::string> commands, Done done) = 0;
};

}  // namespace provodka::device_agent
