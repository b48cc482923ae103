#include "ledger/engine/committer.h"

#include "ledger/core/invariant.h"
#include "ledger/core/thread_name.h"

#include <chrono>

namespace provodka::engine {
namespace {

// Past this much the commit waits for the trees: a checkpoint is never far behind.
constexpr size_t kTreeBytesMax = 256 << 20;
constexpr auto kHeadInterval = std::chrono::milliseconds(500);

Instant wall_now() {
  return Instant{std::chrono::duration_cast<std::chrono::microseconds>(
                     std::chrono::system_clock::now().time_since_epoch())
                     .count()};
}

}  // namespace

Committer::Committer(log::EventLog& log, log::Trees& trees, log::HeadFile head_file,
                     std::function<void(std::string)> warn, Before before)
    : log_(log),
      trees_(trees),
      head_file_(std::move(head_file)),
      warn_(std::move(warn)),
      before_(std::move(before)),
      durable_(log.last().value()) {
  head_.position = log.last();
  std::tie(head_.tree, head_.root) = trees_.state();
  write_head(true);
  commit_thread_ = std::thread([this] {
    name_this_thread("commit");
    run();
  });
  tree_thread_ = std::thread([this] {
    name_this_thread("tree");
    follow();
  });
}

Committer::~Committer() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
    work_.notify_all();
  }
  commit_thread_.join();
  {
    std::lock_guard lock(tree_mutex_);
    tree_stop_ = true;
    tree_work_.notify_all();
  }
  tree_thread_.join();
  {
    std::lock_guard lock(head_mutex_);
    std::tie(head_.tree, head_.root) = trees_.state();
  }
  write_head(true);
}

void Committer::commit(std::unique_ptr<Group> group) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] { return groups_.size() < 2; });
  groups_.push_back(std::move(group));
  in_flight_.fetch_add(1, std::memory_order_release);
  work_.notify_one();
}

std::string Committer::failure() const {
  std::lock_guard lock(mutex_);
  return failure_;
}

void Committer::on_durable(std::function<void(Position)> listener) {
  std::lock_guard lock(mutex_);
  listeners_.push_back(std::move(listener));
}

void Committer::on_idle(std::function<void()> listener) {
  std::lock_guard lock(idle_mutex_);
  on_idle_ = std::move(listener);
}

void Committer::run() {
  for (;;) {
    std::unique_ptr<Group> group;
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, [&] { return !groups_.empty() || stop_; });
      if (groups_.empty()) return;
      group = std::move(groups_.front());
      groups_.pop_front();
      room_.notify_one();
    }
    std::string failure = this->failure();
    if (failure.empty() && !group->frames.empty()) {
      auto appended = before_();
      if (appended) appended = log_.append(group->frames);
      if (appended) {
        durable_.store(group->frames.back()->last().value(), std::memory_order_release);
        write_head(false);
        std::unique_lock lock(tree_mutex_);
        tree_done_.wait(lock, [&] { return for_tree_bytes_ < kTreeBytesMax; });
        for (const auto& frame : group->frames) {
          for_tree_bytes_ += frame->text().size();
          for_tree_.push_back(frame);
        }
        tree_work_.notify_one();
      } else {
        failure = appended.error().what;
        std::lock_guard lock(mutex_);
        failure_ = failure;
        failed_.store(true, std::memory_order_release);
      }
    }
    for (auto& waiting : group->waiting) waiting(failure.empty() ? nullptr : &failure);
    if (!group->frames.empty() && failure.empty()) {
      std::vector<std::function<void(Position)>> listeners;
      {
        std::lock_guard lock(mutex_);
        listeners = listeners_;
      }
      for (const auto& listener : listeners) listener(durable());
    }
    {
      std::lock_guard lock(mutex_);
      in_flight_.fetch_sub(1, std::memory_order_release);
      progress_.notify_all();
    }
    std::lock_guard lock(idle_mutex_);
    if (on_idle_) on_idle_();
  }
}

void Committer::follow() {
  auto last_head = std::chrono::steady_clock::now();
  bool warned = false;
  for (;;) {
    std::deque<log::FramePtr> frames;
    bool stopping = false;
    {
      std::unique_lock lock(tree_mutex_);
      tree_work_.wait_for(lock, kHeadInterval, [&] { return !for_tree_.empty() || tree_stop_; });
      frames.swap(for_tree_);
      stopping = tree_stop_;
    }
    for (const auto& frame : frames) {
      const auto added = trees_.add(*frame);
      INVARIANT(added, "the trees follow the log", added ? std::string() : added.error().what);
      std::lock_guard lock(tree_mutex_);
      for_tree_bytes_ -= frame->text().size();
      tree_done_.notify_all();
    }
    if (!frames.empty()) {
      const auto written = trees_.write_tiles();
      if (!written && !warned) {
        warn_(written.error().what + " (tiles stay in memory)");
        warned = true;
      }
    }
    const auto now = std::chrono::steady_clock::now();
    if (now - last_head >= kHeadInterval) {
      last_head = now;
      bool changed;
      {
        std::lock_guard lock(head_mutex_);
        changed = head_.tree != trees_.position();
        if (changed) std::tie(head_.tree, head_.root) = trees_.state();
      }
      if (changed) write_head(true);
    }
    if (stopping && frames.empty()) return;
  }
}

void Committer::write_head(bool sync) {
  Result<void> written;
  {
    std::lock_guard lock(head_mutex_);
    head_.position = durable();
    head_.time = wall_now();
    written = head_file_.write(head_);
  }
  if (written && sync) written = head_file_.sync();
  if (!written) warn_(written.error().what);
}

bool Committer::wait_for_durable(Position position) {
  std::unique_lock lock(mutex_);
  progress_.wait(lock, [&] { return durable() >= position || failed(); });
  return durable() >= position;
}

void Committer::wait_for_trees(Position position) {
  std::unique_lock lock(tree_mutex_);
  tree_done_.wait(lock, [&] { return trees_.position() >= position || tree_stop_; });
}

}  // namespace provodka::engine
