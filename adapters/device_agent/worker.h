#pragma once

#include "adapters/device_agent/credentials.h"
#include "adapters/device_agent/reports.h"
#include "adapters/device_agent/status.h"
#include "adapters/device_agent/wanted.h"
#include "adapters/routeros/connection.h"
#include "adapters/routeros/reconciler.h"

#include <exception>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace provodka::device_agent {

struct WorkerOptions {
  std::chrono::milliseconds reconcile_every{300'000};
  std::chrono::milliseconds pause_min{500}, pause_max{30'000};  // between attempts to reach a router
  size_t failures_max = 5;  // in a row; with more the circuit is open: one attempt in about pause_max
  std::chrono::milliseconds probe_every{10'000};  // of a router that has nothing to do
  size_t queue_max = 20'000;                      // points that wait; with more all of the router is compared
  routeros::RouterOptions router;                 // timeouts and limits
};

class Worker;

// What all workers have, on the agent's thread.
struct Shared {
  routeros::asio::io_context& context;
  const WorkerOptions& options;
  Wanted& wanted;
  Reports& reports;
  Credentials& credentials;
  std::mt19937_64 random;
  std::function<void(std::string)> warn;
  std::function<void()> status_changed;
  std::function<void(const Worker&)> broken;  // it is of no further use, and its pause is over
};

// Keeps one router in step: reaches it, reconciles at once and every so often, and in between does what
// changes. What comes while the router is away is not kept, since a reconcile follows. For the agent's
// thread; a change of the device needs another worker.
class Worker : public std::enable_shared_from_this<Worker> {
 public:
  Worker(Shared& shared, DeviceId device);

  void start();
  // The point is to be looked at, which is on the device or has just left it.
  void changed(PointId point);
  // Its connection ends. What is under way comes back, and tells nobody. A worker does so itself after an
  // exception, shows that as its state, and asks for another one after a pause.
  void stop();

  DeviceStatus status() const;

 private:
  using Clock = routeros::Clock;
  using Self = std::shared_ptr<Worker>;
  template <class T = void>
  using Task = routeros::Task<T>;

  // What was asked of the router about a point.
  struct Asked {
    PointId point;
    uint32_t version;
    bool left;  // the point has left the device
  };

  static Task<> run(Self self);
  static Task<> serve(Self self);
  static Task<> reconcile(Self self);
  static Task<> wind_down_former_modes(Self self, std::span<const Asked> asked, routeros::Report& report);
  static Task<> apply(Self self);
  static Task<> probe(Self self);
  static Task<> wait(Self self, Clock::time_point until);

  void spawn(Task<> task);
  void broke(const std::exception_ptr& error);
  Result<void> make_router();
  void failed(const Fault& fault);
  Clock::time_point retry_at();
  routeros::milliseconds jittered(routeros::milliseconds longest, double least);
  size_t next_count() const;  // of the queue, that may be done now
  std::vector<routeros::Point> take_queue(std::vector<Asked>& asked);
  void finished(const routeros::Report& report);
  void tell(const routeros::Report& report, std::span<const Asked> asked, bool all);
  void tell_one(const Asked& asked, const routeros::Report& report, bool sent, const std::string* wrong,
                bool all);
  void enter(std::string_view state, std::string detail);

  Shared& shared_;
  const DeviceId device_;
  const std::string name_;
  std::unique_ptr<routeros::Router> router_;
  std::unique_ptr<routeros::Reconciler> reconciler_;
  routeros::Timer bell_;   // rung when there may be something to do
  routeros::Timer again_;  // until another worker is asked for
  bool stopped_ = false, in_step_ = false, reconciling_ = false, reconcile_wanted_ = false;
  bool former_modes_empty_ = false;
  std::optional<Fault> lost_;
  size_t failures_ = 0;
  size_t meanwhile_ = 0;  // points that were done since the reconcile began that is under way
  Clock::time_point next_reconcile_, next_probe_;
  std::vector<uint32_t> queue_;
  Numbers queued_;
  Numbers kept_;  // points that are off, and that a former mode keeps out since the present one cannot

  std::string state_ = "connecting", detail_;
  WallClock::time_point since_ = WallClock::now();
  std::optional<WallClock::time_point> retry_;
  std::optional<uint64_t> answer_ms_;
  uint64_t reconciles_ = 0;
};

}  // namespace provodka::device_agent
