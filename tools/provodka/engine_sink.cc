#include "tools/provodka/engine_sink.h"

#include "adapters/notify_agent/http_sink.h"

#include <algorithm>
#include <chrono>

namespace provodka::tools {
namespace {

constexpr std::chrono::milliseconds kPauseMin{50}, kPauseMax{5'000};

EngineDesk::Posted posted(const engine::Engine& engine, const engine::Outcome& outcome, Arena& arena) {
  switch (outcome.kind) {
    case engine::Outcome::Kind::recorded:
      return {201, outcome.sequence.value(), {}, {}};
    case engine::Outcome::Kind::repeated: {
      const auto first = engine.first_answer(outcome.first, arena);
      if (!first) return {503, 0, "log_damaged", first.error().what};
      return {200, first->sequence.value(), {}, {}};
    }
    case engine::Outcome::Kind::rejected:
      return {outcome.rejection->kind->status, 0, std::string(outcome.rejection->kind->code),
              outcome.rejection->detail};
    default:
      return {503, 0, "unavailable", outcome.detail};
  }
}

}  // namespace

void EngineDesk::submit(std::vector<std::string> commands, Done done) {
  auto job = std::make_unique<engine::Job>();
  std::vector<Posted> answers(commands.size());
  std::vector<size_t> places;  // of those that are decided
  for (size_t i = 0; i < commands.size(); ++i) {
    engine::Prepared prepared;
    codec::CommandError error;
    if (!decoder_.decode(commands[i], {}, job->arena, prepared.command, error)) {
      answers[i] = {400, 0, std::string(error.code), error.pointer + " " + error.detail};
      continue;
    }
    prepared.command.actor = Actor{job->arena.copy(actor_)};
    if (const auto looked = engine_.prepare(prepared); !looked) return done({}, looked);
    job->commands.push_back(std::move(prepared));
    places.push_back(i);
  }
  if (job->commands.empty()) return done(std::move(answers), {});
  // The agent may have ended when the answer comes, and the engine has not.
  job->done = [&engine = engine_, answers = std::move(answers), places = std::move(places),
               done = std::move(done)](std::unique_ptr<engine::Job> finished) mutable {
    for (size_t i = 0; i < places.size(); ++i)
      answers[places[i]] = posted(engine, finished->outcomes[i], finished->arena);
    done(std::move(answers), {});
  };
  engine_.submit(std::move(job));
}

void EngineSink::post(std::vector<std::string> commands, Done done) {
  desk_.submit(std::move(commands),
               [done = std::move(done)](std::vector<EngineDesk::Posted> answers, Result<void> rest) {
                 std::vector<device_agent::Reception> receptions;
                 for (EngineDesk::Posted& answer : answers)
                   receptions.push_back({answer.status, std::move(answer.code), std::move(answer.detail)});
                 done(std::move(receptions), std::move(rest));
               });
}

Result<notify_agent::Answer> EngineNotifySink::post(std::string_view tenant, std::string_view type,
                                                    const std::string& id, const std::string& data) {
  using notify_agent::json_quoted;
  const std::string command = fmt::format(R"({{"type":{},"id":{},"tenant":{},"data":{}}})", json_quoted(type),
                                          json_quoted(id), json_quoted(tenant), data);
  for (auto pause = kPauseMin;; pause = std::min(pause * 2, kPauseMax)) {
    const auto answered = std::make_shared<std::optional<notify_agent::Answer>>();
    {
      const std::lock_guard desk(desk_mutex_);
      desk_.submit({command}, [answered, waiting = waiting_](std::vector<EngineDesk::Posted> answers,
                                                             Result<void> rest) {
        notify_agent::Answer answer{
            .status = 503, .sequence = 0, .code = {}, .detail = rest ? "" : rest.error().what};
        if (!answers.empty())
          answer = {answers[0].status, answers[0].sequence, std::move(answers[0].code),
                    std::move(answers[0].detail)};
        {
          const std::lock_guard lock(waiting->mutex);
          *answered = std::move(answer);
        }
        waiting->changed.notify_all();
      });
    }
    std::unique_lock lock(waiting_->mutex);
    waiting_->changed.wait(lock, [&] { return waiting_->stopped || answered->has_value(); });
    // What the engine cannot take now, it may take later.
    const bool may_pass = !answered->has_value() || (*answered)->status >= 500 || (*answered)->status == 429;
    if (!may_pass) return std::move(**answered);
    if (waiting_->changed.wait_for(lock, pause, [&] { return waiting_->stopped; }))
      return fault("{} is not posted: the agent ends", type);
  }
}

void EngineNotifySink::stop() {
  {
    const std::lock_guard lock(waiting_->mutex);
    waiting_->stopped = true;
  }
  waiting_->changed.notify_all();
}

}  // namespace provodka::tools
