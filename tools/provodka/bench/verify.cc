#include "tools/provodka/bench/bench.h"
#include "tools/provodka/verify_log.h"

#include <sys/wait.h>
#include <unistd.h>

namespace provodka::tools {
namespace {

// A log of so many events, closed in an orderly way.
void fill(const BenchOptions& options, const std::string& dir) {
  Workload workload(options.accounts, Workload::Kind::mixed);
  auto engine = engine_with_accounts(dir, options.accounts, workload);
  for (uint64_t done = 0; done < options.events; done += options.batch) {
    run_job(*engine, workload.next(std::min(options.batch, options.events - done)));
  }
}

}  // namespace

BenchResult bench_verify(const BenchOptions& options) {
  const BenchDir dir(options.dir);
  fill(options, dir.path());
  const auto data = log::DataDir::look(dir.path());
  if (!data) throw std::runtime_error(data.error().what);

  // The floor: hashing alone, of as many bytes in one thread.
  const std::string line(620, 'x');
  constexpr int kHashes = 1'000'000;
  auto start = BenchClock::now();
  unsigned sum = 0;
  for (int i = 0; i < kHashes; ++i) sum += log::leaf_hash(line).bytes[0];
  const double floor = kHashes / seconds_since(start);

  start = BenchClock::now();
  const Verified verified = verify_log(*data, false, [](uint64_t, uint64_t) {});
  const double seconds = seconds_since(start);
  if (!verified.damage.empty()) throw std::runtime_error(verified.damage.front().reason);
  BenchResult result{.bench = "verify",
                     .rate = static_cast<double>(verified.events) / seconds,
                     .unit = "events/s",
                     .floor = floor,
                     .floor_is = "SHA-256 of the lines alone in one thread"};
  result.add("events", verified.events);
  result.add("frames", verified.frames);
  result.add("accounts", verified.accounts);
  result.add("check", uint64_t{sum & 1});
  return result;
}

BenchResult bench_open(const BenchOptions& options) {
  const BenchDir dir(options.dir);
  // Another process makes the directory, so that the memory that is counted here is that of opening alone.
  if (const pid_t child = ::fork(); child == 0) {
    Workload workload(options.accounts, Workload::Kind::mixed);
    engine_with_accounts(dir.path(), options.accounts, workload).reset();
    ::_exit(0);
  } else {
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0)
      throw std::runtime_error("filling failed");
  }
  const uint64_t before = resident_bytes();
  const auto start = BenchClock::now();
  engine::EngineOptions engine_options;
  engine_options.data = dir.path();
  auto engine = engine::Engine::open(std::move(engine_options));
  if (!engine) throw std::runtime_error(engine.error().what);
  const double seconds = seconds_since(start);
  const uint64_t after = resident_bytes();
  BenchResult result{.bench = "open",
                     .rate = static_cast<double>(options.accounts) / seconds,
                     .unit = "accounts/s",
                     .floor = 0,
                     .floor_is = "none"};
  result.p50_ms = result.p99_ms = result.p999_ms = result.max_ms = seconds * 1e3;
  result.add("seconds", seconds);
  result.add("accounts", options.accounts);
  result.add("rss_bytes_before_open", before);
  result.add("bytes_per_account", static_cast<double>(after > before ? after - before : 0) /
                                      static_cast<double>(options.accounts));
  return result;
}

}  // namespace provodka::tools
