#pragma once

#include "ledger/codec/event_codec.h"
#include "tests/ledger/log/memory_log.h"

namespace provodka::projections {

// A log to which lines are added.
class Lines : public log::test::MemoryLog {
 public:
  void add(std::string_view line) {
    const std::lock_guard lock(mutex_);
    append(line);
  }
  void add(const Event& event, Instant time = *Instant::parse("2026-03-05T10:00:00Z")) {
    Buffer line;
    codec::encode_event(line,
                        {.sequence = Sequence(last().value() + 1),
                         .tenant = "ok",
                         .type = codec::type_of(event),
                         .time = time,
                         .actor = "test",
                         .cause = "c"},
                        event);
    add(line.view());
  }

  void add_all(const Lines& others) {
    for (const auto& frame : others.frames_) add(frame->line(0));
  }
};

}  // namespace provodka::projections
