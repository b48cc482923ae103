#pragma once

#define XXH_INLINE_ALL
#include <cstdint>
#include <string_view>

#include <xxhash.h>

namespace provodka {

// For tables in memory. Not for anything that is stored or that an adversary must not steer.
inline uint64_t hash_of(std::string_view text, uint64_t seed) {
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

inline uint64_t hash_of(uint64_t value, uint64_t seed) {
  return XXH3_64bits_withSeed(&value, sizeof value, seed);
}

}  // namespace provodka
