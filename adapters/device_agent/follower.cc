#include "adapters/device_agent/follower.h"

#include "ledger/core/thread_name.h"

namespace provodka::device_agent {
namespace {

using namespace std::chrono_literals;

constexpr size_t kUnderWayMax = 4;
constexpr auto kWait = 500ms;
constexpr auto kPause = 200ms, kPauseNew = 5ms;
// A source may need a moment to know whether it has come to the end; that is no trouble yet.
constexpr auto kTroubleAfter = 500ms;

}  // namespace

Follower::Follower(log::EventSource& source, std::function<void(std::shared_ptr<Batch>)> deliver,
                   std::function<void(std::string, bool)> trouble)
    : source_(source), deliver_(std::move(deliver)), trouble_(std::move(trouble)), next_(1), thread_([this] {
        run();
      }) {}

void Follower::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  source_.stop();
  if (thread_.joinable()) thread_.join();
}

void Follower::taken() {
  {
    const std::lock_guard lock(mutex_);
    --under_way_;
  }
  changed_.notify_all();
}

void Follower::again() {
  const std::lock_guard lock(mutex_);
  again_ = true;
}

void Follower::run() {
  name_this_thread("agent-log");
  try {
    while (read()) {
    }
  } catch (const std::exception& error) {
    say(fmt::format("{} is followed no more: {}", source_.name(), error.what()));
  }
}

bool Follower::read() {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return false;
    if (again_) begin();
    again_ = false;
  }
  // Lines that keep coming would hide the end from who waits for them.
  const auto frame = source_.frame_at(next_, said_end_ ? kWait : 0ms);
  if (!frame) return troubled(frame.error().what);
  auto batch = std::make_shared<Batch>();
  batch->generation = generation_;
  if (!*frame) {
    // A log that became shorter was restored, or is another one.
    if (source_.last().next() < next_) {
      begin();
      return true;
    }
    say({});
    if (said_end_) return true;
    batch->at_end = said_end_ = true;
    return hand_over(std::move(batch));
  }
  if (const auto decoded = decode(*frame, *batch); !decoded) return troubled(decoded.error().what);
  say({});
  next_ = (*frame)->last().next();
  return hand_over(std::move(batch));
}

void Follower::begin() {
  next_ = Position(1);
  ++generation_;
  said_end_ = false;
}

Result<void> Follower::decode(const log::FramePtr& frame, Batch& batch) {
  batch.frame = frame;
  for (Position at = next_; at <= frame->last(); at = at.next()) {
    const auto read = codec::decode_event(frame->line(at), batch.arena, batch.events.emplace_back());
    if (read) continue;
    // Nothing is done about what cannot be understood, nor about what comes after it.
    return fault("position {} of {} cannot be read: {}", at, source_.name(), read.error().what);
  }
  return {};
}

bool Follower::troubled(const std::string& why) {
  const auto now = std::chrono::steady_clock::now();
  said_end_ = false;
  if (!trouble_since_) trouble_since_ = now;
  const bool others_turn = !source_.may_act();
  if (!others_turn && now - *trouble_since_ < kTroubleAfter) return pause(kPauseNew);
  say(why, others_turn);
  return pause(kPause);
}

bool Follower::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [this] { return stopped_; });
}

bool Follower::hand_over(std::shared_ptr<Batch> batch) {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return stopped_ || under_way_ < kUnderWayMax; });
    if (stopped_) return false;
    ++under_way_;
  }
  deliver_(std::move(batch));
  return true;
}

void Follower::say(const std::string& trouble, bool others_turn) {
  if (trouble.empty()) trouble_since_.reset();
  if (trouble == trouble_said_ && others_turn == others_turn_said_) return;
  trouble_said_ = trouble;
  others_turn_said_ = others_turn;
  trouble_(trouble, others_turn);
}

}  // namespace provodka::device_agent
