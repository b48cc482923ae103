#pragma once

#include "adapters/kafka_client/client.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace provodka::kafka {

struct GroupOptions {
  std::string brokers;  // HOST:PORT, several with commas
  std::string group;    // consumers of one name share the work, and one's position is the next one's
  std::string topic;    // <prefix>.events or <prefix>.access
  std::map<std::string, std::string> settings = {};  // librdkafka's own: TLS, SASL, tuning
};

// A record as the mirror wrote it; views into what the source holds.
struct GroupRecord {
  std::string_view key;    // <tenant>/<account>, or <tenant>/<point>
  std::string_view value;  // the event's line, or the wanted state; empty where the key was deleted
  int32_t partition = 0;
  int64_t offset = 0;
};

// One member of a consumer group on a topic of the mirror: committed records only, those of one key in order.
// What was taken and not committed comes again, to this member or, after it died, to another one: at least
// once, so whoever handles a record lets one pass that he has handled already (the version of a wanted state,
// the sequence of an event). Kafka may be away at any time; then nothing comes. Belongs to one thread.
class GroupSource {
 public:
  // Refuses bad settings; whether Kafka is there shows later.
  static Result<std::unique_ptr<GroupSource>> open(GroupOptions);
  // Leaves the group, so that its partitions need not be waited for.
  ~GroupSource();

  // Waits for records no longer than `timeout`, and takes what is there then, up to `records_max`. What it
  // returned before is no longer valid. Empty where nothing came; a fault tells why nothing can come at all.
  Result<std::span<const GroupRecord>> take(size_t records_max, std::chrono::milliseconds timeout);

  // Everything that was taken is done. False where a partition has gone to another member meanwhile: it will
  // see what was taken of that again.
  Result<bool> commit();

  // Why nothing comes, as far as is known: "127.0.0.1:9092: Connection refused"; empty where all is well.
  std::string trouble() const { return connections_.trouble(); }

 private:
  explicit GroupSource(GroupOptions options) : options_(std::move(options)) {}

  GroupOptions options_;
  Connections connections_;
  Client consumer_;
  std::vector<Message> messages_;
  std::vector<GroupRecord> records_;
  std::map<int32_t, int64_t> next_;  // of each partition of which something was taken and not committed
};

}  // namespace provodka::kafka
