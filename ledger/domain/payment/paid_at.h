#pragma once

#include <string_view>

namespace provodka::payment {

// When the payer paid, as the provider says: a date, or an instant as in RFC 3339. Kept as it was given.
struct PaidAt {
  std::string_view text;
  friend bool operator==(PaidAt, PaidAt) = default;
};

}  // namespace provodka::payment
