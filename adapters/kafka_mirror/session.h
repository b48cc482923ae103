#pragma once

#include "adapters/kafka_client/client.h"
#include "adapters/kafka_mirror/mirror.h"
#include "adapters/kafka_mirror/position.h"
#include "adapters/kafka_mirror/producer.h"
#include "adapters/kafka_mirror/record.h"
#include "adapters/kafka_mirror/topics.h"
#include "ledger/core/arena.h"
#include "ledger/core/buffer.h"

#include <chrono>
#include <functional>
#include <optional>
#include <vector>

namespace provodka::kafka {

// One producer, from its first connection to the first thing that goes wrong. Then it is thrown away and the
// next one begins with the position that is stored, so that every trouble takes the one way that a killed
// process takes as well. Belongs to one thread.
class Session {
 public:
  // `mirror` is the name of this process's mirror in the position records; `go_on` turns false when it is
  // time to stop; `stalled` is told why a transaction takes long.
  Session(log::EventSource&, const MirrorOptions&, std::string mirror, std::function<bool()> go_on,
          std::function<void(const std::string&)> stalled);
  ~Session();

  // Only whether librdkafka takes the settings.
  static Result<void> check(const MirrorOptions&);

  // Fences older mirrors, looks at the topics, and finds where to go on.
  Result<void> open();

  // Mirrors what the log has behind the position in one transaction; waits for something for `timeout`.
  // Returns the number of events. False `go_on` may end it early, as a fault.
  Result<uint64_t> advance(std::chrono::milliseconds timeout);

  Position position() const { return stored_.position; }

  // Whether the broker said that somebody has used the transactional id since. That may be another mirror, or
  // the broker itself, which gives a transaction up that took too long.
  bool is_fenced() const { return fenced_; }
  // Who wrote the position before this session did.
  const std::string& predecessor() const { return predecessor_; }

 private:
  Result<void> make_topics();
  Result<void> look_at_topics(const std::vector<TopicPlan>&);
  Result<void> check_log();
  Result<void> commit(const MirrorPosition&);
  Result<void> add(log::FramePtr, Position from, MirrorPosition&);
  Result<void> produce(rd_kafka_topic_t*, std::string_view key, std::string_view value, int flags,
                       rd_kafka_headers_t*, Position);
  Result<void> produce_event(std::string_view line, const LineAttributes&, Position);
  std::unexpected<Fault> failure(std::string_view what, const rd_kafka_error_t*);

  log::EventSource& source_;
  const MirrorOptions& options_;
  const Cluster cluster_;
  const TopicNames names_;
  const std::string mirror_;
  const std::function<bool()> go_on_;
  const std::function<void(const std::string&)> stalled_;

  Connections connections_;
  std::vector<log::FramePtr> frames_;  // of the transaction under way: the records point into them
  Client producer_;
  Topic events_, access_, position_topic_;
  MirrorPosition stored_;
  std::string predecessor_;
  bool fenced_ = false;
  Arena arena_;
  Buffer wanted_;
};

}  // namespace provodka::kafka
