#include "adapters/routeros/reconciler.h"

#include "adapters/routeros/values.h"
#include "ledger/core/invariant.h"

#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

namespace provodka::routeros {
namespace {

// As many operations as are handed over at once: a lost connection is noticed between them.
constexpr size_t kChunk = 512;

void note(Report& report, Finding::Kind kind, const std::string& tag, const Mode& mode, std::string what) {
  report.findings.push_back({kind, tag, mode.name(), std::move(what)});
}

void note(Report& report, const Mode& mode, const std::vector<Obstacle>& obstacles) {
  for (const Obstacle& obstacle : obstacles)
    note(report, Finding::Kind::obstructed, obstacle.tag, mode, obstacle.what);
}

// Whether it says what the menu holds.
bool was_read(const Mode& mode, const Answer& answer) {
  return answer.refusal == Refusal::none ||
         (answer.refusal == Refusal::no_such_command && mode.may_be_missing());
}

milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(Clock::now() - start);
}

}  // namespace

bool Report::is_clean() const {
  return !fault &&
         std::ranges::all_of(findings, [](const Finding& f) { return f.kind == Finding::Kind::repaired; });
}

Reconciler::Reconciler(asio::io_context& context, Router& router, std::vector<std::unique_ptr<Mode>> modes,
                       const std::string& tenant)
    : router_(router), turn_(context.get_executor(), Clock::time_point::max()) {
  for (auto& mode : modes) menus_.push_back(std::make_unique<Menu>(std::move(mode), tenant));
}

Task<> Reconciler::take_turn() {
  while (taken_) {
    error_code ignored;
    co_await turn_.async_wait(asio::redirect_error(use_task, ignored));
  }
  taken_ = true;
}

void Reconciler::end_turn() {
  taken_ = false;
  turn_.cancel();
}

Task<Report> Reconciler::reconcile(std::vector<Point> points) {
  INVARIANT(!reconciling_, "a router is reconciled once at a time", router_.place());
  reconciling_ = true;
  const auto start = Clock::now();
  Report report;
  Result<void> done = co_await read_back(points, report);
  for (const auto& menu : menus_) {
    if (!done) break;
    Work work{*menu, points, Scope::whole_router, report, {}, {}};
    done = co_await enforce(work);
  }
  reconciling_ = false;
  mirrored_ = done.has_value();
  if (!done) report.fault = done.error();
  end_turn();
  report.took = since(start);
  co_return report;
}

Task<Report> Reconciler::apply(std::vector<Point> points) {
  const auto start = Clock::now();
  Report report;
  co_await take_turn();
  if (!mirrored_) {
    end_turn();
    report.fault =
        Fault{fmt::format("{}: what it has is not known; reconcile it first", router_.place()), true};
    co_return report;
  }
  if (reading_) meanwhile_.insert(meanwhile_.end(), points.begin(), points.end());
  Result<void> done;
  for (const auto& menu : menus_) {
    Work work{*menu, points, Scope::these_points, report, {}, {}};
    done = co_await enforce(work);
    if (!done) break;
  }
  if (!done) {
    mirrored_ = false;
    report.fault = done.error();
  }
  end_turn();
  report.took = since(start);
  co_return report;
}

// Comes back with the turn, whatever its result.
Task<Result<void>> Reconciler::read_back(std::vector<Point>& points, Report& report) {
  std::vector<Operation> operations;
  for (const auto& menu : menus_) operations.push_back(read_menu(*menu->mode));
  meanwhile_.clear();
  reading_ = true;
  Answers answers = co_await router_.execute(std::move(operations));
  co_await take_turn();
  reading_ = false;
  for (size_t i = 0; i < menus_.size(); ++i) {
    if (!answers[i]) co_return std::unexpected(answers[i].error());
    if (!was_read(*menus_[i]->mode, *answers[i]))
      co_return fault("{}: {} cannot be read: {}", router_.place(), menus_[i]->mode->menu(),
                      answers[i]->message);
    report.entries_read += answers[i]->items.size();
    menus_[i]->mirror.load(answers[i]->items);
  }
  if (meanwhile_.empty()) co_return Result<void>();
  // What was read may be from before or from after what was applied.
  boost::unordered_flat_map<std::string, size_t> places;
  for (size_t i = 0; i < points.size(); ++i) places.emplace(points[i].tag, i);
  for (Point& applied : meanwhile_) {
    const auto [place, added] = places.try_emplace(applied.tag, points.size());
    if (added) {
      points.push_back(applied);
    } else {
      points[place->second] = applied;
    }
  }
  Result<void> done;
  for (const auto& menu : menus_) {
    done = co_await read_points(*menu, meanwhile_);
    if (!done) break;
  }
  co_return done;
}

Task<Result<void>> Reconciler::enforce(Work& work) {
  Difference first = difference(*work.menu.mode, work.menu.mirror, work.points, work.scope);
  Result<void> done = co_await carry_out(work, std::move(first));
  if (done && !work.stale.empty()) done = co_await settle_stale(work);
  if (done) done = co_await end_sessions(work);
  co_return done;
}

Task<Result<void>> Reconciler::carry_out(Work& work, Difference difference) {
  note(work.report, *work.menu.mode, difference.obstacles);
  work.names_left.insert(work.names_left.end(), difference.names_left.begin(), difference.names_left.end());
  Result<void> done = co_await send(work, std::move(difference.removals));
  if (done) done = co_await send(work, std::move(difference.changes));
  if (done) done = co_await adopt(work, std::move(difference.adoptions));
  if (done) done = co_await send(work, std::move(difference.additions));
  co_return done;
}

Task<Result<void>> Reconciler::send(Work& work, std::vector<Step> steps) {
  for (size_t begin = 0; begin < steps.size(); begin += kChunk) {
    const size_t end = std::min(begin + kChunk, steps.size());
    std::vector<Operation> operations;
    for (size_t i = begin; i < end; ++i) operations.push_back(steps[i].operation);
    work.report.changes_sent += operations.size();
    Answers answers = co_await router_.execute(std::move(operations));
    for (size_t i = begin; i < end; ++i) {
      const Result<Answer>& answer = answers[i - begin];
      if (!answer) co_return std::unexpected(answer.error());
      confirm(work, steps[i], *answer);
    }
  }
  co_return Result<void>();
}

void Reconciler::confirm(Work& work, const Step& step, const Answer& answer) {
  const Mode& mode = *work.menu.mode;
  const Verb verb = step.operation.verb;
  const bool gone = answer.refusal == Refusal::no_such_item;
  if (answer.refusal == Refusal::none || (gone && verb == Verb::remove)) {
    if (verb == Verb::remove) work.menu.mirror.drop(step.tag, step.operation.id);
    if (verb == Verb::set || verb == Verb::add) {
      Item item = step.after;
      if (verb == Verb::add) item.set(".id", answer.id);
      work.menu.mirror.put(step.tag, std::move(item));
    }
    if (verb != Verb::run) note(work.report, Finding::Kind::repaired, step.tag, mode, step.what);
  } else if (!work.again && (gone || answer.refusal == Refusal::already_there)) {
    work.stale.push_back(step.tag);
  } else {
    note(work.report, Finding::Kind::failed, step.tag, mode, answer.message);
  }
}

// A lease that was made static may have another id. It has no comment yet, and is known by its MAC.
Task<Result<void>> Reconciler::adopt(Work& work, std::vector<Step> steps) {
  if (steps.empty()) co_return Result<void>();
  const Mode& mode = *work.menu.mode;
  std::vector<Operation> operations;
  for (const Step& step : steps) operations.push_back(step.operation);
  work.report.changes_sent += operations.size();
  Answers made = co_await router_.execute(std::move(operations));
  operations.clear();
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!made[i]) co_return std::unexpected(made[i].error());
    confirm(work, steps[i], *made[i]);
    operations.push_back(print(mode.menu(), mode.properties(),
                               {fmt::format("mac-address={}", steps[i].after.find("mac-address"))}));
  }
  Answers found = co_await router_.execute(std::move(operations));
  std::vector<Step> sets;
  for (size_t i = 0; i < steps.size(); ++i) {
    if (!found[i]) co_return std::unexpected(found[i].error());
    if (made[i]->refusal != Refusal::none) continue;
    const auto item = std::ranges::find_if(found[i]->items, [](const Item& candidate) {
      return candidate.find("comment").empty() && !read_bool(candidate.find("dynamic"));
    });
    if (item == found[i]->items.end()) {
      note(work.report, Finding::Kind::failed, steps[i].tag, mode, "was made static and cannot be found");
      continue;
    }
    Step step = std::move(steps[i]);
    step.operation = set(mode.menu(), item->id(), step.after.attributes());
    step.after.set(".id", item->id());
    for (const std::string& key : mode.keys(*item)) work.menu.mirror.reload(step.tag, {key}, {});
    sets.push_back(std::move(step));
  }
  Result<void> done = co_await send(work, std::move(sets));
  co_return done;
}

// Brings the mirror up to date for some points.
Task<Result<void>> Reconciler::read_points(Menu& menu, std::span<const Point> points) {
  const Mode& mode = *menu.mode;
  std::vector<std::vector<std::string>> keys;
  std::vector<Operation> operations;
  std::vector<size_t> ends;
  for (const Point& point : points) {
    keys.push_back(mode.keys(mode.wish(point).item));
    for (Operation& operation : read_point(mode, point.tag, keys.back()))
      operations.push_back(std::move(operation));
    ends.push_back(operations.size());
  }
  Answers answers = co_await router_.execute(std::move(operations));
  size_t at = 0;
  for (size_t i = 0; i < points.size(); ++i) {
    std::vector<Item> items;
    for (; at < ends[i]; ++at) {
      if (!answers[at]) co_return std::unexpected(answers[at].error());
      if (!was_read(mode, *answers[at]))
        co_return fault("{}: {} cannot be read: {}", router_.place(), mode.menu(), answers[at]->message);
      for (Item& item : answers[at]->items) items.push_back(std::move(item));
    }
    menu.mirror.reload(points[i].tag, keys[i], items);
  }
  co_return Result<void>();
}

// Once: what is refused after that is reported.
Task<Result<void>> Reconciler::settle_stale(Work& work) {
  std::vector<Point> points;
  std::ranges::sort(work.stale);
  for (const Point& point : work.points) {
    if (std::ranges::binary_search(work.stale, point.tag)) points.push_back(point);
  }
  Result<void> done = co_await read_points(work.menu, points);
  if (!done) co_return done;
  work.again = true;
  Difference rest = difference(*work.menu.mode, work.menu.mirror, points, Scope::these_points);
  done = co_await carry_out(work, std::move(rest));
  co_return done;
}

Task<Result<void>> Reconciler::end_sessions(Work& work) {
  const Mode& mode = *work.menu.mode;
  std::vector<Obstacle> obstacles;
  std::vector<std::string> names = names_to_end(mode, work.menu.mirror, work.points, obstacles);
  note(work.report, mode, obstacles);
  if (!mode.sessions_menu().empty())
    names.insert(names.end(), work.names_left.begin(), work.names_left.end());
  if (names.empty()) co_return Result<void>();
  Operation read = read_sessions(mode, names);
  Result<Answer> online = co_await router_.ask(std::move(read));
  if (!online) co_return std::unexpected(online.error());
  if (online->refusal != Refusal::none)
    co_return fault("{}: {} cannot be read: {}", router_.place(), mode.sessions_menu(), online->message);
  const boost::unordered_flat_set<std::string_view> ours(names.begin(), names.end());
  std::vector<Operation> operations;
  std::vector<std::string_view> ended;
  for (const Item& session : online->items) {
    if (!ours.contains(session.find("name"))) continue;
    operations.push_back(remove(std::string(mode.sessions_menu()), session.id()));
    ended.push_back(session.find("name"));
  }
  work.report.changes_sent += operations.size();
  Answers answers = co_await router_.execute(std::move(operations));
  for (size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) co_return std::unexpected(answers[i].error());
    const std::string_view holder = work.menu.mirror.holder(fmt::format("name={}", ended[i]));
    if (answers[i]->refusal == Refusal::none) {
      ++work.report.sessions_ended;
      note(work.report, Finding::Kind::repaired, std::string(holder), mode, "ended a session");
    } else if (answers[i]->refusal != Refusal::no_such_item) {
      note(work.report, Finding::Kind::failed, std::string(holder), mode,
           "a session stays: " + answers[i]->message);
    }
  }
  co_return Result<void>();
}

}  // namespace provodka::routeros
