#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace provodka {

// From a hash to the dense id of the row that has it; the row itself holds the key, and the caller compares.
// Derived from the tables: a snapshot leaves it out and loading builds it again.
//
// It is 1,024 small open-addressing tables by the hash's upper bits, so that growing never stops the writer
// for longer than one of them takes. Eight bytes a slot: the hash's lower 32 bits, which also give the
// place, and the id.
class Index {
 public:
  template <class IsKey>  // bool(uint32_t id)
  std::optional<uint32_t> find(uint64_t hash, IsKey&& is_key) const {
    const Segment& segment = segments_[hash >> 54];
    if (segment.slots.empty()) return std::nullopt;
    const size_t mask = segment.slots.size() - 1;
    const auto tag = static_cast<uint32_t>(hash);
    for (size_t i = tag & mask;; i = (i + 1) & mask) {
      const Slot slot = segment.slots[i];
      if (slot.id == kEmpty) return std::nullopt;
      if (slot.tag == tag && is_key(slot.id)) return slot.id;
    }
  }

  // REQUIRES: the key is not in the index.
  void insert(uint64_t hash, uint32_t id) {
    Segment& segment = segments_[hash >> 54];
    if ((segment.used + 1) * 4 > segment.slots.size() * 3) grow(segment);
    place(segment, {static_cast<uint32_t>(hash), id});
    ++segment.used;
  }

  // Takes back an entry. REQUIRES: it is in the index.
  void erase(uint64_t hash, uint32_t id) {
    Segment& segment = segments_[hash >> 54];
    const size_t mask = segment.slots.size() - 1;
    size_t hole = static_cast<uint32_t>(hash) & mask;
    while (segment.slots[hole].id != id) hole = (hole + 1) & mask;
    // What follows without a gap moves up, unless its own place is behind the hole.
    for (size_t i = (hole + 1) & mask; segment.slots[i].id != kEmpty; i = (i + 1) & mask) {
      const size_t home = segment.slots[i].tag & mask;
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        segment.slots[hole] = segment.slots[i];
        hole = i;
      }
    }
    segment.slots[hole] = {};
    --segment.used;
  }

  void prefetch(uint64_t hash) const {
    const Segment& segment = segments_[hash >> 54];
    if (!segment.slots.empty())
      __builtin_prefetch(&segment.slots[static_cast<uint32_t>(hash) & (segment.slots.size() - 1)]);
  }

 private:
  static constexpr uint32_t kEmpty = 0xffffffffu;
  struct Slot {
    uint32_t tag = 0;
    uint32_t id = kEmpty;
  };
  struct Segment {
    std::vector<Slot> slots;
    size_t used = 0;
  };

  static void place(Segment& segment, Slot slot) {
    const size_t mask = segment.slots.size() - 1;
    size_t i = slot.tag & mask;
    while (segment.slots[i].id != kEmpty) i = (i + 1) & mask;
    segment.slots[i] = slot;
  }

  static void grow(Segment& segment) {
    Segment larger;
    larger.slots.resize(segment.slots.empty() ? 16 : segment.slots.size() * 2);
    for (const Slot slot : segment.slots) {
      if (slot.id != kEmpty) place(larger, slot);
    }
    larger.used = segment.used;
    segment = std::move(larger);
  }

  std::array<Segment, 1024> segments_;
};

}  // namespace provodka
