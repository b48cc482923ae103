#include "ledger/log/directory_source.h"

#include "ledger/log/head.h"

namespace provodka::log {

constexpr std::chrono::milliseconds kLookEach{20};

Result<std::unique_ptr<DirectorySource>> DirectorySource::open(const std::string& path) {
  auto dir = DataDir::look(path);
  if (!dir) return std::unexpected(dir.error());
  std::unique_ptr<DirectorySource> source(new DirectorySource(std::move(*dir)));
  auto log = EventLog::open(source->dir_.log(), EventLog::Mode::reader);
  if (!log) return std::unexpected(log.error());
  source->log_ = std::move(*log);
  if (const auto looked = source->look(); !looked) return std::unexpected(looked.error());
  return source;
}

Result<void> DirectorySource::look() const {
  Position acknowledged = log_->last();
  if (HeadFile::exists(dir_.head())) {
    const auto head = HeadFile::read(dir_.head());
    if (!head) return std::unexpected(head.error());
    acknowledged = head->position;
  }
  if (acknowledged > log_->last()) {
    if (const auto followed = log_->catch_up(); !followed) return std::unexpected(followed.error());
    // The owner may be between writing its head and what a reader sees; what is there already will do.
    acknowledged = std::min(acknowledged, log_->last());
  }
  through_ = std::max(through_, acknowledged);
  return {};
}

Result<FramePtr> DirectorySource::frame_at(Position from, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(mutex_);
  while (through_ < from) {
    if (stopped_) return FramePtr();
    if (const auto looked = look(); !looked) return std::unexpected(looked.error());
    if (through_ >= from) break;
    const auto left = deadline - std::chrono::steady_clock::now();
    if (left <= std::chrono::nanoseconds(0)) return FramePtr();
    stopping_.wait_for(lock, std::min<std::chrono::nanoseconds>(left, kLookEach));
  }
  return log_->frame_at(from);
}

Position DirectorySource::last() const {
  std::lock_guard lock(mutex_);
  (void)look();  // who reads on is told why it fails
  return through_;
}

void DirectorySource::stop() {
  std::lock_guard lock(mutex_);
  stopped_ = true;
  stopping_.notify_all();
}

}  // namespace provodka::log
