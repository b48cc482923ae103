#pragma once

#include "adapters/kafka_client/client.h"
#include "adapters/kafka_mirror/topics.h"
#include "adapters/kafka_source/reader.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace provodka::kafka {

// One member of a consumer group of which one is active: the one that was given the only partition of the
// mirror's position topic. It keeps that until it leaves or is given up as dead, and then another one has it.
// What it reads is no concern of the group; what it has taken is committed with it. Belongs to one thread.
class GroupMember {
 public:
  // Refuses bad settings; whether Kafka is there shows later.
  static Result<std::unique_ptr<GroupMember>> open(const Cluster&, std::string group,
                                                   const std::string& prefix);
  // Leaves the group, so that another one need not wait for its end.
  ~GroupMember();

  // Takes part; to be called several times a second.
  void poll(std::chrono::milliseconds timeout);
  bool is_active() const { return active_; }
  std::string why_not() const;

  // Where a reading begins that goes on behind what was committed; nullopt where nothing fits was.
  Result<std::optional<Start>> committed();
  // Says that everything before this was taken. Does not wait, unless it is told to. Kafka refuses it from a
  // member that is none any more.
  void commit(const Start&, bool wait);

 private:
  // What librdkafka hands to a callback.
  struct Callback : Connections {
    GroupMember* member = nullptr;
  };
  GroupMember(std::string group, const std::string& prefix) : group_(std::move(group)), names_(prefix) {}
  static void on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*, void*);
  void rebalance(rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*);

  const std::string group_;
  const TopicNames names_;
  Callback connections_;
  Client client_;
  bool active_ = false, joined_ = false;
};

}  // namespace provodka::kafka
