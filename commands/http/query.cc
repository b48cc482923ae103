#include "commands/http/query.h"

#include <charconv>

#include <fmt/format.h>

namespace provodka::http {

bool number_of(Session& session, std::string_view name, uint64_t least, uint64_t most, uint64_t& number) {
  bool wrong = false;
  const auto text = query_value(session.request().query, name, wrong);
  if (text) {
    const char* const end = text->data() + text->size();
    const auto [past, error] = std::from_chars(text->data(), end, number);
    wrong |= error != std::errc() || past != end || number < least || number > most;
  }
  if (!wrong) return true;
  session.answer(
      Problem(problems::invalid_query, fmt::format("{} is a number from {} to {}", name, least, most)));
  return false;
}

}  // namespace provodka::http
