#include "adapters/kafka_source/kafka_source.h"

#include "ledger/core/thread_name.h"

#include <algorithm>

namespace provodka::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr size_t kAheadBytes = 8 << 20;
constexpr int kQueueKb = 1024, kBackQueueKb = 64;
constexpr uint64_t kPlaceEach = 1024;
constexpr std::chrono::milliseconds kLook = 100ms;
constexpr std::chrono::milliseconds kPause = 500ms, kPauseBroken = 5s;
constexpr auto kCommitEach = 1s;
constexpr std::chrono::milliseconds kLetGo = 2s;

}  // namespace

Result<std::unique_ptr<KafkaSource>> KafkaSource::open(SourceOptions options) {
  if (options.brokers.empty()) return refusal("Kafka's brokers are not named: HOST:PORT is expected");
  std::unique_ptr<KafkaSource> source(new KafkaSource(std::move(options)));
  if (const auto fits = Reader::check(source->cluster_); !fits) return std::unexpected(fits.error());
  if (!source->options_.group.empty()) {
    auto group = GroupMember::open(source->cluster_, source->options_.group, source->options_.prefix);
    if (!group) return std::unexpected(group.error());
    source->group_ = std::move(*group);
  }
  source->missing_ = "it was not read yet";
  source->thread_ = std::thread([self = source.get()] { self->run(); });
  return source;
}

KafkaSource::~KafkaSource() {
  stop();
  if (thread_.joinable()) thread_.join();
  reader_.reset();
  back_.reset();
  wait_until_let_go(kLetGo);
}

void KafkaSource::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
}

Position KafkaSource::last() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

bool KafkaSource::may_act() const {
  const std::lock_guard lock(mutex_);
  return may_act_ || options_.group.empty();
}

bool KafkaSource::stands_by() const {
  const std::lock_guard lock(mutex_);
  return stands_by_;
}

log::FramePtr KafkaSource::find(Position from) {
  const auto at = std::ranges::lower_bound(pieces_, from, {}, [](const Piece& p) { return p.frame->last(); });
  return at == pieces_.end() || at->frame->first() > from ? nullptr : at->frame;
}

Result<log::FramePtr> KafkaSource::frame_at(Position from, std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  std::unique_lock lock(mutex_);
  const bool is_behind = from < wanted_ && (pieces_.empty() || from < pieces_.front().frame->first());
  if (is_behind && fault_.empty() && !stopped_) {
    lock.unlock();
    return look_back(from, deadline);
  }
  if (from > wanted_) {
    wanted_ = from;
    while (!pieces_.empty() && pieces_.front().frame->last() < from) {
      piece_bytes_ -= pieces_.front().frame->text().size();
      taken_ = std::move(pieces_.front().behind);
      pieces_.pop_front();
    }
    changed_.notify_all();
  }
  log::FramePtr frame;
  changed_.wait_until(lock, deadline,
                      [&] { return stopped_ || !fault_.empty() || (frame = find(from)) != nullptr; });
  if (stopped_ || frame) return frame;
  if (!fault_.empty()) return fault("{}: {}", name(), fault_);
  if (!at_end_) return fault("{}: {}", name(), missing_);
  return log::FramePtr();
}

// A reader of its own goes to where the line is, and on from there while the next ones are asked for.
Result<log::FramePtr> KafkaSource::look_back(Position from, Clock::time_point deadline) {
  const std::lock_guard back(back_mutex_);
  Start start;
  {
    const std::lock_guard lock(mutex_);
    if (back_reading_ != reading_) back_.reset();
    back_reading_ = reading_;
    const auto behind = std::ranges::upper_bound(places_, from, {}, &Start::next);
    if (behind != places_.begin()) start = *std::prev(behind);
  }
  const auto has = [&] {
    return back_ && back_frame_ && back_frame_->first() <= from && from <= back_frame_->last();
  };
  if (has()) return back_frame_;
  if (!back_ || from < back_->next() || start.next > back_->next()) {
    auto opened = Reader::open(cluster_, options_.prefix, start, kBackQueueKb);
    if (!opened) return std::unexpected(opened.error());
    back_ = std::move(*opened);
  }
  for (;;) {
    auto frame = back_->take();
    if (!frame) {
      back_.reset();
      return fault("{}: {}", name(), frame.error().what);
    }
    if (*frame) {
      back_frame_ = std::move(*frame);
      if (has()) return back_frame_;
      continue;
    }
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return log::FramePtr();
      if (!fault_.empty()) return fault("{}: {}", name(), fault_);
    }
    if (Clock::now() >= deadline) return fault("{}: position {} was not read in time", name(), from);
    back_->wait(std::min(kLook, std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now())));
  }
}

// What was read is no longer known to be so; the next reading begins with what is wanted.
void KafkaSource::forget() {
  reader_.reset();
  const std::lock_guard lock(mutex_);
  pieces_.clear();
  piece_bytes_ = 0;
  places_.clear();
  ++reading_;
  at_end_ = false;
}

void KafkaSource::gives_up(const std::string& why, std::chrono::milliseconds pause) {
  forget();
  {
    const std::lock_guard lock(mutex_);
    fault_ = why;
  }
  changed_.notify_all();
  const auto end = Clock::now() + pause;
  while (Clock::now() < end) {
    if (group_) group_->poll(0ms);
    if (group_ && !group_->is_active()) return;
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, std::min(kLook, pause), [this] { return stopped_; })) return;
  }
}

void KafkaSource::run() {
  name_this_thread("kafka-source");
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (stopped_) break;
    }
    if (!takes_part()) continue;
    if (!reader_ && !open_reader()) continue;
    read();
  }
  commit(true);
  group_.reset();
}

bool KafkaSource::takes_part() {
  if (!group_) return true;
  group_->poll(group_->is_active() ? 0ms : kLook);
  const bool active = group_->is_active();
  if (!active) forget();
  {
    const std::lock_guard lock(mutex_);
    stands_by_ = group_->stands_by();
    may_act_ = active;
    if (active) return true;
    missing_ = group_->why_not();
    fault_ = stands_by_ ? missing_ : std::string();
  }
  changed_.notify_all();
  return false;
}

bool KafkaSource::open_reader() {
  Position wanted;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLook, [this] { return stopped_ || wanted_ > Position(); });
    if (stopped_ || wanted_ == Position()) return false;
    wanted = wanted_;
  }
  Start start;
  if (group_ && trusts_committed_ && wanted > Position(1)) {
    auto committed = group_->committed();
    if (!committed) return gives_up(committed.error().what, kPause), false;
    if (*committed && (*committed)->next <= wanted) start = std::move(**committed);
  }
  auto opened = Reader::open(cluster_, options_.prefix, start, kQueueKb);
  if (!opened) return gives_up(opened.error().what, kPause), false;
  reader_ = std::move(*opened);
  {
    const std::lock_guard lock(mutex_);
    fault_.clear();
    missing_ = reader_->missing();
    taken_ = committed_ = {};
    places_ = {start};
  }
  changed_.notify_all();
  return true;
}

void KafkaSource::read() {
  bool has_room = false;
  {
    const std::lock_guard lock(mutex_);
    has_room = piece_bytes_ < kAheadBytes;
  }
  log::FramePtr frame;
  if (has_room) {
    auto taken = reader_->take();
    if (!taken) {
      // Offsets of a topic that is not what it was may lead anywhere.
      trusts_committed_ = false;
      return gives_up(taken.error().what, kPauseBroken);
    }
    frame = std::move(*taken);
  }
  const bool nothing = !frame;
  keep(std::move(frame));
  commit(false);
  if (!has_room) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kLook, [this] { return stopped_ || piece_bytes_ < kAheadBytes; });
  } else if (nothing) {
    reader_->wait(kLook);
  }
}

void KafkaSource::keep(log::FramePtr frame) {
  const std::string missing = frame ? std::string() : reader_->missing();
  {
    const std::lock_guard lock(mutex_);
    at_end_ = !frame && missing.empty();
    // Only the end tells that a log became shorter: until then, what was known of holds.
    last_ = at_end_ ? reader_->last() : std::max(last_, reader_->last());
    // Who goes back to follow a log that became shorter comes to its end as well.
    if (at_end_) wanted_ = std::min(wanted_, reader_->next());
    missing_ = frame ? "it is being read" : missing;
    if (frame) {
      if (places_.empty() || reader_->next().value() >= places_.back().next.value() + kPlaceEach)
        places_.push_back(reader_->where());
      if (frame->last() >= wanted_) {
        piece_bytes_ += frame->text().size();
        pieces_.push_back({std::move(frame), reader_->where()});
      }
    }
  }
  changed_.notify_all();
}

void KafkaSource::commit(bool now) {
  if (!group_ || (!now && Clock::now() - committed_at_ < kCommitEach)) return;
  committed_at_ = Clock::now();
  Start taken;
  {
    const std::lock_guard lock(mutex_);
    taken = taken_;
  }
  if (taken.offsets.empty() || taken.next == committed_.next) return;
  group_->commit(taken);
  committed_ = std::move(taken);
}

}  // namespace provodka::kafka
