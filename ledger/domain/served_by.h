#pragma once

#include "ledger/core/serving.h"
#include "ledger/domain/world.h"

#include <string_view>

namespace provodka {

// Whether a device serves a point: the one that the point names, else as ledger/core/serving.h has it. Valid
// while the World does not change.
class ServedBy {
 public:
  ServedBy(const World&, TenantId, std::string_view device);
  bool operator()(const access::PointRow&) const;

 private:
  const World& world_;
  std::string_view device_;
  Serving serving_;
};

}  // namespace provodka
