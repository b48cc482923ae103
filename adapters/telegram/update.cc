#include "adapters/telegram/update.h"

#include <simdjson.h>

namespace provodka::telegram {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::element;
using simdjson::dom::object;

int64_t number(const object& of, std::string_view name) {
  int64_t value = 0;
  return of[name].get(value) == SUCCESS ? value : 0;
}

std::string text(const object& of, std::string_view name) {
  std::string_view value;
  return of[name].get(value) == SUCCESS ? std::string(value) : std::string();
}

bool has(const object& of, std::string_view name) {
  element ignored;
  return of[name].get(ignored) == SUCCESS;
}

// Takes the chat of a message where it is private.
bool take_chat(const object& message, Update& out) {
  object chat;
  if (message["chat"].get(chat) != SUCCESS || text(chat, "type") != "private") return false;
  out.chat = number(chat, "id");
  return out.chat != 0;
}

void take_message(const object& message, Update& out) {
  object from;
  if (!take_chat(message, out) || message["from"].get(from) != SUCCESS) return;
  out.wrote = true;
  out.date_s = number(message, "date");
  out.language = text(from, "language_code");
  const std::string words = text(message, "text");
  out.is_start = words == "/start" || words.starts_with("/start ");
  object contact;
  if (message["contact"].get(contact) != SUCCESS) return;
  out.shared_contact = true;
  // Anybody's contact can be attached, and anybody's message be forwarded.
  const int64_t user = number(contact, "user_id");
  const bool own = user != 0 && user == number(from, "id") && user == out.chat;
  const bool forwarded =
      has(message, "forward_origin") || has(message, "forward_date") || has(message, "forward_from");
  if (own && !forwarded) out.phone = text(contact, "phone_number");
}

}  // namespace

Result<std::vector<Update>> parse_updates(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  if (parser.parse(json.data(), json.size()).get(list) != SUCCESS) return fault("the updates are no list");
  std::vector<Update> updates;
  for (const element& one : list) {
    Update& update = updates.emplace_back();
    object fields;
    if (one.get(fields) != SUCCESS || fields["update_id"].get(update.id) != SUCCESS)
      return fault("an update has no id");
    object message;
    if (fields["message"].get(message) == SUCCESS) {
      take_message(message, update);
    } else if (object callback; fields["callback_query"].get(callback) == SUCCESS) {
      if (callback["message"].get(message) != SUCCESS) continue;
      update.wrote = take_chat(message, update);
      if (update.wrote) update.date_s = number(message, "date");
    }
  }
  return updates;
}

}  // namespace provodka::telegram
