#include "adapters/routeros/rest_json.h"

#include "adapters/routeros/sentence.h"
#include "ledger/codec/json_out.h"
#include "ledger/core/buffer.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <simdjson.h>

namespace provodka::routeros {
namespace {

void write_list(Buffer& out, std::string_view name, const std::vector<std::string>& texts) {
  if (out.back() != '{') out.push_back(',');
  codec::write_escaped(out, name);
  out.append(":[");
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out.push_back(',');
    codec::write_escaped(out, texts[i]);
  }
  out.push_back(']');
}

std::string body_of(const Operation& operation) {
  Buffer out(256);
  out.push_back('{');
  if (operation.verb == Verb::print) {
    if (!operation.properties.empty()) write_list(out, ".proplist", operation.properties);
    if (!operation.query.empty()) write_list(out, ".query", operation.query);
  }
  const auto member = [&out](std::string_view key, std::string_view value) {
    if (out.back() != '{') out.push_back(',');
    codec::write_escaped(out, key);
    out.push_back(':');
    codec::write_escaped(out, value);
  };
  if (operation.verb == Verb::run && !operation.id.empty()) member(".id", operation.id);
  for (const Attribute& attribute : operation.attributes) member(attribute.key, attribute.value);
  out.push_back('}');
  return std::string(out.data(), out.size());
}

// Ids are `*1A`, and whatever else there may be is escaped.
std::string escaped(std::string_view id) {
  std::string out;
  for (const char c : id) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                       c == '*' || c == '-' || c == '_' || c == '.';
    if (plain) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string text_of(const simdjson::dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  return simdjson::minify(value);
}

Item item_of(const simdjson::dom::object& object) {
  Item item;
  for (const auto& [key, value] : object) item.add(key, text_of(value));
  return item;
}

Answer refused(unsigned status, const simdjson::dom::element* problem) {
  Answer answer;
  std::string message, detail;
  simdjson::dom::element member;
  if (problem && (*problem)["message"].get(member) == simdjson::SUCCESS) message = text_of(member);
  if (problem && (*problem)["detail"].get(member) == simdjson::SUCCESS) detail = text_of(member);
  answer.refusal = refusal_of({}, detail.empty() ? message : detail);
  if (answer.refusal == Refusal::other && status == 404) answer.refusal = Refusal::no_such_item;
  answer.message = printable(detail.empty() ? fmt::format("{} {}", status, message) : detail);
  return answer;
}

}  // namespace

RestRequest rest_request(const Operation& operation) {
  const std::string menu = "/rest" + operation.menu;
  switch (operation.verb) {
    case Verb::add:
      return {"PUT", menu, body_of(operation)};
    case Verb::set:
      return {"PATCH", menu + "/" + escaped(operation.id), body_of(operation)};
    case Verb::remove:
      return {"DELETE", menu + "/" + escaped(operation.id), {}};
    default:
      return {"POST", "/rest" + operation.name(), body_of(operation)};
  }
}

Result<Answer> rest_answer(const Operation& operation, unsigned status, std::string_view body,
                           size_t items_max) {
  if (status == 401 || status == 403)
    return refusal("{}: the login was refused ({})", operation.name(), status);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const bool parsed = !body.empty() && parser.parse(body.data(), body.size()).get(root) == simdjson::SUCCESS;
  if (status >= 400 && !parsed) return fault("{}: answered with {}", operation.name(), status);
  if (status >= 400) return refused(status, &root);
  if (status < 200 || status >= 300) return fault("{}: answered with {}", operation.name(), status);
  Answer answer;
  if (body.empty()) return answer;
  if (!parsed) return fault("{}: the body of {} bytes is not JSON", operation.name(), body.size());
  simdjson::dom::array array;
  simdjson::dom::object object;
  if (root.get(array) == simdjson::SUCCESS) {
    if (array.size() > items_max)
      return fault("{}: an answer of more than the {} entries allowed", operation.name(), items_max);
    for (const auto& element : array) {
      if (element.get(object) != simdjson::SUCCESS)
        return fault("{}: the answer's list holds something that is no object", operation.name());
      answer.items.push_back(item_of(object));
    }
  } else if (root.get(object) == simdjson::SUCCESS) {
    Item item = item_of(object);
    answer.id = operation.verb == Verb::add ? item.id() : item.find("ret");
    if (operation.verb == Verb::print) answer.items.push_back(std::move(item));
  } else {
    return fault("{}: the answer is neither a list nor an object", operation.name());
  }
  if (operation.verb == Verb::add && answer.id.empty())
    return fault("{}: the answer has no id of the new entry", operation.name());
  return answer;
}

std::string basic_authorization(std::string_view login, std::string_view password) {
  const std::string pair = fmt::format("{}:{}", login, password);
  std::string encoded(4 * ((pair.size() + 2) / 3) + 1, '\0');
  const int bytes =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                      reinterpret_cast<const unsigned char*>(pair.data()), static_cast<int>(pair.size()));
  encoded.resize(static_cast<size_t>(bytes));
  return "Basic " + encoded;
}

}  // namespace provodka::routeros
