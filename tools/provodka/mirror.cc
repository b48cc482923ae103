#include "adapters/kafka_mirror/mirror.h"

#include "ledger/log/directory_source.h"
#include "tools/provodka/kafka_options.h"
#include "tools/provodka/terminal.h"

#include <mutex>

#include <signal.h>

namespace provodka::tools {
namespace {

struct Options {
  std::string data = "data", brokers, prefix = "provodka";
  int partitions = 12, replication = 1;
  KafkaSettings settings;
  bool status = false, once = false;
  Format format = Format::table;
};

void print_status(const Options& options, const kafka::MirrorOptions& mirror, log::EventSource& source) {
  const Position position = or_fail(kafka::mirrored_position(mirror));
  // The server may have recorded more since the log was opened, and the mirror may have mirrored that.
  const Position last = std::max(source.last(), position);
  const uint64_t lag = last.value() - position.value();
  if (options.format == Format::table) {
    fmt::print("{}.events has {} of {} events, {} are missing\n", options.prefix, position, last, lag);
  } else if (options.format == Format::csv) {
    fmt::print("prefix,position,last,lag\n{},{},{},{}\n", options.prefix, position, last, lag);
  } else {
    fmt::print("{{\"prefix\":{},\"position\":{},\"last\":{},\"lag\":{}}}\n", json_string(options.prefix),
               position, last, lag);
  }
}

// The state that the mirror told last, from its thread.
class Told {
 public:
  void set(const kafka::MirrorProgress& progress) {
    std::lock_guard lock(mutex_);
    progress_ = progress;
  }
  kafka::MirrorProgress get() const {
    std::lock_guard lock(mutex_);
    return progress_;
  }

 private:
  mutable std::mutex mutex_;
  kafka::MirrorProgress progress_;
};

void run(const Options& options) {
  kafka::MirrorOptions mirror{.brokers = options.brokers,
                              .prefix = options.prefix,
                              .partitions = options.partitions,
                              .replication = options.replication,
                              .settings = or_fail(read_kafka_settings(options.settings), kRefused)};
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto source = or_fail(log::DirectorySource::open(options.data));
  if (options.status) return print_status(options, mirror, *source);

  const Position target = source->last();
  Told told;
  mirror.warn = [](const std::string& text) { fmt::print(stderr, "provodka: {}\n", text); };
  mirror.on_progress = [&told](const kafka::MirrorProgress& progress) { told.set(progress); };
  auto running = or_fail(kafka::Mirror::start(*source, std::move(mirror)), kRefused);
  if (!options.once)
    fmt::print("mirroring {} to {}.events at {}\n", source->name(), options.prefix, options.brokers);
  std::fflush(stdout);
  // Until a signal comes, the mirror cannot go on, or, with --once, it has all there was.
  constexpr timespec kLookEach{.tv_sec = 0, .tv_nsec = 50'000'000};
  kafka::MirrorProgress now;
  bool done = false;
  while (!done && sigtimedwait(&signals, nullptr, &kLookEach) < 0) {
    now = told.get();
    const bool is_stuck = now.state == kafka::MirrorState::refused || now.state == kafka::MirrorState::fenced;
    done = is_stuck || (options.once && now.state == kafka::MirrorState::mirroring && now.position >= target);
  }
  running.reset();
  if (now.state == kafka::MirrorState::refused) throw Exit{kRefused};
  if (now.state == kafka::MirrorState::fenced) throw Exit{kFailed};
  if (options.once) fmt::print("{} events are mirrored\n", now.position);
}

}  // namespace

void add_mirror(CLI::App& app) {
  auto* sub = app.add_subcommand("mirror", "Copies the log to Kafka, beside a server or without one");
  static Options options;
  sub->add_option("--data", options.data, "The data directory")
      ->envname("PROVODKA_DATA")
      ->capture_default_str();
  sub->add_option("--kafka", options.brokers, "The brokers, HOST:PORT, several with commas")
      ->envname("PROVODKA_KAFKA_BROKERS")
      ->required();
  sub->add_option("--prefix", options.prefix, "Of the topics")->capture_default_str();
  sub->add_option("--partitions", options.partitions, "Of topics that are made")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  sub->add_option("--replication", options.replication, "Of topics that are made")
      ->check(CLI::Range(1, 15))
      ->capture_default_str();
  add_kafka_settings(*sub, options.settings);
  sub->add_flag("--status", options.status, "Say how far the log is mirrored, and change nothing");
  sub->add_flag("--once", options.once, "End when everything that is in the log now is mirrored");
  add_format(*sub, options.format);
  sub->footer("Example: provodka mirror --data /var/lib/provodka --kafka broker-1:9092,broker-2:9092");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
