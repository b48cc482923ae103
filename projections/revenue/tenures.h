#pragma once

#include "ledger/core/result.h"
#include "projections/runner/tables.h"

#include <string_view>

namespace provodka::projections {

// Which tariff each segment of a subscription was charged on: what is given back names only the segment. Kept
// in memory, some 50 bytes for a subscription and for each change of its tariff, and in a table of its own.
class Tenures {
 public:
  Tenures();

  Table& table() { return rows_; }
  void recall(pqxx::transaction_base&, const std::string& schema);

  void charged(Position, std::string_view tenant, Id subscription, uint32_t segment, Id tariff);
  // Empty where nothing was charged for the segment.
  std::string_view tariff_of(std::string_view tenant, Id subscription, uint32_t segment) const;

 private:
  // Names would be several times as long. The seeds are of this process, so that nobody can choose names that
  // fall together.
  using Key = std::pair<uint64_t, uint64_t>;
  Key key_of(std::string_view tenant, std::string_view subscription) const;
  bool remember(Key, uint32_t segment, std::string_view tariff);

  struct Tenure {
    uint32_t tariff;   // in tariffs_
    uint32_t segment;  // the first one
    uint32_t before;   // in tenures_, of the same subscription
  };
  static constexpr uint32_t kNone = 0xffffffff;

  const uint64_t seeds_[2];
  boost::unordered_flat_map<Key, uint32_t, boost::hash<Key>> newest_;  // in tenures_
  std::vector<Tenure> tenures_;
  std::vector<std::string> tariffs_;
  boost::unordered_flat_map<std::string, uint32_t> tariff_numbers_;
  mutable std::string text_;
  Appends rows_{"tenure", {"position", "tenant", "subscription", "segment", "tariff"}};
};

}  // namespace provodka::projections
