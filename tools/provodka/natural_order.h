#pragma once

#include <string_view>

namespace provodka::tools {

// "9" before "10", "a9" before "a10": runs of digits compare as numbers, everything else by byte.
struct NaturalOrder {
  using is_transparent = void;

  bool operator()(std::string_view a, std::string_view b) const {
    const std::string_view whole_a = a, whole_b = b;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    while (!a.empty() && !b.empty()) {
      if (digit(a[0]) && digit(b[0])) {
        const std::string_view x = number(a), y = number(b);
        if (x.size() != y.size()) return x.size() < y.size();
        if (x != y) return x < y;
      } else {
        if (a[0] != b[0]) return a[0] < b[0];
        a.remove_prefix(1);
        b.remove_prefix(1);
      }
    }
    if (a.empty() != b.empty()) return a.empty();
    return whole_a < whole_b;  // such as "01" and "1"
  }

 private:
  // Takes a run of digits from the front and returns it without leading zeros.
  static std::string_view number(std::string_view& text) {
    size_t end = 0;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    std::string_view digits = text.substr(0, end);
    text.remove_prefix(end);
    while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
    return digits;
  }
};

}  // namespace provodka::tools
