#pragma once

#include "ledger/engine/engine.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace provodka::tools {

// What every bench says: one JSON object, or a few lines for a person.
struct BenchResult {
  std::string bench;
  double rate = 0;
  std::string unit;
  double floor = 0;  // the same unit: what this disk and machine would allow at best
  std::string floor_is = {};
  double p50_ms = 0, p99_ms = 0, p999_ms = 0, max_ms = 0;
  std::vector<std::pair<std::string, std::string>> more = {};  // further members, as JSON values

  void add(std::string name, double value);
  void add(std::string name, uint64_t value);
  void add(std::string name, const std::string& text);
};

void print(const BenchResult&, bool json);

// Latencies, kept whole: a bench takes some millions at most.
class Latencies {
 public:
  void add(double ms) { ms_.push_back(static_cast<float>(ms)); }
  void add_all(const Latencies& other) { ms_.insert(ms_.end(), other.ms_.begin(), other.ms_.end()); }
  void into(BenchResult&);
  size_t size() const { return ms_.size(); }

 private:
  std::vector<float> ms_;
};

// The disk's floor beside which a figure is read: synced 4 KiB writes a second, and synced sequential MB/s.
struct DiskFloor {
  double syncs_per_second;
  double megabytes_per_second;
};
DiskFloor measure_disk(const std::string& dir);

uint64_t resident_bytes();
// Processor time of this process so far, all threads.
double cpu_seconds();

using BenchClock = std::chrono::steady_clock;
double seconds_since(BenchClock::time_point start);

// A directory for a bench: a given one, which is left behind so that it can be verified, or one that
// vanishes.
class BenchDir {
 public:
  explicit BenchDir(const std::string& given);
  ~BenchDir();
  BenchDir(const BenchDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool temporary_;
};

// Commands of a made-up provider: tenant "bench", accounts "1" to "N" with a credit limit.
class Workload {
 public:
  enum class Kind { charge, payment, mixed };
  Workload(uint64_t accounts, Kind kind, uint64_t seed = 1)
      : accounts_(accounts), kind_(kind), random_(seed) {}

  std::unique_ptr<engine::Job> create_tenant();
  std::unique_ptr<engine::Job> open_accounts(uint64_t first, uint64_t count);
  // The next commands, over uniformly chosen accounts, or all over account `only`.
  std::unique_ptr<engine::Job> next(uint64_t count, uint64_t only = 0);

 private:
  uint64_t random();
  uint64_t accounts_;
  Kind kind_;
  uint64_t random_;
  uint64_t made_ = 0;
};

// Prepares and submits a job, and waits for it to be durable. Stops the program where a command is rejected.
void run_job(engine::Engine&, std::unique_ptr<engine::Job>);
// Opens an engine with a tenant and so many accounts.
// By the system's clock where none is given.
std::unique_ptr<engine::Engine> engine_with_accounts(const std::string& dir, uint64_t accounts, Workload&,
                                                     std::unique_ptr<engine::Clock> clock = {});

struct BenchOptions {
  bool json = false;
  std::string dir;
  uint64_t accounts = 1'000'000;
  uint64_t events = 4'000'000;
  uint64_t batch = 8'192;
  uint64_t connections = 64;
  uint64_t seconds = 10;
  uint64_t grown = 0;  // events in the log before the load
  uint64_t threads = 1;
  std::string mix = "charge";
  bool hot = false;
  std::string kafka;  // brokers; none: the bench starts one
};

BenchResult bench_append(const BenchOptions&);
BenchResult bench_replay(const BenchOptions&);
BenchResult bench_verify(const BenchOptions&);
BenchResult bench_open(const BenchOptions&);
BenchResult bench_billing_run(const BenchOptions&);
BenchResult bench_project(const BenchOptions&);
BenchResult bench_devices(const BenchOptions&);
BenchResult bench_http(const BenchOptions&);
BenchResult bench_http_batch(const BenchOptions&);
BenchResult bench_mirror(const BenchOptions&);

}  // namespace provodka::tools
