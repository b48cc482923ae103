#include "projections/runner/copy.h"

#include <tuple>

namespace provodka::projections {
namespace {

struct FormattedRow {
  const std::string& line;
};

}  // namespace
}  // namespace provodka::projections

#if PQXX_VERSION_MAJOR < 7
// The library escapes what a row is made of, cell by cell; these cells are one that is escaped already.
template <>
inline std::string pqxx::internal::TypedCopyEscaper::operator()(
    const provodka::projections::FormattedRow* row) const {
  return row->line;
}
#else
#error "libpqxx 7 is not supported yet: its stream_to takes cells, not lines"
#endif

namespace provodka::projections {

Copy::Copy(pqxx::transaction_base& transaction, const std::string& table,
           const std::vector<std::string>& columns)
    : stream_(transaction, table, columns) {}

void Copy::add(std::string_view line) {
  line_ = line;
  stream_ << std::tuple<FormattedRow>(FormattedRow{line_});
}

}  // namespace provodka::projections
