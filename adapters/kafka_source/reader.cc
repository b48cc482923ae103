#include "adapters/kafka_source/reader.h"

#include "adapters/kafka_mirror/record.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

namespace provodka::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int kTimeoutMs = 3'000;
constexpr int kLookTimeoutMs = 1'000;
constexpr auto kLookEach = 1s;
// The marks of a transaction come to its partitions one after the other, and a broker that dies in between
// goes on with that when it is back.
constexpr auto kGapPatience = 10s;

void on_news(rd_kafka_t*, void* signal) { static_cast<Signal*>(signal)->raise(); }

// What does not pass by itself.
bool is_final(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR__FATAL:
      return true;
    default:
      return false;
  }
}

std::string_view value_of(const rd_kafka_message_t& message) {
  return {static_cast<const char*>(message.payload), message.len};
}

Result<Position> position_of(const rd_kafka_message_t& message, const std::string& topic) {
  const auto at = [&](std::string_view what) {
    return fault("partition {} of the topic {} has at offset {} {}", message.partition, topic, message.offset,
                 what);
  };
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  size_t size = 0;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
      rd_kafka_header_get_last(headers, kPositionHeader.data(), &value, &size) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return at(
        "a record without its position: an older mirror made it, so the topics of this prefix have to be "
        "deleted and filled anew, or the log mirrored to another prefix");
  const auto* const text = static_cast<const char*>(value);
  uint64_t number = 0;
  const auto [past, error] = std::from_chars(text, text + size, number);
  const std::string_view line = value_of(message);
  if (error != std::errc() || past != text + size || number == 0 || !attributes_of(line) ||
      line.find('\n') != line.npos)
    return at("a record that is no line of the log");
  return Position(number);
}

Result<Client> make_log_reader(const Cluster& cluster, int queue_kb, Connections& connections) {
  return make_client(RD_KAFKA_CONSUMER, cluster,
                     {{"group.id", "provodka-reader"},
                      {"fetch.wait.max.ms", "20"},
                      {"fetch.error.backoff.ms", "50"},
                      {"fetch.message.max.bytes", std::to_string(queue_kb << 10)},
                      {"reconnect.backoff.max.ms", "2000"},
                      {"topic.metadata.refresh.interval.ms", "5000"}},
                     {{"isolation.level", "read_committed"},
                      {"enable.auto.commit", "false"},
                      {"enable.auto.offset.store", "false"},
                      {"enable.partition.eof", "true"},
                      {"auto.offset.reset", "error"},
                      {"allow.auto.create.topics", "false"},
                      {"queued.min.messages", "10000"},
                      {"queued.max.messages.kbytes", std::to_string(queue_kb)}},
                     connections);
}

// The readers that are being let go. It is never destroyed, as one of them may outlive main().
struct Leaving {
  std::mutex mutex;
  std::condition_variable ended;
  int readers = 0;
};

Leaving& leaving() {
  static auto* const all = new Leaving;
  return *all;
}

}  // namespace

Result<void> Reader::check(const Cluster& cluster) {
  Connections connections;
  if (const auto client = make_log_reader(cluster, 1, connections); !client)
    return std::unexpected(client.error());
  return {};
}

Result<ReaderPtr> Reader::open(const Cluster& cluster, const std::string& prefix, const Start& start,
                               int queue_kb) {
  ReaderPtr reader(new Reader(prefix, start.next));
  auto client = make_log_reader(cluster, queue_kb, reader->connections_);
  if (!client) return std::unexpected(client.error());
  reader->client_ = std::move(*client);
  if (const auto started = reader->start(start); !started) return std::unexpected(started.error());
  return reader;
}

Result<void> Reader::start(const Start& start) {
  rd_kafka_t* const client = client_.get();
  rd_kafka_poll_set_consumer(client);
  const auto shapes =
      find_topics(client, {{.name = names_.events}, {.name = names_.position}}, connections_, kTimeoutMs);
  if (!shapes) return std::unexpected(shapes.error());
  for (const auto& name : {names_.events, names_.position}) {
    if (!shapes->contains(name))
      return fault("there is no topic {}: a mirror of this prefix makes it (provodka mirror, serve --kafka)",
                   name);
  }
  const auto count = static_cast<size_t>(shapes->at(names_.events).partitions);
  if (!start.offsets.empty() && start.offsets.size() != count)
    return fault("the topic {} has {} partitions now, and had {}", names_.events, count,
                 start.offsets.size());
  const Partitions assigned(rd_kafka_topic_partition_list_new(static_cast<int>(count) + 1));
  const auto add = [&](const std::string& topic, int32_t number, int64_t offset) {
    rd_kafka_topic_partition_list_add(assigned.get(), topic.c_str(), number)->offset = offset;
    Partition partition{.number = number,
                        .next_offset = offset,
                        .queue = Queue(rd_kafka_queue_get_partition(client, topic.c_str(), number))};
    // Its own queue, and not the one that all share, before anything is fetched.
    rd_kafka_queue_forward(partition.queue.get(), nullptr);
    rd_kafka_queue_cb_event_enable(partition.queue.get(), on_news, &news_);
    return partition;
  };
  for (size_t i = 0; i < count; ++i) {
    partitions_.push_back(add(names_.events, static_cast<int32_t>(i),
                              start.offsets.empty() ? RD_KAFKA_OFFSET_BEGINNING : start.offsets[i]));
  }
  position_ = add(names_.position, 0, RD_KAFKA_OFFSET_BEGINNING);
  if (const auto error = rd_kafka_assign(client, assigned.get()))
    return failed(fmt::format("the topic {} cannot be followed", names_.events), error, connections_);
  return {};
}

void LetGo::operator()(Reader* reader) const {
  const auto end = [reader] {
    delete reader;
    const std::lock_guard lock(leaving().mutex);
    --leaving().readers;
    leaving().ended.notify_all();
  };
  {
    const std::lock_guard lock(leaving().mutex);
    ++leaving().readers;
  }
  try {
    std::thread(end).detach();
  } catch (const std::system_error&) {
    end();  // no thread is to be had
  }
}

void wait_until_let_go(std::chrono::milliseconds timeout) {
  std::unique_lock lock(leaving().mutex);
  leaving().ended.wait_for(lock, timeout, [] { return leaving().readers == 0; });
}

// What waits in the queue of a partition that is gone holds that partition, and librdkafka waits for that for
// ever when its client is destroyed.
Reader::~Reader() {
  if (!client_) return;
  rd_kafka_assign(client_.get(), nullptr);
  const auto drain = [](Partition& partition) {
    partition.head.reset();
    while (const Message waiting{rd_kafka_consume_queue(partition.queue.get(), 0)}) {
    }
  };
  for (Partition& partition : partitions_) drain(partition);
  if (position_.queue) drain(position_);
}

Result<Message> Reader::poll(Partition& partition, const std::string& topic) {
  for (;;) {
    Message message(rd_kafka_consume_queue(partition.queue.get(), 0));
    if (!message) return message;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      partition.is_at_end = true;
      partition.next_offset = message->offset;
      all_is_well();
      continue;
    }
    if (message->err && is_final(message->err))
      return fault(
          "partition {} of the topic {} cannot be read at offset {}, it may have been deleted or made "
          "anew: {}",
          partition.number, topic, partition.next_offset, rd_kafka_message_errstr(message.get()));
    if (message->err) {
      connections_.note(rd_kafka_message_errstr(message.get()));
      continue;  // librdkafka goes on by itself
    }
    all_is_well();
    partition.is_at_end = false;
    return message;
  }
}

Result<bool> Reader::fill(size_t place) {
  Partition& partition = partitions_[place];
  auto message = poll(partition, names_.events);
  if (!message) return std::unexpected(message.error());
  if (!*message) return false;
  const auto position = position_of(**message, names_.events);
  if (!position) return std::unexpected(position.error());
  if (*position < next_)
    return fault(
        "partition {} of the topic {} has at offset {} position {}, which was read before: the topic "
        "was made anew, or written to by something else than its mirror",
        partition.number, names_.events, (*message)->offset, *position);
  partition.next_offset = (*message)->offset;
  partition.head = std::move(*message);
  heads_.emplace(*position, place);
  return true;
}

Result<bool> Reader::fill_all() {
  bool any = false;
  for (size_t i = 0; i < partitions_.size(); ++i) {
    if (partitions_[i].head) continue;
    const auto filled = fill(i);
    if (!filled) return filled;
    any |= *filled;
  }
  return any;
}

Result<void> Reader::read_position() {
  for (;;) {
    const auto message = poll(position_, names_.position);
    if (!message) return std::unexpected(message.error());
    if (!*message) break;
    const auto read = MirrorPosition::parse(value_of(**message));
    const auto what = [&](std::string_view why) {
      return fault("partition 0 of the topic {} has at offset {} {}", names_.position, (*message)->offset,
                   why);
    };
    if (!read) return what("what no mirror writes");
    const bool is_of_another = newest_.position > Position() && read->first_line != newest_.first_line;
    if (read->position < newest_.position || is_of_another)
      return what("the position of another log, or of one that was mirrored anew");
    newest_ = *read;
    has_position_ = true;
    position_.next_offset = (*message)->offset + 1;
  }
  knows_position_ |= position_.is_at_end && has_position_;
  return {};
}

// A connection that is there again does not say so while there is nothing to read.
Result<void> Reader::look_after_trouble() {
  if (const auto gone = connections_.gone(); !gone.empty())
    return fault("{}; partition {} of {} was read to offset {}", gone, partitions_.front().number,
                 names_.events, partitions_.front().next_offset);
  const auto now = Clock::now();
  if (connections_.trouble().empty()) {
    all_is_well();
    return {};
  }
  // A look may take its time, so whoever reads is told of the trouble before the first one.
  if (!looked_) looked_ = now;
  if (now - *looked_ < kLookEach) return {};
  looked_ = now;
  // The question below waits for a broker that is away as long as for any answer of it; this one does not.
  if (!find_topics(client_.get(), {{.name = names_.position}}, connections_, kLookTimeoutMs)) return {};
  int64_t low = 0, high = 0;
  if (rd_kafka_query_watermark_offsets(client_.get(), names_.position.c_str(), 0, &low, &high,
                                       kLookTimeoutMs) != RD_KAFKA_RESP_ERR_NO_ERROR)
    return {};
  if (high < position_.next_offset)
    return fault("partition 0 of the topic {} ends at offset {} now and was read to {}: it was made anew",
                 names_.position, high, position_.next_offset);
  all_is_well();
  return {};
}

void Reader::all_is_well() {
  connections_.note({});
  looked_.reset();
}

Result<log::FramePtr> Reader::take() {
  while (const Message other{rd_kafka_consumer_poll(client_.get(), 0)}) {
    if (is_final(other->err))
      return fault("{} cannot be read: {}", names_.events, rd_kafka_message_errstr(other.get()));
  }
  if (const auto read = read_position(); !read) return std::unexpected(read.error());
  if (const auto looked = look_after_trouble(); !looked) return std::unexpected(looked.error());
  if (!knows_position_) return log::FramePtr();
  std::shared_ptr<log::Frame> frame;
  while (!frame || frame->text().size() < log::kFrameTextBytes) {
    if (heads_.empty() || heads_.top().first > next_) {
      const auto filled = fill_all();
      if (!filled) return std::unexpected(filled.error());
      if (!*filled) break;
      continue;
    }
    const auto [position, place] = heads_.top();
    Partition& partition = partitions_[place];
    if (position < next_)
      return fault(
          "partition {} of the topic {} has at offset {} position {}, which another partition has too",
          partition.number, names_.events, partition.next_offset, position);
    heads_.pop();
    if (!frame) frame = std::make_shared<log::Frame>(next_);
    frame->writable_text().append(value_of(*partition.head));
    frame->end_line();
    partition.head.reset();
    ++partition.next_offset;
    next_ = next_.next();
    if (const auto filled = fill(place); !filled) return std::unexpected(filled.error());
  }
  if (const auto checked = check_gap(); !checked) return std::unexpected(checked.error());
  return frame;
}

// What stands in the way of the next line where all partitions were read to a later one, or to their ends.
std::string Reader::gap() const {
  const bool all_read = std::ranges::all_of(
      partitions_, [](const Partition& partition) { return partition.head || partition.is_at_end; });
  if (!all_read) return {};
  if (!heads_.empty() && heads_.top().first > next_) {
    const Partition& partition = partitions_[heads_.top().second];
    return fmt::format(
        "position {} is missing in the topic {}: partition {} goes on with position {} at offset {}", next_,
        names_.events, partition.number, heads_.top().first, partition.next_offset);
  }
  if (heads_.empty() && next_ <= newest_.position)
    return fmt::format(
        "position {} is missing in the topic {}: its {} partitions end before, at offset {} and "
        "so on, and {} says that {} are mirrored",
        next_, names_.events, partitions_.size(), partitions_.front().next_offset, names_.position,
        newest_.position);
  return {};
}

Result<void> Reader::check_gap() {
  const std::string found = gap();
  if (found.empty() || !connections_.trouble().empty()) {
    gap_since_.reset();
    return {};
  }
  if (!gap_since_) gap_since_ = Clock::now();
  const bool is_certain = heads_.size() == partitions_.size();
  if (is_certain || Clock::now() - *gap_since_ > kGapPatience)
    return fault("{}; the topics of this prefix have to be deleted and filled anew", found);
  return {};
}

std::string Reader::missing() const {
  if (const auto trouble = connections_.trouble(); !trouble.empty())
    return fmt::format("Kafka cannot be reached: {}", trouble);
  if (!knows_position_) {
    return position_.is_at_end ? fmt::format("nothing was mirrored to {} yet", names_.events)
                               : fmt::format("{} was not read to its end yet", names_.position);
  }
  if (auto found = gap(); !found.empty()) return found;
  for (const Partition& partition : partitions_) {
    if (!partition.is_at_end || partition.head)
      return fmt::format("partition {} of {} was not read to its end yet", partition.number, names_.events);
  }
  // What is behind it was committed before it; so this is only until its mark comes.
  if (newest_.position < Position(next_.value() - 1) || !position_.is_at_end)
    return fmt::format("{} was not read to its end yet", names_.position);
  if (newest_.position < newest_.log)
    return fmt::format("the mirror has not come to position {} yet, where the log ended when it looked last",
                       newest_.log);
  return {};
}

Start Reader::where() const {
  Start start{.next = next_};
  for (const Partition& partition : partitions_) start.offsets.push_back(partition.next_offset);
  return start;
}

}  // namespace provodka::kafka
