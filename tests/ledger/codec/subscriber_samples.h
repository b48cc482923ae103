#pragma once

#include "ledger/codec/event_codec.h"

#include <vector>

// The samples of subscribers; samples.h has the others. What is sealed is any base64 here.
namespace provodka::test {

inline std::vector<Event> subscriber_samples() {
  const Date day = Date::parse("2026-06-11").value();
  return {
      subscriber::SubscriberRegistered{.subscriber = {"s-100042"},
                                       .kind = subscriber::Kind::person,
                                       .language = Id{"ru-RU"},
                                       .sealed = {"bm9uY2Ugb2YgMjQgYnl0ZXMhISEhc2VhbGVk"},
                                       .effective = day},
      subscriber::SubscriberRegistered{.subscriber = {"ooo.romashka"},
                                       .kind = subscriber::Kind::company,
                                       .language = {},
                                       .sealed = {"bm9uY2Ugb2YgMjQgYnl0ZXMhISEhc2VhbGVkIHRvbw=="},
                                       .effective = day},
      subscriber::SubscriberChanged{.subscriber = {"s-100042"},
                                    .kind = {},
                                    .language = {},
                                    .sealed = {"YW5vdGhlciBub25jZSBvZiAyNCBieWNoYW5nZWQ="},
                                    .previous = Sequence(57),
                                    .effective = day},
      subscriber::SubscriberChanged{.subscriber = {"s-100042"},
                                    .kind = subscriber::Kind::company,
                                    .language = Id{"en"},
                                    .sealed = {"YW5vdGhlciBub25jZSBvZiAyNCBieWFnYWlu"},
                                    .previous = Sequence(59),
                                    .effective = day},
      subscriber::SubscriberHeld{
          .subscriber = {"s-100042"}, .on = true, .reason = {"суд \"№ 7\""}, .effective = day},
      subscriber::SubscriberHeld{
          .subscriber = {"s-100042"}, .on = false, .reason = {"settled"}, .effective = day},
      subscriber::SubscriberErased{
          .subscriber = {"s-100042"}, .reason = {"asked to be forgotten"}, .effective = day},
  };
}

}  // namespace provodka::test
