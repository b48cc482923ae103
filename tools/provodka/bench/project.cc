#include "commands/http/server.h"
#include "ledger/engine/engine_source.h"
#include "ledger/log/directory_source.h"
#include "projections/runner/gauge.h"
#include "projections/runner/runner.h"
#include "tools/provodka/bench/bench.h"
#include "tools/provodka/bench/private_postgres.h"
#include "tools/provodka/personal_data.h"
#include "tools/provodka/terminal.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include <fmt/format.h>

namespace provodka::tools {
namespace {

constexpr const char* kTenant = "ok-telecom";
constexpr const char* kBusy = "busy";  // the account with many entries
constexpr uint64_t kBusyEntries = 10'000;
constexpr int kMonths = 12;
constexpr uint64_t kEventsPerSubscriber = 92;  // of the sample in so many months
constexpr int kPageRows = 100, kPages = 1'000;

std::string self() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

void shell(const std::string& command) {
  if (std::system(command.c_str()) != 0) fail(kFailed, fmt::format("{} failed", command));
}

// A year of the sample provider that ended long ago, and an account with many entries at its end.
void load(const std::string& dir, uint64_t events) {
  const std::string sample = dir + ".sample.ndjson";
  shell(fmt::format("{} sample --subscribers {} --months {} --seed 1 --from 2024-01-01 --tenant {} --out {}",
                    self(), std::max<uint64_t>(100, events / kEventsPerSubscriber), kMonths, kTenant,
                    sample));
  {
    std::ofstream out(sample, std::ios::app);
    out << fmt::format(R"({{"type":"account.open","id":"busy","tenant":"{}","data":{{"account":"{}"}}}})",
                       kTenant, kBusy)
        << '\n';
    for (uint64_t i = 0; i < kBusyEntries; ++i) {
      out << fmt::format(
          R"({{"type":"payment.receive","id":"busy/{0}","tenant":"{1}","data":{{"account":"{2}","amount":"1.00","currency":"RUB","provider":"cash","external_id":"busy-{0}"}}}})",
          i, kTenant, kBusy);
      out << '\n';
    }
  }
  engine::EngineOptions options;
  options.data = dir;
  options.clock =
      std::make_unique<engine::SettableClock>(Instant::parse("2024-01-01T00:00:00+03:00").value());
  auto engine = or_fail(engine::Engine::open(std::move(options)));
  auto server = or_fail(http::Server::start(*engine, {.port = 0, .warn = {}}));
  shell(fmt::format("{} submit --url {} {} >/dev/null", self(), server->url(), sample));
  server.reset();
  std::filesystem::remove(sample);
}

struct CaughtUp {
  double seconds;
  double first_million_s, last_million_s;  // of events, or as much of one as there is
  double indexed_s;                        // until the indexes were there that come at the end
};

// From nothing to the end of the log, by all projections at once, as `project --data` does it.
CaughtUp catch_up(const std::string& dir, const std::string& postgres) {
  auto source = or_fail(log::DirectorySource::open(dir));
  const auto keys = or_fail(log::SubscriberKeys::open_reader(source->dir().subscriber_keys()));
  KeyholderData personal(*keys);
  const uint64_t last = source->last().value(),
                 step = std::min<uint64_t>(1'000'000, std::max<uint64_t>(last / 4, 1));
  std::vector<std::pair<double, uint64_t>> marks;
  const auto began = BenchClock::now();
  projections::Runner runner(
      *source, personal,
      {.postgres = postgres, .kinds = projections::all_projections(), .warn = [](const std::string& text) {
         fmt::print(stderr, "provodka: {}\n", text);
       }});
  std::optional<projections::Gauge> gauge;
  for (uint64_t reached = 0; reached < last;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    try {
      if (!gauge) gauge.emplace(postgres, projections::all_projections());
      reached = gauge->slowest().value();
    } catch (const std::exception&) {
      gauge.reset();  // nothing is installed yet
    }
    marks.emplace_back(seconds_since(began), reached);
  }
  const auto at = [&](uint64_t position) {
    return std::ranges::find_if(marks, [&](const auto& mark) { return mark.second >= position; })->first;
  };
  while (!gauge->is_indexed()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  const double indexed = seconds_since(began);
  const double end = marks.back().first;
  // The first batch is counted from where something is seen to have come: connecting and making tables is
  // before.
  return {end, at(step + step / 4) - at(step / 4), end - at(last - step), indexed};
}

// Commands at a steady rate, each by itself, and how long after its answer every read model has it.
Latencies lag_at(engine::Engine& engine, const std::string& postgres, uint64_t per_second, uint64_t seconds) {
  struct Told {
    Position position;
    BenchClock::time_point at;
  };
  std::mutex mutex;
  std::deque<Told> told;
  std::atomic<bool> done{false};
  Latencies lags;
  std::thread watcher([&] {
    projections::Gauge gauge(postgres, projections::all_projections());
    for (;;) {
      const bool is_last = done;
      const Position reached = gauge.slowest();
      const auto now = BenchClock::now();
      std::unique_lock lock(mutex);
      while (!told.empty() && told.front().position <= reached) {
        lags.add(std::chrono::duration<double>(now - told.front().at).count() * 1e3);
        told.pop_front();
      }
      if (is_last && told.empty()) return;
      lock.unlock();
      std::this_thread::sleep_for(std::chrono::milliseconds(4));
    }
  });
  const auto began = BenchClock::now();
  for (uint64_t n = 0; n < per_second * seconds; ++n) {
    std::this_thread::sleep_until(began + std::chrono::microseconds(n * 1'000'000 / per_second));
    auto job = std::make_unique<engine::Job>();
    const std::string_view id = job->arena.copy(fmt::format("lag/{}", n));
    engine::Prepared& prepared = job->commands.emplace_back();
    prepared.command.tenant = {kTenant};
    prepared.command.actor = {"bench"};
    prepared.command.id = {id};
    prepared.command.data =
        payment::ReceivePayment{.account = {job->arena.copy(fmt::format("{}", 100'042 + n * 7919 % 100))},
                                .amount = Amount{100, 2},
                                .currency = *Currency::from_code("RUB"),
                                .provider = {"cash"},
                                .external_id = {id},
                                .paid_at = {},
                                .note = {}};
    run_job(engine, std::move(job));
    std::lock_guard lock(mutex);
    told.push_back({engine.durable(), BenchClock::now()});
  }
  done = true;
  watcher.join();
  return lags;
}

}  // namespace

BenchResult bench_project(const BenchOptions& options) {
  const BenchDir dir(options.dir);
  load(dir.path(), options.events);
  const auto postgres = or_fail(PrivatePostgres::start());
  const CaughtUp caught_up = catch_up(dir.path(), postgres->url());
  projections::Gauge gauge(postgres->url(), projections::all_projections());
  const uint64_t rows = gauge.appended_rows(), events = gauge.slowest().value();
  std::vector<double> pages = gauge.statement_pages_ms(kTenant, kBusy, kPageRows, kPages);
  std::ranges::sort(pages);
  const auto floor = gauge.copy_floor();

  engine::EngineOptions engine_options;
  engine_options.data = dir.path();
  auto engine = or_fail(engine::Engine::open(std::move(engine_options)));
  Latencies lags;
  {
    engine::EngineSource source(*engine);
    KeyholderData personal(engine->subscriber_keys());
    projections::Runner runner(
        source, personal, {.postgres = postgres->url(), .kinds = projections::all_projections(), .warn = {}});
    // What fell due since the sample's end comes first.
    auto job = std::make_unique<engine::Job>();
    engine::Prepared& prepared = job->commands.emplace_back();
    prepared.command.tenant = {kTenant};
    prepared.command.actor = {"bench"};
    prepared.command.id = {"due"};
    prepared.command.data =
        billing::RunBilling{.through = Instant{std::chrono::duration_cast<std::chrono::microseconds>(
                                                   std::chrono::system_clock::now().time_since_epoch())
                                                   .count()}};
    run_job(*engine, std::move(job));
    while (gauge.slowest() < engine->durable()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    lags = lag_at(*engine, postgres->url(), 1000, options.seconds);
  }
  engine.reset();

  BenchResult result{.bench = "project",
                     .rate = static_cast<double>(rows) / caught_up.seconds,
                     .unit = "rows/s",
                     .floor = static_cast<double>(floor.rows) / floor.seconds,
                     .floor_is = "COPY of the rows of all append-only tables into the same tables"};
  lags.into(result);
  result.add("of_floor", result.rate / result.floor);
  result.add("rows", rows);
  result.add("events", events);
  result.add("seconds", caught_up.seconds);
  result.add("indexed_seconds", caught_up.indexed_s);
  result.add("events_per_second", static_cast<double>(events) / caught_up.seconds);
  result.add("first_million_seconds", caught_up.first_million_s);
  result.add("last_million_seconds", caught_up.last_million_s);
  result.add("page_p50_ms", pages[pages.size() / 2]);
  result.add("page_p99_ms", pages[pages.size() * 99 / 100]);
  result.add("page_max_ms", pages.back());
  return result;
}

}  // namespace provodka::tools
