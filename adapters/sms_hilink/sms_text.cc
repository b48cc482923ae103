#include "adapters/sms_hilink/sms_text.h"

#include <algorithm>

namespace provodka::sms_hilink {
namespace {

constexpr std::u32string_view kBasic =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    U"¿abcdefghijklmnopqrstuvwxyzäöñüà";
constexpr std::u32string_view kEscaped = U"\f^{}\\[~]|€";

// The next character of UTF-8, or nullopt. Overlong forms and surrogates are none.
std::optional<char32_t> take(std::string_view& text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const size_t length = first < 0x80                    ? 1
                        : first >= 0xc2 && first < 0xe0 ? 2
                        : first >= 0xe0 && first < 0xf0 ? 3
                        : first >= 0xf0 && first < 0xf5 ? 4
                                                        : 0;
  if (length == 0 || text.size() < length) return std::nullopt;
  char32_t code = length == 1 ? first : first & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return std::nullopt;
    code = code << 6 | (byte(i) & 0x3fu);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff) return std::nullopt;
  text.remove_prefix(length);
  return code;
}

// Fills parts with characters of one or two units each, none of which is cut.
class Parts {
 public:
  Parts(uint32_t alone, uint32_t each) : alone_(alone), each_(each) {}
  void add(uint32_t units) {
    units_ += units;
    if (in_last_ + units > each_) {
      ++parts_;
      in_last_ = 0;
    }
    in_last_ += units;
  }
  uint32_t units() const { return units_; }
  uint32_t parts() const { return units_ <= alone_ ? 1 : parts_; }

 private:
  uint32_t alone_, each_, units_ = 0, in_last_ = 0, parts_ = 1;
};

void append_three(std::string& out, uint32_t unit) {
  out.push_back(static_cast<char>(0xe0 | unit >> 12));
  out.push_back(static_cast<char>(0x80 | (unit >> 6 & 0x3f)));
  out.push_back(static_cast<char>(0x80 | (unit & 0x3f)));
}

// The surrogate that stands at the beginning, or 0.
uint32_t surrogate_at(std::string_view text) {
  if (text.size() < 3 || static_cast<unsigned char>(text[0]) != 0xed) return 0;
  const uint32_t second = static_cast<unsigned char>(text[1]), third = static_cast<unsigned char>(text[2]);
  if (second < 0xa0 || second > 0xbf || (third & 0xc0) != 0x80) return 0;
  return 0xd000 | (second & 0x3f) << 6 | (third & 0x3f);
}

}  // namespace

std::optional<SmsSize> sms_size(std::string_view text) {
  Parts septets(kGsmAlone, kGsmEach), words(kUcsAlone, kUcsEach);
  bool is_gsm = true;
  uint32_t characters = 0;
  while (!text.empty()) {
    const auto code = take(text);
    if (!code) return std::nullopt;
    ++characters;
    const bool escaped = kEscaped.find(*code) != kEscaped.npos;
    is_gsm = is_gsm && (escaped || kBasic.find(*code) != kBasic.npos);
    septets.add(escaped ? 2 : 1);
    words.add(*code > 0xffff ? 2 : 1);
  }
  const Parts& parts = is_gsm ? septets : words;
  return SmsSize{is_gsm ? Alphabet::gsm7 : Alphabet::ucs2, characters, parts.units(), parts.parts()};
}

std::string to_cesu8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    const auto code = take(text);
    if (!code) return out;
    if (*code <= 0xffff) {
      out.append(before.substr(0, before.size() - text.size()));
      continue;
    }
    const uint32_t rest = static_cast<uint32_t>(*code) - 0x10000;
    append_three(out, 0xd800 | rest >> 10);
    append_three(out, 0xdc00 | (rest & 0x3ff));
  }
  return out;
}

std::string from_cesu8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const uint32_t high = surrogate_at(text), low = high ? surrogate_at(text.substr(3)) : 0;
    if (high >= 0xd800 && high < 0xdc00 && low >= 0xdc00) {
      const uint32_t code = 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
      out.push_back(static_cast<char>(0xf0 | code >> 18));
      out.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3f)));
      out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
      out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
      text.remove_prefix(6);
      continue;
    }
    out.push_back(text.front());
    text.remove_prefix(1);
  }
  return out;
}

}  // namespace provodka::sms_hilink
