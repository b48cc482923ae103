#pragma once

#include "ledger/core/result.h"

#include <string>
#include <string_view>
#include <vector>

// The documents of the HiLink API: elements without attributes, of text or of other elements.
namespace provodka::sms_hilink {

struct Element {
  std::string name;
  std::string text;  // of its own, UTF-8; empty where it has children
  std::vector<Element> children;

  // The first child of this name, or null.
  const Element* child(std::string_view of) const;
  // The text of that child; empty where there is none.
  std::string_view text_of(std::string_view of) const;
  // The same as a number, or `otherwise`.
  int64_t number_of(std::string_view of, int64_t otherwise = -1) const;
};

// The root element. A fault says at which byte it is not understood; the text is not repeated.
Result<Element> parse_xml(std::string_view document);

// Text between tags, in the stick's own encoding.
std::string xml_text(std::string_view utf8);

}  // namespace provodka::sms_hilink
