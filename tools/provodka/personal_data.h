#pragma once

#include "ledger/log/subscriber_keys.h"
#include "projections/runner/projection.h"

namespace provodka::tools {

// Personal data for whoever holds the keys.
class KeyholderData : public projections::PersonalData {
 public:
  explicit KeyholderData(const log::SubscriberKeys& keys) : keys_(keys) {}
  Result<std::optional<std::string>> open(std::string_view tenant, std::string_view subscriber,
                                          std::string_view sealed) override {
    return keys_.unseal(tenant, subscriber, sealed);
  }

 private:
  const log::SubscriberKeys& keys_;
};

}  // namespace provodka::tools
