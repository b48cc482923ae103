#include "commands/http/answer.h"

#include "ledger/codec/event_codec.h"
#include "ledger/codec/json_out.h"

#include <fmt/format.h>

namespace provodka::http {
namespace {

std::string_view subject_of(std::string_view line) {
  // No member before it can have a quote in it.
  constexpr std::string_view kName = R"("subject":")";
  const size_t name = line.find(kName);
  if (name == line.npos) return {};
  const size_t begin = name + kName.size();
  return line.substr(begin, line.find('"', begin) - begin);
}

// What was recorded under the id that is used again.
Result<std::string> recorded_at(const engine::Engine& engine, Position first, Arena& arena,
                                Sequence& sequence) {
  const auto outcome = engine.first_answer(first, arena);
  if (!outcome) return std::unexpected(outcome.error());
  const auto frame = engine.frame_at(first);
  if (!frame) return std::unexpected(frame.error());
  const std::string_view line = arena.copy((*frame)->line(first));
  codec::DecodedEvent decoded;
  if (const auto read = codec::decode_event(line, arena, decoded); !read)
    return std::unexpected(read.error());
  sequence = outcome->sequence;
  const Date date = std::visit([](const auto& event) { return event.effective; }, decoded.event);
  return fmt::format("{} recorded {} on {} on {}", decoded.header.cause, decoded.header.type,
                     subject_of(line), date);
}

Answer refused(Problem problem) {
  const unsigned status = problem.status;
  return {.status = status, .problem = std::move(problem)};
}

}  // namespace

Answer answer_to(Worker& worker, const engine::Outcome& outcome, engine::Outcome& repeated, Arena& arena) {
  using Kind = engine::Outcome::Kind;
  House& house = worker.house;
  switch (outcome.kind) {
    case Kind::recorded:
      return {.status = 201, .outcome = &outcome, .problem = {}};
    case Kind::repeated: {
      auto first = house.engine.first_answer(outcome.first, arena);
      if (!first) return refused(house.fault(problems::log_damaged, first.error().what));
      repeated = std::move(*first);
      return {.status = 200, .outcome = &repeated, .problem = {}};
    }
    case Kind::rejected: {
      Problem problem(*outcome.rejection);
      if (outcome.first != Position()) {
        auto recorded = recorded_at(house.engine, outcome.first, arena, problem.sequence);
        if (!recorded) return refused(house.fault(problems::log_damaged, recorded.error().what));
        problem.detail = std::move(*recorded);
      }
      return refused(std::move(problem));
    }
    default: {
      worker.warn_once(outcome.detail);
      return refused(Problem(problems::unavailable));
    }
  }
}

void write_recorded(Buffer& out, const engine::Outcome& outcome) {
  out.append(R"("sequence":)");
  codec::write(out, outcome.sequence);
  out.append(R"(,"position":)");
  codec::write(out, outcome.last.value());
  out.append(R"(,"events":[)");
  for (const std::string_view type : outcome.types) {
    out.push_back('"');
    out.append(type);
    out.append("\",");
  }
  if (!outcome.types.empty()) out.truncate(out.size() - 1);
  out.append(R"(],"balances":{)");
  for (const account::Standing& standing : outcome.standings) {
    codec::write(out, standing.account);
    out.append(R"(:{"balance":)");
    codec::write(out, standing.balance);
    out.append(R"(,"available":)");
    codec::write(out, standing.available);
    out.append(R"(,"access":)");
    codec::write(out, standing.access);
    out.append("},");
  }
  if (!outcome.standings.empty()) out.truncate(out.size() - 1);
  out.push_back('}');
}

}  // namespace provodka::http
