#include "tools/provodka/bench/bench.h"
#include "tools/provodka/bench/postgres_floor.h"

#include <atomic>
#include <future>
#include <thread>

#include <fmt/format.h>

namespace provodka::tools {
namespace {

constexpr uint64_t kBatch = 8192;

// Goes as time does, and forward at a word: the writer takes it for the system's.
class JumpingClock final : public engine::Clock {
 public:
  explicit JumpingClock(Instant start) : base_(start.micros) {}
  Instant now() override { return Instant{base_ + steady_us() - start_}; }
  void jump_to(Instant instant) {
    base_ = instant.micros;
    start_ = steady_us();
  }

 private:
  static int64_t steady_us() {
    return std::chrono::duration_cast<std::chrono::microseconds>(BenchClock::now().time_since_epoch())
        .count();
  }
  std::atomic<int64_t> base_, start_{steady_us()};
};

engine::Prepared& add_command(engine::Job& job, std::string_view id) {
  engine::Prepared& prepared = job.commands.emplace_back();
  prepared.command.tenant = {"bench"};
  prepared.command.actor = {"bench"};
  prepared.command.id = {job.arena.copy(id)};
  return prepared;
}

void run_one(engine::Engine& engine, std::string_view id, CommandData data) {
  auto job = std::make_unique<engine::Job>();
  add_command(*job, id).command.data = std::move(data);
  run_job(engine, std::move(job));
}

struct Plan {
  std::string_view name;
  tariff::Mode mode;
  tariff::Length length;
  tariff::Shortage shortage;
  uint64_t share;  // of ten
  int64_t price_minor;
};

// All of them have something due on the first of a month.
constexpr Plan kPlans[] = {
    {"spread", tariff::Mode::spread, tariff::Length::month, tariff::Shortage::refuse, 3, 60000},
    {"month", tariff::Mode::advance, tariff::Length::month, tariff::Shortage::refuse, 3, 59900},
    {"debt", tariff::Mode::advance, tariff::Length::month, tariff::Shortage::debt, 1, 90000},
    {"day", tariff::Mode::advance, tariff::Length::day, tariff::Shortage::refuse, 1, 2500},
    {"hours", tariff::Mode::hourly, tariff::Length::hour, tariff::Shortage::refuse, 1, 200},
    {"arrears", tariff::Mode::arrears, tariff::Length::month, tariff::Shortage::debt, 1, 120000},
};

std::string_view plan_of(uint64_t account) {
  uint64_t share = account % 10;
  for (const Plan& plan : kPlans) {
    if (share < plan.share) return plan.name;
    share -= plan.share;
  }
  return kPlans[0].name;
}

void sell(engine::Engine& engine, uint64_t accounts) {
  const Currency rub = *Currency::from_code("RUB");
  const Date past = Date::parse("2026-01-01").value();
  run_one(engine, "service",
          tariff::DefineService{.service = {"internet"},
                                .names = {},
                                .rank = 1,
                                .requires_ = {},
                                .revenue = {"internet"},
                                .vat = tariff::VatRates{{past, Decimal::parse("22").value(), true}}});
  for (const Plan& plan : kPlans) {
    run_one(engine, fmt::format("tariff/{}", plan.name),
            tariff::PublishTariff{.tariff = {plan.name},
                                  .version = 1,
                                  .service = {"internet"},
                                  .effective = past,
                                  .mode = plan.mode,
                                  .period = plan.length,
                                  .anchor = tariff::Anchor::calendar,
                                  .price = Amount{plan.price_minor, 2},
                                  .currency = rub,
                                  .shortage = plan.shortage,
                                  .trial_days = {},
                                  .speed = {},
                                  .switch_to = {},
                                  .group = {}});
  }
  for (uint64_t first = 1; first <= accounts; first += kBatch) {
    auto job = std::make_unique<engine::Job>();
    for (uint64_t i = first; i < std::min(first + kBatch, accounts + 1); ++i) {
      const std::string_view name = job->arena.copy(fmt::format("{}", 100'000 + i));
      add_command(*job, fmt::format("start/{}", i)).command.data = subscription::StartSubscription{
          .subscription = {name}, .account = {name}, .tariff = {plan_of(i)}, .points = {}, .from = {}};
    }
    run_job(engine, std::move(job));
  }
}

// One payment after the other until told to stop, each by itself, as a cash desk sends them.
class Payer {
 public:
  Payer(engine::Engine& engine, uint64_t accounts)
      : thread_([this, &engine, accounts] { pay(engine, accounts); }) {}
  Latencies stop() {
    stop_ = true;
    thread_.join();
    return std::move(latencies_);
  }

 private:
  void pay(engine::Engine& engine, uint64_t accounts) {
    for (uint64_t n = 1; !stop_; ++n) {
      auto job = std::make_unique<engine::Job>();
      const std::string_view account = job->arena.copy(fmt::format("{}", 100'001 + n * 7919 % accounts));
      const std::string_view id = job->arena.copy(fmt::format("pay/{}", n));
      add_command(*job, id).command.data = payment::ReceivePayment{.account = {account},
                                                                   .amount = Amount{100, 2},
                                                                   .currency = *Currency::from_code("RUB"),
                                                                   .provider = {"cash"},
                                                                   .external_id = {id},
                                                                   .paid_at = {},
                                                                   .note = {}};
      const auto start = BenchClock::now();
      run_job(engine, std::move(job));
      latencies_.add(seconds_since(start) * 1e3);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }

  std::atomic<bool> stop_{false};
  Latencies latencies_;
  std::thread thread_;
};

double timed_run(engine::Engine& engine, std::string_view id, Instant through) {
  const auto start = BenchClock::now();
  run_one(engine, id, billing::RunBilling{.through = through});
  return seconds_since(start);
}

}  // namespace

BenchResult bench_billing_run(const BenchOptions& options) {
  const BenchDir dir(options.dir);
  const auto noon = Instant::parse("2026-06-30T12:00:00+03:00").value();
  const auto midnight = Instant::parse("2026-07-01T00:00:00+03:00").value();
  auto clock = std::make_unique<JumpingClock>(noon);
  JumpingClock& time = *clock;
  Workload workload(options.accounts, Workload::Kind::payment);
  auto engine = engine_with_accounts(dir.path(), options.accounts, workload, std::move(clock));
  sell(*engine, options.accounts);
  run_one(*engine, "settled", billing::RunBilling{.through = noon});

  const double cpu_before = cpu_seconds();
  Payer payer(*engine, options.accounts);
  time.jump_to(add_micros(midnight, 1'000'000));
  const double seconds = timed_run(*engine, "run", midnight);
  Latencies payments = payer.stop();
  const double cpu = cpu_seconds() - cpu_before;
  const double nothing = timed_run(*engine, "run again", midnight);

  BenchResult result{.bench = "billing-run",
                     .rate = static_cast<double>(options.accounts) / seconds,
                     .unit = "subscriptions/s"};
  payments.into(result);
  result.add("subscriptions", options.accounts);
  result.add("seconds", seconds);
  result.add("nothing_to_do_ms", nothing * 1e3);
  result.add("cpu_us_per_subscription", cpu * 1e6 / static_cast<double>(options.accounts));
  result.add("payments_meanwhile", static_cast<uint64_t>(payments.size()));
  engine.reset();
  if (const auto sql = seconds_of_sql_run(options.accounts)) {
    result.floor = static_cast<double>(options.accounts) / *sql;
    result.floor_is = "one set-based transaction in Postgres";
    result.add("sql_seconds", *sql);
    result.add("times_faster_than_sql", *sql / seconds);
  } else {
    result.floor_is = "Postgres is not installed: " + sql.error().what;
  }
  return result;
}

}  // namespace provodka::tools
