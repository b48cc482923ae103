#include "tools/provodka/wanted_reader.h"

#include "ledger/engine/replay.h"
#include "tools/provodka/terminal.h"

namespace provodka::tools {

device_agent::Wanted read_wanted(const LedgerReader& reader, const std::string& tenant) {
  device_agent::Wanted wanted(tenant);
  device_agent::Wanted::Changes changes;
  std::optional<std::string> broken;
  engine::replay(
      reader.log(), {.from = Position(1), .through = reader.through()},
      [&](engine::DecodedFrame& frame) {
        changes.clear();
        for (const codec::DecodedEvent& event : frame.events) {
          const auto folded = wanted.fold(event, changes);
          if (!folded && !broken) broken = folded.error().what;
        }
        if (frame.bad_line)
          broken = fmt::format("position {}: {}", frame.bad_line->first, frame.bad_line->second);
        return !broken;
      },
      [&](const log::EventLog::Damage& damage) {
        if (!broken)
          broken = fmt::format("frame {}: {}; events {} to {} cannot be read", damage.frame, damage.reason,
                               damage.first, damage.last);
      });
  if (broken) fail(kFailed, *broken);
  return wanted;
}

}  // namespace provodka::tools
