#include "ledger/book/chart.h"

namespace provodka::book {

std::string_view name_of(Kind kind) { return enum_name(kind); }

}  // namespace provodka::book
