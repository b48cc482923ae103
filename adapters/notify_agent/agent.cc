#include "adapters/notify_agent/agent.h"

#include "adapters/notify_agent/http_sink.h"
#include "ledger/core/thread_name.h"
#include "ledger/log/line.h"

#include <random>

namespace provodka::notify_agent {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kLookEach{200};

std::string name_of_run() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace

Agent::Agent(log::EventSource& source, PersonalData& personal, CommandSink& sink,
             std::vector<Carrier*> carriers, AgentOptions options)
    : source_(source),
      sink_(sink),
      options_(std::move(options)),
      book_(source, personal),
      run_(name_of_run()),
      state_(options_.tenant, options_.age_max.count()) {
  for (Carrier* const carrier : carriers) {
    auto lane = std::make_unique<Lane>(carrier);
    lane->limit = carrier->channel() == Channel::sms
                      ? RateLimit(options_.sms_per_minute, 60 * micros_per_second)
                      : RateLimit(options_.telegram_per_second, micros_per_second);
    lanes_.push_back(std::move(lane));
  }
  follower_ = std::thread([this] {
    name_this_thread("notify-follow");
    follow();
  });
  for (const auto& lane : lanes_) {
    lane->thread = std::thread([this, lane = lane.get()] {
      name_this_thread("notify-lane");
      work(*lane);
    });
  }
  planner_ = std::thread([this] {
    name_this_thread("notify-plan");
    plan();
  });
  if (options_.outlook != nullptr) {
    ahead_looker_ = std::thread([this] {
      name_this_thread("notify-ahead");
      look_ahead();
    });
  }
}

Agent::~Agent() { stop(); }

void Agent::stop() {
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    // What is under way is not torn off, or its outcome would be unknown.
    changed_.wait_for(lock, options_.finish, [this] {
      return std::ranges::none_of(lanes_, [](const auto& lane) { return lane->job.has_value(); });
    });
  }
  for (const auto& lane : lanes_) lane->carrier->stop();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(1), [this] {
      return std::ranges::none_of(lanes_, [](const auto& lane) { return lane->job.has_value(); });
    });
  }
  sink_.stop();
  if (options_.outlook != nullptr) options_.outlook->stop();
  source_.stop();
  for (const auto& lane : lanes_)
    if (lane->thread.joinable()) lane->thread.join();
  if (planner_.joinable()) planner_.join();
  if (ahead_looker_.joinable()) ahead_looker_.join();
  if (follower_.joinable()) follower_.join();
}

bool Agent::wait_until_caught_up() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return caught_up_ || stopping_ || !failure_.empty(); });
  return caught_up_ && !stopping_;
}

bool Agent::caught_up() const {
  std::lock_guard lock(mutex_);
  return caught_up_;
}

std::string Agent::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

void Agent::fails(std::string why) {
  warn(why);
  std::lock_guard lock(mutex_);
  failure_ = std::move(why);
  changed_.notify_all();
}

void Agent::warn(const std::string& text) const {
  if (options_.warn) options_.warn(text);
}

void Agent::follow() {
  Position next(1);
  const Position at_start = source_.last();
  bool away = false;
  for (;;) {
    {
      std::lock_guard lock(mutex_);
      if (!caught_up_ && next > at_start) {
        caught_up_ = true;
        changed_.notify_all();
      }
    }
    const auto frame = source_.frame_at(next, std::chrono::seconds(1));
    {
      // What is under way at the end still waits to see itself in the log.
      std::lock_guard lock(mutex_);
      const bool busy = std::ranges::any_of(lanes_, [](const auto& lane) { return lane->job.has_value(); });
      if (stopping_ && (!busy || !frame || !*frame)) return;
    }
    if (!frame) {
      if (!std::exchange(away, true)) warn(frame.error().what);
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::seconds(1), [this] { return stopping_; });
      continue;
    }
    away = false;
    if (!*frame) continue;
    if (const auto taken = take_frame(**frame, next); !taken) return fails(taken.error().what);
    next = (*frame)->last().next();
  }
}

Result<void> Agent::take_frame(const log::Frame& frame, Position from) {
  Arena arena;
  for (Position at = from; at <= frame.last(); at = at.next()) {
    const std::string_view line = frame.line(at);
    const auto origin = log::origin_of(line);
    if (!options_.tenant.empty() && origin && origin->tenant != options_.tenant) continue;
    arena.clear();
    codec::DecodedEvent event;
    if (const auto decoded = codec::decode_event(line, arena, event); !decoded)
      return fault("{}, position {}: {}", source_.name(), at, decoded.error().what);
    if (const auto learned = book_.learn(event.header.tenant, event.event); !learned)
      return fault("{}, position {}: {}", source_.name(), at, learned.error().what);
    std::lock_guard lock(mutex_);
    if (auto folded = state_.fold(event.header, event.event, at); !folded) return folded;
  }
  changed_.notify_all();
  return {};
}

Agent::Lane* Agent::lane_of(Channel channel) {
  for (const auto& lane : lanes_)
    if (lane->carrier->channel() == channel) return lane.get();
  return nullptr;
}

bool Agent::is_away(const Lane& lane) const {
  return lane.away_since && Clock::now() - *lane.away_since >= options_.channel_away;
}

void Agent::plan() {
  if (!wait_until_caught_up()) return;
  std::vector<Message> interrupted;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [sequence, message] : state_.open())
      if (message.progress == Progress::sending) interrupted.push_back(message);
  }
  for (const Message& message : interrupted) look_into(message);
  std::unique_lock lock(mutex_);
  looked_into_ = true;
  while (!stopping_ && failure_.empty()) {
    lock.unlock();
    plan_once();
    lock.lock();
    if (!stopping_) changed_.wait_for(lock, kLookEach);
  }
}

void Agent::plan_once() {
  std::map<uint64_t, Cause> causes;
  std::vector<Cause> ahead;
  std::vector<Message> due;
  {
    std::lock_guard lock(mutex_);
    causes = state_.causes();
    for (; !ahead_.empty() && ahead.size() < 64; ahead_.pop_front())
      ahead.push_back(std::move(ahead_.front()));
    const Instant at = wall_clock();
    const bool quiet = is_quiet(state_.quiet_hours(), state_.minute_of_day(at));
    std::erase_if(taken_, [](const auto& held) { return held.second <= Clock::now(); });
    const bool some_lane_free =
        std::ranges::any_of(lanes_, [](const auto& lane) { return !lane->job.has_value(); });
    // As if everybody could be reached: what has nothing to do now needs no look at who that is.
    const ChannelSet all{true, true};
    for (const auto& [sequence, message] : state_.open()) {
      if (quiet || !some_lane_free || due.size() >= 64) break;
      if (taken_.contains(sequence) || next_step(message, all, at).kind == Step::Kind::wait) continue;
      const auto needs = waits_for_.find(sequence);
      const Lane* const lane = needs == waits_for_.end() ? nullptr : lane_of(needs->second);
      if (lane && lane->job && !is_away(*lane)) continue;
      due.push_back(message);
    }
  }
  for (const auto& [sequence, cause] : causes) {
    if (!ask_for(cause)) return;
    std::lock_guard lock(mutex_);
    state_.drop_cause(sequence);
  }
  for (const Cause& cause : ahead)
    if (!ask_for(cause)) return;
  for (const Message& message : due) take_up(message);
}

bool Agent::take_up(const Message& message) {
  const Instant at = wall_clock();
  const bool fresh = message.attempt == 0;
  bool too_many = false;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return false;
    const Subscriber* const whose = state_.subscriber(message.subscriber);
    const bool today = whose && whose->day == state_.local_date(at);
    too_many = fresh && state_.per_day() > 0 && today && whose->of_day >= state_.per_day();
    taken_[message.sequence] = Clock::time_point::max();
  }
  const auto gives_up = [&](const std::string& why) {
    const Outcome outcome = message.progress == Progress::sent ? Outcome::sent : Outcome::failed;
    const bool recorded = report(message, outcome, std::nullopt, message.attempt, true, why);
    release(message.sequence, recorded ? std::chrono::milliseconds(0) : options_.pause_max);
    return true;
  };
  if (too_many) return gives_up("as many as are allowed were sent today");
  if (fresh && micros_between(message.requested, at) > options_.age_max.count() * micros_per_second)
    return gives_up("it is too old to be sent");
  const auto recipient = recipient_of(message);
  if (!recipient) {
    warn(fmt::format("message {}: {}", message.sequence, recipient.error().what));
    release(message.sequence, options_.pause_max);
    return true;
  }
  ChannelSet reachable = reachable_by(*recipient);
  Step step = next_step(message, reachable, at);
  if (step.kind == Step::Kind::attempt) {
    // A channel that has been away for long is passed by, where another one follows.
    std::lock_guard lock(mutex_);
    if (!step.last && is_away(*lane_of(step.channel))) {
      reachable[static_cast<size_t>(step.channel)] = false;
      step = next_step(message, reachable, at);
    }
  }
  if (step.kind == Step::Kind::give_up) {
    const bool nowhere = recipient->chat.empty() && recipient->phones.empty();
    return gives_up(fresh ? (nowhere ? "there is neither a chat nor a phone" : "no channel leads there")
                          : "no channel is left");
  }
  if (step.kind == Step::Kind::wait) {
    // It would go on by a channel that leads nowhere here, and may only be reported yet.
    release(message.sequence, options_.pause_max);
    return true;
  }
  auto text = text_for(message, *recipient);
  if (!text) return gives_up(text.error().what);
  std::lock_guard lock(mutex_);
  Lane& lane = *lane_of(step.channel);
  if (stopping_ || lane.job) {
    waits_for_[message.sequence] = step.channel;
    taken_.erase(message.sequence);
    return false;
  }
  waits_for_.erase(message.sequence);
  lane.job = Job{.message = message,
                 .channel = step.channel,
                 .last = step.last,
                 .to = step.channel == Channel::telegram ? recipient->chat : recipient->phones.front(),
                 .text = std::move(*text)};
  changed_.notify_all();
  return true;
}

void Agent::release(uint64_t message, std::chrono::milliseconds hold) {
  std::lock_guard lock(mutex_);
  taken_[message] = Clock::now() + hold;
}

}  // namespace provodka::notify_agent
