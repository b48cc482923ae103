#pragma once

#include "ledger/codec/event_codec.h"
#include "ledger/core/arena.h"
#include "ledger/log/event_source.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace provodka::device_agent {

// The next lines of the log, decoded.
struct Batch {
  log::FramePtr frame;  // null: there was nothing new
  Arena arena;
  std::vector<codec::DecodedEvent> events;
  uint64_t generation = 0;  // of reading from the first line; see Follower::again
  bool at_end = false;      // the log has no more; said again after each trouble
};

// Reads a log from its first line on, on a thread of its own, and then follows it.
class Follower {
 public:
  // `deliver` is called on that thread, with one batch after the other, of which `taken` has to be called for
  // each; a few are on their way at most. `trouble` is told why the log cannot be read, and whether it is
  // another reader's turn now; with an empty text that it can be read again.
  Follower(log::EventSource& source, std::function<void(std::shared_ptr<Batch>)> deliver,
           std::function<void(std::string, bool others_turn)> trouble);
  ~Follower() { stop(); }
  Follower(const Follower&) = delete;

  // The source is asked no more, and nothing more is delivered when this returns.
  void stop();

  void taken();
  // From the first line once more, with the next generation. Any thread.
  void again();

 private:
  void run();
  void begin();
  // False when it is the end.
  bool read();
  bool pause(std::chrono::milliseconds time);
  bool hand_over(std::shared_ptr<Batch> batch);
  Result<void> decode(const log::FramePtr& frame, Batch& batch);
  bool troubled(const std::string& why);
  void say(const std::string& trouble, bool others_turn = false);

  log::EventSource& source_;
  std::function<void(std::shared_ptr<Batch>)> deliver_;
  std::function<void(std::string, bool)> trouble_;
  std::mutex mutex_;
  std::condition_variable changed_;
  size_t under_way_ = 0;
  bool stopped_ = false, again_ = false;

  // Of the thread.
  Position next_;
  uint64_t generation_ = 0;
  bool said_end_ = false;
  std::optional<std::chrono::steady_clock::time_point> trouble_since_;
  std::string trouble_said_;
  bool others_turn_said_ = false;
  std::thread thread_;
};

}  // namespace provodka::device_agent
