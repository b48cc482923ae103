#include "adapters/sms_hilink/xml.h"

#include "adapters/sms_hilink/sms_text.h"

#include <algorithm>
#include <charconv>

namespace provodka::sms_hilink {
namespace {

constexpr size_t kDepthMax = 8, kElementsMax = 20'000, kNameBytesMax = 64;
constexpr std::string_view kSpace = " \t\r\n";

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<Element> document() {
    Element root;
    if (!skip_prolog() || !element(root, 0) || !skip_prolog() || at_ != text_.size())
      return fault("it is not understood at byte {}", at_);
    return root;
  }

 private:
  bool take(std::string_view literal) {
    if (!text_.substr(at_).starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }

  bool skip_past(std::string_view literal) {
    const size_t found = text_.find(literal, at_);
    if (found == text_.npos) return false;
    at_ = found + literal.size();
    return true;
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }

  // Declarations and comments. A document type is not for these documents.
  bool skip_prolog() {
    for (skip_space();; skip_space()) {
      if (take("<?")) {
        if (!skip_past("?>")) return false;
      } else if (take("<!--")) {
        if (!skip_past("-->")) return false;
      } else {
        return true;
      }
    }
  }

  bool name(std::string& out) {
    const size_t end = text_.find_first_of(" \t\r\n/>", at_);
    if (end == text_.npos || end == at_ || end - at_ > kNameBytesMax) return false;
    out = text_.substr(at_, end - at_);
    at_ = end;
    return std::ranges::all_of(out, [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
             c == '-' || c == '.';
    });
  }

  bool element(Element& out, size_t depth) {
    if (depth > kDepthMax || ++elements_ > kElementsMax) return false;
    if (!take("<") || !name(out.name)) return false;
    if (!skip_attributes()) return false;
    if (take("/>")) return true;
    if (!take(">")) return false;
    std::string text;
    for (;;) {
      if (take("<!--")) {
        if (!skip_past("-->")) return false;
      } else if (take("</")) {
        break;
      } else if (text_.substr(at_).starts_with("<")) {
        if (!element(out.children.emplace_back(), depth + 1)) return false;
      } else if (!characters(text)) {
        return false;
      }
    }
    std::string end;
    if (!name(end) || end != out.name) return false;
    skip_space();
    if (!take(">")) return false;
    if (out.children.empty()) out.text = from_cesu8(text);
    return true;
  }

  bool skip_attributes() {
    for (skip_space(); at_ < text_.size() && text_[at_] != '>' && text_[at_] != '/'; skip_space()) {
      const size_t quote = text_.find_first_of("\"'>", at_);
      if (quote == text_.npos || text_[quote] == '>') return false;
      const size_t end = text_.find(text_[quote], quote + 1);
      if (end == text_.npos) return false;
      at_ = end + 1;
    }
    return at_ < text_.size();
  }

  bool characters(std::string& out) {
    const size_t end = std::min(text_.find('<', at_), text_.size());
    if (end == text_.size()) return false;
    while (at_ < end) {
      if (text_[at_] != '&') {
        out.push_back(text_[at_++]);
        continue;
      }
      const size_t semicolon = text_.find(';', at_);
      if (semicolon == text_.npos || semicolon >= end) return false;
      if (!reference(text_.substr(at_ + 1, semicolon - at_ - 1), out)) return false;
      at_ = semicolon + 1;
    }
    return true;
  }

  static bool reference(std::string_view what, std::string& out) {
    constexpr std::pair<std::string_view, char> kNamed[] = {
        {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
    for (const auto& [name, c] : kNamed) {
      if (what == name) {
        out.push_back(c);
        return true;
      }
    }
    if (!what.starts_with('#')) return false;
    what.remove_prefix(1);
    const bool hexadecimal = what.starts_with('x');
    if (hexadecimal) what.remove_prefix(1);
    uint32_t code = 0;
    const auto [past, error] =
        std::from_chars(what.data(), what.data() + what.size(), code, hexadecimal ? 16 : 10);
    if (error != std::errc() || past != what.data() + what.size() || code == 0 || code > 0x10ffff)
      return false;
    // Below: as many bytes of UTF-8 as the code needs. Surrogates stay, for from_cesu8 to join.
    if (code < 0x80) {
      out.push_back(static_cast<char>(code));
      return true;
    }
    const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    out.push_back(static_cast<char>((0xf00u >> (more + 1) & 0xffu) | code >> (6 * more)));
    for (int i = more - 1; i >= 0; --i) out.push_back(static_cast<char>(0x80 | (code >> (6 * i) & 0x3f)));
    return true;
  }

  std::string_view text_;
  size_t at_ = 0, elements_ = 0;
};

}  // namespace

const Element* Element::child(std::string_view of) const {
  const auto found = std::ranges::find(children, of, &Element::name);
  return found == children.end() ? nullptr : &*found;
}

std::string_view Element::text_of(std::string_view of) const {
  const Element* const found = child(of);
  return found ? std::string_view(found->text) : std::string_view();
}

int64_t Element::number_of(std::string_view of, int64_t otherwise) const {
  const std::string_view digits = text_of(of);
  int64_t number = 0;
  const auto [past, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && past == digits.data() + digits.size() ? number : otherwise;
}

Result<Element> parse_xml(std::string_view document) { return Parser(document).document(); }

std::string xml_text(std::string_view utf8) {
  std::string out;
  for (const char c : to_cesu8(utf8)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      default:
        out.push_back(c);
    }
  }
  return out;
}

}  // namespace provodka::sms_hilink
