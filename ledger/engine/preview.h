#pragma once

#include "ledger/core/zone.h"
#include "ledger/domain/context.h"
#include "ledger/domain/event.h"
#include "ledger/domain/world.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace provodka::engine {

// What a billing run up to an instant would come to, in the future too, and nothing recorded: each account is
// carried on alone and put back as it was, some at a time, so that nobody waits long behind it. Payments that
// may come in until then are not known.
class Preview {
 public:
  // With `names_short` it also says whose money does not suffice.
  Preview(std::string tenant, Instant through, bool names_short = false)
      : tenant_(std::move(tenant)), through_(through), names_short_(names_short) {}

  // Carries on some more accounts, from how they stand now. On the writer's thread; leaves the World as it
  // was. True when it is through with all of them.
  bool step(World&, Instant now);

  struct Service {
    std::string name;
    uint64_t charges = 0;
    int64_t minor = 0;
  };
  // An account at the first charge for which its money does not suffice: it is not made, or leaves less than
  // the tenant's threshold. `missing` is what would have to come in for it by then.
  struct Shortfall {
    std::string account;
    Date on;
    Money missing;
  };
  uint64_t expected() const;
  uint64_t charged() const { return by_why_[0]; }
  uint64_t skipped(subscription::Why why) const { return by_why_[static_cast<size_t>(why)]; }
  uint64_t blocked() const { return blocked_; }  // access points that would go off
  const std::vector<Service>& services() const { return services_; }
  const std::vector<Shortfall>& shortfalls() const { return shortfalls_; }
  Currency currency() const { return currency_; }

 private:
  void carry_on(World&, AccountId, Instant now);
  void count(const Event&);
  // What is missing after this event of an account, where it shows that its money does not suffice.
  std::optional<Money> missing_after(const World&, const Context&, AccountId, const Event&) const;

  const std::string tenant_;
  const Instant through_;
  const bool names_short_;
  uint32_t next_ = 0;
  LocalDayCache days_;
  Currency currency_;
  std::array<uint64_t, 8> by_why_{};
  uint64_t blocked_ = 0;
  std::vector<Service> services_;
  std::vector<Shortfall> shortfalls_;
};

}  // namespace provodka::engine
