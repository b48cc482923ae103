#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace provodka {

// The business says no. Each room numbers its own kinds (rejection.h of the room) in its own hundred; a
// number is never used again for something else. `status` is the HTTP status that a client gets, and
// `transient` says that the same command may succeed later without being changed.
struct RejectionKind {
  uint16_t number;
  std::string_view code;
  uint16_t status;
  std::string_view title;
  bool transient = false;
};

// `pointer` is the JSON pointer (RFC 6901) of the offending member of the command.
struct Rejection {
  const RejectionKind* kind;
  std::string_view pointer;
  std::string detail;
};

template <class T>
using Decided = std::expected<T, Rejection>;

inline std::unexpected<Rejection> reject(const RejectionKind& kind, std::string_view pointer,
                                         std::string detail = {}) {
  return std::unexpected(Rejection{&kind, pointer, std::move(detail)});
}

// What any command can be refused for, in this order, before its room is asked.
namespace common {
inline constexpr RejectionKind unknown_tenant{1, "unknown_tenant", 404, "There is no such tenant"};
inline constexpr RejectionKind command_id_reused{2, "command_id_reused", 409,
                                                 "This command id was used with another body"};
inline constexpr RejectionKind version_mismatch{3, "version_mismatch", 409,
                                                "The account has changed since it was read"};
inline constexpr RejectionKind effective_in_future{4, "effective_in_future", 422,
                                                   "The effective date is after the tenant's today"};
inline constexpr RejectionKind unknown_account{5, "unknown_account", 404, "There is no such account"};
inline constexpr RejectionKind account_closed{6, "account_closed", 422, "The account is closed"};
inline constexpr RejectionKind currency_mismatch{7, "currency_mismatch", 422,
                                                 "The currency is not the tenant's"};
inline constexpr RejectionKind too_many_decimals{8, "too_many_decimals", 422,
                                                 "The amount has more decimals than its currency"};
inline constexpr RejectionKind amount_not_positive{9, "amount_not_positive", 422,
                                                   "The amount must be above zero"};
inline constexpr RejectionKind amount_out_of_range{
    10, "amount_out_of_range", 422, "An amount or a balance would pass the largest that can be kept"};
inline constexpr RejectionKind insufficient_funds{11, "insufficient_funds", 422,
                                                  "The amount passes what is available", true};
inline constexpr RejectionKind reason_required{12, "reason_required", 422, "A reason is required"};
inline constexpr RejectionKind exceeds_remainder{13, "exceeds_remainder", 422,
                                                 "More than what is left of the entry"};
inline constexpr RejectionKind time_not_settable{14, "time_not_settable", 422,
                                                 "The clock is the system's and cannot be set"};
inline constexpr RejectionKind time_goes_back{15, "time_goes_back", 422, "The clock only goes forward"};
inline constexpr RejectionKind period_closed{16, "period_closed", 422,
                                             "The effective date is in a month that is closed"};
}  // namespace common

}  // namespace provodka
