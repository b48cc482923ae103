#include "ledger/domain/rejections.h"

#include "ledger/domain/access/rejection.h"
#include "ledger/domain/account/rejection.h"
#include "ledger/domain/adjustment/rejection.h"
#include "ledger/domain/billing/rejection.h"
#include "ledger/domain/charge/rejection.h"
#include "ledger/domain/device/rejection.h"
#include "ledger/domain/notification/rejection.h"
#include "ledger/domain/payment/rejection.h"
#include "ledger/domain/period/rejection.h"
#include "ledger/domain/plan/rejection.h"
#include "ledger/domain/promise/rejection.h"
#include "ledger/domain/subscriber/rejection.h"
#include "ledger/domain/subscription/rejection.h"
#include "ledger/domain/tariff/rejection.h"
#include "ledger/domain/tenant/rejection.h"
#include "ledger/domain/transfer/rejection.h"
#include "ledger/domain/writeoff/rejection.h"

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
    &common::period_closed,
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
    &payment::payment_not_in_suspense,
    &payment::payment_in_suspense,
    &payment::payment_there_already,
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
    &access::point_of_another,
    &access::point_unchanged,
    &access::last_point,
    &access::point_in_use,
    &access::version_ahead,
    &access::report_out_of_date,
    &tariff::service_exists,
    &tariff::unknown_service,
    &tariff::vat_not_dated,
    &tariff::version_out_of_order,
    &tariff::version_backdated,
    &tariff::service_changed,
    &tariff::unknown_tariff,
    &tariff::tariff_closed,
    &tariff::terms_of_another_mode,
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
    &subscription::freeze_over_allowance,
    &subscription::freeze_too_short,
    &subscription::freeze_too_long,
    &subscription::percent_or_amount,
    &subscription::discount_above_price,
    &subscription::ends_before_it_begins,
    &subscription::accounts_or_device,
    &promise::promise_stands,
    &promise::promise_too_large,
    &promise::promise_too_long,
    &promise::promise_too_soon,
    &billing::run_in_future,
    &period::period_not_over,
    &period::period_closed_already,
    &period::run_incomplete,
    &period::period_not_closed,
    &period::not_the_last_closed,
    &subscriber::subscriber_exists,
    &subscriber::unknown_subscriber,
    &subscriber::erased,
    &subscriber::too_many_entries,
    &subscriber::phone_not_e164,
    &subscriber::email_not_plausible,
    &subscriber::tax_number_not_digits,
    &subscriber::not_on_earth,
    &subscriber::nothing_changed,
    &subscriber::hold_unchanged,
    &subscriber::legal_hold,
    &writeoff::exceeds_debt,
    &plan::unknown_extra_service,
    &plan::extra_exists,
    &plan::unknown_extra,
    &plan::count_without_period,
    &plan::bad_parts,
    &plan::first_in_past,
    &device::device_exists,
    &device::unknown_device,
    &device::device_retired,
    &device::address_not_host_port,
    &device::device_unchanged,
    &device::fingerprint_not_sha256,
    &device::fingerprint_needs_tls,
    &device::not_a_prefix,
    &device::prefix_served,
    &notification::brace_unbalanced,
    &notification::field_not_known,
    &notification::bad_channels,
    &notification::trigger_taken,
    &notification::unknown_template,
    &notification::field_missing,
    &notification::unknown_message,
    &notification::message_settled,
    &notification::sending_not_final,
    &notification::channel_required,
    &notification::attempt_unsettled,
    &notification::attempt_out_of_order,
    &notification::outcome_known,
    &notification::chat_not_a_number,
    &notification::bad_days,
    &notification::bad_staff,
    &notification::chat_not_linked,
});

}  // namespace

std::span<const RejectionKind* const> all_rejections() { return kAll; }

}  // namespace provodka
