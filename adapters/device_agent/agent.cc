#include "adapters/device_agent/agent.h"

#include "adapters/device_agent/follower.h"
#include "ledger/core/thread_name.h"

#include <future>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace provodka::device_agent {
namespace {

namespace asio = routeros::asio;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kStatusSoon = 200ms, kStatusLater = 5s;
constexpr auto kStopTimeout = 3s;

}  // namespace

struct Agent::Impl {
  Impl(log::EventSource& source, Credentials& credentials, CommandSink& sink, AgentOptions given);
  ~Impl();

  void take(const Batch& batch);
  void dispatch();
  void sync_workers();
  std::string identity(const Device& device) const;
  const Device* same_address(DeviceId device) const;
  void forget();
  void stop();
  void tick();
  void tick_soon();
  std::vector<DeviceStatus> statuses() const;

  const AgentOptions options;
  asio::io_context context{1};
  asio::executor_work_guard<routeros::Executor> working{context.get_executor()};
  Wanted wanted;
  Reports reports;
  Shared shared;
  struct Running {
    std::shared_ptr<Worker> worker;
    std::string identity;  // what it was made for
  };
  boost::unordered_flat_map<uint32_t, Running> workers;  // by device
  Wanted::Changes changes;
  bool caught_up = false, stopping = false, tick_is_soon = false;
  uint64_t generation = 0;
  std::string trouble = "it is being read";
  routeros::Timer status_timer{context.get_executor()};
  std::thread thread;
  std::unique_ptr<Follower> follower;
};

Agent::Impl::Impl(log::EventSource& source, Credentials& credentials, CommandSink& sink, AgentOptions given)
    : options(std::move(given)),
      wanted(options.tenant),
      reports(context, wanted, sink, options.warn),
      shared{.context = context,
             .options = options.worker,
             .wanted = wanted,
             .reports = reports,
             .credentials = credentials,
             .random = std::mt19937_64(std::random_device{}()),
             .warn = options.warn,
             .status_changed = [this] { tick_soon(); }} {
  asio::post(context, [this] { tick(); });
  follower = std::make_unique<Follower>(
      source,
      [this](std::shared_ptr<Batch> batch) {
        asio::post(context, [this, batch = std::move(batch)] {
          take(*batch);
          follower->taken();
        });
      },
      [this](std::string why) {
        asio::post(context, [this, why = std::move(why)] {
          if (!why.empty()) options.warn(why);
          if (why.empty() && !trouble.empty() && caught_up) options.warn("the log is followed again");
          trouble = why;
          tick_soon();
        });
      });
  thread = std::thread([this] {
    name_this_thread("agent-devices");
    context.run();
  });
}

Agent::Impl::~Impl() {
  std::promise<void> told;
  asio::post(context, [&] {
    stop();
    told.set_value();
  });
  told.get_future().wait();
  follower->stop();
  working.reset();
  // Everything that waits was cancelled and comes back; what hangs in a look-up of a name is left.
  std::promise<void> ended;
  auto end = ended.get_future();
  std::thread watch([this, &end] {
    if (end.wait_for(kStopTimeout) == std::future_status::timeout) context.stop();
  });
  thread.join();
  ended.set_value();
  watch.join();
}

void Agent::Impl::stop() {
  stopping = true;
  reports.stop();
  for (const auto& [number, running] : workers) running.worker->stop();
  workers.clear();
  status_timer.cancel();
}

void Agent::Impl::take(const Batch& batch) {
  if (stopping || batch.generation < generation) return;
  if (batch.generation > generation) {
    options.warn("the log is not the one that was followed; it is read again from its beginning");
    forget();
    generation = batch.generation;
  }
  changes.clear();
  for (const codec::DecodedEvent& event : batch.events) {
    const auto folded = wanted.fold(event, changes);
    if (folded) continue;
    options.warn(folded.error().what);
    forget();
    // Batches that are on their way are of the reading that failed.
    ++generation;
    follower->again();
    return;
  }
  for (const PointId point : changes.reported) reports.confirmed(point);
  if (caught_up) return dispatch();
  if (!batch.at_end) return;
  caught_up = true;
  trouble.clear();
  sync_workers();
}

void Agent::Impl::dispatch() {
  if (changes.devices) sync_workers();
  for (const auto& [device, point] : changes.points) {
    const auto running = workers.find(device.value());
    if (running != workers.end()) running->second.worker->changed(point);
  }
  if (changes.devices || !changes.reported.empty() || !changes.points.empty()) tick_soon();
}

void Agent::Impl::forget() {
  for (const auto& [number, running] : workers) running.worker->stop();
  workers.clear();
  reports.clear();
  wanted = Wanted(options.tenant);
  caught_up = false;
}

// What a worker was made for; another one is made where it differs.
std::string Agent::Impl::identity(const Device& device) const {
  return fmt::format("{} {} {} {} {}", device.address, static_cast<uint32_t>(device.kind),
                     static_cast<uint32_t>(device.mode), device.sealed, device.fingerprint);
}

// Two devices of a tenant at one address would take away each other's entries.
const Device* Agent::Impl::same_address(DeviceId id) const {
  const Device& device = wanted.device(id);
  for (uint32_t i = 0; i < id.value(); ++i) {
    const Device& other = wanted.device(DeviceId(i));
    if (other.is_active() && other.tenant == device.tenant && other.address == device.address) return &other;
  }
  return nullptr;
}

void Agent::Impl::sync_workers() {
  for (uint32_t i = 0; i < wanted.devices(); ++i) {
    const Device& device = wanted.device(DeviceId(i));
    const bool runs = device.is_active() && !same_address(DeviceId(i));
    const auto running = workers.find(i);
    if (running != workers.end()) {
      if (runs && running->second.identity == identity(device)) continue;
      running->second.worker->stop();
      workers.erase(running);
    }
    if (!runs) continue;
    const auto worker = std::make_shared<Worker>(shared, DeviceId(i));
    workers.emplace(i, Running{worker, identity(device)});
    worker->start();
  }
  tick_soon();
}

std::vector<DeviceStatus> Agent::Impl::statuses() const {
  std::vector<DeviceStatus> statuses;
  for (uint32_t i = 0; i < wanted.devices(); ++i) {
    const Device& device = wanted.device(DeviceId(i));
    if (!device.is_active() || !caught_up) continue;
    if (const auto running = workers.find(i); running != workers.end()) {
      statuses.push_back(running->second.worker->status());
    } else if (const Device* other = same_address(DeviceId(i))) {
      statuses.push_back({.tenant = device.tenant,
                          .device = device.name,
                          .address = device.address,
                          .state = "refused",
                          .detail = fmt::format("{} has the same address", other->name),
                          .points = device.points.size(),
                          .answer_ms = {},
                          .since = {},
                          .retry = {}});
    }
  }
  return statuses;
}

void Agent::Impl::tick() {
  if (stopping) return;
  tick_is_soon = false;
  if (options.on_status) options.on_status(to_json(statuses(), trouble, reports.waiting(), WallClock::now()));
  status_timer.expires_after(kStatusLater);
  status_timer.async_wait([this](const routeros::error_code& ec) {
    if (!ec) tick();
  });
}

void Agent::Impl::tick_soon() {
  if (tick_is_soon || stopping) return;
  tick_is_soon = true;
  status_timer.expires_after(kStatusSoon);
  status_timer.async_wait([this](const routeros::error_code& ec) {
    if (!ec) tick();
  });
}

Agent::Agent(log::EventSource& source, Credentials& credentials, CommandSink& sink, AgentOptions options)
    : impl_(std::make_unique<Impl>(source, credentials, sink, std::move(options))) {}

Agent::~Agent() = default;

std::vector<DeviceStatus> Agent::status() const {
  std::promise<std::vector<DeviceStatus>> told;
  asio::post(impl_->context, [&] { told.set_value(impl_->statuses()); });
  return told.get_future().get();
}

}  // namespace provodka::device_agent
