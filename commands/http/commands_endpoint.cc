#include "commands/http/commands_endpoint.h"

#include "commands/http/answer.h"

#include <algorithm>

namespace provodka::http {

bool actor_of(Session& session, std::string_view& actor) {
  const Request& request = session.request();
  actor = "local";
  if (request.repeated_header) {
    session.answer(Problem(problems::invalid_header,
                           "Idempotency-Key, Provodka-Actor and Last-Event-ID stand only once"));
    return false;
  }
  if (!request.actor) return true;
  actor = *request.actor;
  if (is_command_id(actor)) return true;
  session.answer(Problem(problems::invalid_header, "Provodka-Actor is 1 to 128 printable ASCII characters"));
  return false;
}

Task<> post_command(Session& session) {
  Worker& worker = session.worker();
  House& house = worker.house;
  const Request& request = session.request();
  std::string_view actor;
  if (!actor_of(session, actor)) co_return;
  const bool read = co_await session.read_body(session.body, codec::kCommandBytesMax);
  if (!read) co_return;

  std::unique_ptr<engine::Job> job = worker.take_job(1);
  engine::Prepared& prepared = job->commands.emplace_back();
  codec::CommandError error;
  const std::string_view key =
      request.idempotency_key ? std::string_view(*request.idempotency_key) : std::string_view();
  if (request.idempotency_key && !is_command_id(key)) {
    session.answer(
        Problem(problems::invalid_header, "Idempotency-Key is 1 to 128 printable ASCII characters"));
  } else if (!worker.decoder.decode(session.body, key, job->arena, prepared.command, error)) {
    session.answer(Problem(error));
  } else {
    prepared.command.actor = Actor{actor};
    if (const auto looked_up = house.engine.prepare(prepared); !looked_up) {
      session.answer(house.fault(problems::fault, looked_up.error().what));
    } else {
      job = co_await execute(house.engine, worker.completions, std::move(job));
      engine::Outcome repeated;
      const Answer answer = answer_to(worker, job->outcomes.front(), repeated, job->arena);
      if (answer.outcome) {
        Buffer& out = session.begin(answer.status, "application/json");
        out.push_back('{');
        write_recorded(out, *answer.outcome);
        out.push_back('}');
        session.end();
      } else {
        session.answer(answer.problem);
      }
    }
  }
  worker.give_back(std::move(job));
}

}  // namespace provodka::http
