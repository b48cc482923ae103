#include "tools/provodka/bench/bench.h"

#include <future>

#include <fmt/format.h>

namespace provodka::tools {
namespace {

constexpr std::string_view kTenant = "bench";

engine::Prepared& add_command(engine::Job& job, std::string_view id) {
  engine::Prepared& prepared = job.commands.emplace_back();
  prepared.command.tenant = {kTenant};
  prepared.command.actor = {"bench"};
  prepared.command.id = {job.arena.copy(id)};
  return prepared;
}

}  // namespace

uint64_t Workload::random() {  // xorshift64*
  random_ ^= random_ >> 12;
  random_ ^= random_ << 25;
  random_ ^= random_ >> 27;
  return random_ * 2685821657736338717u;
}

std::unique_ptr<engine::Job> Workload::create_tenant() {
  auto job = std::make_unique<engine::Job>();
  add_command(*job, "create").command.data = tenant::CreateTenant{
      .currency = *Currency::from_code("RUB"), .zone = {"Europe/Moscow"}, .locale = {"ru-RU"}, .name = {}};
  return job;
}

std::unique_ptr<engine::Job> Workload::open_accounts(uint64_t first, uint64_t count) {
  auto job = std::make_unique<engine::Job>();
  for (uint64_t i = first; i < first + count; ++i) {
    const std::string_view name = job->arena.copy(fmt::format("{}", 100'000 + i));
    add_command(*job, fmt::format("open/{}", i)).command.data = account::OpenAccount{
        .account = {name}, .subscriber = {}, .label = {}, .credit_limit = Amount{1'000'000'000, 0}};
  }
  return job;
}

std::unique_ptr<engine::Job> Workload::next(uint64_t count, uint64_t only) {
  static constexpr std::string_view kServices[] = {"internet", "tv", "static-ip", "rent"};
  static constexpr std::string_view kProviders[] = {"cash", "sberbank", "robokassa"};
  auto job = std::make_unique<engine::Job>();
  job->commands.reserve(count);
  const Currency rub = *Currency::from_code("RUB");
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t r = random();
    const uint64_t account = only ? only : 1 + (r >> 20) % accounts_;
    const std::string_view name = job->arena.copy(fmt::format("{}", 100'000 + account));
    const Amount amount{static_cast<int64_t>(1 + r % 200'000), 2};
    ++made_;
    auto& command = add_command(*job, fmt::format("load-{}", made_)).command;
    if (kind_ == Kind::payment || (kind_ == Kind::mixed && made_ % 2 == 0)) {
      command.data = payment::ReceivePayment{.account = {name},
                                             .amount = amount,
                                             .currency = rub,
                                             .provider = {kProviders[r % 3]},
                                             .external_id = {job->arena.copy(fmt::format("x{}", made_))},
                                             .paid_at = {},
                                             .note = {}};
    } else {
      command.data = charge::PostCharge{.account = {name},
                                        .amount = amount,
                                        .currency = rub,
                                        .service = {kServices[r % 4]},
                                        .note = {},
                                        .force = {},
                                        .reason = {}};
    }
  }
  return job;
}

void run_job(engine::Engine& engine, std::unique_ptr<engine::Job> job) {
  for (engine::Prepared& prepared : job->commands) {
    if (const auto ok = engine.prepare(prepared); !ok) throw std::runtime_error(ok.error().what);
  }
  std::promise<std::unique_ptr<engine::Job>> done;
  auto answered = done.get_future();
  job->done = [&done](std::unique_ptr<engine::Job> j) { done.set_value(std::move(j)); };
  engine.submit(std::move(job));
  const auto finished = answered.get();
  for (const engine::Outcome& outcome : finished->outcomes) {
    if (outcome.kind != engine::Outcome::Kind::recorded) {
      throw std::runtime_error(
          "a command of the bench was refused: " +
          (outcome.rejection ? std::string(outcome.rejection->kind->code) : outcome.detail));
    }
  }
}

std::unique_ptr<engine::Engine> engine_with_accounts(const std::string& dir, uint64_t accounts,
                                                     Workload& workload,
                                                     std::unique_ptr<engine::Clock> clock) {
  engine::EngineOptions options;
  options.data = dir;
  options.clock = std::move(clock);
  options.warn = [](const std::string& text) { fmt::print(stderr, "{}\n", text); };
  auto engine = engine::Engine::open(std::move(options));
  if (!engine) throw std::runtime_error(engine.error().what);
  run_job(**engine, workload.create_tenant());
  constexpr uint64_t kBatch = 8192;
  for (uint64_t first = 1; first <= accounts; first += kBatch) {
    run_job(**engine, workload.open_accounts(first, std::min(kBatch, accounts - first + 1)));
  }
  return std::move(*engine);
}

}  // namespace provodka::tools
