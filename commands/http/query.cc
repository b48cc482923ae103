#include "commands/http/query.h"

#include <algorithm>
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

std::optional<std::vector<Parameter>> parameters_of(Session& session) {
  std::vector<Parameter> parameters;
  std::string_view query = session.request().query;
  while (!query.empty()) {
    const size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == query.npos ? query.size() : end + 1);
    if (pair.empty()) continue;
    const size_t equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals));
    auto value = percent_decoded(equals == pair.npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value) {
      session.answer(Problem(problems::invalid_query, "the query is not percent-encoded as a URL is"));
      return std::nullopt;
    }
    if (std::ranges::find(parameters, *name, &Parameter::name) != parameters.end()) {
      session.answer(Problem(problems::invalid_query, "a parameter is there more than once"));
      return std::nullopt;
    }
    parameters.push_back({std::move(*name), std::move(*value)});
  }
  return parameters;
}

}  // namespace provodka::http
