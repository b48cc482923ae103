#pragma once

#include "projections/reader/catalog.h"
#include "projections/reader/views.h"

#include <expected>
#include <string>
#include <vector>

namespace provodka::projections {

// A query as Postgres gets it. What a client sent is in the parameters only; the text is made of the
// catalog's names and of words that are written here.
struct Select {
  std::string sql;
  std::vector<std::string> parameters;

  // A parameter that a client sent, so that one that is no value of its type can be named.
  struct Sent {
    size_t parameter;  // its place among `parameters`
    std::string type;
    std::string name;  // as the client named it
  };
  std::vector<Sent> sent;

  // What the rows are ordered by, so that with it every row has its place; each is one more column of the
  // result, as text. The cursor is made of them.
  size_t order_columns = 0;
  std::string cursor_key;  // says which query a cursor belongs to
};

// The refusal says to a client what is wrong with which parameter.
std::expected<Select, std::string> select_of(const View&, const ViewQuery&);

}  // namespace provodka::projections
