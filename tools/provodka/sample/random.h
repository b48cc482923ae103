#pragma once

#include <cstdint>

namespace provodka::tools::sample {

// SplitMix64: the same numbers everywhere and for ever, in eight bytes, so that each subscriber has one of
// its own and nobody's life depends on the neighbours'.
class Random {
 public:
  constexpr explicit Random(uint64_t seed = 0, uint64_t stream = 0) : state_(mixed(seed) ^ mixed(~stream)) {}

  constexpr uint64_t next() { return mixed(state_ += kGolden); }

  // From 0 to `bound` - 1. REQUIRES: bound > 0.
  constexpr int64_t below(int64_t bound) {
    return static_cast<int64_t>(static_cast<unsigned __int128>(next()) * static_cast<uint64_t>(bound) >> 64);
  }
  constexpr int64_t between(int64_t least, int64_t most) { return least + below(most - least + 1); }
  constexpr bool chance(int64_t per_mille) { return below(1000) < per_mille; }
  template <class List>
  constexpr const auto& pick(const List& list) {
    return list[static_cast<uint64_t>(below(static_cast<int64_t>(list.size())))];
  }

 private:
  static constexpr uint64_t kGolden = 0x9e3779b97f4a7c15;
  static constexpr uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

}  // namespace provodka::tools::sample
