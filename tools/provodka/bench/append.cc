#include "tools/provodka/bench/bench.h"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace provodka::tools {
namespace {

// Counts the jobs that are on their way, so that a few are always waiting for the writer.
class Window {
 public:
  explicit Window(size_t jobs_max) : jobs_max_(jobs_max) {}
  void enter() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return jobs_ < jobs_max_; });
    ++jobs_;
  }
  void leave(double ms) {
    std::lock_guard lock(mutex_);
    --jobs_;
    latencies_.add(ms);
    room_.notify_all();
  }
  void drain() {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return jobs_ == 0; });
  }
  Latencies& latencies() { return latencies_; }

 private:
  const size_t jobs_max_;
  std::mutex mutex_;
  std::condition_variable room_;
  size_t jobs_ = 0;
  Latencies latencies_;
};

}  // namespace

BenchResult bench_append(const BenchOptions& options) {
  const BenchDir dir(options.dir);
  const DiskFloor disk = measure_disk(dir.path());
  Workload workload(options.accounts, options.mix == "charge"    ? Workload::Kind::charge
                                      : options.mix == "payment" ? Workload::Kind::payment
                                                                 : Workload::Kind::mixed);
  auto engine = engine_with_accounts(dir.path(), options.accounts, workload);
  const uint64_t text_before = engine->text_bytes_written(), stored_before = engine->stored_bytes_written();

  // Commands are made and prepared ahead, in rounds that fit in memory: in the server that is the work of the
  // threads that read requests. What is timed is from the writer's taking them to the disk's having them.
  constexpr uint64_t kRound = 1 << 20;
  Window window(4);
  double seconds = 0, cpu = 0, tree_lag_ms = 0;
  uint64_t done = 0;
  while (done < options.events) {
    std::deque<std::unique_ptr<engine::Job>> jobs;
    uint64_t made = 0;
    for (; made < kRound && done + made < options.events; made += jobs.back()->commands.size()) {
      auto job = workload.next(std::min(options.batch, options.events - done - made), options.hot ? 1 : 0);
      for (auto& prepared : job->commands) {
        if (const auto ok = engine->prepare(prepared); !ok) throw std::runtime_error(ok.error().what);
      }
      jobs.push_back(std::move(job));
    }
    std::atomic<uint64_t> refused{0};
    const auto start = BenchClock::now();
    const double cpu_before = cpu_seconds();
    while (!jobs.empty()) {
      window.enter();
      auto job = std::move(jobs.front());
      jobs.pop_front();
      const auto submitted = BenchClock::now();
      job->done = [&window, &refused, submitted](std::unique_ptr<engine::Job> finished) {
        for (const auto& outcome : finished->outcomes)
          refused += outcome.kind != engine::Outcome::Kind::recorded;
        window.leave(seconds_since(submitted) * 1e3);
      };
      engine->submit(std::move(job));
    }
    window.drain();
    seconds += seconds_since(start);
    cpu += cpu_seconds() - cpu_before;
    const auto durable_at = BenchClock::now();
    while (engine->health().tree < engine->durable()) std::this_thread::yield();
    tree_lag_ms = std::max(tree_lag_ms, seconds_since(durable_at) * 1e3);
    if (refused > 0) throw std::runtime_error("commands of the bench were refused");
    done += made;
  }
  const auto per_event = [&](uint64_t bytes) {
    return static_cast<double>(bytes) / static_cast<double>(options.events);
  };
  const double stored = per_event(engine->stored_bytes_written() - stored_before);
  BenchResult result{.bench = "append",
                     .rate = static_cast<double>(options.events) / seconds,
                     .unit = "events/s",
                     .floor = disk.megabytes_per_second * 1e6 / stored,
                     .floor_is = "sequential synced writes of the stored bytes"};
  window.latencies().into(result);
  result.add("raw_bytes_per_event", per_event(engine->text_bytes_written() - text_before));
  result.add("stored_bytes_per_event", stored);
  result.add("tree_lag_ms", tree_lag_ms);
  result.add("cpu_us_per_event", cpu * 1e6 / static_cast<double>(options.events));
  result.add("disk_syncs_per_second", disk.syncs_per_second);
  result.add("disk_megabytes_per_second", disk.megabytes_per_second);
  result.add("accounts", options.accounts);
  result.add("events", options.events);
  result.add("batch", options.batch);
  result.add("mix", options.mix);
  return result;
}

}  // namespace provodka::tools
