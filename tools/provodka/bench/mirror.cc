#include "adapters/kafka_mirror/mirror.h"

#include "adapters/kafka_mirror/bare_producer.h"
#include "adapters/kafka_mirror/record.h"
#include "adapters/kafka_source/kafka_source.h"
#include "ledger/engine/engine_source.h"
#include "ledger/log/directory_source.h"
#include "tools/provodka/bench/bench.h"
#include "tools/provodka/bench/private_broker.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <fmt/format.h>

namespace provodka::tools {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().what);
  return std::move(*result);
}

// Waits until a mirror has got somewhere; what stops it stops the bench.
class Reached {
 public:
  void at(const kafka::MirrorProgress& progress) {
    std::lock_guard lock(mutex_);
    if (progress.state == kafka::MirrorState::mirroring && !begun_) began_ = BenchClock::now(), begun_ = true;
    progress_ = progress;
    changed_.notify_all();
  }
  // Seconds since it was ready to mirror.
  double wait(Position position) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return (begun_ && progress_.position >= position) || is_stuck(); });
    if (is_stuck()) throw std::runtime_error(progress_.error);
    return seconds_since(began_);
  }

 private:
  bool is_stuck() const {
    return progress_.state == kafka::MirrorState::refused || progress_.state == kafka::MirrorState::fenced;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  kafka::MirrorProgress progress_;
  BenchClock::time_point began_;
  bool begun_ = false;
};

struct Running {
  Running(log::EventSource& source, kafka::MirrorOptions options) {
    options.on_progress = [this](const kafka::MirrorProgress& progress) { reached.at(progress); };
    mirror = must(kafka::Mirror::start(source, std::move(options)));
  }
  Reached reached;
  std::unique_ptr<kafka::Mirror> mirror;
};

// From the time that an event bears to its arrival at a consumer of committed records.
void measure_lag(engine::Engine& engine, Workload& workload, const kafka::MirrorOptions& options,
                 uint64_t seconds, BenchResult& result) {
  engine::EngineSource source(engine);
  Running running(source, options);
  running.reached.wait(engine.durable());
  const Position before = engine.durable();
  constexpr uint64_t kPerJob = 10, kJobsPerSecond = 100;
  const uint64_t expected = before.value() + seconds * kPerJob * kJobsPerSecond;

  const auto consumer = must(kafka::KafkaSource::open(
      {.brokers = options.brokers, .prefix = options.prefix, .settings = options.settings}));
  Latencies lags;
  std::atomic<uint64_t> seen{0};
  std::thread reader([&] {
    while (seen < expected) {
      const auto frame = consumer->frame_at(Position(seen + 1), std::chrono::milliseconds(100));
      if (!frame || !*frame) continue;
      const auto now = std::chrono::duration_cast<std::chrono::microseconds>(
                           std::chrono::system_clock::now().time_since_epoch())
                           .count();
      for (Position at(seen + 1); at <= (*frame)->last(); at = at.next()) {
        seen = at.value();
        if (at <= before) continue;
        const auto attributes = kafka::attributes_of((*frame)->line(at));
        const auto time = attributes ? Instant::parse(attributes->time) : std::nullopt;
        if (time) lags.add(static_cast<double>(now - time->micros) / 1e3);
      }
    }
  });
  while (seen < before.value()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  const auto start = BenchClock::now();
  for (uint64_t job = 0; job < seconds * kJobsPerSecond; ++job) {
    std::this_thread::sleep_until(start + std::chrono::milliseconds(job * 1000 / kJobsPerSecond));
    run_job(engine, workload.next(kPerJob));
  }
  reader.join();
  lags.into(result);
  result.add("lag_events_per_second", kPerJob * kJobsPerSecond);
  result.add("lag_events", lags.size());
}

}  // namespace

BenchResult bench_mirror(const BenchOptions& options) {
  // All records of the floor are ready in memory, which bounds how many there can be.
  constexpr uint64_t kEventsMax = 400'000, kAccountsMax = 20'000;
  const uint64_t accounts = std::min(options.accounts, kAccountsMax);
  const uint64_t events = std::min(options.events, kEventsMax);
  const BenchDir dir(options.dir);
  const PrivateBroker broker(options.kafka, dir.path() + "/kafka");
  Workload workload(accounts, Workload::Kind::mixed);
  auto engine = engine_with_accounts(dir.path() + "/data", accounts, workload);
  for (uint64_t done = 0; done < events; done += options.batch) {
    run_job(*engine, workload.next(std::min(options.batch, events - done)));
  }
  const Position last = engine->durable();

  // The floor before and after, so that a broker that warms up or tires favours nobody.
  const auto named = [&](const std::string& name) {
    return kafka::MirrorOptions{.brokers = broker.address(),
                                .prefix = fmt::format("bench-{}-{}", ::getpid(), name)};
  };
  auto log = must(log::DirectorySource::open(dir.path() + "/data"));
  const auto count = static_cast<double>(last.value());
  must(kafka::bare_producer_seconds(named("warm"), *log, last.value()));
  double floor_seconds = 0, seconds = 0;
  constexpr int kRounds = 3;
  for (int round = 0; round < kRounds; ++round) {
    floor_seconds += must(kafka::bare_producer_seconds(named(fmt::format("f{}", round)), *log, last.value()));
    Running running(*log, named(fmt::format("m{}", round)));
    seconds += running.reached.wait(last);
  }
  BenchResult result{.bench = "mirror",
                     .rate = kRounds * count / seconds,
                     .unit = "events/s",
                     .floor = kRounds * count / floor_seconds,
                     .floor_is = "a bare librdkafka transactional producer of the same records from memory"};
  measure_lag(*engine, workload, named("lag"), options.seconds, result);
  result.add("events", last.value());
  result.add("rounds", uint64_t{kRounds});
  return result;
}

}  // namespace provodka::tools
