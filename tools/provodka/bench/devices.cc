#include "adapters/device_agent/agent.h"
#include "adapters/kafka_mirror/mirror.h"
#include "adapters/kafka_source/kafka_source.h"
#include "ledger/engine/engine_source.h"
#include "tools/provodka/agent_parts.h"
#include "tools/provodka/bench/bench.h"
#include "tools/provodka/bench/private_broker.h"
#include "tools/provodka/bench/private_router.h"
#include "tools/provodka/engine_sink.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <unistd.h>

namespace provodka::tools {
namespace {

using namespace std::chrono_literals;

constexpr size_t kRouters = 10;  // of which the last one hangs
constexpr size_t kPayers = 600;  // for each way that the agent may read the log
constexpr size_t kBlocks = 10'000, kEntries = 50'000, kDifferences = 100;

// Passes results on, and notes when the agent had them: a router has confirmed.
class TimedSink : public device_agent::CommandSink {
 public:
  explicit TimedSink(device_agent::CommandSink& sink) : sink_(sink) {}
  void post(std::vector<std::string> commands, Done done) override {
    {
      const std::lock_guard lock(mutex_);
      for (const std::string& command : commands) {
        constexpr std::string_view kPoint = R"("point":")";
        const size_t from = command.find(kPoint) + kPoint.size();
        confirmed_[command.substr(from, command.find('"', from) - from)] = BenchClock::now();
      }
      results_ += commands.size();
      changed_.notify_all();
    }
    sink_.post(std::move(commands), std::move(done));
  }
  // Waits for so many results since the last call.
  void wait_for(size_t results) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, 300s, [&] { return results_ >= results; }))
      throw std::runtime_error(fmt::format("{} of {} results came", results_, results));
    results_ = 0;
  }
  BenchClock::time_point confirmed(const std::string& point) {
    const std::lock_guard lock(mutex_);
    return confirmed_.at(point);
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    confirmed_.clear();
    results_ = 0;
  }

 private:
  device_agent::CommandSink& sink_;
  std::mutex mutex_;
  std::condition_variable changed_;
  boost::unordered_flat_map<std::string, BenchClock::time_point> confirmed_;
  size_t results_ = 0;
};

// Commands of tenant "bench", which have to be recorded.
class Desk {
 public:
  explicit Desk(engine::Engine& engine) : sink_(engine, "bench") {}

  void add(std::string_view type, const std::string& data) {
    commands_.push_back(fmt::format(R"({{"type":"{}","id":"bench-{}","tenant":"bench","data":{{{}}}}})", type,
                                    ++made_, data));
    if (commands_.size() == 5'000) settle();
  }
  void settle() {
    std::mutex mutex;
    std::condition_variable changed;
    bool settled = false;
    std::string refused;
    sink_.post(std::exchange(commands_, {}),
               [&](const std::vector<device_agent::Reception>& receptions, const Result<void>& rest) {
                 const std::lock_guard lock(mutex);
                 if (!rest) refused = rest.error().what;
                 for (const auto& r : receptions) {
                   if (!r.is_recorded()) refused = r.code + " " + r.detail;
                 }
                 settled = true;
                 changed.notify_all();
               });
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return settled; });
    if (!refused.empty()) throw std::runtime_error(refused);
  }

 private:
  EngineSink sink_;
  std::vector<std::string> commands_;
  uint64_t made_ = 0;
};

void register_router(Desk& desk, const std::string& name, const PrivateRouter& router) {
  desk.add("device.register",
           fmt::format(R"("device":"{}","kind":"routeros_api","address":"{}","mode":"address_list",)"
                       R"("credentials":{{"login":"admin","password":"bench"}})",
                       name, router.address()));
}

void open_points(Desk& desk, const std::string& device, const std::string& prefix, size_t count) {
  for (size_t i = 0; i < count; ++i) desk.add("account.open", fmt::format(R"("account":"{}{}")", prefix, i));
  for (size_t i = 0; i < count; ++i) {
    desk.add("point.change", fmt::format(R"("point":"{}{}","device":"{}","address":"10.{}.{}.{}")", prefix, i,
                                         device, i / 62'500, i / 250 % 250, i % 250 + 1));
  }
}

device_agent::DeviceStatus status_of(const device_agent::Agent& agent, const std::string& device) {
  for (auto& status : agent.status()) {
    if (status.device == device) return status;
  }
  return {};
}

template <class Condition>
void wait_until(Condition&& holds) {
  const auto end = BenchClock::now() + 300s;
  while (!holds()) {
    if (BenchClock::now() > end) throw std::runtime_error("a router is not in step in 300 s");
    std::this_thread::sleep_for(2ms);
  }
}

// An agent as the server runs one, on the log from anywhere.
struct TimedAgent {
  TimedAgent(engine::Engine& engine, log::EventSource& source)
      : credentials(engine.subscriber_keys()),
        reports(engine, "agent/devices"),
        sink(reports),
        agent(source, credentials, sink, options()) {}
  static device_agent::AgentOptions options() {
    device_agent::AgentOptions options;
    options.worker.reconcile_every = 10s;
    options.warn = [](const std::string&) {};
    return options;
  }
  void wait_until_in_step() const {
    wait_until([this] {
      const auto statuses = agent.status();
      return statuses.size() == kRouters + 1 && std::ranges::all_of(statuses, [](const auto& s) {
               return s.state == "in step" && s.behind == 0;
             });
    });
  }

  KeyholderCredentials credentials;
  EngineSink reports;
  TimedSink sink;
  device_agent::Agent agent;
};

// Subscribers without money pay one after the other, on nine routers that answer and one that hangs.
Latencies pay(Desk& desk, TimedAgent& agent, const PrivateRouter& hanging, size_t first) {
  agent.wait_until_in_step();
  hanging.control("/misbehave", R"({"hang":true})");
  TimedSink& sink = agent.sink;
  Latencies latencies;
  for (size_t i = first; i < first + kPayers; ++i) {
    const std::string point = fmt::format("r{}-{}", i % kRouters, i / kRouters);
    const bool hangs = i % kRouters == kRouters - 1;
    sink.forget();
    desk.add("payment.receive", fmt::format(R"("account":"{}","amount":"600.00","currency":"RUB",)"
                                            R"("provider":"cash","external_id":"{}")",
                                            point, i));
    desk.settle();
    const auto acknowledged = BenchClock::now();
    if (hangs) continue;
    sink.wait_for(1);
    const std::chrono::duration<double, std::milli> took = sink.confirmed(point) - acknowledged;
    latencies.add(std::max(0.0, took.count()));
  }
  hanging.control("/misbehave", R"({"hang":false})");
  agent.wait_until_in_step();
  return latencies;
}

// The same with the mirror and a broker in between; where none can be run, it says so.
void pay_through_kafka(const BenchOptions& options, engine::Engine& engine, Desk& desk,
                       const PrivateRouter& hanging, BenchResult& result) {
  const BenchDir dir("");  // not the data's, which is left behind
  std::optional<PrivateBroker> broker;
  try {
    broker.emplace(options.kafka, dir.path() + "/kafka");
  } catch (const std::runtime_error& error) {
    return result.add("kafka", std::string(error.what()));
  }
  const std::string prefix = fmt::format("bench-{}-devices", ::getpid());
  engine::EngineSource mirrored(engine);
  const auto mirror = kafka::Mirror::start(mirrored, {.brokers = broker->address(), .prefix = prefix});
  if (!mirror) throw std::runtime_error(mirror.error().what);
  const auto source = kafka::KafkaSource::open(
      {.brokers = broker->address(), .prefix = prefix, .group = prefix + "-devices"});
  if (!source) throw std::runtime_error(source.error().what);
  TimedAgent agent(engine, **source);
  Latencies latencies = pay(desk, agent, hanging, kPayers);
  BenchResult through;
  latencies.into(through);
  result.add("kafka_p50_ms", through.p50_ms);
  result.add("kafka_p99_ms", through.p99_ms);
  result.add("kafka_max_ms", through.max_ms);
  result.add("kafka_payments", uint64_t{latencies.size()});
}

}  // namespace

BenchResult bench_devices(const BenchOptions& options) {
  const BenchDir dir(options.dir);
  std::vector<std::unique_ptr<PrivateRouter>> routers;
  for (size_t i = 0; i < kRouters + 1; ++i) routers.push_back(std::make_unique<PrivateRouter>());
  engine::EngineOptions engine_options;
  engine_options.data = dir.path();
  auto opened = engine::Engine::open(std::move(engine_options));
  if (!opened) throw std::runtime_error(opened.error().what);
  engine::Engine& engine = **opened;
  Desk desk(engine);
  desk.add("tenant.create", R"("currency":"RUB","zone":"Europe/Moscow","locale":"ru-RU")");
  desk.add("service.define", R"("service":"internet","names":{"ru":"x"},"rank":1,"revenue":"internet",)"
                             R"("vat":[{"from":"2019-01-01","rate":"20","included":true}])");
  desk.add("tariff.publish", R"("tariff":"basic","version":1,"service":"internet","effective":"2024-01-01",)"
                             R"("mode":"advance","period":"month","anchor":"calendar","shortage":"refuse",)"
                             R"("price":"600.00","currency":"RUB")");
  for (size_t r = 0; r < kRouters; ++r) {
    const std::string name = fmt::format("r{}", r);
    register_router(desk, name, *routers[r]);
    open_points(desk, name, name + "-", 2 * kPayers / kRouters);
    for (size_t i = 0; i < 2 * kPayers / kRouters; ++i)
      desk.add("subscription.start",
               fmt::format(R"("subscription":"s-{0}-{1}","account":"r{0}-{1}","tariff":"basic")", r, i));
  }
  register_router(desk, "big", *routers[kRouters]);
  open_points(desk, "big", "b", kEntries);
  desk.settle();

  engine::EngineSource source(engine);
  std::optional<TimedAgent> embedded(std::in_place, engine, source);
  TimedSink& sink = embedded->sink;
  Latencies latencies = pay(desk, *embedded, *routers[kRouters - 1], 0);

  sink.forget();
  auto start = BenchClock::now();
  for (size_t i = 0; i < kBlocks; ++i)
    desk.add("access.block", fmt::format(R"("point":"b{}","reason":"bench")", i));
  desk.settle();
  sink.wait_for(kBlocks);
  const double blocks_s = seconds_since(start);

  for (size_t i = kBlocks; i < kEntries; ++i)
    desk.add("access.block", fmt::format(R"("point":"b{}","reason":"bench")", i));
  desk.settle();
  sink.wait_for(kEntries - kBlocks);
  embedded->wait_until_in_step();
  // Ids are hexadecimal and count from one; the first entries that the router was given are of this bench.
  std::string ids;
  for (size_t i = 0; i < kDifferences; ++i) ids += fmt::format("{}\"*{:X}\"", i ? "," : "", 1 + i * 97);
  routers[kRouters]->control("/entries", fmt::format(R"({{"remove":[{}]}})", ids));
  device_agent::DeviceStatus repaired;
  wait_until([&] {
    repaired = status_of(embedded->agent, "big");
    return repaired.detail == fmt::format("{} entries were repaired", kDifferences);
  });

  embedded.reset();

  BenchResult result{.bench = "devices",
                     .rate = static_cast<double>(kBlocks) / blocks_s,
                     .unit = "blocks/s on one router",
                     .floor = 0,
                     .floor_is = "none: the emulated router is a program in Python"};
  latencies.into(result);
  result.add("payments", uint64_t{latencies.size()});
  result.add("routers", uint64_t{kRouters});
  result.add("routers_hanging", uint64_t{1});
  result.add("blocks", uint64_t{kBlocks});
  result.add("blocks_seconds", blocks_s);
  result.add("reconcile_entries", uint64_t{kEntries});
  result.add("reconcile_differences", uint64_t{kDifferences});
  result.add("reconcile_ms", repaired.answer_ms.value_or(0));
  pay_through_kafka(options, engine, desk, *routers[kRouters - 1], result);
  return result;
}

}  // namespace provodka::tools
