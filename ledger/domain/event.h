#pragma once

#include "ledger/domain/access/events.h"
#include "ledger/domain/account/events.h"
#include "ledger/domain/adjustment/events.h"
#include "ledger/domain/billing/events.h"
#include "ledger/domain/charge/events.h"
#include "ledger/domain/device/events.h"
#include "ledger/domain/notification/events.h"
#include "ledger/domain/payment/events.h"
#include "ledger/domain/period/events.h"
#include "ledger/domain/plan/events.h"
#include "ledger/domain/promise/events.h"
#include "ledger/domain/subscriber/events.h"
#include "ledger/domain/subscription/events.h"
#include "ledger/domain/tariff/events.h"
#include "ledger/domain/tenant/events.h"
#include "ledger/domain/transfer/events.h"
#include "ledger/domain/writeoff/events.h"

#include <variant>

namespace provodka {

// Every event, in its newest version.
using EventAlternatives = std::variant<
    tenant::TenantCreated, account::AccountOpened, account::CreditLimitSet, account::AccountRelabelled,
    account::AccountClosed, payment::PaymentReceived, payment::PaymentReversed, charge::ChargePosted,
    charge::ChargeReversed, transfer::TransferMade, adjustment::AdjustmentMade, access::AccessChanged,
    access::PointAdded, tenant::TenantConfigured, tariff::ServiceDefined, tariff::TariffPublished,
    tariff::TariffClosed, subscription::SubscriptionStarted, subscription::TrialBegun,
    subscription::SubscriptionCharged, subscription::SubscriptionSuspended, subscription::SubscriptionResumed,
    subscription::SubscriptionCredited, subscription::SubscriptionSwitched, subscription::SubscriptionFrozen,
    subscription::SubscriptionUnfrozen, subscription::SubscriptionCancelled, promise::PromiseGiven,
    promise::PromiseEnded, billing::RunCompleted, subscription::PeriodBegun, subscription::FeeCharged,
    subscription::DiscountGranted, subscription::PriceOverridden, subscription::TariffMoved,
    subscription::SubscriptionRecalculated, subscription::OutageRecalculated, plan::ExtraAdded,
    plan::ExtraCharged, plan::ExtraRemoved, plan::InstalmentAgreed, plan::InstalmentDue, period::PeriodClosed,
    period::PeriodReopened, period::IncomeRecognised, payment::PaymentSuspended, payment::PaymentAssigned,
    payment::PaymentMoved, account::AccountPaidOut, writeoff::WriteoffMade, subscriber::SubscriberRegistered,
    subscriber::SubscriberChanged, subscriber::SubscriberHeld, subscriber::SubscriberErased,
    access::PointChanged, access::PointRemoved, access::AccessApplied, device::DeviceRegistered,
    device::DeviceChanged, device::DeviceRetired, notification::TemplateSaved,
    notification::MessagesConfigured, notification::MessageRequested, notification::MessageReported,
    notification::TelegramLinked>;

// One of them: a view, which lives as long as the command that it was decided from or the line that it was
// read from. It is copied, moved and destroyed in one place, which is what a variant of so many alternatives
// would else cost every file to compile.
struct Event : EventAlternatives {
  using EventAlternatives::EventAlternatives;
  Event() noexcept;
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

// The account whose order of events matters to consumers: all events of one account go to one partition.
// Those of a tenant, a subscriber or a device have none; a transfer goes with the account that it leaves.
template <class E>
std::string_view owning_account(const E& event) {
  if constexpr (requires { event.account; }) {
    return event.account.text;
  } else if constexpr (requires { event.from.text; }) {
    return event.from.text;
  } else {
    return {};
  }
}

}  // namespace provodka
