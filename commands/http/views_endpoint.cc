#include "commands/http/views_endpoint.h"

#include "commands/http/query.h"
#include "commands/http/reads_endpoint.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace provodka::http {
namespace {

using projections::Comparison;
using projections::ViewAnswer;
using projections::ViewQuery;

constexpr uint32_t kLimitMax = 1'000;
constexpr size_t kFiltersMax = 32, kSortColumnsMax = 8;

constexpr std::array kComparisons = std::to_array<std::pair<std::string_view, Comparison>>({
    {"eq", Comparison::eq},
    {"ne", Comparison::ne},
    {"lt", Comparison::lt},
    {"le", Comparison::le},
    {"gt", Comparison::gt},
    {"ge", Comparison::ge},
    {"like", Comparison::like},
    {"null", Comparison::null},
});

bool is_column_name(std::string_view name) {
  return !name.empty() && name.size() <= 63 && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// Each of these returns what is wrong, or nothing. They repeat no text of a client's that is not known to be
// harmless where the answer is shown.
std::string add_filter(const Parameter& parameter, ViewQuery& query) {
  const std::string_view name = parameter.name;
  const size_t dot = name.find('.');
  const std::string_view column = name.substr(0, dot);
  const std::string_view ending = dot == name.npos ? std::string_view("eq") : name.substr(dot + 1);
  const auto* const comparison =
      std::ranges::find(kComparisons, ending, &std::pair<std::string_view, Comparison>::first);
  if (!is_column_name(column)) return "there is a parameter that is no column";
  if (comparison == kComparisons.end())
    return fmt::format("{}: behind the column comes .eq, .ne, .lt, .le, .gt, .ge, .like or .null", column);
  if (query.filters.size() == kFiltersMax)
    return fmt::format("there are more than {} conditions", kFiltersMax);
  query.filters.push_back({parameter.name, std::string(column), comparison->second, parameter.value});
  return {};
}

std::string read_sort(std::string_view text, ViewQuery& query) {
  for (;;) {
    const size_t comma = text.find(',');
    std::string_view column = text.substr(0, comma);
    const bool descending = column.starts_with('-');
    if (descending) column.remove_prefix(1);
    if (!is_column_name(column)) return "sort: it is columns between commas, with - before one that descends";
    if (query.sort.size() == kSortColumnsMax)
      return fmt::format("sort: there are more than {} columns", kSortColumnsMax);
    query.sort.push_back({std::string(column), descending});
    if (comma == text.npos) return {};
    text.remove_prefix(comma + 1);
  }
}

std::string read_limit(std::string_view text, ViewQuery& query) {
  const char* const end = text.data() + text.size();
  const auto [past, error] = std::from_chars(text.data(), end, query.limit);
  if (error == std::errc() && past == end && query.limit >= 1 && query.limit <= kLimitMax) return {};
  return fmt::format("limit is a number from 1 to {}", kLimitMax);
}

std::string read_format(std::string_view text, ViewQuery& query) {
  if (text != "json" && text != "csv") return "format is json or csv";
  query.format = text == "csv" ? ViewQuery::Format::csv : ViewQuery::Format::json;
  return {};
}

std::string read_parameter(const Parameter& parameter, ViewQuery& query) {
  if (parameter.name == "sort") return read_sort(parameter.value, query);
  if (parameter.name == "limit") return read_limit(parameter.value, query);
  if (parameter.name == "format") return read_format(parameter.value, query);
  if (parameter.name != "cursor") return add_filter(parameter, query);
  query.cursor = parameter.value;
  return {};
}

Task<ViewAnswer> read_view(projections::Views& views, Completions& completions, ViewQuery query) {
  struct Answer final : Wait {
    ViewAnswer answer;
  } answer;
  co_await answer.until([&] {
    views.read(std::move(query), [&answer, &completions](ViewAnswer read) {
      answer.answer = std::move(read);
      completions.add(&answer);
    });
  });
  co_return std::move(answer.answer);
}

void answer_page(Session& session, const ViewQuery& query, const ViewAnswer& page) {
  std::string headers = "Cache-Control: no-store\r\nVary: Accept\r\n";
  if (query.format == ViewQuery::Format::csv) {
    // The rows leave no room for it in the body.
    if (!page.next.empty()) headers += fmt::format("Provodka-Next: {}\r\n", page.next);
    session.begin(200, "text/csv; charset=utf-8; header=present", headers).append(page.rows);
  } else {
    Buffer& out = session.begin(200, "application/json", headers);
    out.append(R"({"rows":)");
    out.append(page.rows);
    out.append(page.next.empty() ? R"(,"next":null})" : fmt::format(R"(,"next":"{}"}})", page.next));
  }
  session.end();
}

Problem problem_of(Session& session, const ViewAnswer& answer) {
  switch (answer.kind) {
    case ViewAnswer::Kind::unknown_view:
      return Problem(problems::unknown_view);
    case ViewAnswer::Kind::invalid:
      return Problem(problems::invalid_query, answer.what);
    case ViewAnswer::Kind::too_slow:
      return Problem(problems::query_too_slow,
                     "the query takes too long; conditions on the first columns of the view's key help most");
    case ViewAnswer::Kind::busy:
      return Problem(problems::too_many_queries);
    default:
      return session.house().fault(problems::read_models_away, answer.what);
  }
}

}  // namespace

Task<> get_view(Session& session, const std::string& tenant, const std::string& view) {
  const auto parameters = parameters_of(session);
  if (!parameters) co_return;
  ViewQuery query;
  query.tenant = tenant;
  query.view = view;
  if (session.request().accept.find("text/csv") != std::string::npos) query.format = ViewQuery::Format::csv;
  for (const Parameter& parameter : *parameters) {
    const std::string wrong = read_parameter(parameter, query);
    if (wrong.empty()) continue;
    session.answer(Problem(problems::invalid_query, wrong));
    co_return;
  }
  projections::Views* const views = session.house().views;
  if (!views) {
    session.answer(Problem(problems::no_read_models,
                           "this server has no read models: serve was started without --postgres"));
    co_return;
  }
  const bool exists = co_await check_tenant(session, tenant);
  if (!exists) co_return;
  const ViewAnswer answer = co_await read_view(*views, session.worker().completions, query);
  if (answer.kind == ViewAnswer::Kind::page) {
    answer_page(session, query, answer);
  } else {
    session.answer(problem_of(session, answer));
  }
}

}  // namespace provodka::http
