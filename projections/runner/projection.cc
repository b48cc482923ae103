#include "projections/runner/projection.h"

namespace provodka::projections {

size_t Projection::pending() const {
  size_t rows = 0;
  for (const Table* table : tables_) rows += table->pending();
  return rows;
}

}  // namespace provodka::projections
