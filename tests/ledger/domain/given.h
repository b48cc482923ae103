#pragma once

#include "ledger/domain/dispatch.h"
#include "tests/ledger/domain/commands.h"

#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

// Given these events, when this command, then these events, or: then nothing but this rejection.
//
//   Books books;
//   books.given(open("A"), pay("A", "100.00", "p1"));
//   books.when(charge("A", "30.00")).then<charge::ChargePosted>();
//   books.when(charge("A", "70.01")).then_rejected(common::insufficient_funds, "/data/amount");
//
// After every event the accounts stand as it says. After every command the trial balance is zero and the
// points agree with their accounts. When the books go out of scope, the lines of all events are read into an
// empty World, which must be the same, byte for byte.
namespace provodka::test {

using Lines = std::vector<std::string>;

// "customer/A 100.00 250.00": the account, what it got, and its balance then.
Lines lines(const book::Postings&);

// "A 100.00 150.00 on": the account, its balance, what is available, and its access.
Lines lines(const account::Standings&);

// The canonical bytes of all tables, one after the other with their sizes.
std::string table_bytes(World&);

// Evolves a stored line, as replay does.
void replay_line(World&, std::string_view line, uint64_t position);

// What must hold of any state. Empty when it does, else what does not.
std::string contradiction_in(const World&);

// What came of a command.
class [[nodiscard]] Then {
 public:
  explicit Then(const Decided<Decision>& outcome) : outcome_(outcome) {}

  void then_rejected(const RejectionKind& kind, std::string_view pointer) const;
  const Decision& then_events(std::initializer_list<std::string_view> types) const;

  // Exactly one event of this type.
  template <class E>
  const E& then() const {
    return std::get<E>(then_events({E::type}).front());
  }

 private:
  const Decided<Decision>& outcome_;
};

// The books of a few tenants, and the part of the engine that a test needs: the sequence, the clock, and the
// look-up of the entry that a command names.
class Books {
 public:
  explicit Books(std::string_view currency_code = "RUB");
  Books(const Books&) = delete;

  // Goes on from a copy of the other's pages, as after a snapshot was loaded.
  struct Loaded {};
  Books(Loaded, Books& other);

  ~Books();

  // Creates a tenant; the following commands are its.
  void create_tenant(std::string_view name, std::string_view currency_code);
  void switch_to(std::string_view tenant);
  void effective(Date date);

  // Commands that must succeed.
  template <class... C>
  void given(const C&... commands) {
    (must(commands), ...);
  }

  Then when(const CommandData&);

  World& world();
  const Lines& stored() const;
  TenantId tenant() const;
  const account::AccountRow& account(std::string_view name) const;
  const subscriber::SubscriberRow& subscriber(std::string_view name) const;
  const account::ArrangementRow& arrangement(std::string_view name) const;
  const access::PointRow& point(std::string_view name) const;
  // The balance of a ledger account other than a customer's, in minor units.
  int64_t ledger_minor(book::Kind kind, std::string_view name) const;
  // The sequence of the last event.
  uint64_t sequence() const;

 private:
  struct Impl;

  void must(const CommandData&);

  std::unique_ptr<Impl> impl_;
};

}  // namespace provodka::test
