#pragma once

#include "adapters/notify_agent/outside.h"
#include "adapters/notify_agent/render.h"
#include "ledger/log/event_source.h"

#include <mutex>

namespace provodka::notify_agent {

// How a subscriber can be reached, opened for one message and forgotten.
struct Recipient {
  std::string name;
  std::string chat;                 // decimal; empty: none is linked
  std::vector<std::string> phones;  // E.164
};

// Who the subscribers are, opened from the log where it is needed. What it keeps in memory is a hash of each
// phone with a salt of this process, to find whose a phone is. Any thread may call.
class AddressBook {
 public:
  AddressBook(log::EventSource& source, PersonalData& personal);

  // A fault: the log or the keys cannot be read. Nobody is left of one that was erased.
  Result<Recipient> open(std::string_view tenant, const std::string& name, const Subscriber&);

  // What an event sealed, opened; nullopt where the key is gone.
  Result<std::optional<std::string>> open_text(std::string_view tenant, const std::string& name,
                                               std::string_view sealed) {
    return personal_.open(tenant, name, sealed);
  }

  // Notes the phones of an event that sealed something of a subscriber.
  Result<void> learn(std::string_view tenant, const Event&);
  // Who may have this phone, in E.164; whoever is told must be opened and compared.
  std::vector<std::string> candidates(std::string_view phone) const;

 private:
  // What the event at this place sealed; nullopt where the key is gone.
  Result<std::optional<std::string>> sealed_at(std::string_view tenant, const std::string& name, Position);
  uint64_t hash_of(std::string_view phone) const;

  log::EventSource& source_;
  PersonalData& personal_;
  const std::string salt_;
  mutable std::mutex mutex_;
  std::unordered_multimap<uint64_t, std::string> by_phone_;
};

}  // namespace provodka::notify_agent
