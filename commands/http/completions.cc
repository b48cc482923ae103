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

Task<std::string> look_at(engine::Engine& engine, Completions& completions, engine::Engine::Look look) {
  struct Answer final : Wait {
    std::string failure;
  } answer;
  co_await answer.until([&] {
    engine.read(std::move(look), [&answer, &completions](const std::string* failure) {
      if (failure) answer.failure = failure->empty() ? "no reason is known" : *failure;
      completions.add(&answer);
    });
  });
  co_return std::move(answer.failure);
}

}  // namespace provodka::http
