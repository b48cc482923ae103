#include "commands/http/completions.h"

#include <boost/asio/post.hpp>

namespace provodka::http {

void Completions::add(Completion* completion) {
  // Posted under the lock: when the io thread has run the last completion, nobody is left in here.
  std::lock_guard lock(mutex_);
  ready_.push_back(completion);
  if (ready_.size() == 1) asio::post(context_, [this] { drain(); });
}

void Completions::drain() {
  {
    std::lock_guard lock(mutex_);
    running_.swap(ready_);
  }
  for (Completion* completion : running_) completion->complete();
  running_.clear();
}

Task<std::unique_ptr<engine::Job>> execute(engine::Engine& engine, Completions& completions,
                                           std::unique_ptr<engine::Job> job) {
  struct Answer final : Wait {
    std::unique_ptr<engine::Job> job;
  } answer;
  job->done = [&answer, &completions](std::unique_ptr<engine::Job> done) {
    answer.job = std::move(done);
    completions.add(&answer);
  };
  co_await answer.until([&engine, &job] { engine.submit(std::move(job)); });
  co_return std::move(answer.job);
}

namespace {

// Calls ask(done), which must lead to one call of done, and comes back with why it failed, if it did.
template <class Ask>
Task<std::string> asked(Completions& completions, Ask ask) {
  struct Answer final : Wait {
    std::string failure;
  } answer;
  co_await answer.until([&] {
    ask([&answer, &completions](const std::string* failure) {
      if (failure) answer.failure = failure->empty() ? "no reason is known" : *failure;
      completions.add(&answer);
    });
  });
  co_return std::move(answer.failure);
}

}  // namespace

Task<std::string> look_at(engine::Engine& engine, Completions& completions, engine::Engine::Look look) {
  return asked(completions, [&engine, look = std::move(look)](auto done) mutable {
    engine.read(std::move(look), std::move(done));
  });
}

Task<std::string> try_out(engine::Engine& engine, Completions& completions, engine::Engine::Trial trial) {
  return asked(completions, [&engine, trial = std::move(trial)](auto done) mutable {
    engine.try_out(std::move(trial), std::move(done));
  });
}

}  // namespace provodka::http
