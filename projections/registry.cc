#include "projections/runner/projection.h"

#include <algorithm>

namespace provodka::projections {

ProjectionKind statement_kind();
ProjectionKind trial_balance_kind();
ProjectionKind revenue_kind();
ProjectionKind turnover_kind();
ProjectionKind vat_book_kind();
ProjectionKind deferred_kind();

const std::vector<ProjectionKind>& all_projections() {
  static const std::vector<ProjectionKind> kinds{
      statement_kind(), trial_balance_kind(), revenue_kind(),
      turnover_kind(),  vat_book_kind(),      deferred_kind(),
  };
  return kinds;
}

const ProjectionKind* find_projection(std::string_view name) {
  const auto& kinds = all_projections();
  const auto found = std::ranges::find(kinds, name, &ProjectionKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace provodka::projections
