#pragma once

#include "ledger/core/result.h"
#include "ledger/core/zone.h"
#include "projections/runner/remembered.h"

#include <string>
#include <string_view>

#include <pqxx/transaction_base>

namespace provodka::projections {

// The days of the tenants, each by its own zone. A projection that counts by day has a table `tenant` with
// the columns tenant and zone, from which it recalls them. Belongs to one thread.
class TenantDays {
 public:
  // A tenant was created. A zone by a name that is none here is a fault.
  Result<void> add(std::string_view tenant, std::string_view zone);
  // Forgets all, and reads the schema's table `tenant`.
  Result<void> recall(pqxx::transaction_base&, const std::string& schema);
  // The day of an instant where the tenant is.
  Result<Date> day(std::string_view tenant, Instant);

 private:
  ByName<LocalDayCache> days_;
};

}  // namespace provodka::projections
