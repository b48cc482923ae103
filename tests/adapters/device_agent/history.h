#pragma once

#include "adapters/device_agent/wanted.h"

#include <map>
#include <string>

#include <fmt/format.h>

namespace provodka::device_agent::test {

inline const Date kToday = *Date::parse("2026-11-20");

// Events of one tenant or several, each with the next number of its tenant.
class History {
 public:
  codec::DecodedEvent next(Event event, std::string_view tenant = "isp") {
    const auto entry = last_.try_emplace(std::string(tenant), 0).first;
    codec::DecodedEvent decoded;
    decoded.header.sequence = Sequence(++entry->second);
    decoded.header.tenant = entry->first;
    decoded.header.type = codec::type_of(event);
    decoded.event = std::move(event);
    return decoded;
  }

 private:
  std::map<std::string, uint64_t> last_;
};

inline Event device_registered(std::string_view device, std::string_view address = "127.0.0.1:1",
                               device::Mode mode = device::Mode::address_list,
                               const device::Prefixes& serves = {}) {
  return device::DeviceRegistered{.device = {device},
                                  .kind = device::Kind::routeros_api,
                                  .address = {address},
                                  .mode = mode,
                                  .sealed = {"sealed"},
                                  .fingerprint = {},
                                  .serves = serves,
                                  .effective = kToday};
}

inline Event device_retired(std::string_view device) {
  return device::DeviceRetired{.device = {device}, .reason = {"sold"}, .effective = kToday};
}

// Texts that are empty are not given.
inline Event point_added(std::string_view point, std::string_view address, std::string_view device = {},
                         std::string_view account = "a") {
  access::PointAdded event{.account = {account},
                           .point = {point},
                           .device = {},
                           .login = {},
                           .address = {},
                           .mac = {},
                           .effective = kToday,
                           .standing = {}};
  if (!address.empty()) event.address = Text<64>{address};
  if (!device.empty()) event.device = Id{device};
  return event;
}

inline Event point_moved(std::string_view point, uint32_t version, std::string_view device,
                         std::string_view account = "a") {
  return access::PointChanged{.account = {account},
                              .point = {point},
                              .version = version,
                              .device = Id{device},
                              .login = {},
                              .address = {},
                              .mac = {},
                              .effective = kToday,
                              .standing = {}};
}

inline Event point_removed(std::string_view point, uint32_t version) {
  return access::PointRemoved{
      .account = {"a"}, .point = {point}, .version = version, .effective = kToday, .standing = {}};
}

inline Event account_closed(std::string_view account) {
  account::AccountClosed event{};
  event.account = {account};
  return event;
}

inline Event access_changed(std::string_view point, uint32_t version, bool on) {
  return access::AccessChanged{.account = {"a"},
                               .point = {point},
                               .version = version,
                               .wanted = on ? account::Access::on : account::Access::off,
                               .change = on ? access::Change::unblock : access::Change::block,
                               .reason = {"debt"},
                               .reasons = {},
                               .effective = kToday,
                               .standing = {}};
}

inline Event access_applied(std::string_view point, uint32_t version, std::string_view device,
                            access::Outcome outcome = access::Outcome::applied) {
  return access::AccessApplied{.account = {"a"},
                               .point = {point},
                               .version = version,
                               .device = {device},
                               .outcome = outcome,
                               .ms = 1,
                               .detail = {},
                               .effective = kToday};
}

inline Event tariff_published(std::string_view tariff, uint32_t version, uint32_t down, uint32_t up) {
  tariff::TariffPublished event{};
  event.tariff = {tariff};
  event.version = version;
  event.speed = tariff::Speed{.down = down, .up = up};
  return event;
}

inline Event subscription_started(std::string_view subscription, std::string_view tariff, uint32_t version) {
  subscription::SubscriptionStarted event{};
  event.account = {"a"};
  event.subscription = {subscription};
  event.tariff = {tariff};
  event.version = version;
  return event;
}

}  // namespace provodka::device_agent::test
