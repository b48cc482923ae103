#pragma once

#include "adapters/kafka_client/client.h"
#include "adapters/kafka_mirror/position.h"
#include "adapters/kafka_mirror/topics.h"
#include "adapters/kafka_source/signal.h"
#include "ledger/log/frame.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

namespace provodka::kafka {

// Where a reading begins: what was committed in each partition before the offset has a position before
// `next`.
struct Start {
  Position next{1};
  std::vector<int64_t> offsets = {};  // of each partition; none: from their beginnings
};

class Reader;
// librdkafka may wait for ever for what a topic that is gone has left behind, so a reader ends on a thread of
// its own, and who lets it go does not wait for that.
struct LetGo {
  void operator()(Reader*) const;
};
using ReaderPtr = std::unique_ptr<Reader, LetGo>;

// Waits until every reader that was let go has ended, but no longer than that: a process that ends under them
// takes away what they still use.
void wait_until_let_go(std::chrono::milliseconds timeout);

// One consumer, from its first connection to the first thing that goes wrong, that puts what a mirror
// committed to all partitions of its events in the order of the log again. Each partition is in order, so the
// next line is at the head of one of them: a partition that is ahead waits in its own queue, and librdkafka
// fetches no more for one whose queue is full. It also reads how far the mirror says that it has come, which
// no partition of events can tell. Belongs to one thread, but for wake().
class Reader {
 public:
  // `queue_kb` bounds what is fetched ahead for each partition. A fault: Kafka does not answer, or has no
  // such topics.
  static Result<ReaderPtr> open(const Cluster&, const std::string& prefix, const Start&, int queue_kb);
  // Refuses settings that open() could not use.
  static Result<void> check(const Cluster&);
  ~Reader();

  // The next lines of the log, as a frame of about the usual size at most; null where none is at hand, and
  // wait() tells when there may be. A fault: what is in the topics is not the log, or they are not what they
  // were; the reader is then of no further use.
  Result<log::FramePtr> take();
  void wait(std::chrono::milliseconds timeout) { news_.wait(timeout); }
  void wake() { news_.raise(); }

  // Everything that the log had when the mirror looked last was taken.
  bool is_at_end() const { return missing().empty(); }
  // Why that cannot be said; empty where it is.
  std::string missing() const;
  // The last position of the log that is known of; nothing is taken before it is.
  Position last() const { return std::max({newest_.position, newest_.log, Position(next_.value() - 1)}); }

  // The position of the line that is taken next, and where another reading would begin with it.
  Position next() const { return next_; }
  Start where() const;

 private:
  struct Partition {
    int32_t number = 0;
    int64_t next_offset = 0;  // may be librdkafka's for the beginning, while nothing was read
    bool is_at_end = false;
    Queue queue;
    Message head = {};  // was read and not taken
  };
  // Of the partitions that have a head: its position, and the place of the partition.
  using Heads = std::priority_queue<std::pair<Position, size_t>, std::vector<std::pair<Position, size_t>>,
                                    std::greater<>>;

  Reader(const std::string& prefix, Position next) : names_(prefix), next_(next) {}
  Result<void> start(const Start&);
  // The next record of a partition; null where none is at hand.
  Result<Message> poll(Partition&, const std::string& topic);
  Result<bool> fill(size_t place);
  Result<bool> fill_all();
  Result<void> read_position();
  Result<void> look_after_trouble();
  void all_is_well();
  Result<void> check_gap();
  std::string gap() const;

  const TopicNames names_;
  Connections connections_;
  Signal news_;
  Client client_;
  Partition position_;  // of the mirror's position topic
  std::vector<Partition> partitions_;
  Heads heads_;
  Position next_;
  MirrorPosition newest_;
  bool has_position_ = false, knows_position_ = false;  // a record was read; the newest was
  std::optional<std::chrono::steady_clock::time_point> gap_since_;
  std::optional<std::chrono::steady_clock::time_point> looked_;  // while there is trouble
};

}  // namespace provodka::kafka
