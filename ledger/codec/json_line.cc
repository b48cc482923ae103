#include "ledger/codec/json_line.h"

#include <bit>

namespace provodka::codec {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101u;
constexpr uint64_t kHighs = 0x8080808080808080u;

constexpr uint64_t zero_bytes(uint64_t v) { return (v - kOnes) & ~v & kHighs; }

// Marks the bytes that end a run of plain text: the quote, the backslash and control characters. The lowest
// mark is exact; marks above it may be false, which does not matter here.
uint64_t special_bytes(uint64_t v) {
  const uint64_t control = (v - kOnes * 0x20) & ~v & kHighs;
  return control | zero_bytes(v ^ kOnes * '"') | zero_bytes(v ^ kOnes * '\\');
}

const char* skip_plain(const char* p, const char* end) {
  if constexpr (std::endian::native == std::endian::little) {
    while (end - p >= 8) {
      uint64_t eight;
      std::memcpy(&eight, p, 8);
      const uint64_t special = special_bytes(eight);
      if (special) return p + std::countr_zero(special) / 8;
      p += 8;
    }
  }
  while (p != end && static_cast<unsigned char>(*p) >= 0x20 && *p != '"' && *p != '\\') ++p;
  return p;
}

// The character that a canonical escape stands for, or -1. `p` is behind the backslash and moves past it.
int unescape(const char*& p, const char* end) {
  if (p == end) return -1;
  switch (*p++) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'u': {
      if (end - p < 4 || p[0] != '0' || p[1] != '0' || (p[2] != '0' && p[2] != '1')) return -1;
      const char low = p[3];
      const bool digit = low >= '0' && low <= '9';
      if (!digit && (low < 'a' || low > 'f')) return -1;
      const int value = (p[2] - '0') * 16 + (digit ? low - '0' : low - 'a' + 10);
      if (value == '\b' || value == '\f' || value == '\n' || value == '\r' || value == '\t') return -1;
      p += 4;
      return value;
    }
    default:
      return -1;
  }
}

}  // namespace

bool LineReader::string(std::string_view& text) {
  if (p_ == end_ || *p_ != '"') return false;
  const char* const start = ++p_;
  p_ = skip_plain(p_, end_);
  if (p_ == end_) return false;
  if (*p_ == '"') [[likely]] {
    text = {start, static_cast<size_t>(p_ - start)};
    ++p_;
    return true;
  }
  // With escapes: the text is no longer than what is written.
  char* const copy = arena_.allocate(static_cast<size_t>(end_ - start));
  char* to = copy;
  for (const char* from = start;;) {
    std::memcpy(to, from, static_cast<size_t>(p_ - from));
    to += p_ - from;
    if (p_ == end_) return false;
    if (*p_ == '"') break;
    if (*p_ != '\\') return false;  // a bare control character
    ++p_;
    const int c = unescape(p_, end_);
    if (c < 0) return false;
    *to++ = static_cast<char>(c);
    from = p_;
    p_ = skip_plain(p_, end_);
  }
  ++p_;
  text = {copy, static_cast<size_t>(to - copy)};
  return true;
}

bool LineReader::unsigned_number(uint64_t& value) {
  if (p_ == end_ || *p_ < '0' || *p_ > '9' || (*p_ == '0' && end_ - p_ > 1 && p_[1] >= '0' && p_[1] <= '9'))
    return false;
  const auto [past, error] = std::from_chars(p_, end_, value);
  p_ = past;
  return error == std::errc();
}

bool read(LineReader& in, Instant& instant) {
  std::string_view text;
  if (!in.string(text)) return false;
  const auto parsed = Instant::parse_canonical(text);
  if (parsed) instant = *parsed;
  return parsed.has_value();
}

bool read(LineReader& in, Decimal& decimal) {
  std::string_view text;
  if (!in.string(text)) return false;
  const auto parsed = Decimal::parse(text);
  if (parsed) decimal = *parsed;
  return parsed && parsed->to_string() == text;
}

bool read(LineReader& in, Date& date) {
  std::string_view text;
  if (!in.string(text)) return false;
  const auto parsed = Date::parse(text);
  if (!parsed) return false;
  date = *parsed;
  return true;
}

bool read(LineReader& in, Currency& currency) {
  std::string_view text;
  if (!in.string(text)) return false;
  const auto found = Currency::from_code(text);
  if (!found) return false;
  currency = *found;
  return true;
}

bool read(LineReader& in, book::LedgerName& name) {
  std::string_view text;
  if (!in.string(text)) return false;
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash + 1 == text.size()) return false;
  name.name = text.substr(slash + 1);
  return enum_value(text.substr(0, slash), name.kind);
}

}  // namespace provodka::codec
