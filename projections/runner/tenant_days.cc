#include "projections/runner/tenant_days.h"

namespace provodka::projections {

Result<void> TenantDays::add(std::string_view tenant, std::string_view zone) {
  const auto found = Zone::find(zone);
  if (!found) return fault("the time zone {} is not known here", zone);
  days_.insert_or_assign(std::string(tenant), LocalDayCache(*found));
  return {};
}

Result<void> TenantDays::recall(pqxx::transaction_base& transaction, const std::string& schema) {
  days_.clear();
  for (const auto& row : transaction.exec("SELECT tenant, zone FROM " + schema + ".tenant")) {
    if (const auto added = add(row[0].c_str(), row[1].c_str()); !added) return added;
  }
  return {};
}

Result<Date> TenantDays::day(std::string_view tenant, Instant instant) {
  const auto found = days_.find(tenant);
  if (found == days_.end()) return fault("the tenant was not created before");
  return found->second(instant);
}

}  // namespace provodka::projections
