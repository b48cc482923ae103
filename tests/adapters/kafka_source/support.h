#pragma once

#include "adapters/kafka_mirror/mirror.h"
#include "adapters/kafka_mirror/record.h"
#include "adapters/kafka_mirror/topics.h"
#include "adapters/kafka_source/kafka_source.h"
#include "tests/adapters/kafka_source/broker.h"
#include "tests/ledger/log/memory_log.h"

#include <condition_variable>
#include <fstream>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::kafka::test {

using namespace std::chrono_literals;
constexpr auto kPatience = 60s;

inline std::string line_of(uint64_t number, uint64_t key) {
  return fmt::format(
      R"({{"specversion":"1.0","id":"{}","source":"/acme","type":"charge.posted.v1",)"
      R"("subject":"account/{}","time":"2026-11-20T09:00:00.000000Z","partitionkey":"acme/{}",)"
      R"("data":{{}}}})",
      number, key, key);
}

// A log that grows.
class GrowingLog : public log::test::MemoryLog {
 public:
  // The next lines, of so many keys in turn.
  void grow(uint64_t count, uint64_t keys = 40) {
    const std::lock_guard lock(mutex_);
    for (uint64_t i = 0; i < count; ++i) {
      append(line_of(frames_.size() + 1, (frames_.size() * 7919) % keys));
    }
  }
  // The next line, of a point that is opened.
  void open_point() {
    const std::lock_guard lock(mutex_);
    std::ifstream golden(PROVODKA_SOURCE_DIR "/tests/golden/account.opened.v1.jsonl");
    std::string line;
    REQUIRE(std::getline(golden, line));
    append(line);
  }
  std::string line(uint64_t position) const {
    const std::lock_guard lock(mutex_);
    return std::string(frames_[position - 1]->line(0U));
  }
};

inline Broker& broker() {
  static Broker broker;
  return broker;
}

// A prefix of its own for each test, as all use one broker.
inline std::string fresh_prefix() {
  static int made = 0;
  return fmt::format("house{}", ++made);
}

inline std::unique_ptr<Mirror> mirror_to(const std::string& prefix, log::EventSource& log) {
  auto mirror = Mirror::start(log, {.brokers = broker().address(), .prefix = prefix, .partitions = 12});
  REQUIRE(mirror);
  return std::move(*mirror);
}

inline std::unique_ptr<KafkaSource> source_of(const std::string& prefix, const std::string& group = {}) {
  auto source = KafkaSource::open(
      {.brokers = broker().address(),
       .prefix = prefix,
       .group = group,
       .settings = group.empty() ? std::map<std::string, std::string>()
                                 : std::map<std::string, std::string>{{"session.timeout.ms", "6000"}}});
  REQUIRE(source);
  return std::move(*source);
}

inline void eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  std::mutex mutex;
  std::condition_variable looked_at_again;
  std::unique_lock lock(mutex);
  while (!holds() && std::chrono::steady_clock::now() < end) looked_at_again.wait_for(lock, 20ms);
  CHECK(holds());
}

// What the source gives at last that is no fault. Null is its word that there is no more.
inline log::FramePtr frame_from(log::EventSource& source, uint64_t from) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    auto frame = source.frame_at(Position(from), 100ms);
    if (frame) return *frame;
    INFO(frame.error().what);
    REQUIRE(std::chrono::steady_clock::now() < end);
  }
}

// Waits for a fault that says this. `was_end`: null may come before, as the end was reached.
inline std::string fault_with(log::EventSource& source, uint64_t from, std::string_view part,
                              bool was_end = false) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  std::string said;
  while (std::chrono::steady_clock::now() < end) {
    const auto frame = source.frame_at(Position(from), 100ms);
    // Half of what is there must never pass for the end.
    if (frame && !was_end) CHECK(*frame);
    said = frame ? "" : frame.error().what;
    if (said.find(part) != said.npos) return said;
  }
  FAIL("no fault says \"" << part << "\", the last was: " << said);
  return said;
}

// Reads up to a position, and holds each line to the log.
inline void read_through(log::EventSource& source, const GrowingLog& log, uint64_t from, uint64_t through) {
  while (from <= through) {
    log::FramePtr frame;
    for (const auto end = std::chrono::steady_clock::now() + kPatience; !frame;) {
      REQUIRE(std::chrono::steady_clock::now() < end);
      frame = frame_from(source, from);  // null, while the mirror has not looked again
    }
    REQUIRE(frame->first() <= Position(from));
    REQUIRE(frame->last() >= Position(from));
    for (; from <= frame->last().value(); ++from) REQUIRE(frame->line(Position(from)) == log.line(from));
  }
}

// Topics as somebody else than a mirror writes them: not in transactions, and whatever it likes.
class Hand {
 public:
  explicit Hand(const std::string& prefix, int partitions = 3,
                const std::vector<std::pair<std::string, std::string>>& settings = {})
      : names_(prefix) {
    auto made = make_client(RD_KAFKA_PRODUCER, broker().cluster(), {}, {}, connections_);
    REQUIRE(made);
    client_ = std::move(*made);
    REQUIRE(create_topics(
        client_.get(),
        {{.name = names_.events, .partitions = partitions, .cleanup_policy = "delete", .settings = settings},
         {.name = names_.position, .cleanup_policy = "compact"}},
        connections_));
  }
  ~Hand() { rd_kafka_flush(client_.get(), 10'000); }

  void event(int32_t partition, const std::string& value, const std::optional<std::string>& position) {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(1);
    if (position)
      rd_kafka_header_add(headers, kPositionHeader.data(), -1, position->data(),
                          static_cast<ssize_t>(position->size()));
    REQUIRE(rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC(names_.events.c_str()),
                              RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                              RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                              RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR_NO_ERROR);
    REQUIRE(rd_kafka_flush(client_.get(), 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void event(int32_t partition, uint64_t position) {
    event(partition, line_of(position, 1), std::to_string(position));
  }
  void position(uint64_t position, uint64_t log) {
    const std::string value = MirrorPosition{.position = Position(position),
                                             .first_line = {},
                                             .line = {},
                                             .mirror = "hand",
                                             .log = Position(log)}
                                  .to_json();
    REQUIRE(rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC(names_.position.c_str()),
                              RD_KAFKA_V_PARTITION(0), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                              RD_KAFKA_V_KEY("k", 1),
                              RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                              RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR_NO_ERROR);
    REQUIRE(rd_kafka_flush(client_.get(), 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  // Whether the topic of events, whoever made it, keeps all of them.
  bool has_events_for_ever() {
    const std::vector<TopicPlan> plans{
        {.name = names_.events, .partitions = 12, .cleanup_policy = "delete", .is_for_ever = true}};
    const auto shapes = find_topics(client_.get(), plans, connections_);
    REQUIRE(shapes);
    return shapes->contains(names_.events) && check_topics(client_.get(), plans, *shapes, connections_);
  }
  // As a broker does by itself with what it may not keep.
  void remove_records(int32_t partition, int64_t before) {
    const Partitions records(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(records.get(), names_.events.c_str(), partition)->offset = before;
    rd_kafka_DeleteRecords_t* asked = rd_kafka_DeleteRecords_new(records.get());
    const Queue queue(rd_kafka_queue_new(client_.get()));
    rd_kafka_DeleteRecords(client_.get(), &asked, 1, nullptr, queue.get());
    const Event done(rd_kafka_queue_poll(queue.get(), 30'000));
    rd_kafka_DeleteRecords_destroy(asked);
    REQUIRE(done);
    REQUIRE(rd_kafka_event_error(done.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void remove_topics(bool with_access = false) {
    std::vector<rd_kafka_DeleteTopic_t*> topics{rd_kafka_DeleteTopic_new(names_.events.c_str()),
                                                rd_kafka_DeleteTopic_new(names_.position.c_str())};
    if (with_access) topics.push_back(rd_kafka_DeleteTopic_new(names_.access.c_str()));
    const Queue queue(rd_kafka_queue_new(client_.get()));
    rd_kafka_DeleteTopics(client_.get(), topics.data(), topics.size(), nullptr, queue.get());
    const Event done(rd_kafka_queue_poll(queue.get(), 30'000));
    REQUIRE(done);
    REQUIRE(rd_kafka_event_error(done.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_DeleteTopic_destroy_array(topics.data(), topics.size());
  }
  // The topic of wanted states is deleted, and there is an empty one again.
  void make_access_anew(int partitions) {
    rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(names_.access.c_str());
    const Queue queue(rd_kafka_queue_new(client_.get()));
    rd_kafka_DeleteTopics(client_.get(), &topic, 1, nullptr, queue.get());
    const Event done(rd_kafka_queue_poll(queue.get(), 30'000));
    rd_kafka_DeleteTopic_destroy(topic);
    REQUIRE(done);
    REQUIRE(rd_kafka_event_error(done.get()) == RD_KAFKA_RESP_ERR_NO_ERROR);
    const std::vector<TopicPlan> plans{
        {.name = names_.access, .partitions = partitions, .cleanup_policy = "compact"}};
    // One that is on its way out counts as there.
    eventually([&] {
      if (!create_topics(client_.get(), plans, connections_)) return false;
      const auto shapes = find_topics(client_.get(), plans, connections_);
      const auto given = offsets_given(client_.get(), names_.access, partitions, connections_);
      return shapes && shapes->contains(names_.access) && given && *given == 0;
    });
  }

 private:
  const TopicNames names_;
  Connections connections_;
  Client client_;
};

}  // namespace provodka::kafka::test
