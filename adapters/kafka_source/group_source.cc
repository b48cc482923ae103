#include "adapters/kafka_source/group_source.h"

namespace provodka::kafka {

Result<std::unique_ptr<GroupSource>> GroupSource::open(GroupOptions options) {
  if (options.brokers.empty()) return refusal("Kafka's brokers are not named: HOST:PORT is expected");
  if (options.group.empty()) return refusal("a consumer group has a name");
  std::unique_ptr<GroupSource> source(new GroupSource(std::move(options)));
  auto consumer = make_client(RD_KAFKA_CONSUMER,
                              {.brokers = source->options_.brokers, .settings = source->options_.settings},
                              {{"session.timeout.ms", "10000"},
                               {"fetch.wait.max.ms", "20"},
                               {"fetch.error.backoff.ms", "50"},
                               {"reconnect.backoff.max.ms", "2000"},
                               // The mirror may make the topic after this has asked for it.
                               {"topic.metadata.refresh.interval.ms", "5000"}},
                              {{"group.id", source->options_.group},
                               {"isolation.level", "read_committed"},
                               {"enable.auto.commit", "false"},
                               {"enable.auto.offset.store", "false"},
                               {"auto.offset.reset", "earliest"},
                               {"allow.auto.create.topics", "false"}},
                              source->connections_);
  if (!consumer) return std::unexpected(consumer.error());
  source->consumer_ = std::move(*consumer);
  rd_kafka_poll_set_consumer(source->consumer_.get());
  const Partitions topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), source->options_.topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (const auto error = rd_kafka_subscribe(source->consumer_.get(), topics.get()))
    return failed(fmt::format("the topic {} cannot be followed", source->options_.topic), error,
                  source->connections_);
  return source;
}

GroupSource::~GroupSource() {
  messages_.clear();
  if (consumer_) rd_kafka_consumer_close(consumer_.get());
}

Result<std::span<const GroupRecord>> GroupSource::take(size_t records_max,
                                                       std::chrono::milliseconds timeout) {
  messages_.clear();
  records_.clear();
  // The first is waited for, and what is behind it is taken at once: a batch call would wait for a full
  // batch.
  int wait_ms = static_cast<int>(timeout.count());
  while (messages_.size() < records_max) {
    Message message(rd_kafka_consumer_poll(consumer_.get(), wait_ms));
    if (!message) break;
    if (message->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        message->err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
      connections_.note(fmt::format("there is no topic {} yet", options_.topic));
      break;
    }
    if (message->err) {
      connections_.note(rd_kafka_message_errstr(message.get()));
      if (message->err == RD_KAFKA_RESP_ERR__FATAL ||
          message->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
          message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        return fault("the topic {} cannot be followed: {}", options_.topic, connections_.trouble());
      break;  // librdkafka goes on by itself
    }
    connections_.note({});
    wait_ms = 0;
    messages_.push_back(std::move(message));
  }
  for (const Message& message : messages_) {
    records_.push_back({.key = {static_cast<const char*>(message->key), message->key_len},
                        .value = {static_cast<const char*>(message->payload), message->len},
                        .partition = message->partition,
                        .offset = message->offset});
    next_[message->partition] = message->offset + 1;
  }
  return std::span<const GroupRecord>(records_);
}

Result<bool> GroupSource::commit() {
  if (next_.empty()) return true;
  const Partitions done(rd_kafka_topic_partition_list_new(static_cast<int>(next_.size())));
  for (const auto& [partition, offset] : next_) {
    rd_kafka_topic_partition_list_add(done.get(), options_.topic.c_str(), partition)->offset = offset;
  }
  const auto error = rd_kafka_commit(consumer_.get(), done.get(), 0);
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      next_.clear();
      return true;
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
    case RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
      next_.clear();
      return false;
    default:
      return failed("what was handled cannot be committed", error, connections_);
  }
}

}  // namespace provodka::kafka
