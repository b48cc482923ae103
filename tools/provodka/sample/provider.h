#pragma once

#include "tools/provodka/sample/action.h"

#include <functional>
#include <string_view>

namespace provodka::tools::sample {

// The commands of a provider over some months, in time, a line each: the same bytes for the same plan. The
// sink takes them piece by piece. REQUIRES: subscribers and months are above zero, and the months end before
// 2100.
void write_provider(const Plan&, const std::function<void(std::string_view)>& sink);

}  // namespace provodka::tools::sample
