#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace provodka::projections {

// A value as Postgres prints it, or null.
using CursorValue = std::optional<std::string>;

// Where a page ended: the values of the columns that it was ordered by. Base64url of a JSON array, whose
// first member says which query it belongs to. It is no secret and no proof: a forged one is a place like any
// other.
std::string encode_cursor(std::string_view query, const std::vector<CursorValue>&);

// Nullopt where it is no cursor of this query.
std::optional<std::vector<CursorValue>> decode_cursor(std::string_view cursor, std::string_view query,
                                                      size_t values);

}  // namespace provodka::projections
