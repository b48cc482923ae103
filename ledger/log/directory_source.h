#pragma once

#include "ledger/log/data_dir.h"
#include "ledger/log/event_log.h"
#include "ledger/log/event_source.h"

#include <condition_variable>
#include <memory>
#include <mutex>

namespace provodka::log {

// The lines of a data directory, beside its owner or without one: as far as the head file says that events
// were acknowledged. It looks for new ones each 20 ms.
class DirectorySource : public EventSource {
 public:
  static Result<std::unique_ptr<DirectorySource>> open(const std::string& path);

  Result<FramePtr> frame_at(Position from, std::chrono::milliseconds timeout) override;
  // Reads the head file.
  Position last() const override;
  void stop() override;
  std::string name() const override { return "the log in " + dir_.path(); }
  const DataDir& dir() const { return dir_; }

 private:
  explicit DirectorySource(DataDir dir) : dir_(std::move(dir)) {}
  // Reads the head and lets the log follow it; `through_` stays where that fails.
  Result<void> look() const;

  DataDir dir_;
  std::unique_ptr<EventLog> log_;
  mutable std::mutex mutex_;
  std::condition_variable stopping_;
  mutable Position through_;
  bool stopped_ = false;
};

}  // namespace provodka::log
