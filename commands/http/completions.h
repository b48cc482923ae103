#pragma once

#include "commands/http/task.h"
#include "ledger/engine/engine.h"

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace provodka::http {

// What an io thread goes on with when another thread has done its part. It stays where it is until then.
class Completion {
 public:
  virtual ~Completion() = default;
  virtual void complete() = 0;
};

// The way back from the engine's threads to one io thread. The engine answers a whole commit at once, so what
// arrives before the io thread looks shares one wake-up.
class Completions {
 public:
  explicit Completions(asio::io_context& context) : context_(context) {}

  // Any thread. The completion runs once, on the io thread.
  void add(Completion*);

 private:
  void drain();

  asio::io_context& context_;
  std::mutex mutex_;
  std::vector<Completion*> ready_, running_;
};

// A coroutine's wait for one completion.
class Wait : public Completion {
 public:
  // Suspends the coroutine, then calls start(), which must lead to one call of complete().
  template <class Start>
  Task<> until(Start start) {
    return asio::async_initiate<const UseTask, void()>(
        [this, start = std::move(start)](auto handler) mutable {
          resume_ = std::move(handler);
          start();
        },
        use_task);
  }
  // Suspends the coroutine until wake().
  Task<> until_woken() {
    return until([] {});
  }
  // For the io thread: the coroutine, where it waits, goes on when the caller has returned.
  void wake(Completions& completions) {
    if (resume_ && !std::exchange(waking_, true)) completions.add(this);
  }

  void complete() final {
    waking_ = false;
    std::exchange(resume_, nullptr)();
  }

 private:
  std::move_only_function<void()> resume_;
  bool waking_ = false;
};

// Submits a job and comes back with it when it is answered.
Task<std::unique_ptr<engine::Job>> execute(engine::Engine&, Completions&, std::unique_ptr<engine::Job>);

// Looks at the state and comes back when what was seen is durable; with the reason, where it cannot be.
Task<std::string> look_at(engine::Engine&, Completions&, engine::Engine::Look);

// Tries something out on the state and comes back, in the same way.
Task<std::string> try_out(engine::Engine&, Completions&, engine::Engine::Trial);

}  // namespace provodka::http
