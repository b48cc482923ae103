#pragma once

#include "adapters/notify_agent/state.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::notify_agent::test {

using notification::Channels;
using notification::MessageReported;
using notification::MessageRequested;
using notification::TemplateSaved;

inline const Currency kRub = *Currency::from_code("RUB");
inline const Date kDay = *Date::from_ymd(2026, 6, 1);
inline const Instant kNoonInMoscow = *Instant::parse("2026-06-01T09:00:00Z");

// A tenant's events, each at the next place.
struct Log {
  State state{""};
  uint64_t sequence = 0;
  Instant time = kNoonInMoscow;
  std::string tenant = "acme";

  uint64_t add(const Event& event, std::string_view cause = "c") {
    codec::EventHeader header{.sequence = Sequence(++sequence),
                              .tenant = tenant,
                              .type = {},
                              .time = time,
                              .actor = "x",
                              .cause = cause};
    REQUIRE(state.fold(header, event, Position(sequence)));
    return sequence;
  }

  void begin() {
    add(tenant::TenantCreated{.tenant = {"acme"},
                              .currency = kRub,
                              .zone = {"Europe/Moscow"},
                              .locale = {"ru-RU"},
                              .name = {},
                              .log_key = {"k"},
                              .effective = kDay});
    add(subscriber::SubscriberRegistered{.subscriber = {"s"},
                                         .kind = subscriber::Kind::person,
                                         .language = {},
                                         .sealed = {"sealed"},
                                         .effective = kDay});
    add(account::AccountOpened{.account = {"a"},
                               .subscriber = Id{"s"},
                               .label = {},
                               .credit_limit = Money::zero(kRub),
                               .point = {"a"},
                               .effective = kDay,
                               .standing = {}});
  }
  void save(std::string_view name, std::optional<Trigger> trigger = {}, uint32_t minutes = 0,
            std::string_view language = "ru") {
    add(TemplateSaved{.template_ = {name},
                      .language = {language},
                      .version = 1,
                      .text = {"x"},
                      .fields = {},
                      .trigger = trigger,
                      .channels = Channels{Channel::telegram, Channel::sms},
                      .fall_through_minutes = minutes ? std::optional(minutes) : std::nullopt,
                      .effective = kDay});
  }
  uint64_t pay() {
    return add(
        payment::PaymentReceived{.account = {"a"},
                                 .amount = {15000, kRub},
                                 .provider = {"cash"},
                                 .external_id = {"x"},
                                 .paid_at = {},
                                 .note = {},
                                 .effective = kDay,
                                 .postings = {{{book::Kind::customer, "a"}, {15000, kRub}, {17000, kRub}}},
                                 .available = {17000, kRub},
                                 .access = account::Access::on});
  }
  uint64_t block(access::Change change, size_t reasons, std::string_view cause,
                 std::string_view point = "a") {
    access::AccessChanged event{.account = {"a"},
                                .point = {point},
                                .version = 1,
                                .wanted = account::Access::off,
                                .change = change,
                                .reason = {"debt"},
                                .reasons = {},
                                .effective = kDay,
                                .standing = {}};
    for (size_t i = 0; i < reasons; ++i) event.reasons.push_back({"debt"});
    return add(event, cause);
  }
  uint64_t request(std::string_view name, std::string_view cause = "c") {
    return add(MessageRequested{.subscriber = {"s"},
                                .template_ = {name},
                                .language = {"ru"},
                                .version = 1,
                                .sealed = {},
                                .effective = kDay},
               cause);
  }
  void report(uint64_t message, Outcome outcome, uint32_t attempt, Channel channel, bool final = false,
              std::optional<Reason> detail = {}) {
    add(MessageReported{.message = Sequence(message),
                        .subscriber = {"s"},
                        .outcome = outcome,
                        .attempt = attempt,
                        .channel = channel,
                        .final_ = final,
                        .detail = detail,
                        .effective = kDay});
  }
};

}  // namespace provodka::notify_agent::test
