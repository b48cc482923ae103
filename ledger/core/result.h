#pragma once

#include <expected>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace provodka {

// The outside failed: a disk, a network, another process. `what` is a sentence for an operator, with the
// context that the caller had. A refusal by the business is not a Fault, and neither is a broken invariant.
struct [[nodiscard]] Fault {
  std::string what;
  bool refused = false;  // nothing failed: what was asked for is not allowed here, or is not there
};

template <class T>
using Result = std::expected<T, Fault>;

// return fault("cannot open {}: {}", path, reason);
template <class... Args>
std::unexpected<Fault> fault(fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected<Fault>(Fault{fmt::format(format, std::forward<Args>(args)...)});
}

// The same for what is refused.
template <class... Args>
std::unexpected<Fault> refusal(fmt::format_string<Args...> format, Args&&... args) {
  return std::unexpected<Fault>(Fault{fmt::format(format, std::forward<Args>(args)...), true});
}

}  // namespace provodka
