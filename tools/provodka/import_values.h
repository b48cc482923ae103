#pragma once

#include "ledger/core/date.h"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

// Cells of a foreign file to the values of the wire contract. What is wrong with one is a phrase that follows
// the cell: `use "." as the decimal separator …`.
namespace provodka::tools {

template <class T>
using Cell = std::expected<T, std::string>;

struct NumberFormat {
  char decimal = '.';
  std::string thousands;  // between groups of three digits; empty: there are none
};

// A decimal string as the wire has it: "12 500,5" becomes "12500.5". Nothing is rounded or filled up.
Cell<std::string> read_amount(std::string_view text, const NumberFormat& format);

// A format such as "%d.%m.%Y": %d %m %Y %y %H %M %S %% and what stands between them. Days, months and times
// may have one digit where no other part is right beside them. Times are read and dropped.
class DateFormat {
 public:
  // The pivot belongs to %y and only to it: years below it are of this century. What is wrong is a sentence.
  static Cell<DateFormat> compile(std::string_view format, std::optional<int> century_pivot);

  Cell<Date> read(std::string_view text) const;
  const std::string& text() const { return format_; }

 private:
  std::string format_;
  int pivot_ = 0;
};

// Turns what is in the encoding into UTF-8, in place, and refuses what is not of the encoding.
class Encoding {
 public:
  // By the names that the map allows: utf-8 and single-byte encodings in which ASCII stays what it is.
  static std::optional<Encoding> named(std::string_view name);
  static std::string_view names();

  Cell<void> to_utf8(std::string& text) const;

 private:
  std::string name_;  // empty: UTF-8
};

}  // namespace provodka::tools
