#include "adapters/kafka_mirror/session.h"

#include <algorithm>

namespace provodka::kafka {
namespace {

using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

// A call that waits for a broker returns so often, to see whether it is time to stop.
constexpr int kSliceMs = 500;
constexpr milliseconds kStalledAfter{5'000};
constexpr milliseconds kStopWithin{5'000};
constexpr milliseconds kTopicsWithin{10'000};

std::vector<TopicPlan> plans_of(const MirrorOptions& options) {
  const TopicNames names(options.prefix);
  return {
      {.name = names.events,
       .partitions = options.partitions,
       .replication = options.replication,
       .cleanup_policy = "delete",
       .is_for_ever = true},
      {.name = names.access,
       .partitions = options.partitions,
       .replication = options.replication,
       .cleanup_policy = "compact",
       .settings = {{"min.cleanable.dirty.ratio", "0.1"}}},
      // Only the last record counts, and a transaction leaves one and a mark.
      {.name = names.position,
       .partitions = 1,
       .replication = options.replication,
       .cleanup_policy = "compact",
       .settings = {{"min.cleanable.dirty.ratio", "0.1"}, {"segment.bytes", "1048576"}}},
  };
}

std::string transactional_id(const MirrorOptions& options) { return options.prefix + "-mirror"; }

constexpr std::string_view kBeginAnew =
    "delete the topics .events, .access and .position of this prefix together, and they are filled anew from "
    "the log; or mirror to another prefix";

}  // namespace

Session::Session(log::EventSource& source, const MirrorOptions& options, std::string mirror,
                 std::function<bool()> go_on, std::function<void(const std::string&)> stalled)
    : source_(source),
      options_(options),
      cluster_(cluster_of(options)),
      names_(options.prefix),
      mirror_(std::move(mirror)),
      go_on_(std::move(go_on)),
      stalled_(std::move(stalled)) {}

Session::~Session() {
  // What was not committed is aborted by whoever comes next with the same transactional id.
  if (producer_) rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  events_.reset();
  access_.reset();
  position_topic_.reset();
  producer_.reset();  // before the frames that its records point into
}

Result<void> Session::check(const MirrorOptions& options) {
  Connections connections;
  const auto producer = make_producer(options, transactional_id(options), connections);
  if (!producer) return std::unexpected(producer.error());
  return {};
}

std::unexpected<Fault> Session::failure(std::string_view what, const rd_kafka_error_t* error) {
  char why[512];
  const auto fatal = rd_kafka_fatal_error(producer_.get(), why, sizeof why);
  for (const auto code : {rd_kafka_error_code(error), fatal}) {
    fenced_ |= code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
               code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
  }
  if (fatal) return fault("{}: {}", what, why);
  rd_kafka_poll(producer_.get(), 0);  // the delivery that failed says more than the transaction that must end
  const std::string trouble = connections_.trouble();
  if (rd_kafka_error_txn_requires_abort(error) && !trouble.empty()) return fault("{}", trouble);
  return failed(what, error, connections_);
}

Result<void> Session::open() {
  auto producer = make_producer(options_, transactional_id(options_), connections_);
  if (!producer) return std::unexpected(producer.error());
  producer_ = std::move(*producer);
  // Before anybody is fenced: a mirror that could not go on must not stop one that can.
  const auto plans = plans_of(options_);
  const auto shapes = find_topics(producer_.get(), plans, connections_);
  if (!shapes) return std::unexpected(shapes.error());
  if (const auto fit = check_topics(producer_.get(), plans, *shapes, connections_); !fit) return fit;
  for (const auto began = SteadyClock::now();;) {
    const Error error(rd_kafka_init_transactions(producer_.get(), kSliceMs));
    if (!error) break;
    const bool is_late = SteadyClock::now() - began > milliseconds(60'000);
    if (!rd_kafka_error_is_retriable(error.get()) || is_late || !go_on_())
      return failure("Kafka gives no transactional id", error.get());
  }
  if (const auto made = make_topics(); !made) return made;
  if (const auto fits = check_log(); !fits) return fits;
  events_.reset(rd_kafka_topic_new(producer_.get(), names_.events.c_str(), nullptr));
  access_.reset(rd_kafka_topic_new(producer_.get(), names_.access.c_str(), nullptr));
  position_topic_.reset(rd_kafka_topic_new(producer_.get(), names_.position.c_str(), nullptr));
  // From now on an older mirror finds this one's name there, and knows why it was fenced.
  MirrorPosition announced = stored_;
  predecessor_ = std::exchange(announced.mirror, mirror_);
  announced.log = std::max(source_.last(), announced.position);
  if (const Error error(rd_kafka_begin_transaction(producer_.get())); error)
    return failure("a transaction cannot begin", error.get());
  return commit(announced);
}

// Makes the topics of a first start, and reads the position of a later one. Whatever is missing between them
// means that the copy is not what the position says.
Result<void> Session::make_topics() {
  const auto plans = plans_of(options_);
  const auto shapes = find_topics(producer_.get(), plans, connections_);
  if (!shapes) return std::unexpected(shapes.error());
  std::vector<TopicPlan> missing;
  for (const TopicPlan& plan : plans) {
    if (!shapes->contains(plan.name)) missing.push_back(plan);
  }
  if (!missing.empty() && shapes->contains(names_.position)) {
    const auto filled = read_position(cluster_, names_.position);
    if (!filled) return std::unexpected(filled.error());
    if (*filled && (*filled)->position > Position())
      return refusal("the topic {} is gone, and {} says that {} events are mirrored: {}", missing[0].name,
                     names_.position, (*filled)->position, kBeginAnew);
  }
  if (const auto created = create_topics(producer_.get(), missing, connections_); !created) return created;
  // A broker learns of a topic, and that it leads it, a moment after its controller has made it.
  for (const auto began = SteadyClock::now();;) {
    const auto looked = look_at_topics(plans);
    const bool is_late = SteadyClock::now() - began > kTopicsWithin;
    if (looked || looked.error().refused || missing.empty() || is_late || !go_on_()) return looked;
    rd_kafka_poll(producer_.get(), 50);
  }
}

// All are there, hold to their plans, and have what the position says. Nothing that was seen before they all
// were counts: somebody may have made one of them meanwhile.
Result<void> Session::look_at_topics(const std::vector<TopicPlan>& plans) {
  const auto shapes = find_topics(producer_.get(), plans, connections_);
  if (!shapes) return std::unexpected(shapes.error());
  if (shapes->size() < plans.size())
    return fault("the topics {}, {} and {} were made, and Kafka does not name all of them", names_.events,
                 names_.access, names_.position);
  if (const auto fit = check_topics(producer_.get(), plans, *shapes, connections_); !fit) return fit;
  auto read = read_position(cluster_, names_.position);
  if (!read) return std::unexpected(read.error());
  if (*read) stored_ = std::move(**read);
  const int partitions = shapes->at(names_.events).partitions;
  if (stored_.position == Position()) {
    const auto has = has_records(cluster_, names_.events, partitions);
    if (!has) return std::unexpected(has.error());
    if (*has)
      return refusal("the topic {} has events, and {} does not say how many are mirrored: {}", names_.events,
                     names_.position, kBeginAnew);
    stored_.access = 0;
    return {};
  }
  const auto given = [&](const std::string& topic) {
    return offsets_given(producer_.get(), topic, shapes->at(topic).partitions, connections_);
  };
  const auto events = given(names_.events);
  if (!events) return std::unexpected(events.error());
  if (static_cast<uint64_t>(*events) < stored_.position.value())
    return refusal(
        "the topic {} has had {} records, and {} says that {} events are mirrored: it was made anew; {}",
        names_.events, *events, names_.position, stored_.position, kBeginAnew);
  const auto states = given(names_.access);
  if (!states) return std::unexpected(states.error());
  // Of what an older mirror wrote, what is there is all that can be known.
  if (!stored_.access) stored_.access = static_cast<uint64_t>(*states);
  if (static_cast<uint64_t>(*states) < *stored_.access)
    return refusal(
        "the topic {} has had {} records, and {} says that {} wanted states were written: it was made anew; "
        "{}",
        names_.access, *states, names_.position, *stored_.access, kBeginAnew);
  return {};
}

Result<void> Session::check_log() {
  if (stored_.position == Position()) return {};
  const auto line_hash = [&](Position position) -> Result<log::Hash> {
    const auto frame = source_.frame_at(position, milliseconds(1'000));
    if (!frame) return std::unexpected(frame.error());
    // It may be behind for a moment only: a log whose owner is not up again after a crash.
    if (!*frame)
      return fault("{} ends at position {}, and {} events are mirrored already: it is behind, or cut off",
                   source_.name(), source_.last(), stored_.position);
    return log::leaf_hash((*frame)->line(position));
  };
  const auto first = line_hash(Position(1));
  if (!first) return std::unexpected(first.error());
  if (*first != stored_.first_line)
    return refusal("{} holds another log than {}: {}", names_.events, source_.name(), kBeginAnew);
  const auto line = line_hash(stored_.position);
  if (!line) return std::unexpected(line.error());
  if (*line != stored_.line)
    return refusal("{} went another way than {} before position {}: {}", names_.events, source_.name(),
                   stored_.position, kBeginAnew);
  return {};
}

Result<uint64_t> Session::advance(milliseconds timeout) {
  Position next = stored_.position.next();
  auto frame = source_.frame_at(next, timeout);
  if (!frame) return std::unexpected(frame.error());
  if (!*frame) {
    rd_kafka_poll(producer_.get(), 0);
    return 0;
  }
  if (const Error error(rd_kafka_begin_transaction(producer_.get())); error)
    return failure("a transaction cannot begin", error.get());
  MirrorPosition reached = stored_;
  reached.log = source_.last();
  size_t text_bytes = 0;
  while (*frame) {
    text_bytes += (*frame)->text().size();
    const auto added = add(*frame, next, reached);
    // What is before a line that cannot be mirrored is; the next transaction begins with it and says so.
    if (!added && (!added.error().refused || reached.position == stored_.position))
      return std::unexpected(added.error());
    next = reached.position.next();
    const bool is_full = next.value() - stored_.position.value() > kTransactionEventsMax ||
                         text_bytes > kTransactionTextBytesMax;
    if (!added || is_full || !go_on_()) break;
    frame = source_.frame_at(next, milliseconds(0));
    if (!frame) break;  // the next transaction asks again
  }
  const uint64_t events = reached.position.value() - stored_.position.value();
  reached.line = log::leaf_hash(frames_.back()->line(reached.position));
  if (const auto committed = commit(reached); !committed) return std::unexpected(committed.error());
  return events;
}

// Ends with `reached` at the last line that is part of the transaction.
Result<void> Session::add(log::FramePtr frame, Position from, MirrorPosition& reached) {
  if (from == Position(1)) reached.first_line = log::leaf_hash(frame->line(from));
  frames_.push_back(frame);
  // Records that were handed over point into the frame; where there are none of it, the one before holds the
  // last line.
  const auto cannot = [&](Position at, std::string_view why) {
    if (reached.position < frame->first()) frames_.pop_back();
    return refusal("the line at position {} of {} cannot be mirrored: {}", at, source_.name(), why);
  };
  for (Position at = from; at <= frame->last(); at = at.next()) {
    const std::string_view line = frame->line(at);
    const auto attributes = attributes_of(line);
    if (!attributes) return cannot(at, "it is not an event");
    wanted_.clear();
    if (brings_wanted_state(attributes->type)) {
      arena_ = Arena();
      const auto state = write_wanted_state(line, arena_, wanted_);
      if (!state) return cannot(at, state.error().what);
      const std::string key = fmt::format("{}/{}", attributes->tenant(), state->point);
      const auto value = state->is_gone ? std::string_view() : wanted_.view();
      const auto produced = produce(access_.get(), key, value, RD_KAFKA_MSG_F_COPY, nullptr, at);
      if (!produced) return produced;
      reached.access = reached.access.value_or(0) + 1;
    }
    if (const auto produced = produce_event(line, *attributes, at); !produced) return produced;
    reached.position = at;
  }
  return {};
}

Result<void> Session::produce_event(std::string_view line, const LineAttributes& attributes,
                                    Position position) {
  Headers headers = event_headers(attributes, position);
  const auto produced = produce(events_.get(), attributes.partitionkey, line, 0, headers.get(), position);
  if (produced) (void)headers.release();  // the record has them now
  return produced;
}

// Takes the headers when it succeeds.
Result<void> Session::produce(rd_kafka_topic_t* topic, std::string_view key, std::string_view value,
                              int flags, rd_kafka_headers_t* headers, Position position) {
  for (;;) {
    const Error error(send_record(producer_.get(), topic, key, value, flags, headers, position));
    if (!error) return {};
    if (rd_kafka_error_code(error.get()) != RD_KAFKA_RESP_ERR__QUEUE_FULL)
      return failure(
          fmt::format("the event at position {} ({} bytes) cannot be sent", position, value.size()),
          error.get());
    if (!go_on_()) return fault("stopping");
    rd_kafka_poll(producer_.get(), 50);
  }
}

Result<void> Session::commit(const MirrorPosition& reached) {
  const std::string json = [&] {
    MirrorPosition named = reached;
    named.mirror = mirror_;
    return named.to_json();
  }();
  if (const auto produced = produce(position_topic_.get(), transactional_id(options_), json,
                                    RD_KAFKA_MSG_F_COPY, nullptr, reached.position);
      !produced)
    return produced;
  const auto began = SteadyClock::now();
  std::optional<SteadyClock::time_point> stopping;
  for (;;) {
    const Error error(rd_kafka_commit_transaction(producer_.get(), kSliceMs));
    if (!error) break;
    if (!rd_kafka_error_is_retriable(error.get()))
      return failure("the transaction cannot be committed", error.get());
    const auto now = SteadyClock::now();
    if (!go_on_() && !stopping) stopping = now;
    if (stopping && now - *stopping > kStopWithin) return fault("stopping");
    if (now - began > kStalledAfter)
      stalled_(failed("Kafka does not commit", RD_KAFKA_RESP_ERR__TIMED_OUT, connections_).error().what);
  }
  stored_ = reached;
  stored_.mirror = mirror_;
  frames_.clear();
  return {};
}

}  // namespace provodka::kafka
