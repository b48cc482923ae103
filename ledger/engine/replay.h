#pragma once

#include "ledger/codec/event_codec.h"
#include "ledger/domain/world.h"
#include "ledger/log/event_log.h"
#include "ledger/log/merkle.h"

#include <functional>
#include <string>
#include <vector>

namespace provodka::engine {

// A frame with its events decoded, and its leaf hashes where they were asked for.
struct DecodedFrame {
  log::FramePtr frame;
  Arena arena;
  std::vector<codec::DecodedEvent> events;
  std::vector<log::Hash> leaves;
  // The first line that could not be decoded, and why; events end before it.
  std::optional<std::pair<Position, std::string>> bad_line;
};

struct ReplayOptions {
  Position from{1};
  Position through;
  bool hash_leaves = false;
};

// Reads the log through, decoding in other threads what the caller then takes in order. on_frame returns
// false to stop. Damage is reported and skipped.
void replay(const log::EventLog&, const ReplayOptions&, const std::function<bool(DecodedFrame&)>& on_frame,
            const std::function<void(const log::EventLog::Damage&)>& on_damage);

// The state while a log is read into it.
struct Shard {
  World world;
  Position position;
  Instant time;  // of the last event

  // Applies an event that comes next. Breaks an invariant where it does not fit.
  void apply(Position, const codec::DecodedEvent&);
};

}  // namespace provodka::engine
