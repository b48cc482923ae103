#pragma once

#include "projections/runner/feed.h"
#include "projections/runner/runner.h"

#include <pqxx/connection>

namespace provodka::projections {

// rebuild() with the parts that a runner has already. Throws what pqxx throws; `go_on` that returns false
// gives up until next time.
Result<void> rebuild_on(pqxx::connection&, const ProjectionKind&, const std::vector<ProjectionKind>& all,
                        Feed&, PersonalData&, const std::string& postgres,
                        const std::function<bool(const RebuildProgress&)>& go_on);

}  // namespace provodka::projections
