#include "adapters/device_agent/agent.h"

#include "adapters/device_agent/follower.h"
#include "adapters/device_agent/routers.h"
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
constexpr const char* kBeingRead = "it is being read";

std::string router_of(const Device& device) { return device.tenant + "/" + router_at(device.address); }

}  // namespace

struct Agent::Impl {
  Impl(log::EventSource& source, Credentials& credentials, CommandSink& sink, AgentOptions given);
  ~Impl();

  void run();
  void failed_with(const std::string& why);
  void troubled(const std::string& why, bool others_turn);
  void hold();
  void take(const Batch& batch);
  void fold_again(const std::string& why);
  void dispatch();
  void sync_workers();
  std::string identity(const Device& device) const;
  const Device* same_router(DeviceId device) const;
  void renew(const Worker& worker);
  void leave_routers();
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
  boost::unordered_flat_map<uint32_t, Running> workers;           // by device
  boost::unordered_flat_map<std::string, uint32_t> first_active;  // device of each router of each tenant
  Wanted::Changes changes;
  bool caught_up = false;    // routers are driven
  bool held = false;         // they were, until the log could not be followed
  bool folds_again = false;  // since something was wrong when it was folded before
  bool failed = false, stopping = false, tick_is_soon = false;
  uint64_t generation = 0;
  std::string trouble = kBeingRead;
  routeros::Timer status_timer{context.get_executor()}, hold_timer{context.get_executor()};
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
             .status_changed = [this] { tick_soon(); },
             .broken = [this](const Worker& worker) { renew(worker); }} {
  asio::post(context, [this] { tick(); });
  follower = std::make_unique<Follower>(
      source,
      [this](std::shared_ptr<Batch> batch) {
        asio::post(context, [this, batch = std::move(batch)] {
          take(*batch);
          follower->taken();
        });
      },
      [this](std::string why, bool others_turn) {
        asio::post(context, [this, why = std::move(why), others_turn] { troubled(why, others_turn); });
      });
  thread = std::thread([this] {
    name_this_thread("agent-devices");
    run();
  });
}

void Agent::Impl::run() {
  for (;;) {
    std::string why;
    try {
      context.run();
      return;
    } catch (const std::exception& error) {
      why = error.what();
    } catch (...) {
      why = "an exception without a text";
    }
    failed_with(why);
  }
}

// What threw may have left anything half done, so nothing is done by it any more. The source is given back:
// where it is a group's, another member may take it.
void Agent::Impl::failed_with(const std::string& why) {
  const bool again = std::exchange(failed, true);
  if (!again) {
    trouble = fmt::format("the agent has failed, and leaves routers alone until it is started anew: {}", why);
    reports.stop();
    leave_routers();
    hold_timer.cancel();
    if (!stopping) follower->stop();
    tick_soon();
  }
  try {
    options.warn(again ? why : trouble);
  } catch (...) {  // who takes warnings may be what fails
  }
}

void Agent::Impl::troubled(const std::string& why, bool others_turn) {
  if (stopping || failed) return;
  if (!why.empty()) options.warn(why);
  if (why.empty() && !trouble.empty() && caught_up) options.warn("the log is followed again");
  const bool is_new = trouble.empty();
  trouble = why.empty() && !caught_up ? kBeingRead : why;
  tick_soon();
  if (others_turn) return hold();
  if (why.empty()) {
    hold_timer.cancel();
  } else if (is_new) {
    hold_timer.expires_after(options.hold_after);
    hold_timer.async_wait([this](const routeros::error_code& ec) {
      if (!ec && !trouble.empty()) hold();
    });
  }
}

void Agent::Impl::hold() {
  if (!caught_up) return;
  held = true;
  leave_routers();
  options.warn("routers are left alone until the end of the log was seen again");
}

void Agent::Impl::leave_routers() {
  for (const auto& [number, running] : workers) running.worker->stop();
  workers.clear();
  caught_up = false;
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
  leave_routers();
  status_timer.cancel();
  hold_timer.cancel();
}

void Agent::Impl::take(const Batch& batch) {
  if (stopping || failed || batch.generation < generation) return;
  if (batch.generation > generation) {
    options.warn("the log is not the one that was followed; it is read again from its beginning");
    forget();
    generation = batch.generation;
  }
  changes.clear();
  for (const codec::DecodedEvent& event : batch.events) {
    const auto folded = wanted.fold(event, changes);
    if (!folded) return fold_again(folded.error().what);
  }
  for (const PointId point : changes.reported) reports.confirmed(point);
  if (caught_up) return dispatch();
  if (!batch.at_end) return;
  if (std::exchange(held, false)) options.warn("the end of the log was seen, and routers are driven again");
  caught_up = true;
  folds_again = false;
  trouble.clear();
  sync_workers();
}

// The log may be another one than the one that was folded so far. Where it is not, and is wrong by itself,
// reading it over and over would help nobody.
void Agent::Impl::fold_again(const std::string& why) {
  if (folds_again) return failed_with(why);
  options.warn(why);
  forget();
  folds_again = true;
  // Batches that are on their way are of the reading that failed.
  ++generation;
  follower->again();
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
  leave_routers();
  held = false;
  reports.clear();
  wanted = Wanted(options.tenant);
  if (trouble.empty()) trouble = kBeingRead;
}

// What a worker was made for; another one is made where it differs.
std::string Agent::Impl::identity(const Device& device) const {
  return fmt::format("{} {} {} {} {}", device.address, static_cast<uint32_t>(device.kind),
                     static_cast<uint32_t>(device.mode), device.sealed, device.fingerprint);
}

// Two devices of a tenant that are one router would take away each other's entries.
const Device* Agent::Impl::same_router(DeviceId id) const {
  const auto first = first_active.find(router_of(wanted.device(id)));
  if (first == first_active.end() || first->second == id.value()) return nullptr;
  return &wanted.device(DeviceId(first->second));
}

void Agent::Impl::renew(const Worker& worker) {
  const auto is_it = [&](const auto& entry) { return entry.second.worker.get() == &worker; };
  if (boost::unordered::erase_if(workers, is_it) > 0) sync_workers();
}

void Agent::Impl::sync_workers() {
  first_active.clear();
  for (uint32_t i = 0; i < wanted.devices(); ++i) {
    if (wanted.device(DeviceId(i)).is_active())
      first_active.try_emplace(router_of(wanted.device(DeviceId(i))), i);
  }
  for (uint32_t i = 0; i < wanted.devices(); ++i) {
    const Device& device = wanted.device(DeviceId(i));
    const bool runs = device.is_active() && !same_router(DeviceId(i));
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
    } else if (const Device* other = same_router(DeviceId(i))) {
      statuses.push_back({.tenant = device.tenant,
                          .device = device.name,
                          .address = device.address,
                          .state = "refused",
                          .detail = fmt::format("{} at {} is the same router", other->name, other->address),
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
