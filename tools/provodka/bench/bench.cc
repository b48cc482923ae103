#include "tools/provodka/bench/bench.h"

#include "tools/provodka/subcommands.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace provodka::tools {
namespace fs = std::filesystem;

void BenchResult::add(std::string name, double value) {
  more.emplace_back(std::move(name), fmt::format("{:.3f}", value));
}
void BenchResult::add(std::string name, uint64_t value) {
  more.emplace_back(std::move(name), fmt::format("{}", value));
}
void BenchResult::add(std::string name, const std::string& text) {
  more.emplace_back(std::move(name), fmt::format("\"{}\"", text));
}

void print(const BenchResult& r, bool json) {
  const double ratio = r.floor > 0 ? r.rate / r.floor : 0;
  if (json) {
    std::string more;
    for (const auto& [name, value] : r.more) more += fmt::format(",\"{}\":{}", name, value);
    fmt::print(
        "{{\"bench\":\"{}\",\"rate\":{:.1f},\"unit\":\"{}\",\"floor\":{:.1f},\"floor_is\":\"{}\",\"ratio\":{:"
        ".4f},"
        "\"p50_ms\":{:.3f},\"p99_ms\":{:.3f},\"p999_ms\":{:.3f},\"max_ms\":{:.3f},\"rss_bytes\":{}{}}}\n",
        r.bench, r.rate, r.unit, r.floor, r.floor_is, ratio, r.p50_ms, r.p99_ms, r.p999_ms, r.max_ms,
        resident_bytes(), more);
    return;
  }
  fmt::print("{}: {:.0f} {}\n", r.bench, r.rate, r.unit);
  fmt::print("  floor     {:.0f} ({}), ratio {:.3f}\n", r.floor, r.floor_is, ratio);
  fmt::print("  latency   p50 {:.2f} ms, p99 {:.2f} ms, p99.9 {:.2f} ms, max {:.2f} ms\n", r.p50_ms, r.p99_ms,
             r.p999_ms, r.max_ms);
  for (const auto& [name, value] : r.more) fmt::print("  {:<24}{}\n", name, value);
  fmt::print("  {:<24}{}\n", "rss_bytes", resident_bytes());
}

void Latencies::into(BenchResult& result) {
  if (ms_.empty()) return;
  std::ranges::sort(ms_);
  const auto at = [&](double quantile) {
    return ms_[std::min(ms_.size() - 1, static_cast<size_t>(quantile * static_cast<double>(ms_.size())))];
  };
  result.p50_ms = at(0.5);
  result.p99_ms = at(0.99);
  result.p999_ms = at(0.999);
  result.max_ms = ms_.back();
}

DiskFloor measure_disk(const std::string& dir) {
  const std::string path = dir + "/floor.tmp";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) throw std::runtime_error("cannot write " + path);
  std::string bytes(4 << 20, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 2654435761u >> 13);
  constexpr int kSyncs = 1000, kChunks = 64;
  auto start = BenchClock::now();
  bool ok = true;
  for (int i = 0; i < kSyncs; ++i) ok &= ::write(fd, bytes.data(), 4096) == 4096 && ::fdatasync(fd) == 0;
  const double syncs = kSyncs / seconds_since(start);
  start = BenchClock::now();
  for (int i = 0; i < kChunks; ++i) {
    ok &=
        ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fdatasync(fd) == 0;
  }
  const double megabytes = kChunks * static_cast<double>(bytes.size()) / 1e6 / seconds_since(start);
  ::close(fd);
  ::unlink(path.c_str());
  if (!ok) throw std::runtime_error("cannot write " + path);
  return {syncs, megabytes};
}

uint64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  uint64_t total = 0, resident = 0;
  in >> total >> resident;
  return resident * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double seconds_since(BenchClock::time_point start) {
  return std::chrono::duration<double>(BenchClock::now() - start).count();
}

BenchDir::BenchDir(const std::string& given) : path_(given), temporary_(given.empty()) {
  if (temporary_) {
    // Beside where one stands rather than in /tmp, which may be memory.
    path_ = fs::absolute(fmt::format(".provodka-bench-{}", ::getpid())).string();
  }
  fs::create_directories(path_);
}

BenchDir::~BenchDir() {
  std::error_code ignored;
  if (temporary_) fs::remove_all(path_, ignored);
}

void add_bench(CLI::App& app) {
  auto* bench =
      app.add_subcommand("bench", "Measures the code that serve runs, beside the floor of this machine");
  bench->footer("Example: provodka bench append --json");
  bench->require_subcommand(1);
  static BenchOptions options;
  const auto add = [&](const char* name, const char* help, BenchResult (*run)(const BenchOptions&)) {
    auto* sub = bench->add_subcommand(name, help);
    sub->add_flag("--json", options.json, "One JSON object");
    sub->add_option("--data", options.dir,
                    "Use this directory and leave it behind (default: one that vanishes)");
    sub->add_option("--accounts", options.accounts, "Accounts")->capture_default_str();
    sub->add_option("--events", options.events, "Events")->capture_default_str();
    sub->add_option("--batch", options.batch, "Commands a batch")->capture_default_str();
    sub->add_option("--connections", options.connections, "Keep-alive connections")->capture_default_str();
    sub->add_option("--seconds", options.seconds, "How long, where the bench goes by time")
        ->capture_default_str();
    sub->add_option("--grown", options.grown, "Events in the log before the load (http, http-batch)")
        ->capture_default_str();
    sub->add_option("--threads", options.threads, "Threads of the server (http, http-batch)")
        ->capture_default_str();
    sub->add_option("--mix", options.mix, "charge, payment or mixed")
        ->check(CLI::IsMember({"charge", "payment", "mixed"}))
        ->capture_default_str();
    sub->add_option("--kafka", options.kafka, "Brokers (mirror; default: tools/kafka/start runs one)");
    sub->add_flag("--hot", options.hot, "All commands for one account");
    sub->footer(fmt::format("Example: provodka bench {} --json", name));
    sub->callback([run] { print(run(options), options.json); });
  };
  add("billing-run", "A day's billing run with payments meanwhile, beside the same run in SQL",
      bench_billing_run);
  add("append", "Events decided, encoded and durable a second, in batches", bench_append);
  add("http", "Single durable commands over HTTP a second", bench_http);
  add("http-batch", "Commands in HTTP batches a second", bench_http_batch);
  add("mirror", "Events mirrored to Kafka a second, and the lag at 1,000 events a second", bench_mirror);
  add("verify", "Events fully verified a second", bench_verify);
  add("open", "How long opening with a snapshot takes, and memory for each account", bench_open);
  add("project",
      "Rows of the read models written to Postgres a second, beside COPY of the same rows, and the lag",
      bench_project);
  add("devices",
      "From a payment to the router's confirmation, with one of ten routers hanging; many blocks; a "
      "reconcile",
      bench_devices);
  add("replay", "Events read from the log into the state a second", bench_replay);
}

}  // namespace provodka::tools
