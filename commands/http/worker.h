#pragma once

#include "commands/http/completions.h"
#include "commands/http/problem.h"
#include "commands/http/server.h"
#include "ledger/codec/command_codec.h"
#include "projections/reader/views.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/container/flat_set.hpp>

namespace provodka::http {

class Session;

// What all io threads of a server share.
struct House {
  engine::Engine& engine;
  ServerOptions options;
  std::string openapi;
  projections::Views* views = nullptr;  // none: the server has no read models
  std::atomic<size_t> connections{0};
  std::atomic<uint64_t> faults{0};

  // Tells the operator what failed, and the client no more than the number under which the operator finds it.
  Problem fault(const ProblemKind&, std::string_view what);
};

// One io thread: an io_context that only it runs, so that nothing in here needs a lock, and what its sessions
// reuse from request to request.
class Worker {
 public:
  explicit Worker(House& house);

  House& house;
  asio::io_context context{1};
  Completions completions{context};
  codec::CommandDecoder decoder;

  void run();
  // From the io thread: no more requests are begun, and the sessions still there at the deadline are cut off.
  void stop();
  bool stopping() const { return stopping_; }

  void add(Session*);
  void remove(Session*);
  // Streams are woken when there is something new to be read.
  void add_stream(Session*);
  void remove_stream(Session*);
  // Any thread.
  void on_durable();

  // The time as of the last second, for deadlines and for the header Date.
  std::chrono::steady_clock::time_point now() const { return now_; }
  std::string_view date() const { return {date_, sizeof date_}; }

  // Tells the operator why the engine takes no commands, once for each reason.
  void warn_once(const std::string& why);

  // An empty job with room for about so many commands, as good as new.
  std::unique_ptr<engine::Job> take_job(size_t commands);
  void give_back(std::unique_ptr<engine::Job>);

 private:
  Task<> sweep_each_second();
  void look_at_clock();
  void finish_if_idle();

  asio::executor_work_guard<Executor> guard_;
  Timer timer_;
  boost::container::flat_set<Session*> sessions_, streams_;
  std::atomic<bool> has_streams_{false}, wake_posted_{false};
  std::vector<std::unique_ptr<engine::Job>> jobs_, batch_jobs_;
  std::chrono::steady_clock::time_point now_, stop_at_;
  std::string warned_;
  char date_[29];
  bool stopping_ = false;
};

}  // namespace provodka::http
