#include "tools/provodka/engine_sink.h"

namespace provodka::tools {
namespace {

using device_agent::Reception;

Reception reception_of(const engine::Outcome& outcome) {
  switch (outcome.kind) {
    case engine::Outcome::Kind::recorded:
      return {201, {}, {}};
    case engine::Outcome::Kind::repeated:
      return {200, {}, {}};
    case engine::Outcome::Kind::rejected:
      return {outcome.rejection->kind->status, std::string(outcome.rejection->kind->code),
              outcome.rejection->detail};
    default:
      return {503, "unavailable", outcome.detail};
  }
}

}  // namespace

void EngineSink::post(std::vector<std::string> commands, Done done) {
  auto job = std::make_unique<engine::Job>();
  std::vector<Reception> receptions(commands.size());
  std::vector<size_t> places;  // of those that are decided
  for (size_t i = 0; i < commands.size(); ++i) {
    engine::Prepared prepared;
    codec::CommandError error;
    if (!decoder_.decode(commands[i], {}, job->arena, prepared.command, error)) {
      receptions[i] = {400, std::string(error.code), error.pointer + " " + error.detail};
      continue;
    }
    prepared.command.actor = Actor{job->arena.copy(actor_)};
    if (const auto looked = engine_.prepare(prepared); !looked) return done({}, looked);
    job->commands.push_back(std::move(prepared));
    places.push_back(i);
  }
  if (job->commands.empty()) return done(std::move(receptions), {});
  job->done = [receptions = std::move(receptions), places = std::move(places),
               done = std::move(done)](std::unique_ptr<engine::Job> finished) mutable {
    for (size_t i = 0; i < places.size(); ++i) receptions[places[i]] = reception_of(finished->outcomes[i]);
    done(std::move(receptions), {});
  };
  engine_.submit(std::move(job));
}

}  // namespace provodka::tools
