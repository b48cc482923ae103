#include "projections/timeline/timeline_text.h"

namespace provodka::projections {
namespace {

// "2026-11-01 to 2026-11-30", or the one day.
std::string days(Date from, Date to) {
  return from == to ? from.to_string() : fmt::format("{} to {}", from, to);
}

// ": because", where there is a reason.
std::string because(const std::optional<Reason>& reason) {
  return reason ? fmt::format(": {}", reason->text) : std::string();
}

// "by cash, no. 000183"
template <class E>
std::string by(const E& event) {
  return fmt::format("by {}, no. {}", event.provider.text, event.external_id.text);
}

// "2 days", "1 day"
std::string counted(uint32_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string_view words(subscription::Why why) {
  switch (why) {
    case subscription::Why::none:
      return "to be charged anew";
    case subscription::Why::unpaid:
      return "unpaid";
    case subscription::Why::debt:
      return "in debt";
    case subscription::Why::frozen:
      return "frozen";
    case subscription::Why::blocked:
      return "blocked";
    case subscription::Why::ended:
      return "ended";
    case subscription::Why::not_started:
      return "not begun";
    case subscription::Why::outage:
      return "out of order";
  }
  return "";
}

std::string_view words(notification::Outcome outcome) {
  switch (outcome) {
    case notification::Outcome::sending:
      return "is being sent";
    case notification::Outcome::sent:
      return "sent";
    case notification::Outcome::delivered:
      return "delivered";
    case notification::Outcome::failed:
      return "not sent";
    case notification::Outcome::unknown:
      return "may have been sent or not";
  }
  return "";
}

template <class Reasons>
std::string listed(const Reasons& reasons) {
  std::string text;
  for (const Reason reason : reasons) {
    if (!text.empty()) text += ", ";
    text += reason.text;
  }
  return text;
}

// What is said of a point that is not the one that the account came with.
std::string point_of(const access::AccessChanged& event) {
  return event.point == event.account ? std::string() : fmt::format("Point {}: ", event.point.text);
}

}  // namespace

std::string sentence(const account::AccountOpened& e) {
  return e.credit_limit.is_zero() ? std::string("Account opened")
                                  : fmt::format("Account opened with a credit limit of {}", e.credit_limit);
}

std::string sentence(const account::CreditLimitSet& e) {
  return fmt::format("Credit limit {}, was {}{}", e.credit_limit, e.previous, because(e.reason));
}

std::string sentence(const account::AccountRelabelled& e) {
  return fmt::format("Account is called {}", e.label.text);
}

std::string sentence(const account::AccountPaidOut& e) {
  return fmt::format("{} paid out {}", e.amount, by(e));
}

std::string sentence(const account::AccountClosed& e) {
  return fmt::format("Account closed{}", because(e.reason));
}

std::string sentence(const access::AccessChanged& e) {
  const std::string point = point_of(e);
  if (e.wanted == account::Access::on)
    return fmt::format("{}Switched on: no longer {}", point, e.reason.text);
  if (e.change == access::Change::unblock)
    return fmt::format("{}No longer off for {}, still for {}", point, e.reason.text, listed(e.reasons));
  if (e.reasons.size() == 1) return fmt::format("{}Switched off: {}", point, e.reason.text);
  return fmt::format("{}Off for one more reason: {}", point, e.reason.text);
}

std::string sentence(const access::PointAdded& e) {
  return fmt::format("Access point {} added{}", e.point.text,
                     e.device ? fmt::format(" on {}", e.device->text) : std::string());
}

std::string sentence(const access::PointChanged& e) {
  return fmt::format("Access point {} changed{}", e.point.text,
                     e.device ? fmt::format(", on {} now", e.device->text) : std::string());
}

std::string sentence(const access::PointRemoved& e) {
  return fmt::format("Access point {} removed", e.point.text);
}

std::string sentence(const access::AccessApplied& e) {
  switch (e.outcome) {
    case access::Outcome::applied:
      return fmt::format("Router {} has access point {} as wanted, in {} ms", e.device.text, e.point.text,
                         e.ms);
    case access::Outcome::repaired:
      return fmt::format("Router {} had lost access point {} and has it again, in {} ms", e.device.text,
                         e.point.text, e.ms);
    case access::Outcome::failed:
      return fmt::format("Router {} could not do what is wanted of access point {}{}", e.device.text,
                         e.point.text, because(e.detail));
  }
  return {};
}

std::string sentence(const adjustment::AdjustmentMade& e) {
  return fmt::format("Balance corrected by {}: {}", e.amount, e.reason.text);
}

std::string sentence(const charge::ChargePosted& e) {
  return fmt::format("{} charged: {}{}{}", e.service.text, e.amount,
                     e.forced.value_or(false) ? ", past what was available" : "", because(e.reason));
}

std::string sentence(const charge::ChargeReversed& e) {
  return fmt::format("Charge for {} taken back: {}, {} of it left: {}", e.service.text, e.amount, e.left,
                     e.reason.text);
}

std::string sentence(const notification::MessageRequested& e) {
  return fmt::format("Message {} asked for, in {}", e.template_.text, e.language.text);
}

std::string sentence(const notification::MessageReported& e) {
  std::string text = fmt::format("Message {} {}", e.message, words(e.outcome));
  if (e.channel) text += fmt::format(" by {}", enum_name(*e.channel));
  if (e.attempt > 1) text += fmt::format(", attempt {}", e.attempt);
  // Of an attempt that begins it is a mark of the agent's.
  if (e.outcome != notification::Outcome::sending) text += because(e.detail);
  if (e.final_ && e.outcome != notification::Outcome::delivered) text += "; nothing more is tried";
  return text;
}

std::string sentence(const notification::TelegramLinked&) { return "Telegram linked: messages go to a chat"; }

std::string sentence(const payment::PaymentReceived& e) {
  return fmt::format("{} received {}", e.amount, by(e));
}

std::string sentence(const payment::PaymentSuspended& e) {
  return fmt::format("{} received {}, kept in suspense: the account was not there or was closed", e.amount,
                     by(e));
}

std::string sentence(const payment::PaymentReversed& e) {
  return fmt::format("Payment {} taken back: {}, {} of it left: {}", by(e), e.amount, e.left, e.reason.text);
}

std::string sentence(const payment::PaymentAssigned& e) {
  return fmt::format("{} received {}, out of suspense", e.amount, by(e));
}

std::string sentence(const payment::PaymentMoved& e) {
  return fmt::format("Payment {} moved to account {}: {}: {}", by(e), e.to.text, e.amount, e.reason.text);
}

std::string sentence_of_other(const payment::PaymentMoved& e) {
  return fmt::format("Payment {} moved here from account {}: {}: {}", by(e), e.account.text, e.amount,
                     e.reason.text);
}

std::string sentence(const plan::ExtraAdded& e) {
  const std::string times = e.count ? fmt::format(", {}", counted(*e.count, "time")) : std::string();
  if (!e.period) return fmt::format("Extra {} added for {} once", e.service.text, e.amount);
  return fmt::format("Extra {} added from {}: {} each {}{}", e.service.text, e.from, e.amount,
                     enum_name(*e.period), times);
}

std::string sentence(const plan::ExtraCharged& e) {
  return fmt::format("Extra {} charged for {}: {}", e.service.text, days(e.from, e.to), e.amount);
}

std::string sentence(const plan::ExtraRemoved& e) { return fmt::format("Extra {} removed", e.service.text); }

std::string sentence(const plan::InstalmentAgreed& e) {
  return fmt::format("{} for {} to be paid in {}, the first on {}", e.amount, e.service.text,
                     counted(e.parts, "part"), e.first);
}

std::string sentence(const plan::InstalmentDue& e) {
  return fmt::format("Part {} of {} for {} charged: {}", e.part, e.parts, e.service.text, e.amount);
}

std::string sentence(const promise::PromiseGiven& e) {
  return fmt::format("Payment of {} promised, lent until {}", e.amount, e.until);
}

std::string sentence(const promise::PromiseEnded& e) {
  return fmt::format("Promise to pay {} {}", e.amount, enum_name(e.outcome));
}

std::string sentence(const subscriber::SubscriberRegistered& e) {
  return fmt::format("Registered as a {}", enum_name(e.kind));
}

std::string sentence(const subscriber::SubscriberChanged& e) {
  return fmt::format("Card changed{}{}", e.kind ? fmt::format(", is a {} now", enum_name(*e.kind)) : "",
                     e.language ? fmt::format(", language {}", e.language->text) : "");
}

std::string sentence(const subscriber::SubscriberHeld& e) {
  return fmt::format("Legal hold {}: {}", e.on ? "set" : "lifted", e.reason.text);
}

std::string sentence(const subscriber::SubscriberErased& e) {
  return fmt::format("Personal data erased: {}", e.reason.text);
}

std::string sentence(const subscription::SubscriptionStarted& e) {
  return fmt::format("Subscription {} on tariff {} from {}", e.subscription.text, e.tariff.text, e.from);
}

std::string sentence(const subscription::TrialBegun& e) {
  return fmt::format("Subscription {} free of charge for {}", e.subscription.text, days(e.from, e.to));
}

std::string sentence(const subscription::PeriodBegun& e) {
  if (e.began) return fmt::format("Tariff {} runs by the hour, {} each", e.tariff.text, e.price);
  return fmt::format("Tariff {} runs from {}, to be paid after {}: {} for {}", e.tariff.text, e.from,
                     e.period_to, e.price, days(e.period_from, e.period_to));
}

std::string sentence(const subscription::SubscriptionCharged& e) {
  std::string text = fmt::format("Tariff {} charged for {}", e.tariff.text, days(e.from, e.to));
  if (e.hours) text += fmt::format(", {}", counted(*e.hours, "hour"));
  text += fmt::format(": {}", e.amount);
  if (e.discount && !e.discount->is_zero())
    text += fmt::format(", after {} off the price of the period", *e.discount);
  if (e.due) text += fmt::format(", to be paid by {}", *e.due);
  if (e.grace_until) text += ", the money may follow";
  return text;
}

std::string sentence(const subscription::FeeCharged& e) {
  return fmt::format("Fee for the {} of {} charged: {}", enum_name(e.fee), e.subscription.text, e.amount);
}

std::string sentence(const subscription::SubscriptionSuspended& e) {
  std::string text =
      fmt::format("Subscription {} off from {}: {}", e.subscription.text, e.from, words(e.reason));
  if (e.outage_days) text += fmt::format(", {} passed and not charged", counted(*e.outage_days, "day"));
  return text;
}

std::string sentence(const subscription::SubscriptionResumed& e) {
  std::string text = fmt::format("Subscription {} may be on again", e.subscription.text);
  if (e.moved_days > 0) text += fmt::format(", paid for {} longer", counted(e.moved_days, "day"));
  return text;
}

std::string sentence(const subscription::SubscriptionCredited& e) {
  const std::string unused =
      e.from && e.to ? fmt::format(" for {}, not used", days(*e.from, *e.to)) : std::string();
  return fmt::format("{} given back for {}{}", e.amount, e.subscription.text, unused);
}

std::string sentence(const subscription::SubscriptionSwitched& e) {
  return fmt::format("Subscription {} {} tariff {} to {} from {}", e.subscription.text,
                     e.from > e.effective ? "will go from" : "went from", e.previous.text, e.tariff.text,
                     e.from);
}

std::string sentence(const subscription::SubscriptionFrozen& e) {
  return e.to ? fmt::format("Subscription {} frozen for {}", e.subscription.text, days(e.from, *e.to))
              : fmt::format("Subscription {} frozen from {}", e.subscription.text, e.from);
}

std::string sentence(const subscription::SubscriptionUnfrozen& e) {
  return fmt::format("Subscription {} no longer frozen", e.subscription.text);
}

std::string sentence(const subscription::SubscriptionCancelled& e) {
  return fmt::format("Subscription {} {} on {}", e.subscription.text,
                     e.on > e.effective ? "is cancelled and ends" : "ended", e.on);
}

std::string sentence(const subscription::DiscountGranted& e) {
  const std::string off = e.percent ? e.percent->to_string() + " %" : fmt::format("{}", e.amount);
  const std::string until = e.until ? " until " + e.until->to_string() : std::string();
  return fmt::format("Discount of {} on {} from {}{}: {}", off, e.subscription.text, e.from, until,
                     e.reason.text);
}

std::string sentence(const subscription::PriceOverridden& e) {
  const std::string until = e.until ? " until " + e.until->to_string() : std::string();
  return fmt::format("Price of {} set to {}{}: {}", e.subscription.text, e.price, until, e.reason.text);
}

std::string sentence(const subscription::SubscriptionRecalculated& e) {
  return fmt::format("Subscription {} not to be paid for {}: {}", e.subscription.text, days(e.from, e.to),
                     e.reason.text);
}

std::string sentence(const transfer::TransferMade& e) {
  return fmt::format("{} transferred to account {}", e.amount, e.to.text);
}

std::string sentence_of_other(const transfer::TransferMade& e) {
  return fmt::format("{} transferred here from account {}", e.amount, e.from.text);
}

std::string sentence(const writeoff::WriteoffMade& e) {
  return fmt::format("Debt of {} written off: {}", e.amount, e.reason.text);
}

}  // namespace provodka::projections
