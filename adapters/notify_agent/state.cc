#include "adapters/notify_agent/state.h"

#include <algorithm>
#include <charconv>
#include <functional>

namespace provodka::notify_agent {
namespace {

std::string key_of(std::string_view name, std::string_view language) {
  return fmt::format("{}\n{}", name, language);
}

Progress progress_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::sending:
      return Progress::sending;
    case Outcome::sent:
    case Outcome::delivered:
      return Progress::sent;
    case Outcome::failed:
      return Progress::failed;
    case Outcome::unknown:
      break;
  }
  return Progress::unknown;
}

// A date as people of the locale write it.
std::string written(Date date, std::string_view locale) {
  for (const std::string_view language : {"ru", "uk", "be", "kk", "de", "pl", "cs", "fi", "tr"}) {
    if (locale.substr(0, 2) == language)
      return fmt::format("{:02}.{:02}.{:04}", date.day(), date.month(), date.year());
  }
  return date.to_string();
}

}  // namespace

std::string Cause::command_id() const { return fmt::format("notify/{}/{}", enum_name(trigger), sequence); }

Result<void> State::fold(const codec::EventHeader& header, const Event& event, Position position) {
  if (tenant_.empty()) tenant_ = header.tenant;
  if (header.tenant != tenant_)
    return refusal("there are several tenants, {} and {} among them; name one", tenant_, header.tenant);
  sequence_ = header.sequence;
  std::visit(
      [&](const auto& e) {
        for (const account::Standing& standing : account::standings_in(e)) {
          const auto found = accounts_.find(std::string(standing.account.text));
          if (found != accounts_.end()) found->second.balance = standing.balance;
        }
        on(e, header, position);
      },
      event);
  const int64_t oldest_us = header.time.micros - cause_age_us_max_;
  while (!causes_.empty() && causes_.begin()->second.time.micros < oldest_us) causes_.erase(causes_.begin());
  return {};
}

const Subscriber* State::subscriber(const std::string& name) const {
  const auto found = subscribers_.find(name);
  return found == subscribers_.end() ? nullptr : &found->second;
}

std::string State::balance(const std::string& account) const {
  const auto found = accounts_.find(account);
  if (found == accounts_.end() || !found->second.balance.currency.is_valid()) return {};
  return fmt::format("{}", found->second.balance);
}

Date State::local_date(Instant instant) const {
  return clock_.is_valid() ? clock_.local_date(instant) : utc_date(instant);
}

uint32_t State::minute_of_day(Instant instant) const {
  constexpr int64_t kMinuteUs = 60 * micros_per_second, kDayMinutes = 24 * 60, kClocksChangedBy = 4 * 60;
  if (!clock_.is_valid())
    return static_cast<uint32_t>((instant.micros - utc_date(instant).days * micros_per_day) / kMinuteUs);
  const Date day = clock_.local_date(instant);
  const int64_t since = micros_between(clock_.day_start(day), instant) / kMinuteUs;
  // Clocks are changed early in the day; behind that, midnight to come is what tells the time.
  const int64_t day_minutes = clock_.day_length_seconds(day) / 60;
  const int64_t shown = since < kClocksChangedBy ? since : kDayMinutes - (day_minutes - since);
  return static_cast<uint32_t>(std::clamp<int64_t>(shown, 0, kDayMinutes - 1));
}

void State::on(const tenant::TenantCreated& event, const codec::EventHeader&, Position) {
  zone_ = event.zone.text;
  locale_ = event.locale.text;
  clock_ = Zone::find(zone_).value_or(Zone());
}

void State::on(const account::AccountOpened& event, const codec::EventHeader&, Position) {
  if (!event.subscriber) return;
  const std::string account(event.account.text), whose(event.subscriber->text);
  accounts_[account] = {.subscriber = whose, .balance = Money::zero(event.credit_limit.currency)};
  std::string& first = subscribers_[whose].account;
  if (first.empty()) first = account;
}

void State::on(const subscriber::SubscriberRegistered& event, const codec::EventHeader&, Position at) {
  subscribers_[std::string(event.subscriber.text)].sealed_at.push_back(at);
}

void State::on(const subscriber::SubscriberChanged& event, const codec::EventHeader&, Position at) {
  subscribers_[std::string(event.subscriber.text)].sealed_at.push_back(at);
}

void State::on(const subscriber::SubscriberErased& event, const codec::EventHeader&, Position) {
  Subscriber& subscriber = subscribers_[std::string(event.subscriber.text)];
  subscriber.erased = true;
  subscriber.sealed_at.clear();
  subscriber.chat_at = Position();
}

void State::on(const notification::TelegramLinked& event, const codec::EventHeader&, Position at) {
  subscribers_[std::string(event.subscriber.text)].chat_at = at;
}

void State::on(const notification::TemplateSaved& event, const codec::EventHeader&, Position) {
  const std::string name(event.template_.text);
  templates_[key_of(name, event.language.text)] =
      std::make_shared<const Template>(Template{.text = std::string(event.text.text),
                                                .channels = {event.channels.begin(), event.channels.end()},
                                                .minutes = event.fall_through_minutes.value_or(0)});
  std::erase_if(triggers_, [&](const auto& trigger) {
    return trigger.second == name && (!event.trigger || trigger.first != *event.trigger);
  });
  if (event.trigger) triggers_[*event.trigger] = name;
}

void State::on(const notification::MessagesConfigured& event, const codec::EventHeader&, Position) {
  const bool none = event.quiet_hours.from == event.quiet_hours.to;
  quiet_hours_ = none ? std::nullopt : std::optional(event.quiet_hours);
  per_day_ = event.per_day.value_or(0);
}

void State::on(const notification::MessageRequested& event, const codec::EventHeader& header, Position) {
  const auto of = templates_.find(key_of(event.template_.text, event.language.text));
  if (of == templates_.end()) return;
  Message message{.sequence = header.sequence.value(),
                  .subscriber = std::string(event.subscriber.text),
                  .template_name = std::string(event.template_.text),
                  .of = of->second,
                  .sealed = std::string(event.sealed ? event.sealed->text : std::string_view()),
                  .requested = header.time,
                  .changed = header.time,
                  .mark = {}};
  open_.emplace(message.sequence, std::move(message));
  if (!header.cause.starts_with("notify/")) return;
  const std::string_view digits = header.cause.substr(header.cause.rfind('/') + 1);
  uint64_t sequence = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), sequence);
  const auto told = causes_.find(sequence);
  if (told != causes_.end() && told->second.command_id() == header.cause) causes_.erase(told);
}

void State::on(const notification::MessageReported& event, const codec::EventHeader& header, Position) {
  const auto found = open_.find(event.message.value());
  if (found == open_.end()) return;
  Message& message = found->second;
  if (event.outcome == Outcome::sending && event.channel) {
    if (event.attempt == 1) {
      Subscriber& subscriber = subscribers_[message.subscriber];
      const Date today = local_date(header.time);
      subscriber.of_day = subscriber.day == today ? subscriber.of_day + 1 : 1;
      subscriber.day = today;
    }
    message.attempt = event.attempt;
    message.channel = *event.channel;
    message.mark = event.detail ? event.detail->text : std::string_view();
    ++message.tries[static_cast<size_t>(message.channel)];
  }
  if (event.final_) {
    open_.erase(found);
    return;
  }
  message.progress = progress_of(event.outcome);
  message.changed = header.time;
  message.again = event.outcome == Outcome::failed && event.detail && event.detail->text.starts_with(kNotNow);
}

void State::on(const payment::PaymentReceived& event, const codec::EventHeader& header, Position) {
  notes(Trigger::payment_received, event.account.text, &event.amount, event.effective, header);
}

void State::on(const payment::PaymentAssigned& event, const codec::EventHeader& header, Position) {
  notes(Trigger::payment_received, event.account.text, &event.amount, event.effective, header);
}

void State::on(const access::AccessChanged& event, const codec::EventHeader& header, Position) {
  const bool blocks = event.change == access::Change::block;
  // One more reason for what is off already, or one less of several, changes nothing for the subscriber.
  if (blocks ? event.reasons.size() != 1 : !event.reasons.empty()) return;
  const auto found = accounts_.find(std::string(event.account.text));
  if (found == accounts_.end()) return;
  // One command that switches several points of an account is told once.
  const uint64_t cause = std::hash<std::string_view>()(header.cause) ^
                         static_cast<uint64_t>(header.time.micros) ^ (blocks ? 1u : 0u);
  if (std::exchange(found->second.told_cause, cause) == cause) return;
  notes(blocks ? Trigger::blocked : Trigger::unblocked, event.account.text, nullptr, event.effective, header);
}

void State::on(const promise::PromiseEnded& event, const codec::EventHeader& header, Position) {
  if (event.outcome != promise::Outcome::broken) return;
  notes(Trigger::promise_expires, event.account.text, &event.amount, event.effective, header);
}

void State::notes(Trigger trigger, std::string_view account, const Money* amount, Date date,
                  const codec::EventHeader& header) {
  const auto of = triggers_.find(trigger);
  const auto whose = accounts_.find(std::string(account));
  if (of == triggers_.end() || whose == accounts_.end()) return;
  if (const Subscriber* const subscriber = this->subscriber(whose->second.subscriber);
      subscriber == nullptr || subscriber->erased)
    return;
  causes_[header.sequence.value()] = {.trigger = trigger,
                                      .sequence = header.sequence.value(),
                                      .time = header.time,
                                      .subscriber = whose->second.subscriber,
                                      .template_name = of->second,
                                      .account = std::string(account),
                                      .amount = amount ? fmt::format("{}", *amount) : std::string(),
                                      .balance = balance(std::string(account)),
                                      .date = written(date, locale_)};
}

}  // namespace provodka::notify_agent
