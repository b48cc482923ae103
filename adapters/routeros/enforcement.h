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
  Item before = {};  // of an adoption
};

// A point that cannot be as it is wanted without touching what is not ours.
struct Obstacle {
  std::string tag;
  std::string what;
};

// A name whose sessions may have no right to be, and the point that it is or was of.
struct SessionName {
  std::string tag, name;
  friend bool operator==(const SessionName&, const SessionName&) = default;
};

// Each list but `moves` may be sent at once, in any order; the lists one after the other, in this order. A
// change of what an entry is known by, as its address, is a step of its own, so that a refusal of it does not
// hold up the others.
struct Difference {
  std::vector<Step> removals;  // free addresses and names
  std::vector<Step> changes;
  std::vector<Step> moves;      // changes that each take what one before has left: to be sent one by one
  std::vector<Step> adoptions;  // a dynamic entry is made static; `after` is what it is to be set to next
  std::vector<Step> additions;
  std::vector<Obstacle> obstacles;
  std::vector<SessionName> names_left;  // that entries of points which are off had before they were renamed

  size_t steps() const {
    return removals.size() + changes.size() + moves.size() + adoptions.size() + additions.size();
  }
};

// Whether the points given are all that the router is to serve: then what is tagged with any other is
// removed.
enum class Scope : unsigned char { these_points, whole_router };

// The least that makes the router right. Only entries whose comment is exactly a tag are in it; of several
// with the same tag the one nearest to the wish stays. REQUIRES: no two points with one tag.
Difference difference(const Mode& mode, const Mirror& mirror, std::span<const Point> points, Scope scope);

// Entries that are not a point's own and keep it out although it is on. Of a mirror that has what was done:
// an entry of another point that could not be removed counts, and one that was does not.
std::vector<Obstacle> others_that_act(const Mode& mode, const Mirror& mirror, std::span<const Point> points);

// The names whose sessions have no right to be: those of entries of ours that are disabled, of points that
// are off, and those of `left` that no entry of ours which is enabled has now. A name that a foreign entry
// has too becomes an obstacle. Of a mirror that has what was done.
std::vector<SessionName> names_to_end(const Mode& mode, const Mirror& mirror, std::span<const Point> points,
                                      std::span<const SessionName> left, std::vector<Obstacle>& obstacles);

// The operation that reads the whole menu of a mode, and the ones that read what matters to one point.
Operation read_menu(const Mode& mode);
std::vector<Operation> read_point(const Mode& mode, const std::string& tag,
                                  const std::vector<std::string>& keys);

// The operation that reads the sessions of these names, or all, where they are many.
Operation read_sessions(const Mode& mode, std::span<const SessionName> names);

}  // namespace provodka::routeros
