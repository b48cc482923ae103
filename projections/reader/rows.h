#pragma once

#include "projections/reader/catalog.h"

#include <string>

#include <pqxx/result>

namespace provodka::projections {

// The first `rows` rows of a result that begins with the view's columns. Integers and booleans are those of
// JSON; all other values are strings, exact and as the contract has them, or null.
std::string json_of(const pqxx::result&, size_t rows, const View&);

// The same as CSV (RFC 4180), with a header line. Null is an empty field, an empty text is "".
std::string csv_of(const pqxx::result&, size_t rows, const View&);

}  // namespace provodka::projections
