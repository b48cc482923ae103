#include "adapters/routeros/enforcement.h"

#include "adapters/routeros/values.h"

#include <algorithm>

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
    std::vector<std::pair<const Point*, Wish>> missing;
    for (const Point& point : points) {
      Wish wish = mode_.wish(point);
      if (settle(point, wish)) missing.emplace_back(&point, std::move(wish));
    }
    for (const auto& [point, wish] : missing) add_missing(*point, wish);
    return std::move(difference_);
  }

 private:
  void remove_unwanted(std::span<const Point> points) {
    boost::unordered_flat_set<std::string_view> wanted(points.size());
    for (const Point& point : points) wanted.insert(point.tag);
    for (const auto& [tag, rows] : mirror_.ours()) {
      if (wanted.contains(tag)) continue;
      for (const Item& row : rows) take_out(tag, row, "removed, of a point that is not served here");
    }
  }

  // Sees to the entries that are there; true where one is missing.
  bool settle(const Point& point, const Wish& wish) {
    const std::vector<Item>& rows = mirror_.ours(point.tag);
    switch (wish.kind) {
      case Wish::Kind::impossible:
        difference_.obstacles.push_back({point.tag, wish.why});
        return false;
      case Wish::Kind::absent:
        if (mode_.removes()) {
          for (const Item& row : rows) take_out(point.tag, row, "removed");
        }
        if (mode_.foreign_acts()) {
          for (const std::string& key : mode_.keys(wish.item)) {
            if (mirror_.foreign(key))
              difference_.obstacles.push_back(
                  {point.tag, fmt::format("a foreign entry with {} acts on it", key)});
          }
        }
        return false;
      default:
        break;
    }
    const Item* best = nearest(rows, wish);
    for (const Item& row : rows) {
      if (&row == best) continue;
      if (mode_.removes()) {
        take_out(point.tag, row, "removed a duplicate");
      } else {
        change(point, row, wish, true);
      }
    }
    if (!best) return wish.kind != Wish::Kind::shut;
    const bool anew = mode_.removes() && std::ranges::any_of(wish.item.attributes(), [&](const Attribute& a) {
                        return mode_.is_fixed(a.key) && !mode_.is_same(a.key, best->find(a.key), a.value);
                      });
    if (anew) {
      take_out(point.tag, *best, "removed, to be made anew");
      return true;
    }
    change(point, *best, wish, false);
    return false;
  }

  const Item* nearest(const std::vector<Item>& rows, const Wish& wish) const {
    const Item* best = nullptr;
    long least = 0;
    for (const Item& row : rows) {
      // What cannot be changed weighs more than what can.
      long wrong = 0;
      for (const Attribute& wanted : wish.item.attributes()) {
        if (!mode_.is_same(wanted.key, row.find(wanted.key), wanted.value))
          wrong += mode_.is_fixed(wanted.key) || is_key(wanted) ? 100 : 1;
      }
      if (!best || wrong < least) {
        best = &row;
        least = wrong;
      }
    }
    return best;
  }

  bool is_key(const Attribute& attribute) const { return !mode_.keys({attribute}).empty(); }

  // An entry too many that may not be removed keeps its name.
  void change(const Point& point, const Item& row, const Wish& wish, bool keeps_name) {
    std::vector<Attribute> changed;
    std::string names;
    Item after = row;
    for (const Attribute& wanted : wish.item.attributes()) {
      if (!is_sent(wanted) || mode_.is_same(wanted.key, row.find(wanted.key), wanted.value)) continue;
      if (is_key(wanted)) {
        if (keeps_name || in_the_way(point, wish)) continue;
        if (!point.on) difference_.names_left.emplace_back(row.find(wanted.key));
      }
      changed.push_back(wanted);
      after.set(wanted.key, wanted.value);
      names += fmt::format("{}{}", names.empty() ? "" : ", ", wanted.key);
    }
    if (changed.empty()) return;
    difference_.changes.push_back(
        {point.tag, set(mode_.menu(), row.id(), std::move(changed)), std::move(after), "changed " + names});
  }

  void take_out(const std::string& tag, const Item& row, std::string what) {
    for (std::string& key : mode_.keys(row)) freed_.insert(std::move(key));
    difference_.removals.push_back({tag, remove(mode_.menu(), row.id()), row, std::move(what)});
  }

  // Whether somebody else has what the wish needs; says so then.
  bool in_the_way(const Point& point, const Wish& wish) {
    for (const std::string& key : mode_.keys(wish.item)) {
      const Mirror::Foreign* foreign = mirror_.foreign(key);
      // Whether a dynamic entry is really in the way is for the router to say.
      const bool yields = foreign && foreign->dynamic && mode_.adopts();
      std::string_view holder = mirror_.holder(key);
      if (freed_.contains(key)) holder = {};
      if (const auto claim = claimed_.find(key); claim != claimed_.end()) holder = claim->second;
      if (foreign && !yields) {
        difference_.obstacles.push_back({point.tag, fmt::format("a foreign entry has {}", key)});
        return true;
      }
      if (!holder.empty() && holder != point.tag) {
        difference_.obstacles.push_back({point.tag, fmt::format("{} has {} already", holder, key)});
        return true;
      }
    }
    for (std::string& key : mode_.keys(wish.item)) claimed_[std::move(key)] = point.tag;
    return false;
  }

  void add_missing(const Point& point, const Wish& wish) {
    if (wish.kind == Wish::Kind::held) {
      difference_.obstacles.push_back(
          {point.tag, "there is no entry with its tag, and only people can add one"});
      return;
    }
    if (in_the_way(point, wish)) return;
    std::vector<Attribute> attributes;
    std::ranges::copy_if(wish.item.attributes(), std::back_inserter(attributes), is_sent);
    if (mode_.adopts()) {
      const std::string_view mac = wish.item.find("mac-address");
      const Mirror::Foreign* foreign = mirror_.foreign(fmt::format("mac-address={}", mac));
      if (foreign && foreign->dynamic) {
        difference_.adoptions.push_back({point.tag, routeros::run(mode_.menu(), "make-static", foreign->id),
                                         wish.item, "made static and ours"});
        return;
      }
    }
    // A property without a value is what an entry has that was never given it.
    std::erase_if(attributes, [](const Attribute& attribute) { return attribute.value.empty(); });
    difference_.additions.push_back(
        {point.tag, add(mode_.menu(), std::move(attributes)), wish.item, "added"});
  }

  const Mode& mode_;
  const Mirror& mirror_;
  Difference difference_;
  boost::unordered_flat_set<std::string> freed_;
  boost::unordered_flat_map<std::string, std::string_view> claimed_;
};

}  // namespace

Difference difference(const Mode& mode, const Mirror& mirror, std::span<const Point> points, Scope scope) {
  return Differ(mode, mirror).run(points, scope);
}

std::vector<std::string> names_to_end(const Mode& mode, const Mirror& mirror, std::span<const Point> points,
                                      std::vector<Obstacle>& obstacles) {
  std::vector<std::string> names;
  if (mode.sessions_menu().empty()) return names;
  for (const Point& point : points) {
    if (point.on) continue;
    for (const Item& row : mirror.ours(point.tag)) {
      if (!read_bool(row.find("disabled"))) continue;
      const std::string name(row.find("name"));
      if (mirror.foreign("name=" + name)) {
        obstacles.push_back({point.tag, "a foreign entry has its name too, so its sessions are left alone"});
      } else if (!name.empty()) {
        names.push_back(name);
      }
    }
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

Operation read_sessions(const Mode& mode, const std::vector<std::string>& names) {
  std::vector<std::string> query;
  if (names.size() <= kNamesInQueryMax) {
    for (const std::string& name : names) {
      query.push_back("name=" + name);
      if (query.size() > 1) query.emplace_back("#|");
    }
  }
  return print(std::string(mode.sessions_menu()), {".id", "name"}, std::move(query));
}

}  // namespace provodka::routeros
