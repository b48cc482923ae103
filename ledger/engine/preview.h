#pragma once

#include "ledger/core/zone.h"
#include "ledger/domain/event.h"
#include "ledger/domain/world.h"

#include <array>
#include <string>
#include <vector>

namespace provodka::engine {

// What a billing run up to an instant would come to, in the future too, and nothing recorded: each account is
// carried on alone and put back as it was, some at a time, so that nobody waits long behind it. Payments that
// may come in until then are not known.
class Preview {
 public:
  Preview(std::string tenant, Instant through) : tenant_(std::move(tenant)), through_(through) {}

  // Carries on some more accounts, from how they stand now. On the writer's thread; leaves the World as it
  // was. True when it is through with all of them.
  bool step(World&, Instant now);

  struct Service {
    std::string name;
    uint64_t charges = 0;
    int64_t minor = 0;
  };
  uint64_t expected() const;
  uint64_t charged() const { return by_why_[0]; }
  uint64_t skipped(subscription::Why why) const { return by_why_[static_cast<size_t>(why)]; }
  uint64_t blocked() const { return blocked_; }  // access points that would go off
  const std::vector<Service>& services() const { return services_; }
  Currency currency() const { return currency_; }

 private:
  void carry_on(World&, AccountId, Instant now);
  void count(const Event&);

  const std::string tenant_;
  const Instant through_;
  uint32_t next_ = 0;
  LocalDayCache days_;
  Currency currency_;
  std::array<uint64_t, 8> by_why_{};
  uint64_t blocked_ = 0;
  std::vector<Service> services_;
};

}  // namespace provodka::engine
