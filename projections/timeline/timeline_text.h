#pragma once

#include "ledger/domain/event.h"

#include <string>

namespace provodka::projections {

// Whether an event is about an account, one of its points, or a subscriber; the others are about the tenant
// as a whole.
template <class E>
concept ConcernsSomebody = requires(const E& event) { event.account.text; } || requires(const E& event) {
  event.from.text;
} || requires(const E& event) { event.subscriber.text; };

// A sentence for each event that concerns somebody, without anything personal: neither notes, nor logins, nor
// the addresses of points. There is none for events in general: a new one does not compile before it has its
// own.
std::string sentence(const account::AccountOpened&);
std::string sentence(const account::CreditLimitSet&);
std::string sentence(const account::AccountRelabelled&);
std::string sentence(const account::AccountPaidOut&);
std::string sentence(const account::AccountClosed&);
std::string sentence(const access::AccessChanged&);
std::string sentence(const access::PointAdded&);
std::string sentence(const access::PointChanged&);
std::string sentence(const access::PointRemoved&);
std::string sentence(const access::AccessApplied&);
std::string sentence(const adjustment::AdjustmentMade&);
std::string sentence(const charge::ChargePosted&);
std::string sentence(const charge::ChargeReversed&);
std::string sentence(const notification::MessageRequested&);
std::string sentence(const notification::MessageReported&);
std::string sentence(const notification::TelegramLinked&);
std::string sentence(const notification::TelegramUnlinked&);
std::string sentence(const payment::PaymentReceived&);
std::string sentence(const payment::PaymentSuspended&);
std::string sentence(const payment::PaymentReversed&);
std::string sentence(const payment::PaymentAssigned&);
std::string sentence(const payment::PaymentMoved&);
std::string sentence(const plan::ExtraAdded&);
std::string sentence(const plan::ExtraCharged&);
std::string sentence(const plan::ExtraRemoved&);
std::string sentence(const plan::InstalmentAgreed&);
std::string sentence(const plan::InstalmentDue&);
std::string sentence(const promise::PromiseGiven&);
std::string sentence(const promise::PromiseEnded&);
std::string sentence(const subscriber::SubscriberRegistered&);
std::string sentence(const subscriber::SubscriberChanged&);
std::string sentence(const subscriber::SubscriberHeld&);
std::string sentence(const subscriber::SubscriberErased&);
std::string sentence(const subscription::SubscriptionStarted&);
std::string sentence(const subscription::TrialBegun&);
std::string sentence(const subscription::PeriodBegun&);
std::string sentence(const subscription::SubscriptionCharged&);
std::string sentence(const subscription::FeeCharged&);
std::string sentence(const subscription::SubscriptionSuspended&);
std::string sentence(const subscription::SubscriptionResumed&);
std::string sentence(const subscription::SubscriptionCredited&);
std::string sentence(const subscription::SubscriptionSwitched&);
std::string sentence(const subscription::SubscriptionFrozen&);
std::string sentence(const subscription::SubscriptionUnfrozen&);
std::string sentence(const subscription::SubscriptionCancelled&);
std::string sentence(const subscription::DiscountGranted&);
std::string sentence(const subscription::PriceOverridden&);
std::string sentence(const subscription::SubscriptionRecalculated&);
std::string sentence(const transfer::TransferMade&);
std::string sentence(const writeoff::WriteoffMade&);

// The same for the account that gets what an event takes from another.
std::string sentence_of_other(const transfer::TransferMade&);
std::string sentence_of_other(const payment::PaymentMoved&);

}  // namespace provodka::projections
