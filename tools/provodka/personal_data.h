#pragma once

#include "adapters/server_source/subscriber.h"
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

// Personal data for whoever reads a server that holds the keys.
class ServersData : public projections::PersonalData {
 public:
  explicit ServersData(server_source::Server& server) : server_(server) {}
  Result<std::optional<std::string>> open(std::string_view tenant, std::string_view subscriber,
                                          std::string_view) override {
    return server_source::fetch_subscriber(server_, tenant, subscriber);
  }

 private:
  server_source::Server& server_;
};

}  // namespace provodka::tools
