#include "projections/runner/feed.h"

#include <algorithm>

namespace provodka::projections {
namespace {

// Of 256 KiB, which decoded are about half a megabyte; more than readers that wait for each other are apart.
constexpr size_t kFramesKept = 768;

DecodedFramePtr decode(const log::FramePtr& frame) {
  auto decoded = std::make_shared<DecodedFrame>();
  decoded->frame = frame;
  decoded->events.reserve(frame->count());
  for (uint32_t i = 0; i < frame->count(); ++i) {
    const auto read = codec::decode_event(frame->line(i), decoded->arena, decoded->events.emplace_back());
    if (!read) {
      decoded->events.pop_back();
      decoded->bad_line = read.error().what;
      break;
    }
  }
  return decoded;
}

}  // namespace

Feed::Reader::Reader(Feed& feed, Position stored)
    : feed_(feed), place_([&] {
        const std::lock_guard lock(feed.mutex_);
        return feed.places_.insert(feed.places_.end(), {stored, std::chrono::steady_clock::now()});
      }()) {}

Feed::Reader::~Reader() {
  const std::lock_guard lock(feed_.mutex_);
  feed_.places_.erase(place_);
  feed_.places_changed();
}

bool Feed::Reader::may_go_on(std::chrono::milliseconds timeout) {
  std::unique_lock lock(feed_.mutex_);
  return feed_.moved_.wait_for(lock, timeout, [&] {
    return place_->stored.value() + feed_.limits_.ahead >= feed_.source_.last().value() ||
           std::ranges::none_of(
               feed_.places_, [&](const Place& other) { return feed_.is_waited_for(other, place_->stored); });
  });
}

void Feed::Reader::has_stored(Position position) {
  const std::lock_guard lock(feed_.mutex_);
  *place_ = {position, std::chrono::steady_clock::now()};
  feed_.places_changed();
}

bool Feed::is_waited_for(const Place& place, Position by) const {
  const uint64_t stored = place.stored.value();
  return stored + limits_.ahead < by.value() && by.value() <= stored + limits_.reach &&
         std::chrono::steady_clock::now() - place.moved < limits_.patience;
}

bool Feed::is_needed(const Entry& entry) const {
  return std::ranges::any_of(places_, [&](const Place& place) {
    return place.stored < entry.frame->last() &&
           entry.frame->first().value() <= place.stored.value() + limits_.reach;
  });
}

void Feed::places_changed() {
  std::erase_if(recent_, [&](const Entry& entry) { return !is_needed(entry); });
  moved_.notify_all();
}

Result<DecodedFramePtr> Feed::frame_at(Position from, std::chrono::milliseconds timeout) {
  const auto holds = [&](const Entry& entry) {
    return entry.frame->first() <= from && from <= entry.frame->last();
  };
  {
    std::unique_lock lock(mutex_);
    const auto found = std::ranges::find_if(recent_, holds);
    if (found != recent_.end()) {
      const auto decoded = found->decoded;
      lock.unlock();
      return decoded.get();
    }
  }
  auto frame = source_.frame_at(from, timeout);
  if (!frame) return std::unexpected(frame.error());
  if (!*frame) return DecodedFramePtr();
  std::promise<DecodedFramePtr> promise;
  {
    std::unique_lock lock(mutex_);
    const auto found = std::ranges::find_if(recent_, holds);
    if (found != recent_.end()) {
      const auto decoded = found->decoded;
      lock.unlock();
      return decoded.get();
    }
    recent_.push_back({*frame, promise.get_future().share()});
    if (recent_.size() > kFramesKept) recent_.pop_front();
  }
  DecodedFramePtr decoded = decode(*frame);
  promise.set_value(decoded);
  return decoded;
}

}  // namespace provodka::projections
