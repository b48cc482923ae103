#include "projections/runner/projection.h"

#include <algorithm>

namespace provodka::projections {

ProjectionKind catalogue_kind();
ProjectionKind balances_kind();
ProjectionKind statement_kind();
ProjectionKind access_kind();
ProjectionKind forecast_kind();

const std::vector<ProjectionKind>& all_projections() {
  static const std::vector<ProjectionKind> kinds{
      catalogue_kind(), balances_kind(), statement_kind(), access_kind(), forecast_kind(),
  };
  return kinds;
}

const ProjectionKind* find_projection(std::string_view name) {
  const auto& kinds = all_projections();
  const auto found = std::ranges::find(kinds, name, &ProjectionKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace provodka::projections
