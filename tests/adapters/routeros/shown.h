#pragma once

#include "adapters/routeros/enforcement.h"
#include "tests/adapters/routeros/support.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace provodka::routeros::test {

// A step as a line: `set *1 disabled=no`.
inline std::string shown(const Step& step) {
  const Operation& operation = step.operation;
  static constexpr const char* verbs[] = {"print", "add", "set", "remove"};
  std::string out =
      operation.verb == Verb::run ? operation.command : verbs[static_cast<size_t>(operation.verb)];
  if (!operation.id.empty()) out += " " + operation.id;
  for (const Attribute& attribute : operation.attributes) out += " " + attribute.key + "=" + attribute.value;
  return out;
}

using Lines = std::vector<std::string>;

// All steps in the order of the lists, sorted within each that has no order, and then the obstacles.
inline Lines shown(const Difference& difference) {
  Lines lines;
  for (const auto* steps : {&difference.removals, &difference.changes, &difference.moves,
                            &difference.adoptions, &difference.additions}) {
    Lines some;
    for (const Step& step : *steps) some.push_back(shown(step));
    if (steps != &difference.moves) std::ranges::sort(some);
    lines.insert(lines.end(), some.begin(), some.end());
  }
  for (const Obstacle& obstacle : difference.obstacles) lines.push_back(obstacle.tag + ": " + obstacle.what);
  return lines;
}

// As if the router had done all of it but what is refused by verb.
inline void confirm(Mirror& mirror, const Difference& difference, std::optional<Verb> refused = {}) {
  int added = 0;
  for (const auto* steps :
       {&difference.removals, &difference.changes, &difference.moves, &difference.additions}) {
    for (const Step& step : *steps) {
      if (step.operation.verb == refused) continue;
      if (step.operation.verb == Verb::remove) {
        mirror.drop(step.tag, step.operation.id);
        continue;
      }
      Item item = step.after;
      if (step.operation.verb == Verb::add) item.set(".id", fmt::format("*new{}", ++added));
      mirror.put(step.tag, std::move(item));
    }
  }
}

// What is done, and what is in the way before and after.
inline Lines compare(const Mode& mode, const std::vector<Item>& items, const std::vector<Point>& points,
                     Scope scope = Scope::whole_router) {
  Mirror mirror(mode);
  mirror.load(items);
  Difference found = difference(mode, mirror, points, scope);
  confirm(mirror, found);
  const std::vector<Obstacle> others = others_that_act(mode, mirror, points);
  found.obstacles.insert(found.obstacles.end(), others.begin(), others.end());
  return shown(found);
}

}  // namespace provodka::routeros::test
