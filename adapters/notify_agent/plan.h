#pragma once

#include "adapters/notify_agent/state.h"

// What is to be done about a message now. Pure.
namespace provodka::notify_agent {

inline constexpr uint32_t kTriesMax = 5;  // by one channel, where each was refused only for now

// Channels as a set, by their number.
using ChannelSet = std::array<bool, kChannels>;

struct Step {
  enum class Kind { wait, attempt, give_up } kind = Kind::wait;
  Channel channel = Channel::telegram;  // of an attempt
  bool last = false;                    // nothing else would follow it
};

// The next attempt of a message whose subscriber can be reached by these channels, or why there is none:
// `wait`, where it is under way, unknown, or silent for too short a time; `give_up`, where no channel is
// left.
Step next_step(const Message&, const ChannelSet& reachable, Instant now);

// Whether another channel would follow this one.
bool has_more(const Message&, Channel after, const ChannelSet& reachable);

// Whether subscribers are not to be disturbed at this minute of the day.
bool is_quiet(const std::optional<notification::QuietHours>&, uint32_t minute);

// At most so many within any window of this length. The default has no limit.
class RateLimit {
 public:
  RateLimit() = default;
  RateLimit(uint32_t most, int64_t window_us) : most_(most), window_us_(window_us) {}
  // Zero, or how long to wait. Times do not go back.
  int64_t wait_us(int64_t now_us) const;
  void count(int64_t now_us);

 private:
  uint32_t most_ = 0;
  int64_t window_us_ = 0;
  std::vector<int64_t> recent_us_;
};

}  // namespace provodka::notify_agent
