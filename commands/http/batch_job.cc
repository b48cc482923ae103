#include "commands/http/batch_job.h"

#include "ledger/codec/json_out.h"

#include <fmt/format.h>

namespace provodka::http {
namespace {

void begin_line(Buffer& out, uint64_t number, unsigned status) {
  out.append(R"({"line":)");
  codec::write(out, number);
  out.append(R"(,"status":)");
  codec::write(out, uint64_t{status});
  out.push_back(',');
}

void write_problem_line(Buffer& out, uint64_t number, const Problem& problem) {
  begin_line(out, number, problem.status);
  out.append(R"("problem":)");
  write_problem(out, problem);
  out.append("}\n");
}

}  // namespace

void BatchJob::add(Worker& worker, std::string_view actor, uint64_t number, std::string_view line,
                   bool too_long) {
  const auto refuse = [&](Problem problem) {
    lines.push_back({number, std::make_unique<Problem>(std::move(problem))});
  };
  if (too_long) {
    return refuse(Problem(problems::line_too_long,
                          fmt::format("a line has at most {} bytes", codec::kCommandBytesMax)));
  }
  engine::Prepared& prepared = job->commands.emplace_back();
  codec::CommandError error;
  if (!worker.decoder.decode(line, {}, job->arena, prepared.command, error)) {
    job->commands.pop_back();
    return refuse(Problem(error));
  }
  prepared.command.actor = Actor{actor};
  if (const auto looked_up = worker.house.engine.prepare(prepared); !looked_up) {
    job->commands.pop_back();
    return refuse(worker.house.fault(problems::fault, looked_up.error().what));
  }
  lines.push_back({number, nullptr});
}

void BatchJob::write_answers(Worker& worker, bool with_events, Buffer& out) {
  size_t command = 0;
  for (const Line& line : lines) {
    if (line.problem) {
      write_problem_line(out, line.number, *line.problem);
      continue;
    }
    engine::Outcome repeated;
    const Answer answer = answer_to(worker, job->outcomes[command++], repeated, job->arena);
    if (!answer.outcome) {
      write_problem_line(out, line.number, answer.problem);
      continue;
    }
    begin_line(out, line.number, answer.status);
    if (with_events) {
      write_recorded(out, *answer.outcome);
    } else {
      out.append(R"("sequence":)");
      codec::write(out, answer.outcome->sequence);
    }
    out.append("}\n");
  }
}

}  // namespace provodka::http
