#pragma once

#include "ledger/core/result.h"
#include "ledger/log/frame.h"

#include <chrono>
#include <string>

namespace provodka::log {

// Where a consumer of the log has its lines from: the engine of the same process, the directory of a ledger,
// or a server. Durable lines only, in the order of the shard, from any position on and as often as wanted.
// Any thread may call.
class EventSource {
 public:
  virtual ~EventSource() = default;

  // The frame that holds `from`, which may begin before it; where one ends means nothing. Waits for it no
  // longer than `timeout`, then null. A fault: the log cannot be read there, or cannot be reached now.
  virtual Result<FramePtr> frame_at(Position from, std::chrono::milliseconds timeout) = 0;

  // The last position, as far as it is known without waiting: that of now, not of the last frame_at, so that
  // nobody takes a log for read that has grown since.
  virtual Position last() const = 0;

  // False while it is another reader's turn to act by this log, or nobody knows whose: who acts stops at
  // once. Asked after a fault.
  virtual bool may_act() const { return true; }

  // Waits that are under way return, and so does every later one: nothing more will be asked for.
  virtual void stop() = 0;

  // For messages: "the log in /var/lib/provodka".
  virtual std::string name() const = 0;
};

}  // namespace provodka::log
