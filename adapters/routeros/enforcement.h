#pragma once

#include "adapters/routeros/mirror.h"
#include "adapters/routeros/mode.h"

#include <span>
#include <string>
#include <vector>

// What is between the wanted state and what a router has. Pure: no I/O, no clock.
namespace provodka::routeros {

// One operation on one entry, which is ours or becomes ours by it.
struct Step {
  std::string tag;
  Operation operation;
  Item after;  // the entry when it is done; of a removal: before. An added one gets its id from the router
  std::string what;  // for a report: `changed disabled, max-limit`
};

// A point that cannot be as it is wanted without touching what is not ours.
struct Obstacle {
  std::string tag;
  std::string what;
};

// Each list may be sent at once, in any order; the lists one after the other, in this order.
struct Difference {
  std::vector<Step> removals;  // free addresses and names
  std::vector<Step> changes;
  std::vector<Step> adoptions;  // a dynamic entry is made static; `after` is what it is to be set to next
  std::vector<Step> additions;
  std::vector<Obstacle> obstacles;
  std::vector<std::string> names_left;  // that entries of points which are off had before they were renamed

  size_t steps() const { return removals.size() + changes.size() + adoptions.size() + additions.size(); }
};

// Whether the points given are all that the router is to serve: then what is tagged with any other is
// removed.
enum class Scope : unsigned char { these_points, whole_router };

// The least that makes the router right. Only entries whose comment is exactly a tag are in it; of several
// with the same tag the one nearest to the wish stays. REQUIRES: no two points with one tag.
Difference difference(const Mode& mode, const Mirror& mirror, std::span<const Point> points, Scope scope);

// The names whose sessions have no right to be: those of entries of ours that are disabled, of points that
// are off. A name that a foreign entry has too becomes an obstacle.
std::vector<std::string> names_to_end(const Mode& mode, const Mirror& mirror, std::span<const Point> points,
                                      std::vector<Obstacle>& obstacles);

// The operation that reads the whole menu of a mode, and the ones that read what matters to one point.
Operation read_menu(const Mode& mode);
std::vector<Operation> read_point(const Mode& mode, const std::string& tag,
                                  const std::vector<std::string>& keys);

// The operation that reads the sessions of these names, or all, where they are many.
Operation read_sessions(const Mode& mode, const std::vector<std::string>& names);

}  // namespace provodka::routeros
