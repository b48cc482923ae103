#pragma once

#include "ledger/domain/subscriber/personal.h"
#include "ledger/domain/subscriber/state.h"

namespace provodka::subscriber {

BOOST_DESCRIBE_ENUM(Kind, person, company)

struct RegisterSubscriber {
  static constexpr std::string_view type = "subscriber.register";
  Id subscriber;
  Kind kind;
  Name name;
  std::optional<Phones> phones;
  std::optional<Email> email;
  std::optional<Addresses> addresses;
  std::optional<TaxNumber> tax_number;
  std::optional<Contract> contract;
  std::optional<Id> language;  // BCP 47
  std::optional<Registration> registration;
  std::optional<Document> document;
  std::optional<Note> note;
};
BOOST_DESCRIBE_STRUCT(RegisterSubscriber, (),
                      (subscriber, kind, name, phones, email, addresses, tax_number, contract, language,
                       registration, document, note))

// What is left out stays as it is; a list that is given replaces the one before, also an empty one.
struct ChangeSubscriber {
  static constexpr std::string_view type = "subscriber.change";
  Id subscriber;
  std::optional<Kind> kind;
  std::optional<Name> name;
  std::optional<Phones> phones;
  std::optional<Email> email;
  std::optional<Addresses> addresses;
  std::optional<TaxNumber> tax_number;
  std::optional<Contract> contract;
  std::optional<Id> language;
  std::optional<Registration> registration;
  std::optional<Document> document;
  std::optional<Note> note;
};
BOOST_DESCRIBE_STRUCT(ChangeSubscriber, (),
                      (subscriber, kind, name, phones, email, addresses, tax_number, contract, language,
                       registration, document, note))

// While a legal hold is on, nothing is erased.
struct HoldSubscriber {
  static constexpr std::string_view type = "subscriber.hold";
  Id subscriber;
  bool on;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(HoldSubscriber, (), (subscriber, on, reason))

struct EraseSubscriber {
  static constexpr std::string_view type = "subscriber.erase";
  Id subscriber;
  Reason reason;
};
BOOST_DESCRIBE_STRUCT(EraseSubscriber, (), (subscriber, reason))

}  // namespace provodka::subscriber
