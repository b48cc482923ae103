#include "adapters/notify_agent/plan.h"

#include <algorithm>

namespace provodka::notify_agent {
namespace {

// The first reachable channel from this place in the template's order on, or none.
std::optional<Channel> first_from(const Message& message, size_t place, const ChannelSet& reachable) {
  const auto& order = message.of->channels;
  for (; place < order.size(); ++place) {
    if (reachable[static_cast<size_t>(order[place])]) return order[place];
  }
  return std::nullopt;
}

size_t place_after(const Message& message, Channel channel) {
  const auto& order = message.of->channels;
  return static_cast<size_t>(std::ranges::find(order, channel) - order.begin()) + 1;
}

}  // namespace

bool has_more(const Message& message, Channel after, const ChannelSet& reachable) {
  return first_from(message, place_after(message, after), reachable).has_value();
}

Step next_step(const Message& message, const ChannelSet& reachable, Instant now) {
  using Kind = Step::Kind;
  std::optional<Channel> next;
  switch (message.progress) {
    case Progress::sending:
    case Progress::unknown:
      return {};
    case Progress::requested:
      next = first_from(message, 0, reachable);
      break;
    case Progress::failed: {
      // What failed before it was begun, by hand, starts at the beginning.
      const size_t tried = static_cast<size_t>(message.channel);
      const bool same = message.again && reachable[tried] && message.tries[tried] < kTriesMax;
      if (message.attempt == 0) {
        next = first_from(message, 0, reachable);
      } else if (same) {
        next = message.channel;
      } else {
        next = first_from(message, place_after(message, message.channel), reachable);
      }
      break;
    }
    case Progress::sent: {
      const int64_t silent_us = micros_between(message.changed, now);
      const int64_t minutes_us = int64_t{message.of->minutes} * 60 * micros_per_second;
      const bool is_silent = minutes_us > 0 && silent_us >= minutes_us;
      if (is_silent) next = first_from(message, place_after(message, message.channel), reachable);
      const bool may_be_reported = message.by_sms == message.attempt && message.by_sms != 0;
      if (!next && (may_be_reported ? silent_us < kReceiptWaitUs : !is_silent)) return {};
      break;
    }
  }
  if (!next) return {.kind = Kind::give_up};
  return {.kind = Kind::attempt, .channel = *next, .last = !has_more(message, *next, reachable)};
}

bool is_quiet(const std::optional<notification::QuietHours>& hours, uint32_t minute) {
  if (!hours || hours->from == hours->to) return false;
  const uint32_t from = hours->from.minutes, to = hours->to.minutes;
  return from < to ? from <= minute && minute < to : minute >= from || minute < to;
}

int64_t RateLimit::wait_us(int64_t now_us) const {
  if (most_ == 0 || recent_us_.size() < most_) return 0;
  return std::max<int64_t>(0, recent_us_[recent_us_.size() - most_] + window_us_ - now_us);
}

void RateLimit::count(int64_t now_us) {
  if (most_ == 0) return;
  recent_us_.push_back(now_us);
  if (recent_us_.size() > most_) recent_us_.erase(recent_us_.begin());
}

}  // namespace provodka::notify_agent
