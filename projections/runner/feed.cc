#include "projections/runner/feed.h"

#include <algorithm>

namespace provodka::projections {
namespace {

// Two batches: projections that are one apart still share. A decoded frame of 256 KiB is about half a
// megabyte.
constexpr size_t kFramesKept = 256;

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
