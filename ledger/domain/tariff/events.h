#pragma once

#include "ledger/domain/tariff/terms.h"

namespace provodka::tariff {

struct ServiceDefined {
  static constexpr std::string_view type = "service.defined.v1";
  Id service;
  Names names;
  uint32_t rank;
  std::optional<Id> requires_;
  Id revenue;
  VatRates vat;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(ServiceDefined, (), (service, names, rank, requires_, revenue, vat, effective))

struct TariffPublished {
  static constexpr std::string_view type = "tariff.published.v1";
  Id tariff;
  uint32_t version;
  Id service;
  Date from;
  Mode mode;
  Length period;
  Anchor anchor;
  Money price;
  Shortage shortage;
  std::optional<Money> setup_fee = {};
  uint32_t trial_days;
  std::optional<uint32_t> due_days = {};
  std::optional<Speed> speed;
  std::optional<uint32_t> quota = {};  // GB, included
  Groups switch_to;
  std::optional<Id> group;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(TariffPublished, (),
                      (tariff, version, service, from, mode, period, anchor, price, shortage, setup_fee,
                       trial_days, due_days, speed, quota, switch_to, group, effective))

struct TariffClosed {
  static constexpr std::string_view type = "tariff.closed.v1";
  Id tariff;
  Date effective;
};
BOOST_DESCRIBE_STRUCT(TariffClosed, (), (tariff, effective))

}  // namespace provodka::tariff
