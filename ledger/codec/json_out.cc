#include "ledger/codec/json_out.h"

#include <charconv>

namespace provodka::codec {
namespace {

constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (int c = 0x20; c < 256; ++c) plain[static_cast<size_t>(c)] = c != '"' && c != '\\';
  return plain;
}();

char* escape(char* p, unsigned char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  *p++ = '\\';
  switch (c) {
    case '"':
      *p++ = '"';
      return p;
    case '\\':
      *p++ = '\\';
      return p;
    case '\b':
      *p++ = 'b';
      return p;
    case '\f':
      *p++ = 'f';
      return p;
    case '\n':
      *p++ = 'n';
      return p;
    case '\r':
      *p++ = 'r';
      return p;
    case '\t':
      *p++ = 't';
      return p;
    default:
      *p++ = 'u';
      *p++ = '0';
      *p++ = '0';
      *p++ = kHex[c >> 4];
      *p++ = kHex[c & 15];
      return p;
  }
}

char* escape_all(char* p, std::string_view text) {
  for (const char c : text) {
    if (kPlain[static_cast<unsigned char>(c)]) [[likely]] {
      *p++ = c;
    } else {
      p = escape(p, static_cast<unsigned char>(c));
    }
  }
  return p;
}

}  // namespace

void write_escaped(Buffer& out, std::string_view text) {
  char* p = out.room(text.size() * 6 + 2);
  *p++ = '"';
  p = escape_all(p, text);
  *p++ = '"';
  out.wrote_to(p);
}

void write(Buffer& out, book::LedgerName name) {
  const std::string_view kind = book::name_of(name.kind);
  char* p = out.room(kind.size() + name.name.size() * 6 + 3);
  *p++ = '"';
  std::memcpy(p, kind.data(), kind.size());
  p += kind.size();
  *p++ = '/';
  p = escape_all(p, name.name);
  *p++ = '"';
  out.wrote_to(p);
}

char* print_unsigned(char* out, uint64_t value) { return std::to_chars(out, out + 20, value).ptr; }

}  // namespace provodka::codec
