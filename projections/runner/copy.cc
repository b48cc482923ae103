#include "projections/runner/copy.h"

#include <tuple>

namespace provodka::projections {
namespace {

constexpr size_t kSentAtOnce = 32 << 10;

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

// The library copies a line several times and hands each on by itself: many at once cost it no more.
void Copy::add(std::string_view line) {
  if (!lines_.empty()) lines_ += '\n';
  lines_ += line;
  if (lines_.size() >= kSentAtOnce) send();
}

void Copy::send() {
  if (!lines_.empty()) stream_ << std::tuple<FormattedRow>(FormattedRow{lines_});
  lines_.clear();
}

void Copy::finish() {
  send();
  stream_.complete();
}

}  // namespace provodka::projections
