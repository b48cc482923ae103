#include "commands/http/batch_endpoint.h"

#include "commands/http/batch_job.h"
#include "commands/http/batch_lines.h"
#include "commands/http/batch_stream.h"
#include "commands/http/commands_endpoint.h"

#include <algorithm>

#include <fmt/format.h>

namespace provodka::http {
namespace {

constexpr uint64_t kAtomicLinesMax = 10'000;

struct Options {
  bool atomic = false;
  bool with_events = false;
};

bool options_of(Session& session, Options& options) {
  bool wrong = false;
  const std::string_view query = session.request().query;
  if (const auto atomic = query_value(query, "atomic", wrong)) {
    options.atomic = *atomic == "true";
    wrong |= *atomic != "true" && *atomic != "false";
  }
  if (const auto returned = query_value(query, "return", wrong)) {
    options.with_events = *returned == "events";
    wrong |= *returned != "events" && *returned != "sequence";
  }
  if (!wrong) return true;
  session.answer(Problem(problems::invalid_query, "atomic is true or false, return is events or sequence"));
  return false;
}

// The batch as a whole is refused for a line.
Problem refused_for(uint64_t line, const Problem& cause) {
  Problem problem(
      problems::batch_rejected,
      fmt::format("line {}: {}", line, cause.detail.empty() ? std::string(cause.title) : cause.detail));
  if (cause.status == 503) {
    problem.status = cause.status;
    problem.code = cause.code;
    problem.title = cause.title;
  }
  Buffer document;
  write_problem(document, cause);
  problem.line = line;
  problem.cause = document.view();
  return problem;
}

// Whether a command uses an id that an earlier one of the same batch had taken. Where the batch was undone,
// what stands at that place of the log is something else.
bool reuses_id_of_batch(const std::vector<engine::Prepared>& commands, size_t command) {
  const engine::Prepared& later = commands[command];
  return std::any_of(commands.begin(), commands.begin() + static_cast<ptrdiff_t>(command),
                     [&](const auto& earlier) {
                       return earlier.id_key == later.id_key ||
                              (earlier.payment_key && earlier.payment_key == later.payment_key);
                     });
}

// The first line that is the reason why nothing was recorded.
std::optional<Problem> first_failure(Worker& worker, BatchJob& batch) {
  size_t command = 0;
  for (const BatchJob::Line& line : batch.lines) {
    if (line.problem) return refused_for(line.number, *line.problem);
    if (batch.job->outcomes.empty()) continue;
    const size_t index = command++;
    engine::Outcome& outcome = batch.job->outcomes[index];
    using Kind = engine::Outcome::Kind;
    if (outcome.kind == Kind::recorded || outcome.kind == Kind::repeated || outcome.kind == Kind::undone)
      continue;
    if (outcome.first != Position() && reuses_id_of_batch(batch.job->commands, index)) {
      outcome.first = Position();
      outcome.rejection->detail = "an earlier line of the batch has this id for something else";
    }
    engine::Outcome repeated;
    return refused_for(line.number, answer_to(worker, outcome, repeated, batch.job->arena).problem);
  }
  return std::nullopt;
}

Task<> post_atomic(Session& session, std::string_view actor, bool with_events) {
  Worker& worker = session.worker();
  const bool read = co_await session.read_body(session.body, worker.house.options.body_bytes_max);
  if (!read) co_return;
  BatchJob batch;
  batch.job = worker.take_job(1024);
  batch.job->atomic = true;
  bool too_many = false;
  const auto on_line = [&](uint64_t number, std::string_view line, bool too_long) {
    too_many |= number > kAtomicLinesMax;
    // The first line that is wrong decides; what comes after it need not be read.
    const bool failed = !batch.lines.empty() && batch.lines.back().problem;
    if (!too_many && !failed) batch.add(worker, actor, number, line, too_long);
  };
  BatchLines lines;
  lines.add(session.body, on_line);
  lines.finish(on_line);
  std::string().swap(session.body);
  if (too_many) {
    session.answer(Problem(problems::batch_too_long,
                           fmt::format("an atomic batch has at most {} lines", kAtomicLinesMax)));
    co_return;
  }
  auto failure = first_failure(worker, batch);
  if (!failure && !batch.job->commands.empty()) {
    batch.job = co_await execute(worker.house.engine, worker.completions, std::move(batch.job));
    failure = first_failure(worker, batch);
  }
  if (failure) {
    session.answer(*failure);
  } else {
    batch.write_answers(worker, with_events, session.begin(200, "application/x-ndjson"));
    session.end();
  }
  worker.give_back(std::move(batch.job));
}

}  // namespace

Task<> post_batch(Session& session) {
  std::string_view actor;
  Options options;
  if (!actor_of(session, actor) || !options_of(session, options)) co_return;
  if (options.atomic) {
    co_await post_atomic(session, actor, options.with_events);
  } else {
    co_await stream_batch(session, actor, options.with_events);
  }
}

}  // namespace provodka::http
