#include "tools/provodka/csv.h"

#include <algorithm>

#include <fmt/format.h>

namespace provodka::tools {
namespace {

constexpr size_t kBlockBytes = 256 << 10;
static_assert(kBlockBytes > 2 * kCsvRowBytesMax);

}  // namespace

CsvReader::CsvReader(std::istream& in, CsvFormat format) : in_(in), format_(format) {}

// Reads on until there is a block in the buffer. False when nothing was left to read.
bool CsvReader::fill() {
  if (ended_) return false;
  buffer_.erase(0, begin_);
  begin_ = 0;
  const size_t had = buffer_.size();
  buffer_.resize(had + kBlockBytes);
  in_.read(buffer_.data() + had, kBlockBytes);
  buffer_.resize(had + static_cast<size_t>(in_.gcount()));
  ended_ = !in_;
  if (!started_) {
    started_ = true;
    if (buffer_.starts_with("\xef\xbb\xbf")) begin_ = 3;
  }
  return buffer_.size() > had;
}

// The line feed at or after `from`, or the end of the buffer.
size_t CsvReader::line_end(size_t from) const { return std::min(buffer_.find('\n', from), buffer_.size()); }

// Gives the bytes up to `past`, which stands behind a line feed or at the end.
void CsvReader::take(CsvRow& row, size_t past) {
  row.line = line_;
  row.text = std::string_view(buffer_).substr(begin_, past - begin_);
  line_ += static_cast<uint64_t>(std::ranges::count(row.text, '\n'));
  if (row.text.ends_with('\n')) row.text.remove_suffix(1);
  if (row.text.ends_with('\r')) row.text.remove_suffix(1);
  begin_ = past;
}

// Passes over the rest of a line of which enough was seen.
void CsvReader::skip_line() {
  while (skipping_) {
    const size_t end = line_end(begin_);
    skipping_ = end == buffer_.size();
    begin_ = skipping_ ? end : end + 1;
    if (!skipping_) ++line_;
    if (skipping_ && !fill()) return;
  }
}

bool CsvReader::next(CsvRow& row) {
  skip_line();
  for (;;) {
    row.error.clear();
    size_t past = begin_;
    const bool too_long = buffer_.size() - begin_ > kCsvRowBytesMax;
    Parsed parsed = begin_ == buffer_.size() ? Parsed::more : parse(row, past);
    if (parsed == Parsed::more) {
      if (!too_long && fill()) continue;
      if (begin_ == buffer_.size()) {
        if (!in_.bad()) return false;
        in_.clear(std::ios::eofbit);
        row.line = line_;
        row.text = {};
        row.error = "the file cannot be read any further";
        return true;
      }
      // Either a quote that is open at the end or after as much as a row may be, or a line without an end.
      past = std::min(line_end(begin_) + 1, buffer_.size());
      if (row.error.empty()) row.error = fmt::format("the row is longer than {} bytes", kCsvRowBytesMax);
      skipping_ = buffer_[past - 1] != '\n' && !ended_;
    }
    take(row, past);
    if (row.text.empty() && row.error.empty()) continue;
    if (row.text.size() > kCsvRowBytesMax && row.error.empty()) {
      row.error = fmt::format("the row is longer than {} bytes", kCsvRowBytesMax);
    }
    return true;
  }
}

// Parses the row at begin_. `more` when the buffer ends before the row does; the error then says what was
// open.
CsvReader::Parsed CsvReader::parse(CsvRow& row, size_t& past) {
  size_t at = begin_;
  for (size_t count = 0;; ++count) {
    if (row.fields.size() <= count) row.fields.emplace_back();
    std::string& field = row.fields[count];
    field.clear();
    const bool in_quotes = format_.quote && at < buffer_.size() && buffer_[at] == *format_.quote;
    const Parsed parsed = in_quotes ? quoted(row, field, at) : unquoted(row, field, at);
    if (parsed == Parsed::wrong) {
      if (line_end(at) == buffer_.size() && !ended_) return Parsed::more;
      past = std::min(line_end(at) + 1, buffer_.size());
      return parsed;
    }
    if (parsed == Parsed::more) return parsed;
    if (at < buffer_.size() && buffer_[at] == format_.delimiter) {
      ++at;
      continue;
    }
    row.fields.resize(count + 1);
    past = std::min(at + 1, buffer_.size());
    return Parsed::row;
  }
}

// Both leave `at` on the delimiter, on the line feed or at the end of the file.
CsvReader::Parsed CsvReader::quoted(CsvRow& row, std::string& field, size_t& at) {
  const char quote = *format_.quote;
  for (++at;;) {
    const size_t found = buffer_.find(quote, at);
    if (found == std::string::npos || (found + 1 == buffer_.size() && !ended_)) {
      row.error =
          fmt::format("a quote is opened in column {} and not closed", &field - row.fields.data() + 1);
      return Parsed::more;
    }
    field.append(buffer_, at, found - at);
    at = found + 1;
    if (at < buffer_.size() && buffer_[at] == quote) {
      field += quote;
      ++at;
      continue;
    }
    if (at < buffer_.size() && buffer_[at] == '\r') {
      if (at + 1 == buffer_.size() && !ended_) return Parsed::more;
      if (at + 1 == buffer_.size() || buffer_[at + 1] == '\n') ++at;
    }
    if (at >= buffer_.size()) return ended_ ? Parsed::row : Parsed::more;
    if (buffer_[at] == format_.delimiter || buffer_[at] == '\n') return Parsed::row;
    row.error = fmt::format("column {} goes on behind its closing quote; a quote inside quotes is doubled",
                            &field - row.fields.data() + 1);
    return Parsed::wrong;
  }
}

CsvReader::Parsed CsvReader::unquoted(CsvRow& row, std::string& field, size_t& at) {
  const size_t from = at;
  for (; at < buffer_.size(); ++at) {
    const char c = buffer_[at];
    if (c == format_.delimiter || c == '\n') break;
    if (format_.quote && c == *format_.quote) {
      row.error = fmt::format("a quote stands inside column {}, which does not begin with one",
                              &field - row.fields.data() + 1);
      return Parsed::wrong;
    }
  }
  if (at == buffer_.size() && !ended_) return Parsed::more;
  size_t past = at;
  const bool at_line_end = at == buffer_.size() || buffer_[at] == '\n';
  if (at_line_end && past > from && buffer_[past - 1] == '\r') --past;
  field.assign(buffer_, from, past - from);
  return Parsed::row;
}

}  // namespace provodka::tools
