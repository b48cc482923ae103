#include "adapters/kafka_source/group_member.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace provodka::kafka {
namespace {

constexpr int kTimeoutMs = 3'000;

}  // namespace

Result<std::unique_ptr<GroupMember>> GroupMember::open(const Cluster& cluster, std::string group,
                                                       const std::string& prefix) {
  std::unique_ptr<GroupMember> member(new GroupMember(std::move(group), prefix));
  member->connections_.member = member.get();
  auto client = make_client(RD_KAFKA_CONSUMER, cluster,
                            {{"session.timeout.ms", "10000"},
                             {"reconnect.backoff.max.ms", "2000"},
                             // The mirror may make the topic after this has asked for it.
                             {"topic.metadata.refresh.interval.ms", "5000"}},
                            {{"group.id", member->group_},
                             // Who has the partition keeps it when others come.
                             {"partition.assignment.strategy", "cooperative-sticky"},
                             {"enable.auto.commit", "false"},
                             {"enable.auto.offset.store", "false"},
                             {"allow.auto.create.topics", "false"}},
                            member->connections_, [](rd_kafka_conf_t* conf) {
                              rd_kafka_conf_set_rebalance_cb(conf, &GroupMember::on_rebalance);
                            });
  if (!client) return std::unexpected(client.error());
  member->client_ = std::move(*client);
  rd_kafka_poll_set_consumer(member->client_.get());
  const Partitions topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), member->names_.position.c_str(), RD_KAFKA_PARTITION_UA);
  if (const auto error = rd_kafka_subscribe(member->client_.get(), topics.get()))
    return failed(fmt::format("the group {} cannot be joined", member->group_), error, member->connections_);
  return member;
}

GroupMember::~GroupMember() {
  if (client_) rd_kafka_consumer_close(client_.get());
}

void GroupMember::on_rebalance(rd_kafka_t*, rd_kafka_resp_err_t error,
                               rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  static_cast<Callback*>(static_cast<Connections*>(opaque))->member->rebalance(error, partitions);
}

void GroupMember::rebalance(rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* partitions) {
  rd_kafka_t* const client = client_.get();
  if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    joined_ = true;
    active_ |= partitions->cnt > 0;
    // The partition stands for being active, and is read by nobody here.
    for (int i = 0; i < partitions->cnt; ++i) partitions->elems[i].offset = 0;
    const Error assigned(rd_kafka_incremental_assign(client, partitions));
    if (partitions->cnt > 0) rd_kafka_pause_partitions(client, partitions);
    return;
  }
  if (partitions->cnt > 0) active_ = false;
  joined_ = joined_ && rd_kafka_assignment_lost(client) == 0;
  const Error unassigned(rd_kafka_incremental_unassign(client, partitions));
}

void GroupMember::poll(std::chrono::milliseconds timeout) {
  const Message message(rd_kafka_consumer_poll(client_.get(), static_cast<int>(timeout.count())));
  if (message && message->err) connections_.note(rd_kafka_message_errstr(message.get()));
}

std::string GroupMember::why_not() const {
  const auto trouble = connections_.trouble();
  if (joined_) return fmt::format("another member of the group {} is at work", group_);
  return fmt::format("the group {} is not joined yet{}{}", group_, trouble.empty() ? "" : ": ", trouble);
}

Result<std::optional<Start>> GroupMember::committed() {
  const auto shapes = find_topics(client_.get(), {{.name = names_.events}}, connections_, kTimeoutMs);
  if (!shapes) return std::unexpected(shapes.error());
  const auto shape = shapes->find(names_.events);
  if (shape == shapes->end()) return std::nullopt;
  const int partitions = shape->second.partitions;
  const Partitions asked(rd_kafka_topic_partition_list_new(partitions));
  for (int32_t i = 0; i < partitions; ++i)
    rd_kafka_topic_partition_list_add(asked.get(), names_.events.c_str(), i);
  if (const auto error = rd_kafka_committed(client_.get(), asked.get(), kTimeoutMs))
    return failed(fmt::format("what the group {} has committed cannot be read", group_), error, connections_);
  Start start{.next = Position()};
  for (int i = 0; i < asked->cnt; ++i) {
    const auto& partition = asked->elems[i];
    const auto* const text = static_cast<const char*>(partition.metadata);
    uint64_t number = 0;
    if (partition.offset < 0 || !text) return std::nullopt;
    const auto [past, error] = std::from_chars(text, text + partition.metadata_size, number);
    const bool fits = error == std::errc() && past == text + partition.metadata_size &&
                      (i == 0 || start.next == Position(number).next());
    if (!fits) return std::nullopt;
    start.next = Position(number).next();
    start.offsets.push_back(partition.offset);
  }
  return start;
}

void GroupMember::commit(const Start& start, bool wait) {
  if (!active_) return;
  // A partition of which nothing is known yet would be committed as nothing.
  if (std::ranges::any_of(start.offsets, [](int64_t offset) { return offset < 0; })) return;
  const std::string position = fmt::to_string(start.next.value() - 1);
  const Partitions done(rd_kafka_topic_partition_list_new(static_cast<int>(start.offsets.size())));
  for (size_t i = 0; i < start.offsets.size(); ++i) {
    auto* const partition =
        rd_kafka_topic_partition_list_add(done.get(), names_.events.c_str(), static_cast<int32_t>(i));
    partition->offset = start.offsets[i];
    partition->metadata = ::strdup(position.c_str());  // the list frees it
    partition->metadata_size = position.size();
  }
  (void)rd_kafka_commit(client_.get(), done.get(), wait ? 0 : 1);
}

}  // namespace provodka::kafka
