#include "ledger/domain/rejections.h"

#include "ledger/domain/access/rejection.h"
#include "ledger/domain/account/rejection.h"
#include "ledger/domain/adjustment/rejection.h"
#include "ledger/domain/billing/rejection.h"
#include "ledger/domain/charge/rejection.h"
#include "ledger/domain/payment/rejection.h"
#include "ledger/domain/promise/rejection.h"
#include "ledger/domain/subscription/rejection.h"
#include "ledger/domain/tariff/rejection.h"
#include "ledger/domain/tenant/rejection.h"
#include "ledger/domain/transfer/rejection.h"

#include <array>

namespace provodka {
namespace {

constexpr std::array kAll = std::to_array<const RejectionKind*>({
    &common::unknown_tenant,
    &common::command_id_reused,
    &common::version_mismatch,
    &common::effective_in_future,
    &common::unknown_account,
    &common::account_closed,
    &common::currency_mismatch,
    &common::too_many_decimals,
    &common::amount_not_positive,
    &common::amount_out_of_range,
    &common::insufficient_funds,
    &common::reason_required,
    &common::exceeds_remainder,
    &common::time_not_settable,
    &common::time_goes_back,
    &tenant::tenant_exists,
    &tenant::unknown_zone,
    &account::account_exists,
    &account::point_name_taken,
    &account::credit_limit_negative,
    &account::credit_limit_unchanged,
    &account::label_unchanged,
    &account::balance_not_zero,
    &account::subscriptions_running,
    &payment::external_id_reused,
    &payment::unknown_payment,
    &payment::payment_reversed_already,
    &charge::unknown_charge,
    &charge::charge_reversed_already,
    &transfer::same_account,
    &adjustment::amount_zero,
    &access::account_or_point,
    &access::unknown_point,
    &access::blocked_already,
    &access::not_blocked,
    &access::too_many_reasons,
    &access::too_many_points,
    &access::point_exists,
    &access::reserved_reason,
    &tariff::service_exists,
    &tariff::unknown_service,
    &tariff::vat_not_dated,
    &tariff::version_out_of_order,
    &tariff::version_backdated,
    &tariff::service_changed,
    &tariff::unknown_tariff,
    &tariff::tariff_closed,
    &subscription::subscription_exists,
    &subscription::unknown_subscription,
    &subscription::unknown_plan,
    &subscription::plan_closed,
    &subscription::not_in_force,
    &subscription::start_in_past,
    &subscription::not_its_point,
    &subscription::subscription_ended,
    &subscription::same_tariff,
    &subscription::outside_group,
    &subscription::switched_today,
    &subscription::not_running,
    &subscription::freeze_not_ahead,
    &subscription::freeze_in_debt,
    &subscription::frozen_already,
    &subscription::not_frozen,
    &subscription::too_many_subscriptions,
    &promise::promise_stands,
    &promise::promise_too_large,
    &promise::promise_too_long,
    &promise::promise_too_soon,
    &billing::run_in_future,
});

}  // namespace

std::span<const RejectionKind* const> all_rejections() { return kAll; }

}  // namespace provodka
