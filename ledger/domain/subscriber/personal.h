#pragma once

#include "ledger/core/date.h"
#include "ledger/core/decimal.h"
#include "ledger/core/describe.h"
#include "ledger/core/text.h"

#include <optional>

#include <boost/container/small_vector.hpp>

// What is personal of a subscriber. It is in commands and, sealed, in events; never in the state.
namespace provodka::subscriber {

using Phone = Text<32>;  // E.164
using Phones = boost::container::small_vector<Phone, 2>;

struct Address {
  Text<300> text;
  std::optional<Text<100>> street;
  std::optional<Decimal> lat, lon;
};
BOOST_DESCRIBE_STRUCT(Address, (), (text, street, lat, lon))
using Addresses = boost::container::small_vector<Address, 1>;

struct Contract {
  Text<64> number;
  std::optional<Date> date;
};
BOOST_DESCRIBE_STRUCT(Contract, (), (number, date))

using Name = Text<200>;
using Email = Text<254>;
using TaxNumber = Text<32>;
using Registration = Text<300>;
using Document = Text<300>;

// Longer lists are refused, so that a sealed record always fits into an event's line.
inline constexpr size_t kEntriesMax = 16;

// The text that an event seals, as JSON: of a registration all that is known, of a change what it changed.
struct Personal {
  Id subscriber;
  std::optional<Name> name;
  std::optional<Phones> phones;
  std::optional<Email> email;
  std::optional<Addresses> addresses;
  std::optional<TaxNumber> tax_number;
  std::optional<Registration> registration;
  std::optional<Contract> contract;
  std::optional<Document> document;
  std::optional<Note> note;
};
BOOST_DESCRIBE_STRUCT(Personal, (),
                      (subscriber, name, phones, email, addresses, tax_number, registration, contract,
                       document, note))

// What a command says that is personal.
template <class C>
Personal personal_in(const C& command) {
  return {.subscriber = command.subscriber,
          .name = command.name,
          .phones = command.phones,
          .email = command.email,
          .addresses = command.addresses,
          .tax_number = command.tax_number,
          .registration = command.registration,
          .contract = command.contract,
          .document = command.document,
          .note = command.note};
}

// The fields that the newer record left as they were are taken from the older one.
inline void fill_in(Personal& newer, const Personal& older) {
  for_each_member<Personal>([&](std::string_view, auto member) {
    if constexpr (requires { (newer.*member).has_value(); }) {
      if (!(newer.*member).has_value()) newer.*member = older.*member;
    }
  });
}

}  // namespace provodka::subscriber
