#pragma once

#include "adapters/http_client/client.h"
#include "adapters/notify_agent/outside.h"

#include <mutex>

namespace provodka::notify_agent {

// The preview of a billing run, as the ledger's server makes it: with every discount, tax and freeze, and
// nothing recorded.
class HttpOutlook : public Outlook {
 public:
  explicit HttpOutlook(http_client::Url url);
  Result<std::vector<Shortfall>> shortfalls(std::string_view tenant, Instant through) override;
  void stop() override { client_.stop(); }

 private:
  std::mutex mutex_;
  http_client::Client client_;
};

// The shortfalls of a preview; a fault where there are none in it.
Result<std::vector<Shortfall>> shortfalls_in(std::string_view json);

}  // namespace provodka::notify_agent
