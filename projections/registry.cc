#include "projections/runner/projection.h"

#include <algorithm>

namespace provodka::projections {

ProjectionKind statement_kind();
ProjectionKind crm_kind();
ProjectionKind timeline_kind();
ProjectionKind audit_kind();

const std::vector<ProjectionKind>& all_projections() {
  static const std::vector<ProjectionKind> kinds{
      statement_kind(),
      crm_kind(),
      timeline_kind(),
      audit_kind(),
  };
  return kinds;
}

const ProjectionKind* find_projection(std::string_view name) {
  const auto& kinds = all_projections();
  const auto found = std::ranges::find(kinds, name, &ProjectionKind::name);
  return found == kinds.end() ? nullptr : &*found;
}

}  // namespace provodka::projections
