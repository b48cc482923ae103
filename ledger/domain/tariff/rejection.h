#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::tariff {
inline constexpr RejectionKind service_exists{801, "service_exists", 422, "The service exists already"};
inline constexpr RejectionKind unknown_service{802, "unknown_service", 404, "There is no such service"};
inline constexpr RejectionKind vat_not_dated{803, "vat_not_dated", 422,
                                             "VAT rates are from 0 to 100 and in the order of their dates"};
inline constexpr RejectionKind version_out_of_order{804, "version_out_of_order", 422,
                                                    "The versions of a tariff count from 1"};
inline constexpr RejectionKind version_backdated{
    805, "version_backdated", 422, "A version takes effect after the one before, and not in the past"};
inline constexpr RejectionKind service_changed{806, "service_changed", 422,
                                               "A tariff stays with its service, mode and periods"};
inline constexpr RejectionKind unknown_tariff{807, "unknown_tariff", 404, "There is no such tariff"};
inline constexpr RejectionKind tariff_closed{808, "tariff_closed", 422, "The tariff is closed"};
inline constexpr RejectionKind terms_of_another_mode{
    809, "terms_of_another_mode", 422, "Due days belong to arrears; hours are charged as such or in advance"};
}  // namespace provodka::tariff
