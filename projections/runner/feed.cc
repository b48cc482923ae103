#include "projections/runner/feed.h"

#include <algorithm>

namespace provodka::projections {
namespace {

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
  const auto nobody_is_behind = [&] {
    return std::ranges::none_of(
        feed_.places_, [&](const Place& other) { return feed_.is_waited_for(other, place_->stored); });
  };
  std::unique_lock lock(feed_.mutex_);
  if (nobody_is_behind()) return true;
  lock.unlock();
  // A source may take its time to say that, so others are not kept from what is decoded.
  if (place_->stored.value() + feed_.limits_.ahead >= feed_.source_.last().value()) return true;
  lock.lock();
  return feed_.moved_.wait_for(lock, timeout, nobody_is_behind);
}

void Feed::Reader::has_stored(Position position) {
  const std::lock_guard lock(feed_.mutex_);
  *place_ = {position, std::chrono::steady_clock::now()};
  feed_.places_changed();
}

bool Feed::is_lively(const Place& place) const {
  return std::chrono::steady_clock::now() - place.moved < limits_.patience;
}

bool Feed::is_waited_for(const Place& place, Position by) const {
  const uint64_t stored = place.stored.value();
  return stored + limits_.ahead < by.value() && by.value() <= stored + limits_.reach && is_lively(place);
}

bool Feed::is_needed(const Entry& entry) const {
  return std::ranges::any_of(places_, [&](const Place& place) {
    return place.stored < entry.frame->last() &&
           entry.frame->first().value() <= place.stored.value() + limits_.reach && is_lively(place);
  });
}

void Feed::places_changed() {
  std::erase_if(kept_, [&](const auto& kept) {
    if (is_needed(kept.second)) return false;
    kept_bytes_ -= kept.second.frame->text().size();
    return true;
  });
  moved_.notify_all();
}

const Feed::Entry* Feed::find(Position position) const {
  const auto after = kept_.upper_bound(position);
  if (after == kept_.begin()) return nullptr;
  const Entry& entry = std::prev(after)->second;
  return position <= entry.frame->last() ? &entry : nullptr;
}

Result<DecodedFramePtr> Feed::frame_at(Position from, std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const auto kept = [&] {
    const Entry* const found = find(from);
    return found ? found->decoded : std::shared_future<DecodedFramePtr>();
  };
  if (const auto decoded = kept(); decoded.valid()) {
    lock.unlock();
    return decoded.get();
  }
  lock.unlock();
  auto frame = source_.frame_at(from, timeout);
  if (!frame) return std::unexpected(frame.error());
  if (!*frame) return DecodedFramePtr();
  lock.lock();
  if (const auto decoded = kept(); decoded.valid()) {
    lock.unlock();
    return decoded.get();
  }
  const size_t bytes = (*frame)->text().size();
  if (kept_bytes_ + bytes > limits_.kept_bytes || kept_.contains((*frame)->first())) {
    lock.unlock();
    return decode(*frame);
  }
  std::promise<DecodedFramePtr> promise;
  kept_.emplace((*frame)->first(), Entry{*frame, promise.get_future().share()});
  kept_bytes_ += bytes;
  lock.unlock();
  DecodedFramePtr decoded = decode(*frame);
  promise.set_value(decoded);
  return decoded;
}

}  // namespace provodka::projections
