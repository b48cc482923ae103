#include "tools/provodka/sample/provider.h"

#include "tools/provodka/sample/life.h"
#include "tools/provodka/sample/lines.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace provodka::tools::sample {
namespace {

constexpr size_t kPieceBytes = size_t{1} << 20;

// What the operator does himself.
void operate(const Plan& plan, std::span<const Day> month, std::vector<Action>& out) {
  const auto add = [&](Kind kind, uint32_t at) {
    Action& action = out.emplace_back();
    action.kind = kind;
    action.at = at;
  };
  for (const Day& day : month) {
    if (day.date == plan.from) {
      add(Kind::set_up, day.at);
    } else if (day.begins_month) {
      add(Kind::run_billing, day.at + 300);
    }
    if (day.date == announced_on(plan)) add(Kind::raise_prices, day.at + 9 * 3600);
    if (add_days(day.date, 1) == plan.past()) add(Kind::run_billing_at_end, day.at + kSecondsPerDay - 1);
  }
}

std::vector<Day> days_of(const Plan& plan, int month) {
  std::vector<Day> days;
  const Date past = add_months_clamped(plan.from, month + 1);
  for (Date date = add_months_clamped(plan.from, month); date < past; date = add_days(date, 1))
    days.push_back(
        {date, date.day() == 1, static_cast<uint32_t>(date.days - plan.from.days) * kSecondsPerDay});
  return days;
}

}  // namespace

void write_provider(const Plan& plan, const std::function<void(std::string_view)>& sink) {
  Life life(plan);
  std::vector<Subscriber> subscribers;
  subscribers.reserve(plan.subscribers);
  for (uint32_t who = 0; who < plan.subscribers; ++who) subscribers.push_back(life.born(who));
  Lines lines(plan);
  fmt::memory_buffer piece;
  std::vector<Action> actions;
  // Month by month, so that no more than the commands of one are ever kept.
  for (uint32_t month = 0; month < plan.months; ++month) {
    const std::vector<Day> days = days_of(plan, static_cast<int>(month));
    actions.clear();
    operate(plan, days, actions);
    for (uint32_t who = 0; who < plan.subscribers; ++who) life.live(subscribers[who], who, days, actions);
    // In time; what one subscriber does, in the order in which it was thought of.
    std::ranges::sort(actions, {}, [](const Action& a) { return std::tuple(a.at, a.who, a.number); });
    for (const Action& action : actions) {
      lines.write(action, piece);
      if (piece.size() < kPieceBytes) continue;
      sink({piece.data(), piece.size()});
      piece.clear();
    }
  }
  sink({piece.data(), piece.size()});
}

}  // namespace provodka::tools::sample
