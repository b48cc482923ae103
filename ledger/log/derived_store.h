#pragma once

#include "ledger/core/ids.h"
#include "ledger/core/result.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace provodka::log {

// An id that was seen: where the events are that it led to.
struct SeenId {
  std::array<unsigned char, 16> key;  // keyed hash of tenant, kind and id
  Position position;                  // of the first of its events
  uint64_t check;                     // keyed hash of what was asked, to tell another body from a repeat
};

// Everything that follows from the log and is too large for memory: tiles of the trees, places of events, ids
// that were seen. It is written without syncing each write and can be deleted as a whole: it is then built
// again from the log. Any number of threads may read; each writing call is for one thread at a time.
//
// Where an owner finds damage it leaves a mark, and the next owner cannot open the store: so it is built
// again.
class DerivedStore {
 public:
  enum class Mode { owner, reader };
  static Result<std::unique_ptr<DerivedStore>> open(const std::string& dir, Mode);
  ~DerivedStore();

  // Tiles and the like, by key. What is put is on disk after the next flush().
  Result<void> put(std::span<const std::pair<std::string, std::string>>);
  Result<std::optional<std::string>> get(std::string_view key) const;
  Result<void> flush();

  // Ids are added in whole files that are sorted by key and have a Bloom filter. `through` is the position up
  // to which all ids are now in the files.
  Result<void> add_ids(std::vector<SeenId> ids, Position through);
  Result<std::optional<SeenId>> find_id(const std::array<unsigned char, 16>& key) const;
  Position ids_through() const;

  // Checks every byte of the table files; `go_on` as in EventLog::check_files.
  Result<void> check_files(const std::function<bool(size_t bytes)>& go_on = {}) const;

 private:
  struct Impl;
  explicit DerivedStore(std::unique_ptr<Impl>);
  std::unique_ptr<Impl> impl_;
};

}  // namespace provodka::log
