#include "commands/http/problem.h"

#include "ledger/codec/json_out.h"

#include <algorithm>
#include <array>

namespace provodka::http {
namespace {

constexpr std::array kAll = std::to_array<const ProblemKind*>({
    &problems::malformed_json,       &problems::wrong_type,
    &problems::invalid_value,        &problems::unknown_field,
    &problems::duplicate_field,      &problems::missing_field,
    &problems::unknown_command,      &problems::malformed_http,
    &problems::invalid_header,       &problems::invalid_query,
    &problems::foreign_origin,       &problems::unknown_view,
    &problems::no_read_models,       &problems::not_found,
    &problems::method_not_allowed,   &problems::body_too_large,
    &problems::line_too_long,        &problems::batch_too_long,
    &problems::batch_rejected,       &problems::query_too_slow,
    &problems::headers_too_large,    &problems::fault,
    &problems::unavailable,          &problems::log_damaged,
    &problems::read_models_away,     &problems::too_many_queries,
    &problems::too_many_connections,
});

const ProblemKind& kind_of(std::string_view code) {
  const auto found = std::ranges::find(kAll, code, [](const ProblemKind* kind) { return kind->code; });
  return found == kAll.end() ? problems::malformed_json : **found;
}

}  // namespace

std::span<const ProblemKind* const> all_problems() { return kAll; }

Problem::Problem(const Rejection& rejection)
    : status(rejection.kind->status),
      code(rejection.kind->code),
      title(rejection.kind->title),
      detail(rejection.detail),
      pointer(rejection.pointer),
      has_pointer(!rejection.pointer.empty()) {}

Problem::Problem(const codec::CommandError& error) : Problem(kind_of(error.code), error.detail) {
  pointer = error.pointer;
  has_pointer = true;
}

void write_problem(Buffer& out, const Problem& problem) {
  out.append(R"({"type":"/problems/)");
  out.append(problem.code);
  out.append(R"(","title":)");
  codec::write_escaped(out, problem.title);
  out.append(R"(,"status":)");
  codec::write(out, uint64_t{problem.status});
  out.append(R"(,"code":")");
  out.append(problem.code);
  out.append(R"(","detail":)");
  const std::string_view detail = problem.detail.empty() ? problem.title : std::string_view(problem.detail);
  codec::write_escaped(out, detail);
  if (problem.sequence.value() != 0) {
    out.append(R"(,"sequence":)");
    codec::write(out, problem.sequence);
  }
  if (problem.line != 0) {
    out.append(R"(,"line":)");
    codec::write(out, problem.line);
  }
  if (problem.has_pointer) {
    out.append(R"(,"errors":[{"pointer":)");
    codec::write_escaped(out, problem.pointer);
    out.append(R"(,"detail":)");
    codec::write_escaped(out, detail);
    out.append("}]");
  }
  if (!problem.cause.empty()) {
    out.append(R"(,"problem":)");
    out.append(problem.cause);
  }
  out.push_back('}');
}

}  // namespace provodka::http
