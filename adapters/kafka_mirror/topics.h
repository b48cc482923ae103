#pragma once

#include "adapters/kafka_client/client.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace provodka::kafka {

// The names of a mirror's topics.
struct TopicNames {
  explicit TopicNames(const std::string& prefix)
      : events(prefix + ".events"), access(prefix + ".access"), position(prefix + ".position") {}
  std::string events, access, position;
};

// A topic as the mirror needs it.
struct TopicPlan {
  std::string name;
  int partitions = 1;
  int replication = 1;
  std::string cleanup_policy = {};                                 // delete or compact
  bool is_for_ever = false;                                        // no record of it is ever deleted
  std::vector<std::pair<std::string, std::string>> settings = {};  // further ones, for its creation only

  // How many replicas must have a record before it counts: all but one, so that one may be down.
  int min_insync_replicas() const { return replication > 1 ? replication - 1 : 1; }
};

// Partitions and replicas of a topic that is there.
struct TopicShape {
  int partitions = 0;
  int replication = 0;
};
using TopicShapes = std::map<std::string, TopicShape>;

// Those of the planned topics that are there. Asking does not make any.
Result<TopicShapes> find_topics(rd_kafka_t*, const std::vector<TopicPlan>&, const Connections&,
                                int timeout_ms = 10'000);

// Makes a topic; one that somebody else made meanwhile is fine.
Result<void> create_topics(rd_kafka_t*, const std::vector<TopicPlan>&, const Connections&);

// Holds those that are there to their plans. What differs is refused, with the command that changes it; so is
// one for ever that has lost records.
Result<void> check_topics(rd_kafka_t*, const std::vector<TopicPlan>&, const TopicShapes&, const Connections&);

// How many offsets all partitions of a topic have given out. It never shrinks while a topic lives.
Result<int64_t> offsets_given(rd_kafka_t*, const std::string& topic, int partitions, const Connections&);

}  // namespace provodka::kafka
