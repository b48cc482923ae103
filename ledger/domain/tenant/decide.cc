#include "ledger/domain/tenant/decide.h"

#include "ledger/core/zone.h"
#include "ledger/domain/tenant/rejection.h"

#include <fmt/format.h>

namespace provodka::tenant {

Decided<Decision> decide(const World&, const CreateTenant& command, const Context& context) {
  if (context.tenant) return reject(tenant_exists, "/tenant");
  if (!Zone::find(command.zone.text)) {
    return reject(unknown_zone, "/data/zone",
                  fmt::format("\"{}\" is not a zone such as \"Europe/Moscow\"", command.zone.text));
  }
  return accept(TenantCreated{.tenant = {context.new_tenant},
                              .currency = command.currency,
                              .zone = command.zone,
                              .locale = command.locale,
                              .name = command.name,
                              .log_key = {context.log_key},
                              .effective = context.effective});
}

}  // namespace provodka::tenant
