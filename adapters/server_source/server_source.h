#pragma once

#include "adapters/server_source/server.h"
#include "ledger/log/event_source.h"
#include "ledger/log/tail.h"

#include <condition_variable>
#include <thread>

namespace provodka::server_source {

// The lines of a server's log, of all tenants, over GET /v1/log. A thread of its own follows the end of the
// log; see the README. The server must outlive it.
class ServerSource : public log::EventSource {
 public:
  // `warn` is told when the server cannot be reached any more and when it can again; from the thread.
  ServerSource(Server&, std::function<void(std::string)> warn);
  ~ServerSource() override;

  // A fault also while the server cannot be reached, so that nobody takes that for the end of the log.
  Result<log::FramePtr> frame_at(Position from, std::chrono::milliseconds timeout) override;
  Position last() const override;
  void stop() override;
  std::string name() const override { return "the log of " + server_.url(); }

 private:
  // Gives a frame once last() is not before its end.
  Result<log::FramePtr> follow_to(log::FramePtr);
  void follow();
  // Asks for what is behind the newest line, or for where the log ends while that is not known.
  Result<void> poll();
  void shows_end(Position durable);
  void notes(const std::string& fault);

  Server& server_;
  std::function<void(std::string)> warn_;
  log::Tail tail_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false, reached_ = false;
  Position last_;      // that is known to be durable
  Position followed_;  // up to here the thread has seen the log
  std::string fault_;  // why the server cannot be followed just now
  std::thread thread_;
};

}  // namespace provodka::server_source
