#include "ledger/core/thread_name.h"
#include "ledger/engine/writer.h"

#include <fmt/format.h>

// The writer's snapshots: when they are taken, and what another thread does for them.
namespace provodka::engine {
namespace {

constexpr size_t kSnapshotStepBytes = 1 << 20;

}  // namespace

void Writer::snapshot_if_due() {
  if (snapshot_done_) end_snapshot();
  if (snapshot_ && !snapshot_copied_) step_snapshot();
  if (!snapshot_ && !snapshots_failed_ && stopped_.empty() &&
      shard_.position.value() - last_snapshot_.value() >= options_.snapshot_every_events) {
    start_snapshot();
  }
}

void Writer::start_snapshot() {
  hand_over();  // the snapshot is of what has been handed over, so that it can wait for it to be durable
  if (parts_.committer.failed()) return;
  snapshot_ = std::make_unique<SnapshotWriter>(shard_, parts_.dir.snapshots());
  snapshot_copied_ = false;
  snapshot_done_ = false;
  last_snapshot_ = shard_.position;
  // The ids so far go to the files; they stay in memory until the next time, for look-ups under way.
  files_must_reach_ = parts_.store.ids_through();
  older_ = std::move(recent_);
  recent_ = std::make_shared<SeenTable>();
  snapshot_thread_ = std::thread([this, snapshot = snapshot_.get(), ids = older_] {
    name_this_thread("snapshot");
    const auto write = [&]() -> Result<void> {
      const auto info = snapshot->write();
      if (!info) return std::unexpected(info.error());
      // Nothing derived may be ahead of the log.
      if (!parts_.committer.wait_for_durable(snapshot->position())) return fault("the log stopped");
      if (const auto added = parts_.store.add_ids(ids->all(), snapshot->position()); !added) return added;
      parts_.committer.wait_for_trees(snapshot->position());
      if (const auto saved = parts_.trees.save(); !saved) return saved;
      return snapshot->publish();
    };
    if (const auto written = write(); !written && !parts_.committer.failed()) {
      options_.warn(fmt::format("no snapshots are taken any more: {}", written.error().what));
      snapshots_failed_ = true;
    }
    snapshot_done_ = true;
    std::lock_guard lock(mutex_);
    committer_became_idle_ = true;
    wake_.notify_one();
  });
}

void Writer::step_snapshot() { snapshot_copied_ = snapshot_->step(kSnapshotStepBytes); }

void Writer::end_snapshot() {
  if (!snapshot_) return;
  while (!snapshot_copied_ && stopped_.empty()) step_snapshot();
  snapshot_thread_.join();
  snapshot_.reset();
  snapshot_done_ = false;
}

}  // namespace provodka::engine
