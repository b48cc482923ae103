#include "adapters/device_agent/worker.h"

#include "adapters/device_agent/routers.h"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>

namespace provodka::device_agent {
namespace {

namespace asio = routeros::asio;
using routeros::error_code;
using routeros::milliseconds;
using routeros::use_task;

// As many points as are done together: who comes next waits that long.
constexpr size_t kTogether = 1'000;
// As many as are done while the router is read, since each of them is read once more afterwards.
constexpr size_t kMeanwhileMax = 100;

}  // namespace

Worker::Worker(Shared& shared, DeviceId device)
    : shared_(shared),
      device_(device),
      name_(shared.wanted.device(device).tenant + "/" + shared.wanted.device(device).name),
      bell_(shared.context.get_executor()),
      again_(shared.context.get_executor()),
      former_modes_empty_(modes_left(shared.wanted.device(device)).empty()) {}

void Worker::start() { spawn(run(shared_from_this())); }

void Worker::spawn(Task<> task) {
  asio::co_spawn(shared_.context, std::move(task),
                 [self = shared_from_this()](const std::exception_ptr& error) {
                   if (error) self->broke(error);
                 });
}

// The other coroutine may wait for what this one would have done, so none of it is used again.
void Worker::broke(const std::exception_ptr& error) {
  if (stopped_) return;
  stop();
  in_step_ = reconciling_ = false;
  std::string why = "an exception without a text";
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& known) {
    why = known.what();
  } catch (...) {
  }
  const milliseconds pause = jittered(shared_.options.pause_max, 0.5);
  retry_ = WallClock::now() + pause;
  again_.expires_after(pause);
  again_.async_wait([self = shared_from_this()](const error_code& ec) {
    if (!ec) self->shared_.broken(*self);
  });
  enter("failed", detail_of(why));
  shared_.warn(fmt::format("{}: its worker failed, and is made anew: {}", name_, why));
}

void Worker::stop() {
  stopped_ = true;
  if (router_) router_->close();
  bell_.cancel();
  again_.cancel();
}

void Worker::changed(PointId point) {
  if (!in_step_ && !reconciling_) return;  // the reconcile that comes sees it
  if (kept_.contains(point.value())) {
    reconcile_wanted_ = true;  // only that sees to a former mode
  } else if (queue_.size() >= shared_.options.queue_max) {
    reconcile_wanted_ = true;
    queue_.clear();
    queued_.clear();
  } else if (queued_.insert(point.value()).second) {
    queue_.push_back(point.value());
  }
  bell_.cancel();
}

Worker::Task<> Worker::wait(Self self, Clock::time_point until) {
  self->bell_.expires_at(until);
  error_code ignored;
  co_await self->bell_.async_wait(asio::redirect_error(use_task, ignored));
}

Worker::Task<> Worker::run(Self self) {
  while (!self->stopped_) {
    Result<void> ready = self->make_router();
    if (ready) {
      ready = co_await self->router_->connect();
      if (self->stopped_) break;
    }
    if (ready) {
      co_await serve(self);
      if (self->stopped_) break;
      ready = std::unexpected(
          self->lost_.value_or(Fault{fmt::format("{}: the connection was lost", self->router_->place())}));
    }
    self->failed(ready.error());
    const Clock::time_point until = self->retry_at();
    while (!self->stopped_ && Clock::now() < until) co_await wait(self, until);
  }
  if (self->router_) self->router_->close();
}

// The credentials are opened at each attempt, as a vault may be put back meanwhile.
Result<void> Worker::make_router() {
  if (router_) return {};
  const Device& device = shared_.wanted.device(device_);
  auto login = shared_.credentials.open(device.tenant, device.name, device.sealed);
  if (!login) return std::unexpected(login.error());
  if (!*login) return refusal("no key opens the credentials of {}", name_);
  auto options = router_options(device, std::move(**login), shared_.options.router);
  if (!options) return std::unexpected(options.error());
  router_ = device_agent::make_router(shared_.context, device.kind, std::move(*options));
  reconciler_ =
      std::make_unique<routeros::Reconciler>(shared_.context, *router_, modes_of(device.mode), device.tenant);
  return {};
}

// From the connection to its loss.
Worker::Task<> Worker::serve(Self self) {
  Worker& worker = *self;
  worker.lost_.reset();
  worker.retry_.reset();
  worker.in_step_ = false;
  worker.reconcile_wanted_ = true;
  worker.queue_.clear();
  worker.queued_.clear();
  worker.next_probe_ = Clock::now() + worker.shared_.options.probe_every;
  worker.enter("repairing", worker.reconciles_ == 0 ? "reading what it has" : "it is back");
  while (!worker.stopped_ && !worker.lost_ && worker.router_->is_connected()) {
    const auto now = Clock::now();
    if (!worker.reconciling_ && (worker.reconcile_wanted_ || now >= worker.next_reconcile_)) {
      worker.reconcile_wanted_ = false;
      worker.reconciling_ = true;
      worker.meanwhile_ = 0;
      worker.spawn(reconcile(self));
    } else if (worker.in_step_ && worker.next_count() > 0) {
      co_await apply(self);
    } else if (!worker.reconciling_ && now >= worker.next_probe_) {
      co_await probe(self);
    } else {
      const auto until = worker.reconciling_ ? Clock::time_point::max()
                                             : std::min(worker.next_probe_, worker.next_reconcile_);
      co_await wait(self, until);
    }
  }
  worker.in_step_ = false;
  worker.router_->close();
  while (worker.reconciling_) co_await wait(self, Clock::time_point::max());
}

Worker::Task<> Worker::reconcile(Self self) {
  Worker& worker = *self;
  std::vector<Asked> asked;
  std::vector<routeros::Point> points;
  const Device& device = worker.shared_.wanted.device(worker.device_);
  for (const uint32_t number : device.points) {
    const PointId id(number);
    asked.push_back({id, worker.shared_.wanted.point(id).version, false});
    points.push_back(worker.shared_.wanted.target(id, worker.device_));
  }
  for (const uint32_t number : device.former)
    points.push_back(worker.shared_.wanted.target(PointId(number), worker.device_));
  for (const uint32_t number : device.leaving)
    asked.push_back({PointId(number), worker.shared_.wanted.point(PointId(number)).version, true});
  routeros::Report report = co_await worker.reconciler_->reconcile(std::move(points));
  if (!worker.stopped_ && !report.fault && !worker.former_modes_empty_)
    co_await wind_down_former_modes(self, asked, report);
  if (!worker.stopped_) {
    if (report.fault) {
      worker.lost_ = report.fault;
    } else {
      worker.finished(report);
      worker.tell(report, asked, true);
    }
  }
  worker.reconciling_ = false;
  worker.bell_.cancel();
}

// What the modes before left is taken away once the present one holds, so that nobody is let in in between. A
// point that is off and that the present mode cannot keep out stays as it was. Each reconcile goes on with it
// until nothing of ours is left.
Worker::Task<> Worker::wind_down_former_modes(Self self, std::span<const Asked> asked,
                                              routeros::Report& report) {
  Worker& worker = *self;
  boost::unordered_flat_set<std::string_view> wrong;
  for (const routeros::Finding& finding : report.findings) {
    if (finding.kind != routeros::Finding::Kind::repaired) wrong.insert(finding.tag);
  }
  std::vector<routeros::Point> kept;
  worker.kept_.clear();
  for (const Asked& one : asked) {
    if (!wrong.contains(worker.shared_.wanted.point(one.point).tag)) continue;
    routeros::Point target = worker.shared_.wanted.target(one.point, worker.device_);
    if (target.on || target.gone) continue;
    kept.push_back(std::move(target));
    worker.kept_.insert(one.point.value());
  }
  const Device& device = worker.shared_.wanted.device(worker.device_);
  routeros::Reconciler former(worker.shared_.context, *worker.router_, modes_left(device), device.tenant);
  routeros::Report left = co_await former.wind_down(std::move(kept));
  report.fault = left.fault;
  worker.former_modes_empty_ = !left.fault && former.is_empty();
  if (worker.former_modes_empty_) worker.kept_.clear();
  for (routeros::Finding& finding : left.findings) {
    if (finding.kind != routeros::Finding::Kind::repaired) report.findings.push_back(std::move(finding));
  }
}

void Worker::finished(const routeros::Report& report) {
  in_step_ = true;
  failures_ = 0;
  ++reconciles_;
  answer_ms_ = static_cast<uint64_t>(report.took.count());
  next_reconcile_ = Clock::now() + jittered(shared_.options.reconcile_every, 0.9);
  next_probe_ = Clock::now() + shared_.options.probe_every;
  const auto repaired =
      std::ranges::count(report.findings, routeros::Finding::Kind::repaired, &routeros::Finding::kind);
  const auto wrong = std::ranges::find_if(report.findings, [](const routeros::Finding& finding) {
    return finding.kind != routeros::Finding::Kind::repaired;
  });
  std::string detail = repaired == 0 ? std::string() : fmt::format("{} entries were repaired", repaired);
  if (wrong != report.findings.end()) detail = fmt::format("{}: {}", wrong->tag, wrong->what);
  enter("in step", detail_of(detail));
}

size_t Worker::next_count() const {
  return std::min(queue_.size(), reconciling_ ? kMeanwhileMax - meanwhile_ : kTogether);
}

std::vector<routeros::Point> Worker::take_queue(std::vector<Asked>& asked) {
  const size_t count = next_count();
  if (reconciling_) meanwhile_ += count;
  std::vector<routeros::Point> points;
  for (size_t i = 0; i < count; ++i) {
    const PointId id(queue_[i]);
    const AccessPoint& point = shared_.wanted.point(id);
    queued_.erase(id.value());
    asked.push_back({id, point.version, point.server != device_});
    points.push_back(shared_.wanted.target(id, device_));
  }
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<ptrdiff_t>(count));
  return points;
}

Worker::Task<> Worker::apply(Self self) {
  Worker& worker = *self;
  std::vector<Asked> asked;
  std::vector<routeros::Point> points = worker.take_queue(asked);
  routeros::Report report = co_await worker.reconciler_->apply(std::move(points));
  if (worker.stopped_) co_return;
  if (report.fault) {
    // A router that was lost in a reconcile is not asked by who waited for his turn: the first reason counts.
    if (!worker.lost_) worker.lost_ = report.fault;
    co_return;
  }
  worker.answer_ms_ = static_cast<uint64_t>(report.took.count());
  worker.next_probe_ = Clock::now() + worker.shared_.options.probe_every;
  worker.tell(report, asked, false);
  worker.shared_.status_changed();
}

// A router that lost its power says nothing; who asks it finds out.
Worker::Task<> Worker::probe(Self self) {
  Worker& worker = *self;
  routeros::Operation question = routeros::print("/system/identity", {"name"});
  question.timeout = worker.shared_.options.router.command_timeout;
  const auto start = Clock::now();
  Result<routeros::Answer> answer = co_await worker.router_->ask(std::move(question));
  if (worker.stopped_) co_return;
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
  if (!answer) worker.lost_ = answer.error();
  worker.answer_ms_ = static_cast<uint64_t>(took.count());
  worker.next_probe_ = Clock::now() + worker.shared_.options.probe_every;
  worker.shared_.status_changed();
}

// Results are told of the versions that were asked for, and only while they are the newest.
void Worker::tell(const routeros::Report& report, std::span<const Asked> asked, bool all) {
  boost::unordered_flat_map<std::string_view, const std::string*> found;  // why not; null: it was done
  for (const routeros::Finding& finding : report.findings) {
    const bool wrong = finding.kind != routeros::Finding::Kind::repaired;
    const auto [entry, added] = found.try_emplace(finding.tag, wrong ? &finding.what : nullptr);
    if (!added && wrong) entry->second = &finding.what;
  }
  for (const Asked& one : asked) {
    const auto entry = found.find(shared_.wanted.point(one.point).tag);
    const bool sent = entry != found.end();
    tell_one(one, report, sent, sent ? entry->second : nullptr, all);
  }
}

void Worker::tell_one(const Asked& asked, const routeros::Report& report, bool sent, const std::string* wrong,
                      bool all) {
  const AccessPoint& point = shared_.wanted.point(asked.point);
  if (point.version != asked.version) return;
  // Of a point that has moved to another router that one tells.
  const bool left = point.server != device_;
  if (left && !(point.gone && shared_.wanted.device(device_).leaving.contains(asked.point.value()))) return;
  const bool was_done = shared_.reports.is_known_done(asked.point, device_);
  RouterResult result{.version = asked.version,
                      .device = device_,
                      .outcome = access::Outcome::applied,
                      .ms = static_cast<uint32_t>(report.took.count()),
                      .detail = {}};
  if (wrong) {
    result.outcome = access::Outcome::failed;
    result.detail = detail_of(*wrong);
  } else if (sent) {
    // What was done and had to be done again was lost, unless a new speed is why.
    if (was_done && all) result.outcome = access::Outcome::repaired;
  } else if (was_done || (point.version == 0 && point.reported.count == 0)) {
    return;
  }
  shared_.reports.add(asked.point, std::move(result));
}

void Worker::failed(const Fault& fault) {
  ++failures_;
  std::string_view state = "unreachable";
  if (fault.refused) state = router_ ? "refused" : "no credentials";
  if (state_ != state) shared_.warn(fmt::format("{}: {}", name_, fault.what));
  enter(state, detail_of(fault.what));
}

// Who is refused is not asked again soon: routers lock out who tries too often.
Worker::Clock::time_point Worker::retry_at() {
  const WorkerOptions& options = shared_.options;
  milliseconds longest = options.pause_max;
  const bool is_tried = failures_ <= options.failures_max && state_ != "refused";
  if (is_tried) longest = std::min(longest, options.pause_min * (1 << (failures_ - 1)));
  const milliseconds pause = jittered(longest, 0.5);
  retry_ = WallClock::now() + pause;
  return Clock::now() + pause;
}

milliseconds Worker::jittered(milliseconds longest, double least) {
  std::uniform_real_distribution<double> part(least, 1.0);
  return milliseconds(static_cast<int64_t>(static_cast<double>(longest.count()) * part(shared_.random)));
}

void Worker::enter(std::string_view state, std::string detail) {
  if (state_ != state) since_ = WallClock::now();
  state_ = state;
  detail_ = std::move(detail);
  shared_.status_changed();
}

DeviceStatus Worker::status() const {
  const Device& device = shared_.wanted.device(device_);
  DeviceStatus status{.tenant = device.tenant,
                      .device = device.name,
                      .address = device.address,
                      .state = state_,
                      .detail = detail_,
                      .points = device.points.size(),
                      .behind = 0,
                      .answer_ms = answer_ms_,
                      .reconciles = reconciles_,
                      .since = since_,
                      .retry = retry_};
  for (const uint32_t number : device.points)
    status.behind += shared_.wanted.is_behind(shared_.wanted.point(PointId(number)));
  return status;
}

}  // namespace provodka::device_agent
