#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// What is asked of the public views, and what comes back. Nothing of Postgres is in here, so that who asks
// does not depend on it.
namespace provodka::projections {

enum class Comparison : unsigned char { eq, ne, lt, le, gt, ge, like, null };

// A page of a view's rows. Names are what a client sent: the reader finds them in the catalog or refuses.
struct ViewQuery {
  struct Filter {
    std::string parameter;  // as the client named it, for what is said of it
    std::string column;
    Comparison comparison = Comparison::eq;
    std::string value;
  };
  struct Order {
    std::string column;
    bool descending = false;
  };
  enum class Format : unsigned char { json, csv };

  std::string tenant, view;
  std::vector<Filter> filters;  // all of them hold
  std::vector<Order> sort;      // the view's key follows by itself
  uint32_t limit = 100;
  std::string cursor;  // what the page before gave; empty for the first one
  Format format = Format::json;
};

struct ViewAnswer {
  enum class Kind : unsigned char {
    page,
    unknown_view,
    invalid,   // `what` tells the client which parameter is wrong
    too_slow,  // Postgres gave the query up at its limit
    busy,      // too many queries wait already
    away       // `what` tells the operator why Postgres cannot be read
  };
  Kind kind = Kind::page;
  std::string what;
  std::string rows;  // a JSON array of objects, or CSV with its header line
  std::string next;  // the cursor of the next page; empty where this is the last one
};

// The public views of the read models.
class Views {
 public:
  virtual ~Views() = default;
  using Done = std::move_only_function<void(ViewAnswer)>;
  // Any thread may ask. `done` is called once, from a thread of the reader or before this returns.
  virtual void read(ViewQuery, Done done) = 0;
};

}  // namespace provodka::projections
