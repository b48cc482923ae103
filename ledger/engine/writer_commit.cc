#include "ledger/engine/writer.h"

#include <fmt/format.h>

// Lines into frames, frames into commits, and what becomes of all that when a commit fails.
namespace provodka::engine {

void Writer::close_frame_if_full() {
  if (!frame_ || frame_->text().size() < log::kFrameTextBytes) return;
  next_frame_bytes_ = log::kFrameTextBytes;
  group_->frames.push_back(std::move(frame_));
  frame_ = nullptr;
}

log::Frame& Writer::open_frame() {
  if (!frame_) {
    frame_ = std::make_shared<log::Frame>(shard_.position);
    frame_->writable_text().room(next_frame_bytes_ + 4096);
  }
  return *frame_;
}

void Writer::hand_over() {
  if (frame_ && frame_->count() > 0) {
    next_frame_bytes_ = std::min(frame_->text().size(), log::kFrameTextBytes);
    group_->frames.push_back(std::move(frame_));
  }
  frame_ = nullptr;
  group_bytes_ = 0;
  remembered_in_group_.clear();
  if (group_->frames.empty() && group_->waiting.empty()) return;
  for (const auto& frame : group_->frames) parts_.tail.push(frame);
  if (group_->frames.empty() && parts_.committer.idle() && !parts_.committer.failed()) {
    for (auto& waiting : group_->waiting) waiting(nullptr);  // all that they saw is durable already
    group_->waiting.clear();
    return;
  }
  if (parts_.committer.failed()) {
    if (stopped_.empty()) return rebuild_after_failure();
    // What came after the failure was noticed was refused, or only read.
    for (auto& waiting : group_->waiting) waiting(nullptr);
    group_ = std::make_unique<Group>();
    return;
  }
  parts_.committer.commit(std::move(group_));
  group_ = std::make_unique<Group>();
}

// A write failed: what memory holds beyond the log never happened. The state is built again from the log, and
// from then on only reads are answered.
void Writer::rebuild_after_failure() {
  if (!stopped_.empty()) return;
  const std::string failure = parts_.committer.failure();
  {
    std::lock_guard lock(mutex_);
    stopped_ = failure;
  }
  options_.warn(fmt::format(
      "no commands are accepted any more: {}. Reads go on; free the disk and start again", failure));
  for (auto& waiting : group_->waiting) waiting(&failure);
  group_ = std::make_unique<Group>();
  frame_ = nullptr;
  group_bytes_ = 0;
  agenda_.clear();  // nothing happens any more
  if (snapshot_) snapshot_->cancel();
  end_snapshot();
  parts_.tail.clear();
  auto shard = recover_state(parts_.dir, parts_.log, options_.warn);
  INVARIANT(shard, "the state can be built again from the log", shard ? std::string() : shard.error().what);
  retired_strings_ = std::move(shard_.world.strings);
  shard_ = std::move(*shard);
}

}  // namespace provodka::engine
