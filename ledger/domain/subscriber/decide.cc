#include "ledger/domain/subscriber/decide.h"

#include "ledger/domain/entry.h"
#include "ledger/domain/subscriber/events.h"
#include "ledger/domain/subscriber/rejection.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace provodka::subscriber {
namespace {

bool is_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Whether mail may be sent there is found out by sending; this catches what was typed into the wrong field.
bool is_plausible_email(std::string_view email) {
  const size_t at = email.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return false;
  const std::string_view domain = email.substr(at + 1);
  return email.find_first_of(" \t\n\"\\<>()[],;:") == std::string_view::npos &&
         domain.find('@') == std::string_view::npos && domain.find('.') != std::string_view::npos &&
         domain.find("..") == std::string_view::npos && domain.front() != '.' && domain.back() != '.';
}

bool is_within(Decimal degrees, int64_t most) {
  return degrees.billionths() >= -most * Decimal::one && degrees.billionths() <= most * Decimal::one;
}

// "/data/phones/3": a rejection only views its pointer, so these live as long as the program.
using Places = std::array<std::string, kEntriesMax>;
Places places_in(std::string_view list) {
  Places places;
  for (size_t i = 0; i < places.size(); ++i) places[i] = fmt::format("/data/{}/{}", list, i);
  return places;
}

Decided<void> check_addresses(const Addresses& addresses) {
  static const Places places = places_in("addresses");
  for (size_t i = 0; i < addresses.size(); ++i) {
    const Address& address = addresses[i];
    if (address.lat.has_value() != address.lon.has_value())
      return reject(not_on_earth, places[i], "a latitude goes with a longitude");
    if (address.lat && (!is_within(*address.lat, 90) || !is_within(*address.lon, 180)))
      return reject(not_on_earth, places[i]);
  }
  return {};
}

template <class C>
Decided<void> check(const C& command) {
  static const Places phones = places_in("phones");
  if (command.phones && command.phones->size() > kEntriesMax) return reject(too_many_entries, "/data/phones");
  if (command.addresses && command.addresses->size() > kEntriesMax)
    return reject(too_many_entries, "/data/addresses");
  for (size_t i = 0; command.phones && i < command.phones->size(); ++i) {
    if (const auto checked = check_phone((*command.phones)[i].text, phones[i]); !checked) return checked;
  }
  if (command.email && !is_plausible_email(command.email->text))
    return reject(email_not_plausible, "/data/email");
  if (command.tax_number) {
    const std::string_view digits = command.tax_number->text;
    if (digits.size() < 5 || digits.size() > 20 || !is_digits(digits))
      return reject(tax_number_not_digits, "/data/tax_number");
  }
  if (command.addresses) return check_addresses(*command.addresses);
  return {};
}

bool changes_something(const World& world, const SubscriberRow& row, const ChangeSubscriber& command) {
  const Personal personal = personal_in(command);
  bool personally = false;
  for_each_member<Personal>([&](std::string_view, auto member) {
    if constexpr (requires { (personal.*member).has_value(); }) personally |= (personal.*member).has_value();
  });
  return personally || (command.kind && *command.kind != row.kind) ||
         (command.language && command.language->text != world.strings[row.language]);
}

}  // namespace

Decided<Decision> decide(const World& world, const RegisterSubscriber& command, const Context& context) {
  if (world.find_subscriber(context.tenant, command.subscriber.text))
    return reject(subscriber_exists, "/data/subscriber");
  if (const auto checked = check(command); !checked) return std::unexpected(checked.error());
  return accept(SubscriberRegistered{.subscriber = command.subscriber,
                                     .kind = command.kind,
                                     .language = command.language,
                                     .sealed = {context.sealed},
                                     .effective = context.effective});
}

Decided<Decision> decide(const World& world, const ChangeSubscriber& command, const Context& context) {
  const auto id = present_subscriber(world, context, command.subscriber, "/data/subscriber");
  if (!id) return std::unexpected(id.error());
  if (const auto checked = check(command); !checked) return std::unexpected(checked.error());
  const SubscriberRow& row = world.subscribers[*id];
  if (!changes_something(world, row, command)) return reject(nothing_changed, "/data");
  return accept(SubscriberChanged{.subscriber = command.subscriber,
                                  .kind = command.kind,
                                  .language = command.language,
                                  .sealed = {context.sealed},
                                  .previous = Sequence(row.sealed),
                                  .effective = context.effective});
}

Decided<Decision> decide(const World& world, const HoldSubscriber& command, const Context& context) {
  const auto id = present_subscriber(world, context, command.subscriber, "/data/subscriber");
  if (!id) return std::unexpected(id.error());
  if ((world.subscribers[*id].on_hold != 0) == command.on) return reject(hold_unchanged, "/data/on");
  return accept(SubscriberHeld{.subscriber = command.subscriber,
                               .on = command.on,
                               .reason = command.reason,
                               .effective = context.effective});
}

Decided<Decision> decide(const World& world, const EraseSubscriber& command, const Context& context) {
  const auto id = present_subscriber(world, context, command.subscriber, "/data/subscriber");
  if (!id) return std::unexpected(id.error());
  if (world.subscribers[*id].on_hold != 0) return reject(legal_hold, "/data/subscriber");
  return accept(SubscriberErased{
      .subscriber = command.subscriber, .reason = command.reason, .effective = context.effective});
}

}  // namespace provodka::subscriber
