#include "tools/provodka/import_values.h"

#include "ledger/core/amount.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>
#include <iconv.h>
#include <simdjson.h>

namespace provodka::tools {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The other separator where a decimal one belongs is the mistake that everyone makes once.
std::string number_hint(std::string_view text, const NumberFormat& format) {
  const char other = format.decimal == '.' ? ',' : '.';
  const bool has_decimal = text.find(format.decimal) != std::string_view::npos;
  if (!has_decimal && std::ranges::count(text, other) == 1 &&
      format.thousands != std::string_view(&other, 1)) {
    return fmt::format("use \"{}\" as the decimal separator or set decimal = \"{}\" in the map",
                       format.decimal, other);
  }
  for (const std::string_view separator : {" ", "\u00a0", "\u202f", ",", ".", "'"}) {
    if (separator[0] == format.decimal || separator == format.thousands) continue;
    if (text.find(separator) != std::string_view::npos) {
      return fmt::format("set thousands = \"{}\" in the map if that separates groups of three digits",
                         separator);
    }
  }
  return "it is not a number such as 12.50";
}

// The digits of the whole part without their separators; empty when it is not in groups of three.
std::string ungrouped(std::string_view whole, std::string_view separator) {
  std::string digits;
  size_t group = 0;
  bool separated = false;
  while (!whole.empty()) {
    if (is_digit(whole.front())) {
      digits += whole.front();
      whole.remove_prefix(1);
      ++group;
    } else if (!separator.empty() && whole.starts_with(separator)) {
      if (group == 0 || group > 3 || (separated && group != 3)) return {};
      separated = true;
      group = 0;
      whole.remove_prefix(separator.size());
    } else {
      return {};
    }
  }
  if (separated && group != 3) return {};
  return digits;
}

}  // namespace

Cell<std::string> read_amount(std::string_view text, const NumberFormat& format) {
  const std::string_view all = text;
  std::string out;
  if (text.starts_with('-')) out = "-";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  const size_t point = text.find(format.decimal);
  std::string whole = ungrouped(text.substr(0, point), format.thousands);
  if (whole.empty() && point != 0) return std::unexpected(number_hint(all, format));
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  out += whole.empty() ? "0" : whole;
  if (point != std::string_view::npos) {
    const std::string_view decimals = text.substr(point + 1);
    if (decimals.empty() || !std::ranges::all_of(decimals, is_digit))
      return std::unexpected(number_hint(all, format));
    out += '.';
    out += decimals;
  }
  if (const auto parsed = Amount::parse(out); !parsed)
    return std::unexpected(std::string(describe(parsed.error())));
  return out;
}

Cell<DateFormat> DateFormat::compile(std::string_view format, std::optional<int> century_pivot) {
  std::string seen;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    const char kind = ++i < format.size() ? format[i] : '\0';
    if (std::string_view("dmYyHMS%").find(kind) == std::string_view::npos || kind == '\0') {
      return std::unexpected(fmt::format("a date format is made of %d %m %Y %y %H %M %S, not of \"%{}\"",
                                         kind ? std::string(1, kind) : ""));
    }
    const char slot = kind == 'y' ? 'Y' : kind;
    if (kind != '%' && seen.find(slot) != std::string::npos) {
      return std::unexpected(fmt::format("\"{}\" has a part twice", format));
    }
    seen += slot;
  }
  for (const char part : {'d', 'm', 'Y'}) {
    if (seen.find(part) == std::string::npos)
      return std::unexpected(fmt::format("\"{}\" lacks %{}", format, part));
  }
  const bool short_year = format.find("%y") != std::string_view::npos;
  if (short_year && !century_pivot) {
    return std::unexpected(
        "%y needs century_pivot: with 70, the years 70 to 99 are 19yy and 00 to 69 are 20yy");
  }
  if (!short_year && century_pivot)
    return std::unexpected("century_pivot is for %y, which the date format does not have");
  if (century_pivot && (*century_pivot < 0 || *century_pivot > 100))
    return std::unexpected("century_pivot is 0 to 100");
  DateFormat compiled;
  compiled.format_ = format;
  compiled.pivot_ = century_pivot.value_or(0);
  return compiled;
}

Cell<Date> DateFormat::read(std::string_view text) const {
  const auto other = [&] { return std::unexpected(fmt::format("it is not of the form \"{}\"", format_)); };
  const std::string_view format = format_;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  size_t at = 0, before = std::string_view::npos;  // where the directive before this one ends
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || format[i + 1] == '%') {
      if (format[i] == '%') ++i;
      if (at == text.size() || text[at++] != format[i]) return other();
      continue;
    }
    const char kind = format[++i];
    const bool digits_follow = i + 2 < format.size() && format[i + 1] == '%' && format[i + 2] != '%';
    const bool digits_before = i > 1 && before == i - 2;
    before = i;
    const size_t most = kind == 'Y' ? 4 : 2;
    const size_t least = kind == 'Y' || kind == 'y' || digits_follow || digits_before ? most : 1;
    int value = 0;
    size_t count = 0;
    for (; count < most && at < text.size() && is_digit(text[at]); ++count)
      value = value * 10 + (text[at++] - '0');
    if (count < least) return other();
    switch (kind) {
      case 'd':
        day = value;
        break;
      case 'm':
        month = value;
        break;
      case 'Y':
        year = value;
        break;
      case 'y':
        year = value + (value < pivot_ ? 2000 : 1900);
        break;
      case 'H':
        hour = value;
        break;
      case 'M':
        minute = value;
        break;
      default:
        second = value;
        break;
    }
  }
  if (at != text.size()) return other();
  const auto date = Date::from_ymd(year, month, day);
  if (!date || hour > 23 || minute > 59 || second > 60) {
    return std::unexpected(fmt::format("there is no such date (read as \"{}\")", format_));
  }
  return *date;
}

namespace {

constexpr std::array<std::string_view, 7> kSingleByte = {
    "windows-1251", "cp866", "koi8-r", "windows-1250", "windows-1252", "iso-8859-1", "iso-8859-2"};

}  // namespace

std::optional<Encoding> Encoding::named(std::string_view name) {
  Encoding encoding;
  if (name == "utf-8") return encoding;
  if (std::ranges::find(kSingleByte, name) == kSingleByte.end()) return std::nullopt;
  encoding.name_ = name;
  return encoding;
}

std::string_view Encoding::names() {
  return "utf-8, windows-1251, cp866, koi8-r, windows-1250, windows-1252, iso-8859-1 or iso-8859-2";
}

Cell<void> Encoding::to_utf8(std::string& text) const {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return {};
  if (name_.empty()) {
    if (simdjson::validate_utf8(text)) return {};
    return std::unexpected(
        "it is not UTF-8; name the file's encoding in the map, such as encoding = \"windows-1251\"");
  }
  const iconv_t opened = iconv_open("UTF-8", name_.c_str());
  // The C library's converters are files that a small system may lack.
  if (opened == reinterpret_cast<iconv_t>(-1))
    return std::unexpected(fmt::format("this system cannot convert from {}", name_));
  const std::unique_ptr<void, int (*)(iconv_t)> converter(opened, iconv_close);
  std::string out(text.size() * 3, '\0');
  char* from = text.data();
  char* to = out.data();
  size_t left = text.size(), room = out.size();
  if (iconv(converter.get(), &from, &left, &to, &room) == static_cast<size_t>(-1)) {
    return std::unexpected(
        fmt::format("the byte 0x{:02x} is none of {}", static_cast<unsigned char>(*from), name_));
  }
  out.resize(out.size() - room);
  text = std::move(out);
  return {};
}

}  // namespace provodka::tools
