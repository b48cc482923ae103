#include "adapters/notify_agent/render.h"

#include <simdjson.h>

namespace provodka::notify_agent {

using simdjson::SUCCESS;

Result<std::string> render(std::string_view text, const FieldValues& values) {
  std::string out;
  for (;;) {
    const size_t open = text.find('{');
    out.append(text.substr(0, open));
    if (open == text.npos) return out;
    const size_t close = text.find('}', open);
    if (close == text.npos) return fault("the template has a brace without its pair");
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto value = values.find(name);
    if (value == values.end() || value->second.empty()) return fault("there is nothing for {{{}}}", name);
    out.append(value->second);
    text.remove_prefix(close + 1);
  }
}

Result<FieldValues> texts_in(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(json.data(), json.size()).get(object) != SUCCESS)
    return fault("what was sealed is no JSON object");
  FieldValues values;
  for (const auto& [name, value] : object) {
    std::string_view text;
    if (value.get(text) == SUCCESS) values.emplace(name, text);
  }
  return values;
}

Result<std::optional<std::vector<std::string>>> phones_in(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  simdjson::dom::array list;
  if (parser.parse(json.data(), json.size()).get(object) != SUCCESS)
    return fault("what was sealed is no JSON object");
  if (object["phones"].get(list) != SUCCESS) return std::nullopt;
  std::vector<std::string> phones;
  for (const auto& one : list) {
    std::string_view text;
    if (one.get(text) == SUCCESS) phones.emplace_back(text);
  }
  return phones;
}

}  // namespace provodka::notify_agent
