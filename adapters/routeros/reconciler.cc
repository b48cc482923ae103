#include "adapters/routeros/reconciler.h"

#include "adapters/routeros/values.h"
#include "ledger/core/invariant.h"

#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>

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

Item changed(Item item, const std::vector<Attribute>& attributes) {
  for (const Attribute& attribute : attributes) item.set(attribute.key, attribute.value);
  return item;
}

// The entry that a dynamic one has become: by its id, or else the only one where it was. Null: none is surely
// it.
const Item* made_static(const Mode& mode, const Step& step, const std::vector<Item>& items) {
  const auto same = std::ranges::find(items, step.operation.id, &Item::id);
  if (same != items.end()) return &*same;
  const auto is_like_it = [&](const Item& item) {
    return !read_bool(item.find("dynamic")) && item.find("comment").empty() &&
           item.find("server") == step.before.find("server") &&
           mode.is_same("address", item.find("address"), step.before.find("address"));
  };
  const auto only = std::ranges::find_if(items, is_like_it);
  return std::ranges::count_if(items, is_like_it) == 1 ? &*only : nullptr;
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

bool Reconciler::is_empty() const {
  return std::ranges::all_of(menus_, [](const auto& menu) { return menu->mirror.ours().empty(); });
}

Task<Report> Reconciler::reconcile(std::vector<Point> points) {
  return compare(std::move(points), Use::present);
}

Task<Report> Reconciler::wind_down(std::vector<Point> points) {
  return compare(std::move(points), Use::former);
}

Task<Report> Reconciler::compare(std::vector<Point> points, Use use) {
  INVARIANT(!reconciling_, "a router is reconciled once at a time", router_.place());
  reconciling_ = true;
  const auto start = Clock::now();
  Report report;
  Result<void> done = co_await read_back(points, report);
  for (const auto& menu : menus_) {
    if (!done) break;
    std::vector<Point> here;
    if (use == Use::former) {
      std::ranges::copy_if(points, std::back_inserter(here),
                           [&](const Point& point) { return !menu->mirror.ours(point.tag).empty(); });
    }
    const std::span<const Point> held = use == Use::former ? here : points;
    Work work{*menu, held, Scope::whole_router, report, {}, {}};
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
  if (done)
    note(work.report, *work.menu.mode, others_that_act(*work.menu.mode, work.menu.mirror, work.points));
  if (done) done = co_await end_sessions(work);
  co_return done;
}

Task<Result<void>> Reconciler::carry_out(Work& work, Difference difference) {
  note(work.report, *work.menu.mode, difference.obstacles);
  work.names_left.insert(work.names_left.end(), difference.names_left.begin(), difference.names_left.end());
  Result<void> done = co_await send(work, std::move(difference.removals));
  if (done) done = co_await send(work, std::move(difference.changes));
  if (done) done = co_await send_one_by_one(work, std::move(difference.moves));
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

Task<Result<void>> Reconciler::send_one_by_one(Work& work, std::vector<Step> steps) {
  Result<void> done;
  for (Step& step : steps) {
    std::vector<Step> one;
    one.push_back(std::move(step));
    done = co_await send(work, std::move(one));
    if (!done) break;
  }
  co_return done;
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
      if (verb == Verb::set) {
        // Of several steps of one entry another may have been refused.
        const auto& rows = work.menu.mirror.ours(step.tag);
        const auto row = std::ranges::find(rows, step.operation.id, &Item::id);
        if (row != rows.end()) item = changed(*row, step.operation.attributes);
      }
      work.menu.mirror.put(step.tag, std::move(item));
    }
    if (verb != Verb::run) note(work.report, Finding::Kind::repaired, step.tag, mode, step.what);
  } else if (!work.again && (gone || answer.refusal == Refusal::already_there)) {
    work.stale.push_back(step.tag);
  } else {
    note(work.report, Finding::Kind::failed, step.tag, mode, answer.message);
  }
}

// A lease that was made static may have another id. It has no comment yet, and a person may have made one of
// the same MAC.
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
    const Item* const item = made_static(mode, steps[i], found[i]->items);
    if (!item) {
      note(work.report, Finding::Kind::failed, steps[i].tag, mode,
           "was made static and cannot be told from others of its MAC");
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
  const std::vector<SessionName> names =
      names_to_end(mode, work.menu.mirror, work.points, work.names_left, obstacles);
  note(work.report, mode, obstacles);
  if (names.empty()) co_return Result<void>();
  Operation read = read_sessions(mode, names);
  Result<Answer> online = co_await router_.ask(std::move(read));
  if (!online) co_return std::unexpected(online.error());
  if (online->refusal != Refusal::none)
    co_return fault("{}: {} cannot be read: {}", router_.place(), mode.sessions_menu(), online->message);
  boost::unordered_flat_map<std::string_view, std::string_view> tags;
  for (const SessionName& one : names) tags.emplace(one.name, one.tag);
  std::vector<Operation> operations;
  std::vector<std::string> ended;  // whose
  for (const Item& session : online->items) {
    const auto found = tags.find(session.find("name"));
    if (found == tags.end()) continue;
    operations.push_back(remove(std::string(mode.sessions_menu()), session.id()));
    ended.emplace_back(found->second);
  }
  work.report.changes_sent += operations.size();
  Answers answers = co_await router_.execute(std::move(operations));
  for (size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i]) co_return std::unexpected(answers[i].error());
    if (answers[i]->refusal == Refusal::none) {
      ++work.report.sessions_ended;
      note(work.report, Finding::Kind::repaired, ended[i], mode, "ended a session");
    } else if (answers[i]->refusal != Refusal::no_such_item) {
      note(work.report, Finding::Kind::failed, ended[i], mode, "a session stays: " + answers[i]->message);
    }
  }
  co_return Result<void>();
}

}  // namespace provodka::routeros
