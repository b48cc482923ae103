#include "adapters/notify_agent/agent.h"
#include "adapters/notify_agent/http_sink.h"

// What the agent does about one message by one carrier: the intent, the attempt, the outcome.
namespace provodka::notify_agent {
namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kDetailBytesMax = 200;

int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now().time_since_epoch()).count();
}

// As much as a report takes, not cut within a character.
std::string cut(std::string text) {
  if (text.size() <= kDetailBytesMax) return text;
  size_t end = kDetailBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text;
}

}  // namespace

void Agent::work(Lane& lane) {
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      const auto has_work = [&] { return stopping_ || lane.job.has_value(); };
      if (lane.carrier->has_receipts()) {
        changed_.wait_until(lock, lane.receipts_at, has_work);
      } else {
        changed_.wait(lock, has_work);
      }
      if (!lane.job && stopping_) return;
      if (lane.job) job = *lane.job;
    }
    if (job.message.sequence != 0) {
      if (job.settles) {
        settle(lane, job);
      } else {
        carry(lane, job);
      }
      std::lock_guard lock(mutex_);
      lane.job.reset();
      changed_.notify_all();
    }
    if (lane.carrier->has_receipts() && Clock::now() >= lane.receipts_at) {
      collect(lane);
      lane.receipts_at = Clock::now() + options_.receipts_each;
    }
  }
}

void Agent::carry(Lane& lane, const Job& job) {
  const Message& message = job.message;
  {
    std::unique_lock lock(mutex_);
    const auto free_at = Clock::now() + std::chrono::microseconds(lane.limit.wait_us(steady_us()));
    const auto begin = std::max(free_at, lane.look_again.value_or(free_at));
    changed_.wait_until(lock, begin, [this] { return stopping_; });
    if (stopping_) return;
  }
  // What the stick has by now is of no message that goes out after it.
  if (lane.carrier->has_receipts()) collect(lane);
  const auto mark = lane.carrier->ready();
  if (!mark) {
    std::unique_lock lock(mutex_);
    if (!lane.away_since) {
      lane.away_since = Clock::now();
      warn(fmt::format("{} is away: {}", enum_name(job.channel), mark.error().what));
    }
    lane.pause = std::clamp(lane.pause * 2, options_.pause_min, options_.pause_max);
    lane.look_again = Clock::now() + lane.pause;
    taken_[message.sequence] = Clock::now();
    return;
  }
  {
    std::lock_guard lock(mutex_);
    if (lane.away_since) warn(fmt::format("{} is there again", enum_name(job.channel)));
    lane.away_since.reset();
    if (stopping_) return;
  }
  // Before anything goes out it is in the log that it will. Only this very intent lets it go out.
  const uint32_t attempt = message.attempt + 1;
  if (!report(message, Outcome::sending, job.channel, attempt, false, *mark))
    return release(message.sequence, options_.pause_max);
  const Sent sent = lane.carrier->send(job.to, job.text, *mark);
  {
    std::lock_guard lock(mutex_);
    lane.limit.count(steady_us());
    const bool not_now = sent.end == Sent::End::not_now;
    lane.pause = not_now ? std::clamp(lane.pause * 2, options_.pause_min, options_.pause_max)
                         : std::chrono::milliseconds(0);
    lane.look_again.reset();
    if (not_now) lane.look_again = Clock::now() + std::max(lane.pause, sent.pause);
    if (job.channel == Channel::telegram && sent.end == Sent::End::sent && sent.date_s != 0 && !job.last &&
        message.of->minutes > 0)
      sent_to_.emplace(job.to, InChat{message.sequence, attempt, sent.date_s});
  }
  tell(lane, job, sent, attempt);
  release(message.sequence, std::chrono::milliseconds(0));
}

void Agent::tell(Lane& lane, const Job& job, const Sent& sent, uint32_t attempt) {
  const Message& message = job.message;
  switch (sent.end) {
    case Sent::End::sent: {
      // With a channel behind it, silence for some minutes leads there. Else nothing more is expected, but
      // for what the network may report.
      const bool silence_counts = !job.last && message.of->minutes > 0;
      report(message, Outcome::sent, job.channel, attempt, !silence_counts && !lane.carrier->has_receipts(),
             sent.detail);
      return;
    }
    case Sent::End::failed:
      report(message, Outcome::failed, job.channel, attempt, job.last, sent.detail);
      if (sent.blocked) unlink(message, attempt, sent.detail);
      return;
    case Sent::End::not_now: {
      const uint32_t tries = message.tries[static_cast<size_t>(lane.carrier->channel())] + 1;
      const bool final = job.last && tries >= kTriesMax;
      report(message, Outcome::failed, job.channel, attempt, final,
             fmt::format("{}{}", kNotNow, sent.detail));
      return;
    }
    case Sent::End::unknown:
      report(message, Outcome::unknown, job.channel, attempt, false, sent.detail);
  }
}

bool Agent::report(const Message& message, Outcome outcome, std::optional<Channel> channel,
                   std::optional<uint32_t> attempt, bool final, std::string detail) {
  std::string data = fmt::format(R"("message":{},"outcome":"{}")", message.sequence, enum_name(outcome));
  if (channel) data += fmt::format(R"(,"channel":"{}")", enum_name(*channel));
  if (attempt) data += fmt::format(R"(,"attempt":{})", *attempt);
  if (final) data += R"(,"final":true)";
  if (!detail.empty()) data += fmt::format(R"(,"detail":{})", json_quoted(cut(std::move(detail))));
  // The run is part of the id: what another agent recorded is then a refusal, and not an answer to this one.
  const std::string id = fmt::format("notify/{}/{}/{}/{}/{}", message.sequence, attempt.value_or(0),
                                     enum_name(outcome), steady_us(), run_);
  const auto answer = sink_.post(state_.tenant(), "message.report", id, fmt::format("{{{}}}", data));
  if (!answer) return false;
  if (!answer->recorded()) {
    warn(fmt::format("message {}: {} is not recorded: {} {}", message.sequence, enum_name(outcome),
                     answer->code, answer->detail));
    return false;
  }
  std::unique_lock lock(mutex_);
  changed_.wait(
      lock, [&] { return state_.sequence().value() >= answer->sequence || stopping_ || !failure_.empty(); });
  return true;
}

void Agent::look_into(const Message& message) {
  const auto recipient = recipient_of(message);
  std::unique_lock lock(mutex_);
  Lane* const lane = lane_of(message.channel);
  const bool known = recipient && (message.channel == Channel::telegram ? !recipient->chat.empty()
                                                                        : !recipient->phones.empty());
  if (!lane || !known) {
    lock.unlock();
    report(message, Outcome::unknown, message.channel, message.attempt, false, "interrupted");
    return;
  }
  changed_.wait(lock, [&] { return stopping_ || !lane->job; });
  if (stopping_) return;
  const bool last = !has_more(message, message.channel, reachable_by(*recipient));
  taken_[message.sequence] = Clock::time_point::max();
  lane->job = Job{.message = message,
                  .channel = message.channel,
                  .last = last,
                  .settles = true,
                  .to = message.channel == Channel::telegram ? recipient->chat : recipient->phones.front(),
                  .text = {}};
  changed_.notify_all();
}

void Agent::settle(Lane& lane, const Job& job) {
  Sent sent = lane.carrier->settle(job.to, job.message.mark);
  sent.detail = sent.detail.empty() ? "interrupted" : fmt::format("interrupted; {}", sent.detail);
  tell(lane, job, sent, job.message.attempt);
  release(job.message.sequence, std::chrono::milliseconds(0));
}

void Agent::chat_was_read(const std::string& chat, int64_t date_s) {
  std::vector<InChat> read;
  {
    std::lock_guard lock(mutex_);
    const auto [first, last] = sent_to_.equal_range(chat);
    for (auto it = first; it != last;) {
      // Both dates are of Telegram's clock, so that ours does not matter. Which of two came first within its
      // second is not known: then nothing is taken to be read, which at worst leads to the next channel too,
      // while a message that nobody saw would be lost.
      if (it->second.date_s >= date_s) {
        ++it;
        continue;
      }
      if (state_.open().contains(it->second.message)) read.push_back(it->second);
      it = sent_to_.erase(it);
    }
  }
  for (const InChat& one : read) {
    Message message;
    message.sequence = one.message;
    report(message, Outcome::delivered, std::nullopt, one.attempt, true, "the user wrote in the chat");
  }
}

}  // namespace provodka::notify_agent
