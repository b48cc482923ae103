#pragma once

#include "adapters/notify_agent/state.h"

#include <chrono>
#include <memory>

// What the agent needs of the world: whoever starts it brings these, and a test brings others.
namespace provodka::notify_agent {

inline Instant wall_clock() {
  return {std::chrono::duration_cast<std::chrono::microseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

// What the keys of subscribers open. Any thread may call.
class PersonalData {
 public:
  virtual ~PersonalData() = default;
  // The JSON that an event of this subscriber's sealed; nullopt where it was erased since.
  virtual Result<std::optional<std::string>> open(std::string_view tenant, std::string_view subscriber,
                                                  std::string_view sealed) = 0;
};

struct Answer {
  unsigned status = 0;    // 201 recorded, 200 recorded before, else refused
  uint64_t sequence = 0;  // where recorded: of the tenant's last event
  std::string code, detail;
  bool recorded() const { return status == 200 || status == 201; }
};

// Takes commands to the ledger. Any thread may call.
class CommandSink {
 public:
  virtual ~CommandSink() = default;
  // The ledger's answer, however long that takes: the same command is posted until there is one. A fault only
  // when it was stopped. `data` is JSON.
  virtual Result<Answer> post(std::string_view tenant, std::string_view type, const std::string& id,
                              const std::string& data) = 0;
  virtual void stop() = 0;
};

// What the ledger foresees. Any thread may call.
class Outlook {
 public:
  virtual ~Outlook() = default;
  // Accounts whose money does not suffice for what they are charged from now on through this instant.
  virtual Result<std::vector<Shortfall>> shortfalls(std::string_view tenant, Instant through) = 0;
  virtual void stop() = 0;
};

struct Sent {
  enum class End { sent, failed, not_now, unknown } end = End::unknown;
  std::string detail = {};             // says nothing personal
  std::chrono::milliseconds pause{0};  // of not_now: how long to leave the channel alone, if it said so
  bool blocked = false;                // of failed: the user takes no messages here any more
  int64_t date_s = 0;                  // of sent: when, by the carrier's own clock; 0: it does not say
};

// What the network reported of a message that had gone out; it does not say of which one to this phone.
struct Receipt {
  uint64_t number = 0;  // as whoever keeps it counts them
  std::string phone;    // E.164
  bool delivered = false;
};

// A way to reach people. One thread at a time, but for stop().
class Carrier {
 public:
  virtual ~Carrier() = default;
  virtual Channel channel() const = 0;
  // Whether it can be used just now, asked before each intent is recorded. The text goes into the intent:
  // what lets `settle` find out later how it ended.
  virtual Result<std::string> ready() = 0;
  virtual Sent send(const std::string& to, const std::string& text, const std::string& mark) = 0;
  // How an attempt ended that was interrupted; `unknown` where nothing tells.
  virtual Sent settle(const std::string& to, const std::string& mark) = 0;
  // Whether the network reports what became of messages; as it was found out by ready().
  virtual bool has_receipts() const { return false; }
  // Those that were not forgotten yet, the oldest first.
  virtual Result<std::vector<Receipt>> receipts() { return std::vector<Receipt>(); }
  virtual Result<void> forget(const Receipt&) { return {}; }
  virtual void stop() = 0;
};

}  // namespace provodka::notify_agent
