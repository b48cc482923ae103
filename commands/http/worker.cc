#include "commands/http/worker.h"

#include "commands/http/session.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace provodka::http {
namespace {

constexpr size_t kSpareJobs = 256;
constexpr size_t kSpareBatchJobs = 8;
// A job that grew further than this is not kept.
constexpr size_t kSpareJobCommands = 4096;

}  // namespace

Problem House::fault(const ProblemKind& kind, std::string_view what) {
  const uint64_t number = ++faults;
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const std::string id =
      fmt::format("{:x}-{}", std::chrono::duration_cast<std::chrono::seconds>(since).count(), number);
  if (options.warn) options.warn(fmt::format("request {}: {}", id, what));
  return Problem(kind, fmt::format("{}; the operator finds the reason under request {}", kind.title, id));
}

Worker::Worker(House& h) : house(h), guard_(context.get_executor()), timer_(context.get_executor()) {
  look_at_clock();
}

void Worker::run() {
  asio::co_spawn(context, sweep_each_second(), asio::detached);
  context.run();
}

void Worker::look_at_clock() {
  now_ = std::chrono::steady_clock::now();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  fmt::format_to_n(date_, sizeof date_, "{:%a, %d %b %Y %H:%M:%S} GMT",
                   fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

Task<> Worker::sweep_each_second() {
  while (!stopping_ || !sessions_.empty()) {
    timer_.expires_after(std::chrono::seconds(1));
    error_code ec;
    co_await timer_.async_wait(asio::redirect_error(use_task, ec));
    look_at_clock();
    for (Session* session : sessions_) {
      if (stopping_ && now_ >= stop_at_) {
        session->cut();
      } else {
        session->on_second();
      }
    }
  }
}

void Worker::stop() {
  if (stopping_) return;
  stopping_ = true;
  look_at_clock();
  stop_at_ = now_ + house.options.stop_timeout;
  for (Session* session : sessions_) session->on_stop();
  finish_if_idle();
}

void Worker::finish_if_idle() {
  if (!stopping_ || !sessions_.empty()) return;
  guard_.reset();
  timer_.cancel();
}

void Worker::add(Session* session) { sessions_.insert(session); }

void Worker::remove(Session* session) {
  sessions_.erase(session);
  finish_if_idle();
}

void Worker::add_stream(Session* session) {
  streams_.insert(session);
  has_streams_ = true;
}

void Worker::remove_stream(Session* session) {
  streams_.erase(session);
  has_streams_ = !streams_.empty();
}

void Worker::on_durable() {
  if (!has_streams_ || wake_posted_.exchange(true)) return;
  asio::post(context, [this] {
    wake_posted_ = false;
    for (Session* session : streams_) session->wake();
  });
}

void Worker::warn_once(const std::string& why) {
  if (warned_ == why) return;
  warned_ = why;
  if (house.options.warn) house.options.warn(fmt::format("commands are refused: {}", why));
}

std::unique_ptr<engine::Job> Worker::take_job(size_t commands) {
  auto& spare = commands == 1 ? jobs_ : batch_jobs_;
  if (spare.empty()) {
    auto job = std::make_unique<engine::Job>();
    job->commands.reserve(commands);
    return job;
  }
  std::unique_ptr<engine::Job> job = std::move(spare.back());
  spare.pop_back();
  return job;
}

void Worker::give_back(std::unique_ptr<engine::Job> job) {
  if (!job || job->commands.capacity() > kSpareJobCommands) return;
  const bool single = job->commands.capacity() == 1;
  auto& spare = single ? jobs_ : batch_jobs_;
  if (spare.size() >= (single ? kSpareJobs : kSpareBatchJobs)) return;
  job->commands.clear();
  job->outcomes.clear();
  job->arena.clear();
  job->atomic = false;
  job->done = nullptr;
  spare.push_back(std::move(job));
}

}  // namespace provodka::http
