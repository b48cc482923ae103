#include "ledger/engine/clock.h"

#include <fmt/format.h>

namespace provodka::engine {

std::optional<std::string> SystemClock::suspect() {
  if (jumped_us_ == 0) return std::nullopt;
  return fmt::format("the system's clock jumped by {} s; set it right and start again",
                     jumped_us_ / 1'000'000);
}

}  // namespace provodka::engine
