#pragma once

#include "ledger/log/event_log.h"
#include "ledger/log/head.h"
#include "ledger/log/trees.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace provodka::engine {

// What the writer decided while the commit before was being written: the next commit, and what waits for it.
struct Group {
  std::vector<log::FramePtr> frames;
  // Called in order when all frames up to here are durable, with why not where they are not.
  std::vector<std::move_only_function<void(const std::string* failure)>> waiting;
};

// Makes groups durable one after the other, and lets the trees follow: a thread that compresses, writes and
// syncs, and a thread that hashes.
class Committer {
 public:
  // `before` makes durable what the events of a commit depend on; the commit waits for it and fails with it.
  using Before = std::function<Result<void>()>;
  Committer(log::EventLog&, log::Trees&, log::HeadFile, std::function<void(std::string)> warn, Before before);
  // Commits what was handed over, lets the trees catch up, writes the head and ends.
  ~Committer();

  // Hands a group over. Waits while two groups are on their way already. The writer's thread.
  void commit(std::unique_ptr<Group>);
  bool idle() const { return in_flight_.load(std::memory_order_acquire) == 0; }

  Position durable() const { return Position(durable_.load(std::memory_order_acquire)); }
  // Set for good when a write has failed; nothing is committed any more.
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  std::string failure() const;

  // Called after each commit, from the committing thread.
  void on_durable(std::function<void(Position)> listener);
  // Called when a group has been committed and the writer may hand over the next.
  // Once this has returned, what was set before is not called any more.
  void on_idle(std::function<void()> listener);

  // Waits until this position is durable; false when it never will be.
  bool wait_for_durable(Position);
  // Waits until the trees have followed to this position.
  void wait_for_trees(Position);
  Position tree_position() const { return trees_.position(); }

 private:
  void run();
  void follow();
  void write_head(bool sync);

  log::EventLog& log_;
  log::Trees& trees_;
  log::HeadFile head_file_;
  std::function<void(std::string)> warn_;
  Before before_;

  mutable std::mutex mutex_;
  std::condition_variable work_, room_, progress_;
  std::deque<std::unique_ptr<Group>> groups_;
  std::atomic<int> in_flight_{0};
  bool stop_ = false;
  std::atomic<uint64_t> durable_;
  std::atomic<bool> failed_{false};
  std::string failure_;
  std::vector<std::function<void(Position)>> listeners_;
  std::mutex idle_mutex_;
  std::function<void()> on_idle_;

  mutable std::mutex tree_mutex_;
  std::condition_variable tree_work_, tree_done_;
  std::deque<log::FramePtr> for_tree_;
  size_t for_tree_bytes_ = 0;
  bool tree_stop_ = false;

  std::mutex head_mutex_;
  log::Head head_;

  std::thread commit_thread_, tree_thread_;
};

}  // namespace provodka::engine
