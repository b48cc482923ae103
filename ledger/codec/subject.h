#pragma once

#include "ledger/domain/event.h"

#include <string_view>

namespace provodka::codec {

// The attribute `subject` of a line, in two parts that stand one after the other. Views of the event and of
// the tenant's name.
struct Subject {
  std::string_view kind;  // with its slash
  std::string_view name;
};

// What an event is about: the access point whose version it names, else the account, else the subscriber or
// the device, else the tenant.
template <class E>
Subject subject_of(const E& event, std::string_view tenant) {
  if constexpr (requires { event.point.text, event.version; }) return {"point/", event.point.text};
  const std::string_view account = owning_account(event);
  if (!account.empty()) return {"account/", account};
  if constexpr (requires { event.subscriber.text; }) return {"subscriber/", event.subscriber.text};
  if constexpr (requires { event.device.text; }) return {"device/", event.device.text};
  return {"tenant/", tenant};
}

}  // namespace provodka::codec
