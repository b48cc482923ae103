#include "adapters/kafka_mirror/bare_producer.h"

#include "adapters/kafka_mirror/session.h"

#include <chrono>

namespace provodka::kafka {
namespace {

struct Ready {
  std::string_view key, value;
  rd_kafka_headers_t* headers;
};

}  // namespace

Result<double> bare_producer_seconds(const MirrorOptions& options, log::EventSource& source,
                                     uint64_t events) {
  Connections connections;
  const TopicPlan plan{.name = options.prefix + ".bare",
                       .partitions = options.partitions,
                       .replication = options.replication,
                       .cleanup_policy = "delete"};
  const auto producer = make_producer(options, options.prefix + "-bare", connections);
  if (!producer) return std::unexpected(producer.error());
  if (const auto created = create_topics(producer->get(), {plan}, connections); !created)
    return std::unexpected(created.error());
  const Topic topic(rd_kafka_topic_new(producer->get(), plan.name.c_str(), nullptr));

  std::vector<log::FramePtr> frames;
  std::vector<Ready> records;
  for (Position next(1); next.value() <= events;) {
    const auto frame = source.frame_at(next, std::chrono::milliseconds(0));
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) return fault("the log has fewer than {} events", events);
    frames.push_back(*frame);
    for (; next <= (*frame)->last() && next.value() <= events; next = next.next()) {
      const std::string_view line = (*frame)->line(next);
      const auto attributes = attributes_of(line);
      if (!attributes) return fault("position {} is not an event", next);
      records.push_back({attributes->partitionkey, line, event_headers(*attributes, next).release()});
    }
  }

  const auto done = [&](std::string_view what, rd_kafka_error_t* error) -> Result<void> {
    if (const Error owned(error); owned) return failed(what, owned.get(), connections);
    return {};
  };
  constexpr int kTimeoutMs = 60'000;
  if (const auto ok = done("init", rd_kafka_init_transactions(producer->get(), kTimeoutMs)); !ok)
    return std::unexpected(ok.error());
  const auto start = std::chrono::steady_clock::now();
  for (size_t at = 0; at < records.size();) {
    const size_t end = std::min(records.size(), at + kTransactionEventsMax);
    if (const auto ok = done("begin", rd_kafka_begin_transaction(producer->get())); !ok)
      return std::unexpected(ok.error());
    for (; at < end; ++at) {
      const Ready& record = records[at];
      if (const auto error = send_record(producer->get(), topic.get(), record.key, record.value, 0,
                                         record.headers, Position(at + 1))) {
        const Error owned(error);
        return failed("produce", owned.get(), connections);
      }
    }
    if (const auto ok = done("commit", rd_kafka_commit_transaction(producer->get(), kTimeoutMs)); !ok)
      return std::unexpected(ok.error());
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace provodka::kafka
