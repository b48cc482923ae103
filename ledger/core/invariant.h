#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace provodka {

// Thrown by INVARIANT inside a ViolationsThrow scope, and nowhere else.
struct InvariantViolation : std::runtime_error {
  InvariantViolation(const std::string& what, std::uint64_t at) : std::runtime_error(what), position(at) {}
  // The log position of the innermost PositionScope, or zero when there was none.
  std::uint64_t position;
};

namespace detail {

// Zero is no position: positions are counted from one.
inline constinit thread_local std::uint64_t current_position = 0;
inline constinit thread_local int violations_throw_depth = 0;

struct InvariantSite {
  const char* condition;
  const char* what;
  const char* value_names;
  const char* file;
  int line;
};

[[noreturn, gnu::cold, gnu::noinline]] void invariant_failed(const InvariantSite& site,
                                                             std::string_view values);

template <class... Values>
[[noreturn, gnu::cold, gnu::noinline]] void invariant_failed_with(const InvariantSite& site,
                                                                  const Values&... values) {
  std::string text;
  ((text += fmt::format("{}{}", text.empty() ? "" : ", ", values)), ...);
  invariant_failed(site, text);
}

}  // namespace detail

// Names the log position that this thread works on, for the message of a failed INVARIANT. Scopes nest.
class PositionScope {
 public:
  explicit PositionScope(std::uint64_t position) : previous_(detail::current_position) {
    detail::current_position = position;
  }
  ~PositionScope() { detail::current_position = previous_; }
  PositionScope(const PositionScope&) = delete;
  PositionScope& operator=(const PositionScope&) = delete;

 private:
  std::uint64_t previous_;
};

// While one lives, a failed INVARIANT of this thread throws InvariantViolation in place of aborting. It is
// for code that inspects data it suspects and discards what it built from it; never for carrying on.
class ViolationsThrow {
 public:
  ViolationsThrow() { ++detail::violations_throw_depth; }
  ~ViolationsThrow() { --detail::violations_throw_depth; }
  ViolationsThrow(const ViolationsThrow&) = delete;
  ViolationsThrow& operator=(const ViolationsThrow&) = delete;
};

}  // namespace provodka

// States what cannot be false unless this program is wrong or its data is damaged. On in every build. The
// values after the text are anything that fmt can format; they are evaluated only on failure. A failure is
// written to stderr and aborts the process, except inside ViolationsThrow.
#define INVARIANT(condition, what, ...)                                                    \
  do {                                                                                     \
    if (!(condition)) [[unlikely]] {                                                       \
      ::provodka::detail::invariant_failed_with(::provodka::detail::InvariantSite{         \
          #condition, what, #__VA_ARGS__, __FILE__, __LINE__} __VA_OPT__(, ) __VA_ARGS__); \
    }                                                                                      \
  } while (false)
