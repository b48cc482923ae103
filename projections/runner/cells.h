#pragma once

#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
#include "ledger/core/describe.h"
#include "ledger/core/ids.h"
#include "ledger/core/money.h"
#include "ledger/core/text.h"
#include "ledger/core/time_of_day.h"

#include <charconv>
#include <concepts>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

// Values as COPY's text format has them (PostgreSQL manual, COPY, "Text Format"): escaped, null as \N.
namespace provodka::projections {

// Nothing known: null.
struct Null {};

// Appends a text, escaped.
void append_cell(std::string& out, std::string_view text);

inline void append_cell(std::string& out, Null) { out += "\\N"; }
inline void append_cell(std::string& out, const std::string& text) {
  append_cell(out, std::string_view(text));
}
inline void append_cell(std::string& out, const char* text) { append_cell(out, std::string_view(text)); }
inline void append_cell(std::string& out, Id id) { out += id.text; }  // its form needs no escape
template <size_t Max>
void append_cell(std::string& out, Text<Max> text) {
  append_cell(out, text.text);
}
inline void append_cell(std::string& out, bool value) { out += value ? 't' : 'f'; }
template <std::integral I>
  requires(!std::same_as<I, bool> && !std::same_as<I, char>)
void append_cell(std::string& out, I value) {
  char text[std::numeric_limits<I>::digits10 + 3];
  out.append(text, std::to_chars(text, std::end(text), value).ptr);
}
template <class Tag>
void append_cell(std::string& out, Ordinal<Tag> ordinal) {
  append_cell(out, ordinal.value());
}
inline void append_cell(std::string& out, Date date) {
  char text[Date::printed_bytes];
  out.append(text, date.print(text));
}
inline void append_cell(std::string& out, Instant instant) {
  char text[Instant::printed_bytes];
  out.append(text, instant.print(text));
}
inline void append_cell(std::string& out, Month month) { append_cell(out, month.first); }
inline void append_cell(std::string& out, Money money) {
  char text[print_minor_bytes_max];
  out.append(text, print_minor(text, money.minor, money.currency.exponent()));
}
inline void append_cell(std::string& out, Decimal decimal) { out += decimal.to_string(); }
template <DescribedEnum E>
void append_cell(std::string& out, E value) {
  out += enum_name(value);
}
template <class T>
void append_cell(std::string& out, const std::optional<T>& value) {
  if (value) {
    append_cell(out, *value);
  } else {
    append_cell(out, Null());
  }
}

// A text[] of texts, ids or enumerators.
template <class Range>
  requires requires(const Range& range) {
    range.begin();
    range.size();
  } && (!std::convertible_to<Range, std::string_view>)
void append_cell(std::string& out, const Range& range) {
  std::string array = "{";
  for (const auto& element : range) {
    if (array.size() > 1) array += ',';
    array += '"';
    std::string_view text;
    if constexpr (DescribedEnum<std::remove_cvref_t<decltype(element)>>) {
      text = enum_name(element);
    } else if constexpr (requires { element.text; }) {
      text = element.text;
    } else {
      text = element;
    }
    for (const char c : text) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
  append_cell(out, std::string_view(array += '}'));
}

template <class T>
std::string cell(const T& value) {
  std::string text;
  append_cell(text, value);
  return text;
}

}  // namespace provodka::projections
