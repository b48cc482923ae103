#pragma once

#include "ledger/core/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::projections {

// What the card shows of what an event sealed. A change has only what it changed.
struct CardData {
  std::optional<std::string> name;
  std::optional<std::vector<std::string>> phones;
  std::optional<std::string> email;
  std::optional<std::vector<std::string>> addresses;
  std::optional<std::string> tax_number;
  std::optional<std::string> contract;
  std::optional<std::string> contract_date;
  std::optional<std::string> note;
};

// Reads the JSON of a subscriber::Personal. What the card does not show is passed over.
Result<CardData> read_card_data(std::string_view json);

}  // namespace provodka::projections
