#include "adapters/notify_agent/agent.h"
#include "adapters/notify_agent/http_sink.h"

// What makes the agent ask for a message by itself: what happened, and what is about to.
namespace provodka::notify_agent {
namespace {

constexpr std::chrono::milliseconds kLookAheadEach{1'000};

}  // namespace

bool Agent::ask_for(const Cause& cause) {
  std::string fields;
  for (const auto& [name, value] : cause.fields)
    if (!value.empty())
      fields += fmt::format("{}{}:{}", fields.empty() ? "" : ",", json_quoted(name), json_quoted(value));
  for (const std::string& subscriber : cause.to) {
    const std::string data = fmt::format(R"({{"subscriber":{},"template":{},"fields":{{{}}}}})",
                                         json_quoted(subscriber), json_quoted(cause.template_name), fields);
    const auto answer = sink_.post(state_.tenant(), "message.send", cause.command_id(subscriber), data);
    if (!answer) return false;
    // It was told before, when the figures were others.
    if (answer->recorded() || answer->code == "command_id_reused") continue;
    std::lock_guard lock(mutex_);
    if (warned_.insert(cause.template_name + answer->code).second)
      warn(fmt::format("{} is not told by {}: {} {}", enum_name(cause.trigger), cause.template_name,
                       answer->code, answer->detail));
  }
  return true;
}

// Once a day by the tenant's clock, and when it is to be told earlier or later than before.
void Agent::look_ahead() {
  if (!wait_until_caught_up()) return;
  std::optional<Instant> looked;
  bool in_trouble = false;
  std::unique_lock lock(mutex_);
  while (!stopping_ && failure_.empty()) {
    const Instant at = wall_clock();
    const Date today = state_.local_date(at);
    const auto through = state_.charges_through(today);
    if (through && through != looked) {
      lock.unlock();
      const auto shortfalls = options_.outlook->shortfalls(state_.tenant(), *through);
      lock.lock();
      if (shortfalls) {
        looked = through;
        in_trouble = false;
        for (const Shortfall& shortfall : *shortfalls)
          if (auto cause = state_.cause_of(shortfall, today, at)) ahead_.push_back(std::move(*cause));
        changed_.notify_all();
      } else {
        if (!stopping_ && !std::exchange(in_trouble, true)) warn(shortfalls.error().what);
        changed_.wait_for(lock, options_.pause_max, [this] { return stopping_; });
        continue;
      }
    }
    changed_.wait_for(lock, kLookAheadEach, [this] { return stopping_; });
  }
}

}  // namespace provodka::notify_agent
