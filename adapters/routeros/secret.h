#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace provodka::routeros {

// A password. It has no formatter and no conversion, so that it cannot slip into a text.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  const std::string& reveal() const { return text_; }

  // The text with every occurrence of this secret taken out: for what the other side wrote, which may repeat
  // what it was sent.
  std::string blot(std::string_view text) const {
    std::string out(text);
    if (text_.empty()) return out;
    for (size_t at = 0; (at = out.find(text_, at)) != out.npos; at += 3) out.replace(at, text_.size(), "***");
    return out;
  }

 private:
  std::string text_;
};

}  // namespace provodka::routeros
