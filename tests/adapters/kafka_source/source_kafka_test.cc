#include "tests/adapters/kafka_source/support.h"

// Against a real broker: what a mirror wrote is read in the order of the log, and what is missing or wrong is
// said instead of being taken for the end.
namespace provodka::kafka::test {
namespace {

#define NEEDS_BROKER() \
  if (!Broker::is_there()) SKIP("no broker can be run here: tools/setup installs what it takes")

TEST_CASE("all partitions together are the log, from any position and while it grows") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  GrowingLog log;
  log.grow(20'000);
  const auto mirror = mirror_to(prefix, log);
  const auto source = source_of(prefix);
  CHECK(source->name() == fmt::format("Kafka at {}, topic {}.events", broker().address(), prefix));
  read_through(*source, log, 1, 20'000);
  CHECK_FALSE(frame_from(*source, 20'001));
  CHECK(source->last() == Position(20'000));
  for (uint64_t have = 20'000; have < 20'200; have += 10) {
    log.grow(10);
    read_through(*source, log, have + 1, have + 10);
  }
  // Behind what was taken: one line here and there, and all of it once more.
  for (const uint64_t at : {20'199U, 7U, 15'000U, 15'001U, 3'333U}) read_through(*source, log, at, at);
  read_through(*source, log, 1, 20'200);
  CHECK_FALSE(frame_from(*source, 20'201));
  const auto other = source_of(prefix);
  read_through(*other, log, 12'345, 20'200);
  CHECK_FALSE(frame_from(*other, 20'201));
  source->stop();
  CHECK_FALSE(*source->frame_at(Position(30'000), kPatience));
}

TEST_CASE("what is not there yet is no end of the log") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  const auto source = source_of(prefix);
  fault_with(*source, 1, fmt::format("there is no topic {}.events", prefix));
  Hand hand(prefix);
  fault_with(*source, 1, fmt::format("nothing was mirrored to {}.events yet", prefix));
  hand.position(0, 0);
  CHECK_FALSE(frame_from(*source, 1));
  // A line, of which the mirror says that the log had two.
  hand.event(2, 1);
  hand.position(1, 2);
  REQUIRE(frame_from(*source, 1));
  fault_with(*source, 2, "the mirror has not come to position 2 yet");
  CHECK(source->last() == Position(2));
  hand.event(0, 2);
  hand.position(2, 2);
  REQUIRE(frame_from(*source, 2));
  CHECK_FALSE(frame_from(*source, 3));
}

TEST_CASE("a position that is missing, comes twice, or goes back is a fault that says where") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  const std::string topic = prefix + ".events";
  Hand hand(prefix, 2);
  const auto source = source_of(prefix);
  hand.event(0, 1);
  SECTION("missing, and another partition may still bring it") {
    hand.event(0, 3);
    hand.position(3, 3);
    REQUIRE(frame_from(*source, 1));
    fault_with(*source, 2,
               fmt::format("position 2 is missing in the topic {}: partition 0 goes on with position 3 at "
                           "offset 1",
                           topic));
    hand.event(1, 2);
    REQUIRE(frame_from(*source, 2));
    REQUIRE(frame_from(*source, 3));
    CHECK_FALSE(frame_from(*source, 4));
  }
  SECTION("missing for good") {
    hand.event(0, 3);
    hand.event(1, 4);
    hand.position(4, 4);
    fault_with(*source, 2, "have to be deleted and filled anew");
  }
  SECTION("missing at the end") {
    hand.position(2, 2);
    REQUIRE(frame_from(*source, 1));
    fault_with(*source, 2, fmt::format("position 2 is missing in the topic {}", topic));
  }
  SECTION("twice") {
    hand.position(1, 1);
    REQUIRE(frame_from(*source, 1));
    hand.event(1, 1);
    hand.position(1, 1);
    fault_with(*source, 2, fmt::format("partition 1 of the topic {} has at offset 0 position 1", topic));
  }
  SECTION("the mirror's own goes back") {
    hand.position(1, 1);
    REQUIRE(frame_from(*source, 1));
    hand.position(0, 0);
    fault_with(*source, 2, fmt::format("partition 0 of the topic {}.position has at offset 1", prefix));
  }
}

TEST_CASE("a record that no mirror of now makes is a fault that names its place") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  const std::string place = fmt::format("partition 1 of the topic {}.events has at offset 0", prefix);
  Hand hand(prefix, 2);
  hand.event(0, 1);
  hand.position(2, 2);
  const auto source = source_of(prefix);
  REQUIRE(frame_from(*source, 1));
  SECTION("without its position") {
    hand.event(1, line_of(2, 1), std::nullopt);
    const auto said = fault_with(*source, 2, place);
    CHECK(said.find("deleted and filled anew") != said.npos);
  }
  SECTION("no line of a log") {
    hand.event(1, "rubbish", "2");
    fault_with(*source, 2, place + " a record that is no line of the log");
  }
  SECTION("two lines") {
    hand.event(1, line_of(2, 1) + "\n" + line_of(3, 1), "2");
    fault_with(*source, 2, place + " a record that is no line of the log");
  }
  SECTION("a position that is no number") {
    hand.event(1, line_of(2, 1), "2x");
    fault_with(*source, 2, place + " a record that is no line of the log");
  }
}

TEST_CASE("topics that are deleted and filled anew are read anew") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  GrowingLog log;
  log.grow(3'000);
  auto mirror = mirror_to(prefix, log);
  const auto source = source_of(prefix);
  read_through(*source, log, 1, 3'000);
  CHECK_FALSE(frame_from(*source, 3'001));
  mirror.reset();
  Hand(prefix).remove_topics(true);
  const auto said = fault_with(*source, 3'001, prefix, true);
  CHECK(said.find("topic") != said.npos);
  log.grow(500);
  mirror = mirror_to(prefix, log);
  read_through(*source, log, 3'001, 3'500);
  CHECK_FALSE(frame_from(*source, 3'501));
}

TEST_CASE("topics that are filled anew with a shorter log are read to its end") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  GrowingLog log, restored;
  log.grow(3'000);
  auto mirror = mirror_to(prefix, log);
  const auto source = source_of(prefix);
  read_through(*source, log, 1, 3'000);
  CHECK_FALSE(frame_from(*source, 3'001));
  mirror.reset();
  Hand(prefix).remove_topics(true);
  fault_with(*source, 3'001, prefix, true);
  restored.grow(500, 7);
  mirror = mirror_to(prefix, restored);
  CHECK_FALSE(frame_from(*source, 3'001));
  CHECK(source->last() == Position(500));
  read_through(*source, restored, 1, 500);
  CHECK_FALSE(frame_from(*source, 501));
  restored.grow(10);
  read_through(*source, restored, 501, 510);
  CHECK_FALSE(frame_from(*source, 511));
}

TEST_CASE("a mirror refuses events that the broker deletes, or has deleted") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  GrowingLog log;
  log.grow(100);
  const auto refusal_of = [&] {
    const auto mirror = mirror_to(prefix, log);
    eventually([&] { return mirror->progress().state == MirrorState::refused; });
    const auto now = mirror->progress();
    CAPTURE(name_of(now.state), now.error, now.position);
    CHECK(now.state == MirrorState::refused);
    return now.error;
  };
  SECTION("after a time") {
    const Hand hand(prefix, 12, {{"retention.ms", "604800000"}, {"retention.bytes", "-1"}});
    const auto said = refusal_of();
    CHECK(said.find(prefix + ".events has retention.ms = 604800000, and -1 is needed") != said.npos);
    CHECK(said.find("--add-config retention.ms=-1") != said.npos);
  }
  SECTION("above a size") {
    const Hand hand(prefix, 12, {{"retention.ms", "-1"}, {"retention.bytes", "1073741824"}});
    CHECK(refusal_of().find("retention.bytes=-1") != std::string::npos);
  }
  SECTION("already") {
    {
      const auto mirror = mirror_to(prefix, log);
      eventually([&] { return mirror->progress().position == Position(100); });
    }
    Hand(prefix, 12).remove_records(3, 1);
    const auto said = refusal_of();
    CHECK(said.find(fmt::format("partition 3 of the topic {}.events begins at offset 1", prefix)) !=
          said.npos);
  }
}

TEST_CASE("a mirror refuses a topic of wanted states that was made anew") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  GrowingLog log;
  log.grow(10);
  log.open_point();
  {
    const auto mirror = mirror_to(prefix, log);
    eventually([&] { return mirror->progress().position == Position(11); });
  }
  Hand(prefix, 12).make_access_anew(12);
  const auto mirror = mirror_to(prefix, log);
  eventually([&] { return mirror->progress().state == MirrorState::refused; });
  const std::string said = mirror->progress().error;
  CAPTURE(said);
  CHECK(said.find(prefix + ".access has had 0 records") != said.npos);
  CHECK(said.find("1 wanted states were written: it was made anew") != said.npos);
}

// Whoever makes it, and whenever: no mirror fills a topic that loses records.
TEST_CASE("a topic that appears while a mirror starts is held to its plan too") {
  NEEDS_BROKER();
  GrowingLog log;
  log.grow(100);
  for (int round = 0; round < 24; ++round) {
    const std::string prefix = fresh_prefix();
    const auto mirror = mirror_to(prefix, log);
    Hand hand(prefix, 12, {{"retention.ms", "-1"}, {"retention.bytes", "1073741824"}});
    eventually([&] {
      const MirrorState state = mirror->progress().state;
      return state == MirrorState::refused || state == MirrorState::mirroring;
    });
    const auto now = mirror->progress();
    CAPTURE(round, name_of(now.state), now.error);
    if (now.state == MirrorState::refused) {
      CHECK(now.error.find("retention.bytes=-1") != std::string::npos);
    } else {
      CHECK(hand.has_events_for_ever());
    }
  }
}

TEST_CASE("a broker that is away is a fault, and is followed again when it is back") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  GrowingLog log;
  log.grow(1'000);
  auto mirror = mirror_to(prefix, log);
  const auto source = source_of(prefix);
  read_through(*source, log, 1, 1'000);
  CHECK_FALSE(frame_from(*source, 1'001));
  // With nothing new, so that only the connection tells.
  broker().kill();
  bool is_fault = false;
  for (const auto end = std::chrono::steady_clock::now() + kPatience;
       !is_fault && std::chrono::steady_clock::now() < end;)
    is_fault = !source->frame_at(Position(1'001), 50ms);
  CHECK(is_fault);
  broker().start();
  CHECK_FALSE(frame_from(*source, 1'001));
  log.grow(1'000);
  read_through(*source, log, 1'001, 2'000);
  CHECK_FALSE(frame_from(*source, 2'001));
}

// What the group has committed: the sum of the offsets, and what is noted beside each.
struct Committed {
  int64_t offsets = 0;
  std::vector<std::string> notes;
};
Committed committed_of(const std::string& prefix, const std::string& group) {
  Connections connections;
  const auto client =
      make_client(RD_KAFKA_CONSUMER, broker().cluster(), {}, {{"group.id", group}}, connections);
  REQUIRE(client);
  const Partitions asked(rd_kafka_topic_partition_list_new(12));
  for (int32_t i = 0; i < 12; ++i)
    rd_kafka_topic_partition_list_add(asked.get(), (prefix + ".events").c_str(), i);
  REQUIRE(rd_kafka_committed(client->get(), asked.get(), 10'000) == RD_KAFKA_RESP_ERR_NO_ERROR);
  Committed found;
  for (int i = 0; i < asked->cnt; ++i) {
    found.offsets += std::max<int64_t>(asked->elems[i].offset, 0);
    found.notes.emplace_back(static_cast<const char*>(asked->elems[i].metadata),
                             asked->elems[i].metadata_size);
  }
  return found;
}

TEST_CASE("one member of a group is at work, another one takes over behind what was committed") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  const std::string group = prefix + "-devices";
  GrowingLog log;
  log.grow(5'000);
  auto mirror = mirror_to(prefix, log);
  auto first = source_of(prefix, group);
  read_through(*first, log, 1, 5'000);
  const auto second = source_of(prefix, group);
  const auto said = fault_with(*second, 4'001, "is at work");
  CHECK(said.find(fmt::format("another member of the group {} is at work", group)) != said.npos);
  CHECK(first->may_act());
  CHECK_FALSE(second->may_act());
  // Who joins does not take the work away.
  log.grow(1'000);
  read_through(*first, log, 5'001, 6'000);
  CHECK_FALSE(frame_from(*first, 6'001));
  fault_with(*second, 4'001, "is at work");
  first.reset();
  const Committed committed = committed_of(prefix, group);
  CHECK(committed.notes == std::vector<std::string>(12, "6000"));
  CHECK(committed.offsets >= 6'000);
  read_through(*second, log, 6'001, 6'000);
  CHECK_FALSE(frame_from(*second, 6'001));
  log.grow(10);
  read_through(*second, log, 6'001, 6'010);
  // Before what was committed, too.
  read_through(*second, log, 100, 200);
  CHECK(second->may_act());
}

TEST_CASE("a member that the group may have given up says that it may not act") {
  NEEDS_BROKER();
  const std::string prefix = fresh_prefix();
  GrowingLog log;
  log.grow(100);
  const auto mirror = mirror_to(prefix, log);
  const auto source = source_of(prefix, prefix + "-devices");
  read_through(*source, log, 1, 100);
  CHECK_FALSE(frame_from(*source, 101));
  CHECK(source->may_act());
  broker().kill();
  eventually([&] { return !source->may_act(); });
  CHECK_FALSE(source->frame_at(Position(101), 50ms));
  broker().start();
  CHECK_FALSE(frame_from(*source, 101));
  CHECK(source->may_act());
}

TEST_CASE("settings that what is promised hangs on are refused") {
  const auto source = KafkaSource::open({.brokers = "127.0.0.1:1", .settings = {{"no.such", "setting"}}});
  REQUIRE_FALSE(source);
  CHECK_FALSE(KafkaSource::open({.brokers = ""}));
  CHECK_FALSE(KafkaSource::open(
      {.brokers = "127.0.0.1:1", .group = "g", .settings = {{"isolation.level", "read_uncommitted"}}}));
}

}  // namespace
}  // namespace provodka::kafka::test
