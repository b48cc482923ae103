#include "adapters/server_source/server_source.h"

#include "ledger/core/thread_name.h"

#include <algorithm>

namespace provodka::server_source {
namespace {

using namespace std::chrono_literals;

constexpr size_t kTailBytes = 16 << 20;
constexpr auto kWait = 20s;
constexpr auto kEndWithin = 5s;
constexpr std::chrono::milliseconds kTimeout = 30s;
constexpr std::chrono::milliseconds kPauseMin = 100ms, kPauseMax = 5s;

// The lines of an answer as a frame. They must be those that were asked for, and as many as it says.
Result<log::FramePtr> frame_of(const Server& server, const Reply& reply, Position from) {
  if (reply.status != 200) return refused(server, reply);
  const auto count = static_cast<uint32_t>(reply.last - reply.first + 1);
  if (reply.first != from.value() || reply.last < reply.first || count != reply.last - reply.first + 1)
    return fault("{} answers with lines that were not asked for", server.url());
  auto frame = std::make_shared<log::Frame>(from);
  std::memcpy(frame->writable_text().room(reply.body.size() + 1), reply.body.data(), reply.body.size());
  if (!frame->index_lines(static_cast<uint32_t>(reply.body.size()), count))
    return fault("{} answers with other than the {} lines that it says", server.url(), count);
  return frame;
}

}  // namespace

ServerSource::ServerSource(Server& server, std::function<void(std::string)> warn)
    : server_(server), warn_(std::move(warn)), tail_(kTailBytes), thread_([this] { follow(); }) {}

ServerSource::~ServerSource() {
  stop();
  thread_.join();
}

void ServerSource::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  server_.stop();
}

Position ServerSource::last() const {
  std::lock_guard lock(mutex_);
  return last_;
}

Result<log::FramePtr> ServerSource::frame_at(Position from, std::chrono::milliseconds timeout) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, timeout, [&] { return stopped_ || last_ >= from || !fault_.empty(); });
    if (stopped_) return log::FramePtr();
    if (last_ < from) {
      if (!fault_.empty()) return fault("{}", fault_);
      if (!reached_) return fault("{} has not answered yet", server_.url());
      return log::FramePtr();
    }
  }
  if (auto frame = tail_.find(from)) return follow_to(std::move(frame));
  const auto reply = server_.get(fmt::format("/v1/log?after={}", from.value() - 1), kTimeout);
  if (!reply) return std::unexpected(reply.error());
  if (reply->status == 204) return fault("{} ends before position {}", name(), from);
  auto frame = frame_of(server_, *reply, from);
  if (!frame) return frame;
  return follow_to(std::move(*frame));
}

// A page may have lines that the thread has not heard of. Who was given them would take a last() before them
// for a log that became shorter.
Result<log::FramePtr> ServerSource::follow_to(log::FramePtr frame) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, kEndWithin, [&] { return stopped_ || last_ >= frame->last() || !fault_.empty(); });
  if (last_ >= frame->last()) return frame;
  if (stopped_) return log::FramePtr();
  if (!fault_.empty()) return fault("{}", fault_);
  return fault("{} does not say that it has come to position {}", name(), frame->last());
}

void ServerSource::follow() {
  name_this_thread("server-source");
  auto pause = kPauseMin;
  for (;;) {
    const auto polled = poll();
    std::unique_lock lock(mutex_);
    if (stopped_) return;
    if (polled) {
      pause = kPauseMin;
      continue;
    }
    lock.unlock();
    notes(polled.error().what);
    lock.lock();
    if (changed_.wait_for(lock, pause, [this] { return stopped_; })) return;
    pause = std::min(pause * 2, kPauseMax);
  }
}

Result<void> ServerSource::poll() {
  Position after;
  bool reached = false, back = false;
  {
    std::lock_guard lock(mutex_);
    after = followed_;
    reached = reached_;
    back = !fault_.empty();
  }
  // After a fault the server is asked at once whether it is there, not when something happens there.
  const bool waits = reached && !back;
  const auto reply = server_.get(
      fmt::format("/v1/log?after={}&wait={}", reached ? after.value() : INT64_MAX, waits ? kWait / 1s : 0),
      kTimeout);
  if (!reply) return std::unexpected(reply.error());
  if (reply->status == 204) {
    shows_end(Position(reply->durable));
    return {};
  }
  auto frame = frame_of(server_, *reply, after.next());
  if (!frame) return std::unexpected(frame.error());
  const Position through = (*frame)->last();
  tail_.push(std::move(*frame));
  {
    std::lock_guard lock(mutex_);
    followed_ = through;
    last_ = std::max(through, Position(reply->durable));
  }
  notes({});
  return {};
}

void ServerSource::shows_end(Position durable) {
  {
    std::lock_guard lock(mutex_);
    // Another log, or one that was restored: what is in memory is not of it.
    if (durable < followed_ || !reached_) {
      tail_.clear();
      followed_ = durable;
    }
    last_ = durable;
    reached_ = true;
  }
  notes({});
}

void ServerSource::notes(const std::string& fault) {
  bool news = false;
  {
    std::lock_guard lock(mutex_);
    news = fault.empty() != fault_.empty();
    fault_ = fault;
  }
  changed_.notify_all();
  if (news && warn_) warn_(fault.empty() ? fmt::format("{} is followed again", name()) : fault);
}

}  // namespace provodka::server_source
