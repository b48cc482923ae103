#include "adapters/kafka_mirror/topics.h"

#include "adapters/kafka_mirror/producer.h"

#include <charconv>
#include <string_view>

namespace provodka::kafka {
namespace {

constexpr int kTimeoutMs = 10'000;
constexpr const char* kRetention[] = {"retention.ms", "retention.bytes"};

using Metadata = std::unique_ptr<const rd_kafka_metadata_t, Destroyer<rd_kafka_metadata_destroy>>;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Destroyer<rd_kafka_NewTopic_destroy>>;
using Resource = std::unique_ptr<rd_kafka_ConfigResource_t, Destroyer<rd_kafka_ConfigResource_destroy>>;
using Options = std::unique_ptr<rd_kafka_AdminOptions_t, Destroyer<rd_kafka_AdminOptions_destroy>>;

Options options(rd_kafka_t* client, rd_kafka_admin_op_t operation) {
  Options made(rd_kafka_AdminOptions_new(client, operation));
  char why[128];
  rd_kafka_AdminOptions_set_request_timeout(made.get(), kTimeoutMs, why, sizeof why);
  if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS)
    rd_kafka_AdminOptions_set_operation_timeout(made.get(), kTimeoutMs, why, sizeof why);
  return made;
}

// The answer to a request that was sent with this queue.
Result<Event> answer(rd_kafka_queue_t* queue, std::string_view what, const Connections& connections) {
  Event event(rd_kafka_queue_poll(queue, kTimeoutMs + 2'000));
  if (!event) return failed(what, RD_KAFKA_RESP_ERR__TIMED_OUT, connections);
  if (const auto error = rd_kafka_event_error(event.get())) {
    if (error == RD_KAFKA_RESP_ERR__TIMED_OUT) return failed(what, error, connections);
    return fault("{}: {}", what, rd_kafka_event_error_string(event.get()));
  }
  return event;
}

NewTopic new_topic(const TopicPlan& plan) {
  char why[256];
  NewTopic topic(
      rd_kafka_NewTopic_new(plan.name.c_str(), plan.partitions, plan.replication, why, sizeof why));
  if (!topic) return topic;
  const auto set = [&](const char* key, const std::string& value) {
    rd_kafka_NewTopic_set_config(topic.get(), key, value.c_str());
  };
  set("cleanup.policy", plan.cleanup_policy);
  set("min.insync.replicas", std::to_string(plan.min_insync_replicas()));
  if (plan.is_for_ever) {
    for (const char* const key : kRetention) set(key, "-1");
  }
  for (const auto& [key, value] : plan.settings) set(key.c_str(), value);
  return topic;
}

Result<std::map<std::string, std::string>> settings_of(rd_kafka_t* client, const std::string& topic,
                                                       const Connections& connections) {
  const std::string what = fmt::format("the settings of the topic {} cannot be read", topic);
  Resource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
  const Queue queue(rd_kafka_queue_new(client));
  const Options with = options(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  rd_kafka_ConfigResource_t* asked[] = {resource.get()};
  rd_kafka_DescribeConfigs(client, asked, 1, with.get(), queue.get());
  const auto event = answer(queue.get(), what, connections);
  if (!event) return std::unexpected(event.error());
  size_t count = 0;
  const auto* result = rd_kafka_event_DescribeConfigs_result(event->get());
  const auto* resources = rd_kafka_DescribeConfigs_result_resources(result, &count);
  if (count != 1) return fault("{}: the broker answers for {} topics", what, count);
  if (const auto error = rd_kafka_ConfigResource_error(resources[0])) {
    return failed(what, error, connections);
  }
  std::map<std::string, std::string> settings;
  const auto* entries = rd_kafka_ConfigResource_configs(resources[0], &count);
  for (size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    settings[rd_kafka_ConfigEntry_name(entries[i])] = value ? value : "";
  }
  return settings;
}

int number(const std::string& text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<void> check_settings(const TopicPlan& plan, const TopicShape& shape,
                            std::map<std::string, std::string> found) {
  const auto change = [&](std::string_view key, const std::string& wanted) {
    return refusal(
        "the topic {} has {} = {}, and {} is needed; kafka-configs.sh --alter --topic {} --add-config {}={}",
        plan.name, key, found[std::string(key)], wanted, plan.name, key, wanted);
  };
  if (found["cleanup.policy"] != plan.cleanup_policy) return change("cleanup.policy", plan.cleanup_policy);
  // One more than there are replicas, and no record would ever be taken.
  const int insync = number(found["min.insync.replicas"]);
  if (insync < plan.min_insync_replicas() || insync > shape.replication)
    return change("min.insync.replicas", std::to_string(plan.min_insync_replicas()));
  if (number(found["max.message.bytes"]) < kBatchBytesMax) return change("max.message.bytes", "1048588");
  if (!plan.is_for_ever) return {};
  for (const char* const key : kRetention) {
    if (found[key] != "-1") return change(key, "-1");
  }
  return {};
}

struct Offsets {
  int64_t low = 0, high = 0;  // of the first record that is there, and of the next one
};

Result<Offsets> offsets_of(rd_kafka_t* client, const std::string& topic, int32_t partition,
                           const Connections& connections) {
  Offsets found;
  if (const auto error = rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &found.low,
                                                          &found.high, kTimeoutMs))
    return failed(fmt::format("the ends of the topic {} cannot be read", topic), error, connections);
  return found;
}

// Half a log is none: who reads from the beginning would miss what is gone.
Result<void> check_whole(rd_kafka_t* client, const TopicPlan& plan, const TopicShape& shape,
                         const Connections& connections) {
  for (int32_t partition = 0; partition < shape.partitions; ++partition) {
    const auto offsets = offsets_of(client, plan.name, partition, connections);
    if (!offsets) return std::unexpected(offsets.error());
    if (offsets->low > 0)
      return refusal(
          "partition {} of the topic {} begins at offset {}: what was before it is deleted; delete the "
          "topics "
          "of this prefix together, and they are filled anew from the log, or mirror to another prefix",
          partition, plan.name, offsets->low);
  }
  return {};
}

}  // namespace

Result<TopicShapes> find_topics(rd_kafka_t* client, const std::vector<TopicPlan>& plans,
                                const Connections& connections, int timeout_ms) {
  // All topics are asked for: a producer that asks for one by name may make it.
  const rd_kafka_metadata_t* raw = nullptr;
  if (const auto error = rd_kafka_metadata(client, 1, nullptr, &raw, timeout_ms))
    return failed("Kafka does not answer", error, connections);
  const Metadata metadata(raw);
  TopicShapes found;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const auto& topic = metadata->topics[i];
    for (const TopicPlan& plan : plans) {
      if (topic.topic != plan.name || topic.partition_cnt == 0) continue;
      found[plan.name] = {.partitions = topic.partition_cnt, .replication = topic.partitions[0].replica_cnt};
    }
  }
  return found;
}

Result<void> create_topics(rd_kafka_t* client, const std::vector<TopicPlan>& plans,
                           const Connections& connections) {
  if (plans.empty()) return {};
  constexpr std::string_view kWhat = "the topics cannot be created";
  std::vector<NewTopic> topics;
  std::vector<rd_kafka_NewTopic_t*> raw;
  for (const TopicPlan& plan : plans) {
    topics.push_back(new_topic(plan));
    if (!topics.back())
      return refusal("a topic {} with {} partitions and {} replicas cannot be", plan.name, plan.partitions,
                     plan.replication);
    raw.push_back(topics.back().get());
  }
  const Queue queue(rd_kafka_queue_new(client));
  const Options with = options(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_CreateTopics(client, raw.data(), raw.size(), with.get(), queue.get());
  const auto event = answer(queue.get(), kWhat, connections);
  if (!event) return std::unexpected(event.error());
  size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(event->get());
  const auto* answers = rd_kafka_CreateTopics_result_topics(result, &count);
  for (size_t i = 0; i < count; ++i) {
    const auto error = rd_kafka_topic_result_error(answers[i]);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;
    const char* why = rd_kafka_topic_result_error_string(answers[i]);
    return fault("the topic {} cannot be created: {}", rd_kafka_topic_result_name(answers[i]),
                 why ? why : rd_kafka_err2str(error));
  }
  return {};
}

Result<void> check_topics(rd_kafka_t* client, const std::vector<TopicPlan>& plans, const TopicShapes& shapes,
                          const Connections& connections) {
  for (const TopicPlan& plan : plans) {
    const auto at = shapes.find(plan.name);
    if (at == shapes.end()) continue;
    const TopicShape& shape = at->second;
    if (shape.partitions != plan.partitions)
      return refusal(
          "the topic {} has {} partitions, and {} are configured: set kafka_partitions = {}, or, since "
          "another "
          "number would put an account's events in two places, mirror to another prefix",
          plan.name, shape.partitions, plan.partitions, shape.partitions);
    if (shape.replication < plan.replication)
      return refusal(
          "the topic {} has {} replicas, and {} are configured: kafka-reassign-partitions.sh adds replicas, "
          "or set "
          "kafka_replication = {}",
          plan.name, shape.replication, plan.replication, shape.replication);
    auto settings = settings_of(client, plan.name, connections);
    if (!settings) return std::unexpected(settings.error());
    if (const auto fits = check_settings(plan, shape, std::move(*settings)); !fits) return fits;
    if (!plan.is_for_ever) continue;
    if (const auto whole = check_whole(client, plan, shape, connections); !whole) return whole;
  }
  return {};
}

Result<int64_t> offsets_given(rd_kafka_t* client, const std::string& topic, int partitions,
                              const Connections& connections) {
  int64_t sum = 0;
  for (int32_t partition = 0; partition < partitions; ++partition) {
    const auto offsets = offsets_of(client, topic, partition, connections);
    if (!offsets) return std::unexpected(offsets.error());
    sum += offsets->high;
  }
  return sum;
}

}  // namespace provodka::kafka
