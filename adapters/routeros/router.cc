#include "adapters/routeros/router.h"

namespace provodka::routeros {

Refusal refusal_of(std::string_view category, std::string_view message) {
  const auto has = [message](std::string_view part) { return message.find(part) != message.npos; };
  if (category == "2" || message == "interrupted") return Refusal::interrupted;
  if (has("no such item")) return Refusal::no_such_item;
  if (has("no such command")) return Refusal::no_such_command;
  if (has("already have") || has("already exists")) return Refusal::already_there;
  return Refusal::other;
}

Task<Result<Answer>> Router::ask(Operation operation) {
  std::vector<Operation> operations;
  operations.push_back(std::move(operation));
  Answers answers = co_await execute(std::move(operations));
  Result<Answer> answer = std::move(answers.front());
  co_return answer;
}

}  // namespace provodka::routeros
