#include "adapters/kafka_mirror/position.h"

#include "ledger/log/note.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <functional>

namespace provodka::kafka {
namespace {

constexpr int kTimeoutMs = 10'000;

// Takes the text up to `end`, which it takes too.
std::optional<std::string_view> take(std::string_view& text, std::string_view before, std::string_view end) {
  if (!text.starts_with(before)) return std::nullopt;
  text.remove_prefix(before.size());
  const size_t at = text.find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + end.size());
  return taken;
}

std::optional<uint64_t> number_in(std::string_view text) {
  uint64_t number = 0;
  const auto [past, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || past != text.data() + text.size()) return std::nullopt;
  return number;
}

bool read_number(std::string_view text, Position& position) {
  const auto number = number_in(text);
  position = Position(number.value_or(0));
  return number.has_value();
}

bool read_hash(std::string_view text, log::Hash& hash) {
  const auto bytes = log::unbase64(text);
  if (!bytes || bytes->size() != hash.bytes.size()) return false;
  std::ranges::copy(*bytes, hash.bytes.begin());
  return true;
}

// Reads partitions from given offsets to their ends, as committed, and calls `f` for each record until it
// returns false.
Result<void> read_to_end(rd_kafka_t* reader, const Partitions& from, const Connections& connections,
                         const std::function<bool(const rd_kafka_message_t&)>& f) {
  constexpr std::string_view kWhat = "the mirror's own topics cannot be read";
  if (const auto error = rd_kafka_assign(reader, from.get())) return failed(kWhat, error, connections);
  int open = from->cnt;
  auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kTimeoutMs);
  while (open > 0) {
    const Message message(rd_kafka_consumer_poll(reader, 500));
    const auto now = std::chrono::steady_clock::now();
    if (!message) {
      if (now > deadline) return failed(kWhat, RD_KAFKA_RESP_ERR__TIMED_OUT, connections);
      continue;
    }
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      --open;
    } else if (message->err) {
      return fault("{}: {}", kWhat, rd_kafka_message_errstr(message.get()));
    } else if (!f(*message)) {
      break;
    }
    deadline = now + std::chrono::milliseconds(kTimeoutMs);
  }
  rd_kafka_assign(reader, nullptr);
  return {};
}

}  // namespace

std::string MirrorPosition::to_json() const {
  std::string json =
      fmt::format(R"({{"position":"{}","first":"{}","line":"{}","mirror":"{}","log":"{}")", position,
                  log::base64(first_line.bytes), log::base64(line.bytes), mirror, log);
  if (access) json += fmt::format(R"(,"access":"{}")", *access);
  return json + "}";
}

std::optional<MirrorPosition> MirrorPosition::parse(std::string_view json) {
  const auto position = take(json, R"({"position":")", R"(","first":")");
  const auto first = take(json, "", R"(","line":")");
  const auto line = take(json, "", R"(","mirror":")");
  const auto mirror = take(json, "", R"(")");
  if (!position || !first || !line || !mirror) return std::nullopt;
  MirrorPosition read;
  if (json != "}") {
    const auto log = take(json, R"(,"log":")", R"(")");
    if (!log || !read_number(*log, read.log)) return std::nullopt;
  }
  if (json != "}") {
    const auto access = take(json, R"(,"access":")", R"(")");
    if (!access || !(read.access = number_in(*access))) return std::nullopt;
  }
  if (json != "}") return std::nullopt;
  if (!read_number(*position, read.position)) return std::nullopt;
  if (!read_hash(*first, read.first_line) || !read_hash(*line, read.line)) return std::nullopt;
  read.mirror = *mirror;
  return read;
}

Result<std::optional<MirrorPosition>> read_position(const Cluster& cluster, const std::string& topic) {
  Connections connections;
  const auto reader = make_reader(cluster, connections);
  if (!reader) return std::unexpected(reader.error());
  int64_t low = 0, high = 0;
  if (const auto error =
          rd_kafka_query_watermark_offsets(reader->get(), topic.c_str(), 0, &low, &high, kTimeoutMs))
    return failed(fmt::format("the topic {} cannot be read", topic), error, connections);
  // The newest is at the end, behind it only the marks of transactions; so a short piece mostly has it.
  std::optional<std::string> newest;
  for (int64_t back = 16; !newest && high > low; back *= 16) {
    const int64_t from = std::max(low, high - back);
    const Partitions partitions(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), 0)->offset = from;
    const auto read = read_to_end(reader->get(), partitions, connections, [&](const auto& message) {
      newest.emplace(static_cast<const char*>(message.payload), message.len);
      // A mirror at work adds records faster than an end is noticed. Behind the record is its transaction's
      // mark.
      return message.offset < high - 2;
    });
    if (!read) return std::unexpected(read.error());
    if (from == low) break;
  }
  if (!newest) return std::nullopt;
  auto position = MirrorPosition::parse(*newest);
  if (!position) return refusal("the topic {} ends with what no mirror writes: {:.200}", topic, *newest);
  return position;
}

Result<bool> has_records(const Cluster& cluster, const std::string& topic, int partitions) {
  Connections connections;
  const auto reader = make_reader(cluster, connections);
  if (!reader) return std::unexpected(reader.error());
  const Partitions all(rd_kafka_topic_partition_list_new(partitions));
  for (int32_t partition = 0; partition < partitions; ++partition) {
    rd_kafka_topic_partition_list_add(all.get(), topic.c_str(), partition)->offset =
        RD_KAFKA_OFFSET_BEGINNING;
  }
  bool found = false;
  const auto read = read_to_end(reader->get(), all, connections, [&](const auto&) {
    found = true;
    return false;
  });
  if (!read) return std::unexpected(read.error());
  return found;
}

}  // namespace provodka::kafka
