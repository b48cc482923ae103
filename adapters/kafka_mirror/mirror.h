#pragma once

#include "ledger/core/ids.h"
#include "ledger/core/result.h"
#include "ledger/log/event_source.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace provodka::kafka {

enum class MirrorState {
  connecting,
  mirroring,
  waiting,  // Kafka or the log is away; it is asked again, with growing pauses
  refused,  // somebody has to change something; looked at again now and then
  fenced,   // another mirror has taken over: this one has ended
};
std::string_view name_of(MirrorState);

struct MirrorProgress {
  MirrorState state = MirrorState::connecting;
  Position position;  // mirrored and committed
  Position last;      // of the log
  std::string error;  // why it waits or has stopped; empty while it mirrors

  uint64_t lag() const { return last > position ? last.value() - position.value() : 0; }
};

struct MirrorOptions {
  std::string brokers;              // HOST:PORT, several with commas
  std::string prefix = "provodka";  // of the topics and of the transactional id
  int partitions = 12;              // of the topics of events and of wanted states
  int replication = 1;
  std::map<std::string, std::string> settings = {};  // librdkafka's own: TLS, SASL, tuning
  std::function<void(std::string)> warn = {};  // what the operator should know; from the mirror's thread
  std::function<void(const MirrorProgress&)> on_progress = {};  // after each transaction and change of state
};

// Copies a log to Kafka, each event exactly once for consumers of committed records and in the order of its
// account, whatever dies. README.md says what the topics hold. It runs on a thread of its own; Kafka may be
// away when it starts and at any time later. A newer mirror of the same prefix ends it.
class Mirror {
 public:
  // Refuses settings that librdkafka does not take; whether Kafka is there shows later. The source must
  // outlive the mirror.
  static Result<std::unique_ptr<Mirror>> start(log::EventSource&, MirrorOptions);

  // Returns when the transaction that is under way is committed, or given up after some seconds.
  ~Mirror();

  MirrorProgress progress() const;

 private:
  struct Impl;
  explicit Mirror(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

// How far a log is mirrored, from Kafka itself: what a mirror of these options would go on from. Disturbs
// none that runs.
Result<Position> mirrored_position(const MirrorOptions&);

}  // namespace provodka::kafka
