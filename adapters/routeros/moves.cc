#include "adapters/routeros/moves.h"

#include <algorithm>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

namespace provodka::routeros {
namespace {

using Kind = Move::Kind;

class Plan {
 public:
  Plan(std::span<const Mover> movers, const OwnerOf& owner_of, bool removes)
      : movers_(movers), owner_of_(owner_of), removes_(removes), states_(movers.size()) {
    for (size_t i = movers.size(); i-- > 0;) {
      numbers_.emplace(movers[i].tag, i);
      ready_.push_back(i);
    }
  }

  std::vector<Move> run() {
    size_t first = 0;  // all before it are done
    while (first < movers_.size()) {
      if (!ready_.empty()) {
        const size_t number = ready_.back();
        ready_.pop_back();
        if (!states_[number].done) look_at(number);
      } else if (states_[first].done) {
        ++first;
      } else {
        open(ring_of(first));  // what is left waits for each other
      }
    }
    return std::move(moves_);
  }

 private:
  struct State {
    bool done = false;
    size_t waits_for = 0;
    std::vector<size_t> followers = {};  // that wait for this one
  };

  // Somebody else has it, when all that was planned so far is done.
  std::optional<std::string_view> holder_of(const std::string& key, std::string_view but) const {
    std::optional<std::string_view> holder = owner_of_(key);
    if (holder && !holder->empty() && left_.contains(key)) holder.reset();
    if (const auto claim = claimed_.find(key); claim != claimed_.end()) holder = claim->second;
    if (holder && *holder == but) holder.reset();
    return holder;
  }
  // The mover that has the key still and is to leave it.
  std::optional<size_t> leaver(std::string_view holder, const std::string& key) const {
    const auto found = numbers_.find(holder);
    if (found == numbers_.end() || states_[found->second].done) return std::nullopt;
    if (std::ranges::count(movers_[found->second].leaves, key) == 0) return std::nullopt;
    return found->second;
  }

  void look_at(size_t number) {
    const Mover& mover = movers_[number];
    std::optional<size_t> before;
    for (const std::string& key : mover.needs) {
      const auto holder = holder_of(key, mover.tag);
      if (!holder) continue;
      const auto leaving = leaver(*holder, key);
      if (!leaving) return finish({number, Kind::obstructed, key, *holder});
      if (!before) before = leaving;
    }
    if (!before) return go(number);
    states_[number].waits_for = *before;
    states_[*before].followers.push_back(number);
  }

  void go(size_t number) {
    const Mover& mover = movers_[number];
    const bool relies =
        std::ranges::any_of(mover.needs, [this](const std::string& key) { return changed_.contains(key); });
    left_.insert(mover.leaves.begin(), mover.leaves.end());
    changed_.insert(mover.leaves.begin(), mover.leaves.end());
    claim(mover);
    finish({number, relies ? Kind::in_turn : Kind::at_once});
  }

  void claim(const Mover& mover) {
    for (const std::string& key : mover.needs) claimed_[key] = mover.tag;
  }

  void finish(Move move) {
    State& state = states_[move.mover];
    state.done = true;
    ready_.insert(ready_.end(), state.followers.begin(), state.followers.end());
    moves_.push_back(std::move(move));
  }

  // Each waits for the next, and the last for the first; the last one's point is on, if any is.
  std::vector<size_t> ring_of(size_t number) const {
    boost::unordered_flat_set<size_t> seen;
    while (seen.insert(number).second) number = states_[number].waits_for;
    std::vector<size_t> ring;
    const size_t begin = number;
    do {
      ring.push_back(number);
      number = states_[number].waits_for;
    } while (number != begin);
    const auto on = std::ranges::find_if(ring, [this](size_t member) { return movers_[member].on; });
    if (on != ring.end()) std::ranges::rotate(ring, on + 1);
    return ring;
  }

  void open(const std::vector<size_t>& ring) {
    // Who needs something of a third one too might be without an entry in the end.
    std::optional<Move> wait;
    for (const size_t member : ring) {
      const std::string_view next = movers_[states_[member].waits_for].tag;
      for (const std::string& key : movers_[member].needs) {
        const auto holder = holder_of(key, movers_[member].tag);
        if (holder && (!removes_ || *holder != next)) wait = {member, Kind::obstructed, key, *holder};
      }
    }
    if (wait) return finish(std::move(*wait));
    const size_t last = ring.back();
    for (const size_t member : ring) claim(movers_[member]);
    left_.insert(movers_[last].leaves.begin(), movers_[last].leaves.end());
    finish({last, Kind::anew});
    for (size_t i = ring.size() - 1; i-- > 0;) go(ring[i]);
  }

  const std::span<const Mover> movers_;
  const OwnerOf& owner_of_;
  const bool removes_;
  std::vector<State> states_;
  boost::unordered_flat_map<std::string_view, size_t> numbers_;
  std::vector<size_t> ready_;
  boost::unordered_flat_set<std::string> left_;     // by removals and changes
  boost::unordered_flat_set<std::string> changed_;  // by changes
  boost::unordered_flat_map<std::string, std::string_view> claimed_;
  std::vector<Move> moves_;
};

}  // namespace

std::vector<Move> plan_moves(std::span<const Mover> movers, const OwnerOf& owner_of, bool removes) {
  return Plan(movers, owner_of, removes).run();
}

}  // namespace provodka::routeros
