#include "commands/http/server.h"
#include "tools/provodka/bench/load_client.h"

namespace provodka::tools {
namespace {

BenchResult run(const BenchOptions& options, const char* name, uint64_t connections, uint64_t batch) {
  const BenchDir dir(options.dir);
  const DiskFloor disk = measure_disk(dir.path());
  Workload workload(options.accounts, Workload::Kind::charge);
  auto engine = engine_with_accounts(dir.path(), options.accounts, workload);
  while (engine->durable().value() < options.grown) run_job(*engine, workload.next(8192));
  const uint64_t grown = engine->durable().value();
  http::ServerOptions server_options;
  server_options.port = 0;
  server_options.threads = static_cast<unsigned>(options.threads);
  auto server = http::Server::start(*engine, std::move(server_options));
  if (!server) throw std::runtime_error(server.error().what);

  LoadOptions load{.port = (*server)->port(),
                   .connections = connections,
                   .seconds = 1,
                   .accounts = options.accounts,
                   .batch = 0,
                   .hot = options.hot,
                   .healthz = true,
                   .prefix = "floor"};
  const LoadResult bare = run_load_apart(load);
  load.healthz = false;
  load.batch = batch;
  load.prefix = "warm";
  run_load_apart(load);
  load.seconds = static_cast<double>(options.seconds);
  load.prefix = "load";
  const double cpu_before = cpu_seconds();
  const LoadResult measured = run_load_apart(load);
  const double cpu = cpu_seconds() - cpu_before;
  (*server)->stop();
  if (measured.failures > 0) throw std::runtime_error(fmt::format("{} commands failed", measured.failures));
  const double bare_rate = static_cast<double>(bare.commands) / bare.seconds;
  BenchResult result{.bench = name,
                     .rate = static_cast<double>(measured.commands) / measured.seconds,
                     .unit = "commands/s",
                     .floor = batch ? disk.megabytes_per_second * 1e6 / 155 : bare_rate,
                     .floor_is = batch ? "sequential synced writes of the stored bytes"
                                       : "GET /healthz of the same server, connections and load generator",
                     .p50_ms = measured.p50_ms,
                     .p99_ms = measured.p99_ms,
                     .p999_ms = measured.p999_ms,
                     .max_ms = measured.max_ms};
  result.add("server_cpu_us_per_command", cpu * 1e6 / static_cast<double>(measured.commands));
  result.add("disk_syncs_per_second", disk.syncs_per_second);
  result.add("connections", connections);
  result.add("batch", batch);
  result.add("accounts", options.accounts);
  result.add("log_grown_to", grown);
  result.add("hot", uint64_t{options.hot});
  result.add("seconds", options.seconds);
  return result;
}

}  // namespace

BenchResult bench_http(const BenchOptions& options) { return run(options, "http", options.connections, 0); }

BenchResult bench_http_batch(const BenchOptions& options) {
  return run(options, "http-batch", std::min<uint64_t>(options.connections, 4), options.batch);
}

}  // namespace provodka::tools
