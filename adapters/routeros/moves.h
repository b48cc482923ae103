#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How entries of ours get other addresses and names, each of which only one may have. Pure.
namespace provodka::routeros {

// An entry that is to be known by something else.
struct Mover {
  std::string_view tag;
  bool on;                                 // its point
  std::vector<std::string> leaves, needs;  // keys that it has and will not, and the other way round
};

struct Move {
  enum class Kind : unsigned char {
    at_once,     // it is changed, when what is removed is gone
    in_turn,     // the same, after the moves before it
    anew,        // it is removed first and added last
    obstructed,  // it stays as it is, as somebody who stays has a key that it needs
  };
  size_t mover;
  Kind kind;
  std::string key = {};          // of obstructed
  std::string_view holder = {};  // of obstructed: whose it is; empty: a foreign entry's
};

// Whose a key is before anything moves: a tag, or empty for a foreign entry.
using OwnerOf = std::function<std::optional<std::string_view>(const std::string& key)>;

// One move for each, in an order in which they can be done. Who waits for one that stays is obstructed, and
// where several need the same, one gets it. Those that wait for each other in a ring can move only when one
// is made anew, one whose point is on if there is any: nothing is lost while that has no entry. Where
// `removes` is false no ring moves. REQUIRES: one mover of a tag.
std::vector<Move> plan_moves(std::span<const Mover> movers, const OwnerOf& owner_of, bool removes);

}  // namespace provodka::routeros
