#pragma once

#include "ledger/log/derived_store.h"

#include <array>
#include <cstring>
#include <memory>
#include <vector>

namespace provodka::engine {

// The ids that were seen since the last snapshot, which are in no file yet. 256 small tables by the key's
// first byte, so that growing never stops the writer for long. The writer's; once it is handed over as
// `older` it only is read.
class SeenTable {
 public:
  const log::SeenId* find(const std::array<unsigned char, 16>& key) const {
    const auto& slots = segments_[key[0]].slots;
    if (slots.empty()) return nullptr;
    for (size_t i = place(key, slots.size());; i = (i + 1) & (slots.size() - 1)) {
      if (slots[i].position == Position()) return nullptr;
      if (slots[i].key == key) return &slots[i];
    }
  }

  // The first place of an id is kept.
  void insert(const log::SeenId& id) {
    Segment& segment = segments_[id.key[0]];
    if ((segment.used + 1) * 4 > segment.slots.size() * 3) grow(segment);
    size_t i = place(id.key, segment.slots.size());
    for (; segment.slots[i].position != Position(); i = (i + 1) & (segment.slots.size() - 1)) {
      if (segment.slots[i].key == id.key) return;
    }
    segment.slots[i] = id;
    ++segment.used;
    ++size_;
  }

  // Takes back an id of an atomic group that is refused.
  void erase(const std::array<unsigned char, 16>& key) {
    Segment& segment = segments_[key[0]];
    if (segment.slots.empty()) return;
    const size_t mask = segment.slots.size() - 1;
    size_t hole = place(key, segment.slots.size());
    while (segment.slots[hole].key != key) {
      if (segment.slots[hole].position == Position()) return;
      hole = (hole + 1) & mask;
    }
    // What follows without a gap moves up, unless its own place is behind the hole.
    for (size_t i = (hole + 1) & mask; segment.slots[i].position != Position(); i = (i + 1) & mask) {
      const size_t home = place(segment.slots[i].key, segment.slots.size());
      if (((i - home) & mask) >= ((i - hole) & mask)) {
        segment.slots[hole] = segment.slots[i];
        hole = i;
      }
    }
    segment.slots[hole] = {};
    --segment.used;
    --size_;
  }

  void prefetch(const std::array<unsigned char, 16>& key) const {
    const auto& slots = segments_[key[0]].slots;
    if (!slots.empty()) __builtin_prefetch(&slots[place(key, slots.size())]);
  }

  size_t size() const { return size_; }

  std::vector<log::SeenId> all() const {
    std::vector<log::SeenId> ids;
    ids.reserve(size_);
    for (const Segment& segment : segments_) {
      for (const log::SeenId& id : segment.slots) {
        if (id.position != Position()) ids.push_back(id);
      }
    }
    return ids;
  }

 private:
  struct Segment {
    std::vector<log::SeenId> slots;
    size_t used = 0;
  };

  static size_t place(const std::array<unsigned char, 16>& key, size_t slots) {
    uint64_t hash;
    std::memcpy(&hash, key.data() + 1, 8);
    return hash & (slots - 1);
  }

  static void grow(Segment& segment) {
    std::vector<log::SeenId> old(segment.slots.empty() ? 16 : segment.slots.size() * 2);
    old.swap(segment.slots);
    for (const log::SeenId& id : old) {
      if (id.position == Position()) continue;
      size_t i = place(id.key, segment.slots.size());
      while (segment.slots[i].position != Position()) i = (i + 1) & (segment.slots.size() - 1);
      segment.slots[i] = id;
    }
  }

  std::array<Segment, 256> segments_;
  size_t size_ = 0;
};

}  // namespace provodka::engine
