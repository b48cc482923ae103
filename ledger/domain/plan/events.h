#pragma once

#include "ledger/book/posting.h"
#include "ledger/core/decimal.h"
#include "ledger/domain/account/standing.h"
#include "ledger/domain/later.h"
#include "ledger/domain/plan/commands.h"

#include <optional>

namespace provodka::plan {

struct ExtraAdded {
  static constexpr std::string_view type = "extra.added.v1";
  Id account;
  Id service;
  Money amount;  // of each period
  std::optional<tariff::Length> period;
  std::optional<uint32_t> count;
  Date from;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(ExtraAdded, (), (account, service, amount, period, count, from, effective, standing))

struct ExtraCharged {
  static constexpr std::string_view type = "extra.charged.v1";
  Id account;
  Id service;
  uint32_t part;  // counted from 1
  Date from;
  Date to;
  Money amount;
  Money vat;
  std::optional<Decimal> vat_rate;
  std::optional<LaterMonths> deferred;
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(ExtraCharged, (),
                      (account, service, part, from, to, amount, vat, vat_rate, deferred, effective, postings,
                       available, access))

struct ExtraRemoved {
  static constexpr std::string_view type = "extra.removed.v1";
  Id account;
  Id service;
  Date effective;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(ExtraRemoved, (), (account, service, effective, standing))

// The whole is income and taxed at the handover; until it is due, part by part, it is a receivable.
struct InstalmentAgreed {
  static constexpr std::string_view type = "instalment.agreed.v1";
  Id account;
  Id service;
  Money amount;
  Money vat;
  std::optional<Decimal> vat_rate;
  uint32_t parts;
  Date first;
  Date effective;
  book::Postings postings;
  account::Standings standing;
};
BOOST_DESCRIBE_STRUCT(InstalmentAgreed, (),
                      (account, service, amount, vat, vat_rate, parts, first, effective, postings, standing))

// Part by part; the last one has all that is left, which may be several parts where the account ends.
struct InstalmentDue {
  static constexpr std::string_view type = "instalment.due.v1";
  Id account;
  Id service;
  uint32_t part;  // counted from 1
  uint32_t parts;
  Money amount;
  Date effective;
  book::Postings postings;
  Money available;
  account::Access access;
};
BOOST_DESCRIBE_STRUCT(InstalmentDue, (),
                      (account, service, part, parts, amount, effective, postings, available, access))

}  // namespace provodka::plan
