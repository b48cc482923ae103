#include "projections/runner/projection.h"

#include <algorithm>

namespace provodka::projections {

ProjectionKind statement_kind();
ProjectionKind dashboard_kind();
ProjectionKind receivables_kind();
ProjectionKind discretion_kind();
ProjectionKind runs_kind();

const std::vector<ProjectionKind>& all_projections() {
  static const std::vector<ProjectionKind> kinds{
      statement_kind(), dashboard_kind(), receivables_kind(), discretion_kind(), runs_kind(),
  };
  return kinds;
}

const ProjectionKind* find_projection(std::string_view name) {
  const auto& kinds = all_projections();
  const auto found = std::ranges::find(kinds, name, &ProjectionKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace provodka::projections
