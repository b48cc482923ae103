#include "ledger/engine/replay.h"

#include "ledger/domain/dispatch.h"

#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

namespace provodka::engine {
namespace {

void decode(DecodedFrame& out, const ReplayOptions& options) {
  const log::Frame& frame = *out.frame;
  if (options.from > frame.last() || options.through < frame.first()) return;
  const auto begin =
      static_cast<uint32_t>(std::max(options.from, frame.first()).value() - frame.first().value());
  auto end =
      static_cast<uint32_t>(std::min(options.through, frame.last()).value() + 1 - frame.first().value());
  out.events.reserve(end - begin);
  for (uint32_t i = begin; i < end; ++i) {
    const auto decoded = codec::decode_event(frame.line(i), out.arena, out.events.emplace_back());
    if (!decoded) {
      out.events.pop_back();
      out.bad_line = {Position(frame.first().value() + i), decoded.error().what};
      end = i;
    }
  }
  if (options.hash_leaves) {
    out.leaves.resize(end - begin);
    log::leaf_hashes(frame.lines(begin, end), out.leaves);
  }
}

// Frames that were read and wait for decoding, then for being taken in order. Bounded: reading waits.
class Pipeline {
 public:
  explicit Pipeline(const ReplayOptions& options) : options_(options) {}

  // False when the caller has stopped.
  bool put(std::unique_ptr<DecodedFrame> frame) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return items_.size() < kItemsMax || stopped_; });
    if (stopped_) return false;
    items_.push_back({std::move(frame), State::waiting});
    work_.notify_one();
    ready_.notify_one();
    return true;
  }

  void no_more() {
    std::lock_guard lock(mutex_);
    complete_ = true;
    work_.notify_all();
    ready_.notify_all();
  }

  void stop() {
    std::lock_guard lock(mutex_);
    stopped_ = complete_ = true;
    room_.notify_all();
    work_.notify_all();
  }

  // Decodes until there is nothing left.
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      work_.wait(lock, [&] { return next_waiting() || complete_; });
      Item* item = next_waiting();
      if (!item || stopped_) return;
      run(*item, lock);
    }
  }

  // The next frame in order; decodes it itself where nobody has begun. Null at the end.
  std::unique_ptr<DecodedFrame> take() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return !items_.empty() || complete_; });
    if (items_.empty()) return nullptr;
    while (items_.front().state != State::done) {
      if (Item* item = next_waiting()) {
        run(*item, lock);
      } else {
        ready_.wait(lock, [&] { return items_.front().state == State::done || next_waiting(); });
      }
    }
    auto frame = std::move(items_.front().frame);
    items_.pop_front();
    room_.notify_one();
    return frame;
  }

 private:
  enum class State { waiting, running, done };
  struct Item {
    std::unique_ptr<DecodedFrame> frame;
    State state;
  };
  static constexpr size_t kItemsMax = 16;

  Item* next_waiting() {
    for (Item& item : items_) {
      if (item.state == State::waiting) return &item;
    }
    return nullptr;
  }

  void run(Item& item, std::unique_lock<std::mutex>& lock) {
    item.state = State::running;
    DecodedFrame& frame = *item.frame;
    lock.unlock();
    decode(frame, options_);
    lock.lock();
    item.state = State::done;  // a deque's items stay where they are
    ready_.notify_all();
  }

  const ReplayOptions& options_;
  std::mutex mutex_;
  std::condition_variable room_, work_, ready_;
  std::deque<Item> items_;
  bool complete_ = false;
  bool stopped_ = false;
};

}  // namespace

void replay(const log::EventLog& log, const ReplayOptions& options,
            const std::function<bool(DecodedFrame&)>& on_frame,
            const std::function<void(const log::EventLog::Damage&)>& on_damage) {
  if (options.from > options.through) return;
  Pipeline pipeline(options);
  std::mutex damage_mutex;
  std::vector<log::EventLog::Damage> damage;
  std::thread reader([&] {
    log.scan(
        options.from, options.through,
        [&](const log::FramePtr& frame) {
          auto decoded = std::make_unique<DecodedFrame>();
          decoded->frame = frame;
          return pipeline.put(std::move(decoded));
        },
        [&](const log::EventLog::Damage& d) {
          std::lock_guard lock(damage_mutex);
          damage.push_back(d);
        });
    pipeline.no_more();
  });
  std::thread worker([&] { pipeline.work(); });
  const auto report_damage = [&](Position before) {
    std::vector<log::EventLog::Damage> found;
    {
      std::lock_guard lock(damage_mutex);
      const auto later = std::ranges::find_if(damage, [&](const auto& d) { return d.first >= before; });
      found.assign(damage.begin(), later);
      damage.erase(damage.begin(), later);
    }
    for (const auto& d : found) on_damage(d);
  };
  const auto end = [&] {
    pipeline.stop();
    reader.join();
    worker.join();
  };
  try {
    while (auto frame = pipeline.take()) {
      report_damage(frame->frame->first());
      if (!on_frame(*frame)) {
        end();
        return;
      }
    }
  } catch (...) {
    end();
    throw;
  }
  end();
  report_damage(options.through.next());
}

void Shard::apply(Position at, const codec::DecodedEvent& decoded) {
  const PositionScope scope(at.value());
  INVARIANT(at == position.next(), "positions have no gap", position);
  const codec::EventHeader& header = decoded.header;
  INVARIANT(header.time >= time, "recorded times never decrease", header.time.to_string());
  auto tenant = world.find_tenant(header.tenant);
  if (!tenant) {
    INVARIANT(std::holds_alternative<tenant::TenantCreated>(decoded.event),
              "a tenant's first event creates it");
    tenant = TenantId(world.tenants.size());
  }
  evolve(world, decoded.event,
         {.tenant = *tenant, .sequence = header.sequence, .position = at, .time = header.time});
  position = at;
  time = header.time;
}

}  // namespace provodka::engine
