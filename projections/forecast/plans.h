#pragma once

#include "projections/runner/projection.h"
#include "projections/runner/remembered.h"

// Extras and instalments: which part is next, and when it comes.
namespace provodka::projections {

struct PlanTable : Upserts {
  PlanTable() : Upserts("plan", {"tenant", "plan"}) {}
  Column account = set("account"), service = set("service"), kind = set("kind"), amount = set("amount"),
         period = set("period"), parts = set("parts"), done = set("done"), anchor = set("anchor"),
         since = set("since"), due = set("due");
};

// An event names a plan by its account and service. Of several instalments it is the one that is due first,
// and of those that are due together the oldest.
class Plans {
 public:
  PlanTable table;

  void recall(pqxx::transaction_base&, const std::string& schema);
  void take(const Happened&, const plan::ExtraAdded&);
  void take(const Happened&, const plan::ExtraCharged&);
  void take(const Happened&, const plan::ExtraRemoved&);
  void take(const Happened&, const plan::InstalmentAgreed&);
  void take(const Happened&, const plan::InstalmentDue&);

 private:
  struct Running {
    uint64_t plan;  // the sequence of the event that began it
    uint32_t parts;
    Date anchor;
    uint32_t since;
    Date due;
  };
  using OfService = std::vector<Running>;

  // `parts`: zero is without an end.
  template <class E>
  void begin(const Happened&, const E&, std::string_view kind, tariff::Length period, uint32_t parts,
             Date first);
  // The next of a service, written and left out where it is over.
  template <class E, class F>
  void change(const Happened&, const E&, std::string_view kind, F&& f);

  ByName<OfService> running_;  // by tenant, account, service and kind
};

}  // namespace provodka::projections
