#include "ledger/core/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace provodka::detail {

void invariant_failed(const InvariantSite& site, std::string_view values) {
  std::string message = fmt::format("invariant broken: {}: {} is false at {}:{}", site.what, site.condition,
                                    site.file, site.line);
  if (!values.empty()) message += fmt::format("; {} = {}", site.value_names, values);
  if (current_position != 0) message += fmt::format("; log position {}", current_position);
  if (violations_throw_depth > 0) throw InvariantViolation(message, current_position);
  message += '\n';
  std::fwrite(message.data(), 1, message.size(), stderr);
  std::fflush(stderr);
  std::abort();
}

}  // namespace provodka::detail
