#pragma once

#include "ledger/core/amount.h"
#include "ledger/core/currency.h"
#include "ledger/domain/tariff/terms.h"

namespace provodka::tariff {

struct DefineService {
  static constexpr std::string_view type = "service.define";
  Id service;
  Names names;
  uint32_t rank;
  std::optional<Id> requires_;
  Id revenue;
  std::optional<VatRates> vat;
};
BOOST_DESCRIBE_STRUCT(DefineService, (), (service, names, rank, requires_, revenue, vat))

// A version takes effect for a subscription at its next period; day by day, on its date.
struct PublishTariff {
  static constexpr std::string_view type = "tariff.publish";
  Id tariff;
  uint32_t version;
  Id service;
  Date effective;
  Mode mode;
  std::optional<Length> period;
  Anchor anchor;
  Amount price;
  Currency currency;
  Shortage shortage;
  std::optional<Amount> setup_fee = {};
  std::optional<uint32_t> trial_days;
  std::optional<uint32_t> due_days = {};
  std::optional<Speed> speed;
  std::optional<uint32_t> quota = {};
  std::optional<Groups> switch_to;
  std::optional<Id> group;
};
BOOST_DESCRIBE_STRUCT(PublishTariff, (),
                      (tariff, version, service, effective, mode, period, anchor, price, currency, shortage,
                       setup_fee, trial_days, due_days, speed, quota, switch_to, group))

// No new subscriptions and no switches to it; those that have it keep it.
struct CloseTariff {
  static constexpr std::string_view type = "tariff.close";
  Id tariff;
};
BOOST_DESCRIBE_STRUCT(CloseTariff, (), (tariff))

}  // namespace provodka::tariff
