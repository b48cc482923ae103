#pragma once

#include "ledger/core/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::notify_agent {

using FieldValues = std::map<std::string, std::string, std::less<>>;

// A template's text with its fields filled in. A fault names the field that nobody gave a value.
Result<std::string> render(std::string_view text, const FieldValues&);

// The texts of a JSON object that the ledger sealed, by name. What is no text is passed over.
Result<FieldValues> texts_in(std::string_view json);

// The phones of what was sealed of a subscriber; nullopt where it says nothing of phones.
Result<std::optional<std::vector<std::string>>> phones_in(std::string_view json);

}  // namespace provodka::notify_agent
