#include "commands/http/event_reader.h"

#include "ledger/log/line.h"

namespace provodka::http {
namespace {

// Where the next line may be further away than this, its place is looked up instead of read towards.
constexpr uint64_t kSearchedWithoutIndex = 1024;

}  // namespace

Result<void> EventReader::skip_to_next_line() {
  const Position followed = engine_.trees().position();
  const auto place = engine_.place_of(tenant_, next_);
  if (!place) return std::unexpected(place.error());
  // Where the trees do not have it, it comes after what they have followed, if there is one.
  const uint64_t before = *place ? (*place)->value() - 1 : followed.value();
  searched_ = std::max(searched_, Position(before));
  return {};
}

Result<log::FramePtr> EventReader::next_frame() {
  durable_ = engine_.durable();
  if (durable_.value() - searched_.value() > kSearchedWithoutIndex) {
    if (const auto skipped = skip_to_next_line(); !skipped) return std::unexpected(skipped.error());
  }
  if (searched_ >= durable_) return log::FramePtr();
  auto frame = engine_.frame_at(searched_.next());
  if (frame) return frame;
  // Damage between here and the next line hides nothing that is wanted.
  const Position damaged = searched_;
  if (!skip_to_next_line() || searched_ == damaged) return frame;
  if (searched_ >= durable_) return log::FramePtr();
  return engine_.frame_at(searched_.next());
}

Result<bool> EventReader::read_frame(const log::Frame& frame, uint64_t lines_max,
                                     const std::function<void(Sequence, std::string_view)>& on_line) {
  const Position last = std::min(frame.last(), durable_);
  while (searched_ < last && lines_max > 0) {
    const Position at = searched_.next();
    const std::string_view line = frame.line(at);
    const auto origin = log::origin_of(line);
    if (!origin) return fault("position {}: the line does not say whose it is", at);
    if (origin->tenant == tenant_ && origin->sequence >= next_) {
      if (origin->sequence != next_)
        return fault("position {}: {} of {} is missing before it", at, next_, tenant_);
      on_line(next_, line);
      next_ = next_.next();
      --lines_max;
    }
    searched_ = at;
  }
  return true;
}

}  // namespace provodka::http
