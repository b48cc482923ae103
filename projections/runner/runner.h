#pragma once

#include "projections/runner/projection.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace provodka::projections {

struct RunnerOptions {
  std::string postgres;                   // a libpq URL or connection string
  std::vector<ProjectionKind> kinds;      // all_projections()
  std::function<void(std::string)> warn;  // what the operator should know; any thread
};

// Keeps every projection at the end of the log, each on a thread and a connection of its own: one that fails
// stops alone. Postgres may be away when it starts and at any time later; it is asked again, with growing
// pauses. The source and the personal data must outlive it.
class Runner {
 public:
  Runner(log::EventSource&, PersonalData&, RunnerOptions);
  // Returns when what is under way is stored or given up.
  ~Runner();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// How far a rebuild is.
struct RebuildProgress {
  Position position;
  Position last;  // of the log
};

// Fills new tables beside the live ones, then puts them in their place; readers see the old rows until then
// and the new ones after. An interrupted one goes on where it was. A fault says why there are still the old
// tables.
Result<void> rebuild(const ProjectionKind&, const std::vector<ProjectionKind>& all, log::EventSource&,
                     PersonalData&, const std::string& postgres,
                     const std::function<bool(const RebuildProgress&)>& go_on);

}  // namespace provodka::projections
