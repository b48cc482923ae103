#pragma once

#include "ledger/engine/engine.h"

#include <functional>
#include <string>

namespace provodka::http {

// The durable lines of one tenant, in order, from a sequence on. Reads at most one frame at a time, so that
// who follows can write between. For one thread.
class EventReader {
 public:
  EventReader(const engine::Engine& engine, std::string tenant, Sequence next)
      : engine_(engine), tenant_(std::move(tenant)), next_(next) {}

  // Calls on_line(sequence, line) for the lines of the next frame, at most `lines_max`. False when there is
  // nothing more that is durable. A fault: the log cannot be read there, and `next` stays.
  template <class F>
  Result<bool> read(uint64_t lines_max, F&& on_line) {
    const auto frame = next_frame();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) return false;
    return read_frame(**frame, lines_max, on_line);
  }

  Sequence next() const { return next_; }

 private:
  // The frame to look through next, from searched_.next() on; null when all that is durable was looked
  // through.
  Result<log::FramePtr> next_frame();
  Result<void> skip_to_next_line();
  Result<bool> read_frame(const log::Frame&, uint64_t lines_max,
                          const std::function<void(Sequence, std::string_view)>&);

  const engine::Engine& engine_;
  const std::string tenant_;
  Sequence next_;
  Position searched_;  // no line from `next_` on is here or before
  Position durable_;   // as of the last look
};

}  // namespace provodka::http
