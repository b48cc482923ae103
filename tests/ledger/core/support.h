#pragma once

#include "ledger/core/date.h"
#include "ledger/core/money.h"

#include <string_view>

namespace provodka::test {

inline Currency currency(std::string_view code) { return Currency::from_code(code).value(); }
inline Money rub(std::int64_t minor) { return {minor, currency("RUB")}; }
inline Date date(std::string_view text) { return Date::parse(text).value(); }
inline Instant instant(std::string_view text) { return Instant::parse(text).value(); }

}  // namespace provodka::test
