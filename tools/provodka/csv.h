#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::tools {

inline constexpr size_t kCsvRowBytesMax = 64 << 10;

struct CsvFormat {
  char delimiter = ',';
  std::optional<char> quote = '"';  // none: quotes are characters like others
};

struct CsvRow {
  uint64_t line = 0;                // on which the row begins, counted from one
  std::vector<std::string> fields;  // unquoted bytes, in the encoding of the file; meaningless with an error
  std::string_view text;  // the row as it stands in the file without its line end; until the next row
  std::string error;      // why it is not a row; empty when it is one
};

// Reads delimited text row after row (RFC 4180), holding no more than a row and a block of the file. Lines
// end with LF or CRLF, a byte order mark of UTF-8 is passed over, empty lines are no rows. Delimiters,
// doubled quotes and line ends are taken inside quotes. The encoding must have ASCII in its ASCII places.
//
// A row that breaks the rules is given with its error and reading goes on behind it: after text that follows
// a closing quote, on the next line; after a quote that is never closed, on the line after the one that
// opened it, for what it swallowed were rows.
class CsvReader {
 public:
  // The stream must outlive the reader.
  CsvReader(std::istream& in, CsvFormat format);

  // False at the end of the file. A failed read of the stream is an error of the last row.
  bool next(CsvRow& row);

 private:
  enum class Parsed { row, more, wrong };
  bool fill();
  Parsed parse(CsvRow& row, size_t& past);
  Parsed quoted(CsvRow& row, std::string& field, size_t& at);
  Parsed unquoted(CsvRow& row, std::string& field, size_t& at);
  size_t line_end(size_t from) const;
  void take(CsvRow& row, size_t past);
  void skip_line();

  std::istream& in_;
  CsvFormat format_;
  std::string buffer_;
  size_t begin_ = 0;  // of what was not given yet
  uint64_t line_ = 1;
  bool ended_ = false, started_ = false, skipping_ = false;
};

}  // namespace provodka::tools
