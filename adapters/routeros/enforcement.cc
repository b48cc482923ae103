#include "adapters/routeros/enforcement.h"

#include "adapters/routeros/moves.h"
#include "adapters/routeros/values.h"

#include <algorithm>
#include <optional>

#include <boost/unordered/unordered_flat_set.hpp>
#include <fmt/format.h>

namespace provodka::routeros {
namespace {

constexpr size_t kNamesInQueryMax = 32;

// What the router alone decides is compared, and never sent.
bool is_sent(const Attribute& attribute) { return attribute.key != "dynamic"; }

class Differ {
 public:
  Differ(const Mode& mode, const Mirror& mirror) : mode_(mode), mirror_(mirror) {}

  Difference run(std::span<const Point> points, Scope scope) {
    if (scope == Scope::whole_router && mode_.removes()) remove_unwanted(points);
    for (const Point& point : points) settle(point, mode_.wish(point));
    move_all();
    for (const auto& [point, wish] : missing_) add_missing(*point, wish);
    return std::move(difference_);
  }

 private:
  struct Moving {
    const Point* point;
    const Item* row;
    Wish wish;
  };

  void remove_unwanted(std::span<const Point> points) {
    boost::unordered_flat_set<std::string_view> wanted(points.size());
    for (const Point& point : points) wanted.insert(point.tag);
    for (const auto& [tag, rows] : mirror_.ours()) {
      if (!wanted.contains(tag)) take_out_all(tag, rows, "removed, of a point that is not served here");
    }
  }

  // Sees to the entries that are there, and notes what is missing and what has to move.
  void settle(const Point& point, Wish wish) {
    const std::vector<Item>& rows = mirror_.ours(point.tag);
    if (wish.kind == Wish::Kind::impossible) {
      difference_.obstacles.push_back({point.tag, wish.why});
      if (wish.item.attributes().empty()) take_out_all(point.tag, rows, "removed");
      for (const Item& row : rows) change(point, row, wish);
      return;
    }
    if (wish.kind == Wish::Kind::absent) {
      if (mode_.removes()) take_out_all(point.tag, rows, "removed");
      return;
    }
    const Item* best = nearest(rows, wish);
    for (const Item& row : rows) {
      if (&row == best) continue;
      // An entry too many that may not be removed keeps its name.
      if (mode_.removes()) {
        take_out(point.tag, row, "removed a duplicate");
      } else {
        change(point, row, wish);
      }
    }
    if (!best) {
      if (wish.kind != Wish::Kind::shut) missing_.emplace_back(&point, std::move(wish));
      return;
    }
    const bool anew = mode_.removes() && std::ranges::any_of(wish.item.attributes(), [&](const Attribute& a) {
                        return mode_.is_fixed(a.key) && differs(*best, a);
                      });
    if (anew) {
      take_out(point.tag, *best, "removed, to be made anew");
      missing_.emplace_back(&point, std::move(wish));
      return;
    }
    const bool moves = std::ranges::any_of(
        wish.item.attributes(), [&](const Attribute& a) { return is_key(a) && differs(*best, a); });
    if (moves) {
      moving_.push_back({&point, best, std::move(wish)});
    } else {
      change(point, *best, wish);
    }
  }

  const Item* nearest(const std::vector<Item>& rows, const Wish& wish) const {
    const Item* best = nullptr;
    long least = 0;
    for (const Item& row : rows) {
      // What cannot be changed weighs more than what can.
      long wrong = 0;
      for (const Attribute& wanted : wish.item.attributes()) {
        if (differs(row, wanted)) wrong += mode_.is_fixed(wanted.key) || is_key(wanted) ? 100 : 1;
      }
      if (!best || wrong < least) {
        best = &row;
        least = wrong;
      }
    }
    return best;
  }

  bool differs(const Item& row, const Attribute& wanted) const {
    return !mode_.is_same(wanted.key, row.find(wanted.key), wanted.value);
  }
  bool is_key(const Attribute& attribute) const { return !mode_.keys({attribute}).empty(); }

  // What differs of an entry: what it is known by, or all else.
  Step changed(const Point& point, const Item& row, const Wish& wish, bool keys) const {
    std::vector<Attribute> attributes;
    std::string names;
    Item after = row;
    for (const Attribute& wanted : wish.item.attributes()) {
      if (!is_sent(wanted) || is_key(wanted) != keys || !differs(row, wanted)) continue;
      attributes.push_back(wanted);
      for (Attribute& other : mode_.sent_with(wanted.key)) attributes.push_back(std::move(other));
      after.set(wanted.key, wanted.value);
      names += fmt::format("{}{}", names.empty() ? "" : ", ", wanted.key);
    }
    return {point.tag, set(mode_.menu(), row.id(), std::move(attributes)), std::move(after),
            "changed " + names};
  }

  void change(const Point& point, const Item& row, const Wish& wish) {
    Step step = changed(point, row, wish, false);
    if (!step.operation.attributes.empty()) difference_.changes.push_back(std::move(step));
  }

  void take_out(const std::string& tag, const Item& row, std::string what) {
    for (std::string& key : mode_.keys(row)) freed_.insert(std::move(key));
    difference_.removals.push_back({tag, remove(mode_.menu(), row.id()), row, std::move(what)});
  }
  void take_out_all(const std::string& tag, const std::vector<Item>& rows, const std::string& what) {
    for (const Item& row : rows) take_out(tag, row, what);
  }

  // Whose a key is when what was planned so far is done; empty: a foreign entry's.
  std::optional<std::string_view> owner_of(const std::string& key) const {
    const Mirror::Foreign* foreign = mirror_.foreign(key);
    // Whether a dynamic entry is really in the way is for the router to say.
    if (foreign && !(foreign->dynamic && mode_.adopts())) return std::string_view();
    if (const auto claim = claimed_.find(key); claim != claimed_.end()) return claim->second;
    const std::string_view holder = mirror_.holder(key);
    if (holder.empty() || freed_.contains(key)) return std::nullopt;
    return holder;
  }
  void in_the_way(const Point& point, const std::string& key, std::string_view holder) {
    difference_.obstacles.push_back({point.tag, holder.empty()
                                                    ? fmt::format("a foreign entry has {}", key)
                                                    : fmt::format("{} has {} already", holder, key)});
  }

  void move_all() {
    std::vector<Mover> movers;
    for (const Moving& one : moving_) {
      std::vector<std::string> leaves = mode_.keys(*one.row), needs = mode_.keys(one.wish.item);
      const std::vector<std::string> had = leaves;
      std::erase_if(leaves, [&](const std::string& key) { return std::ranges::count(needs, key) > 0; });
      std::erase_if(needs, [&](const std::string& key) { return std::ranges::count(had, key) > 0; });
      movers.push_back({one.point->tag, one.point->on, std::move(leaves), std::move(needs)});
    }
    const OwnerOf owner = [this](const std::string& key) { return owner_of(key); };
    for (const Move& planned : plan_moves(movers, owner, mode_.removes())) {
      const Moving& one = moving_[planned.mover];
      if (planned.kind == Move::Kind::obstructed) {
        change(*one.point, *one.row, one.wish);
        in_the_way(*one.point, planned.key, planned.holder);
        continue;
      }
      for (const std::string& key : movers[planned.mover].leaves) freed_.insert(key);
      for (const std::string& key : movers[planned.mover].needs) claimed_[key] = one.point->tag;
      move(one, planned.kind);
    }
  }

  void move(const Moving& one, Move::Kind kind) {
    if (kind == Move::Kind::anew || dynamic_of(one.wish)) {
      take_out(one.point->tag, *one.row, "removed, to be made anew");
      missing_.emplace_back(one.point, one.wish);
      return;
    }
    change(*one.point, *one.row, one.wish);
    auto& steps = kind == Move::Kind::at_once ? difference_.changes : difference_.moves;
    steps.push_back(changed(*one.point, *one.row, one.wish, true));
    if (!one.point->on && !mode_.sessions_menu().empty())
      difference_.names_left.push_back({one.point->tag, std::string(one.row->find("name"))});
  }

  // The dynamic entry that is made ours.
  const Mirror::Foreign* dynamic_of(const Wish& wish) const {
    if (!mode_.adopts()) return nullptr;
    const Mirror::Foreign* foreign =
        mirror_.foreign(fmt::format("mac-address={}", wish.item.find("mac-address")));
    return foreign && foreign->dynamic ? foreign : nullptr;
  }

  void add_missing(const Point& point, const Wish& wish) {
    if (wish.kind == Wish::Kind::held) {
      difference_.obstacles.push_back(
          {point.tag, "there is no entry with its tag, and only people can add one"});
      return;
    }
    const std::vector<std::string> keys = mode_.keys(wish.item);
    for (const std::string& key : keys) {
      const auto owner = owner_of(key);
      if (owner && *owner != point.tag) return in_the_way(point, key, *owner);
    }
    for (const std::string& key : keys) claimed_[key] = point.tag;
    if (const Mirror::Foreign* dynamic = dynamic_of(wish)) {
      difference_.adoptions.push_back({point.tag, routeros::run(mode_.menu(), "make-static", dynamic->id),
                                       wish.item, "made static and ours", dynamic->item});
      return;
    }
    std::vector<Attribute> attributes;
    std::ranges::copy_if(wish.item.attributes(), std::back_inserter(attributes), is_sent);
    // A property without a value is what an entry has that was never given it.
    std::erase_if(attributes, [](const Attribute& attribute) { return attribute.value.empty(); });
    difference_.additions.push_back(
        {point.tag, add(mode_.menu(), std::move(attributes)), wish.item, "added"});
  }

  const Mode& mode_;
  const Mirror& mirror_;
  Difference difference_;
  std::vector<Moving> moving_;
  std::vector<std::pair<const Point*, Wish>> missing_;
  boost::unordered_flat_set<std::string> freed_;
  boost::unordered_flat_map<std::string, std::string_view> claimed_;
};

}  // namespace

Difference difference(const Mode& mode, const Mirror& mirror, std::span<const Point> points, Scope scope) {
  return Differ(mode, mirror).run(points, scope);
}

std::vector<Obstacle> others_that_act(const Mode& mode, const Mirror& mirror, std::span<const Point> points) {
  std::vector<Obstacle> obstacles;
  if (!mode.others_act()) return obstacles;
  for (const Point& point : points) {
    const Wish wish = mode.wish(point);
    if (wish.kind != Wish::Kind::absent) continue;
    for (const std::string& key : mode.keys(wish.item)) {
      const std::string_view holder = mirror.holder(key);
      if (mirror.foreign(key)) {
        obstacles.push_back({point.tag, fmt::format("a foreign entry with {} acts on it", key)});
      } else if (!holder.empty() && holder != point.tag) {
        obstacles.push_back({point.tag, fmt::format("the entry of {} with {} acts on it", holder, key)});
      }
    }
  }
  return obstacles;
}

std::vector<SessionName> names_to_end(const Mode& mode, const Mirror& mirror, std::span<const Point> points,
                                      std::span<const SessionName> left, std::vector<Obstacle>& obstacles) {
  std::vector<SessionName> names;
  if (mode.sessions_menu().empty()) return names;
  const auto end = [&](const std::string& tag, std::string_view name, std::string_view whose) {
    if (mirror.foreign(fmt::format("name={}", name))) {
      obstacles.push_back(
          {tag, fmt::format("a foreign entry has {} name too, so its sessions are left alone", whose)});
    } else if (!name.empty()) {
      names.push_back({tag, std::string(name)});
    }
  };
  for (const Point& point : points) {
    if (point.on) continue;
    for (const Item& row : mirror.ours(point.tag)) {
      if (read_bool(row.find("disabled"))) end(point.tag, row.find("name"), "its");
    }
  }
  for (const SessionName& one : left) {
    const std::string holder(mirror.holder("name=" + one.name));
    if (holder == one.tag) continue;  // the router refused, and what was said of its name now holds
    const bool enabled = std::ranges::any_of(mirror.ours(holder), [&](const Item& row) {
      return row.find("name") == one.name && !read_bool(row.find("disabled"));
    });
    if (!enabled) end(one.tag, one.name, "its former");
  }
  return names;
}

Operation read_menu(const Mode& mode) { return print(mode.menu(), mode.properties(), mode.query()); }

std::vector<Operation> read_point(const Mode& mode, const std::string& tag,
                                  const std::vector<std::string>& keys) {
  std::vector<Operation> operations;
  const auto read = [&](const std::vector<std::string>& which) {
    auto query = mode.query();
    query.insert(query.end(), which.begin(), which.end());
    operations.push_back(print(mode.menu(), mode.properties(), std::move(query)));
  };
  read({"comment=" + tag});
  for (const std::string& key : keys) read(mode.query_of(key));
  return operations;
}

Operation read_sessions(const Mode& mode, std::span<const SessionName> names) {
  std::vector<std::string> query;
  if (names.size() <= kNamesInQueryMax) {
    for (const SessionName& one : names) {
      query.push_back("name=" + one.name);
      if (query.size() > 1) query.emplace_back("#|");
    }
  }
  return print(std::string(mode.sessions_menu()), {".id", "name"}, std::move(query));
}

}  // namespace provodka::routeros
