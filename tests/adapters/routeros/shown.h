#pragma once

#include "adapters/routeros/enforcement.h"
#include "tests/adapters/routeros/support.h"

#include <algorithm>
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

// All steps in the order of the lists, sorted within each, and then the obstacles.
inline Lines shown(const Difference& difference) {
  Lines lines;
  for (const auto* steps :
       {&difference.removals, &difference.changes, &difference.adoptions, &difference.additions}) {
    Lines some;
    for (const Step& step : *steps) some.push_back(shown(step));
    std::ranges::sort(some);
    lines.insert(lines.end(), some.begin(), some.end());
  }
  for (const Obstacle& obstacle : difference.obstacles) lines.push_back(obstacle.tag + ": " + obstacle.what);
  return lines;
}

inline Lines compare(const Mode& mode, const std::vector<Item>& items, const std::vector<Point>& points,
                     Scope scope = Scope::whole_router) {
  Mirror mirror(mode);
  mirror.load(items);
  return shown(difference(mode, mirror, points, scope));
}

}  // namespace provodka::routeros::test
