#include "adapters/notify_agent/state.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <iterator>

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

std::string Cause::command_id(const std::string& subscriber) const {
  return fmt::format("notify/{}/{}{}{}", enum_name(trigger), key, to_each ? "/" : "",
                     to_each ? subscriber : "");
}

std::optional<uint64_t> number_in(std::string_view text, std::string_view behind) {
  if (!text.starts_with(behind)) return std::nullopt;
  text.remove_prefix(behind.size());
  uint64_t number = 0;
  const auto [past, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || past != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string parts_in_words(uint32_t parts) { return fmt::format("{} part{}", parts, parts == 1 ? "" : "s"); }

uint32_t parts_in(std::string_view detail) {
  const size_t end = detail.rfind(" part");
  if (end == detail.npos) return 1;
  const std::string_view before = detail.substr(0, end);
  const size_t start = before.find_last_not_of("0123456789") + 1;
  uint32_t parts = 0;
  const auto [past, error] = std::from_chars(before.data() + start, before.data() + end, parts);
  const bool is_so = error == std::errc() && parts > 0 && detail.substr(start) == parts_in_words(parts);
  return is_so ? parts : 1;
}

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
  while (!sms_.empty() && sms_.begin()->second.until < header.time &&
         awaiting_report(sms_.begin()->first) == nullptr)
    sms_.erase(sms_.begin());
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
  constexpr int64_t kMinuteUs = 60 * micros_per_second;
  if (!clock_.is_valid())
    return static_cast<uint32_t>((instant.micros - utc_date(instant).days * micros_per_day) / kMinuteUs);
  return static_cast<uint32_t>(clock_.second_of_day(instant) / 60);
}

void State::on(const tenant::TenantCreated& event, const codec::EventHeader&, Position) {
  zone_ = event.zone.text;
  locale_ = event.locale.text;
  clock_ = Zone::find(zone_).value_or(Zone());
}

void State::on(const account::AccountOpened& event, const codec::EventHeader&, Position) {
  if (!event.subscriber) return;
  const std::string account(event.account.text), whose(event.subscriber->text);
  accounts_[account] = {
      .subscriber = whose, .balance = Money::zero(event.credit_limit.currency), .told_due = {}};
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

void State::on(const notification::TelegramUnlinked& event, const codec::EventHeader&, Position) {
  subscribers_[std::string(event.subscriber.text)].chat_at = Position();
}

void State::on(const notification::TemplateSaved& event, const codec::EventHeader&, Position) {
  const std::string name(event.template_.text);
  templates_[key_of(name, event.language.text)] =
      std::make_shared<const Template>(Template{.text = std::string(event.text.text),
                                                .channels = {event.channels.begin(), event.channels.end()},
                                                .minutes = event.fall_through_minutes.value_or(0)});
  // A trigger is of one template, as long as one of its languages was saved with it last.
  const std::string language(event.language.text);
  for (auto& [trigger, of] : triggers_)
    if (of.name == name && trigger != event.trigger) of.languages.erase(language);
  std::erase_if(triggers_, [](const auto& trigger) { return trigger.second.languages.empty(); });
  if (!event.trigger) return;
  Triggered& of = triggers_[*event.trigger];
  if (of.name != name) of = {.name = name, .languages = {}};
  of.languages.insert(language);
}

void State::on(const notification::MessagesConfigured& event, const codec::EventHeader&, Position) {
  const bool none = event.quiet_hours.from == event.quiet_hours.to;
  quiet_hours_ = none ? std::nullopt : std::optional(event.quiet_hours);
  per_day_ = event.per_day.value_or(0);
  charge_due_days_ = event.charge_due_days;
  unlinks_blocked_ = event.unlink_blocked;
  staff_.clear();
  for (const Id subscriber : event.staff) staff_.emplace_back(subscriber.text);
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
  told(header.cause, event.subscriber.text);
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
  follow_sms(message, event, header.time);
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

void State::on(const billing::RunCompleted& event, const codec::EventHeader& header, Position) {
  const auto of = triggers_.find(Trigger::run_report);
  if (of == triggers_.end()) return;
  std::vector<std::string> to;
  std::ranges::copy_if(staff_, std::back_inserter(to), [this](const auto& name) { return is_there(name); });
  if (to.empty()) return;
  std::optional<Money> sum;
  for (const billing::Earned& earned : event.services)
    sum = sum ? checked_add(*sum, earned.amount) : earned.amount;
  FieldValues fields{{"date", written(event.effective, locale_)},
                     {"expected", fmt::format("{}", event.expected)},
                     {"charged", fmt::format("{}", event.charged)},
                     {"skipped", fmt::format("{}", event.expected - event.charged)},
                     {"amount", sum ? fmt::format("{}", *sum) : std::string("0")}};
  causes_[header.sequence.value()] = {.trigger = Trigger::run_report,
                                      .key = fmt::format("{}", header.sequence),
                                      .time = header.time,
                                      .template_name = of->second.name,
                                      .to = std::move(to),
                                      .to_each = true,
                                      .fields = std::move(fields)};
}

bool State::is_there(const std::string& name) const {
  const Subscriber* const found = subscriber(name);
  return found != nullptr && !found->erased;
}

void State::notes(Trigger trigger, std::string_view account, const Money* amount, Date date,
                  const codec::EventHeader& header) {
  const auto of = triggers_.find(trigger);
  const auto whose = accounts_.find(std::string(account));
  if (of == triggers_.end() || whose == accounts_.end()) return;
  if (!is_there(whose->second.subscriber)) return;
  FieldValues fields{{"account", std::string(account)},
                     {"balance", balance(std::string(account))},
                     {"date", written(date, locale_)}};
  if (amount) fields["amount"] = fmt::format("{}", *amount);
  causes_[header.sequence.value()] = {.trigger = trigger,
                                      .key = fmt::format("{}", header.sequence),
                                      .time = header.time,
                                      .template_name = of->second.name,
                                      .to = {whose->second.subscriber},
                                      .fields = std::move(fields)};
}

void State::told(std::string_view cause, std::string_view subscriber) {
  if (!cause.starts_with("notify/")) return;
  const std::string_view rest = cause.substr(cause.find('/') + 1);
  const size_t slash = rest.find('/');
  if (slash == rest.npos) return;
  const std::string_view key = rest.substr(slash + 1);
  if (rest.substr(0, slash) == enum_name(Trigger::charge_due)) {
    const size_t end = key.rfind('/');
    const auto of = accounts_.find(std::string(key.substr(0, end)));
    const auto day = end == key.npos ? std::nullopt : Date::parse(key.substr(end + 1));
    if (of != accounts_.end() && day) of->second.told_due = *day;
    return;
  }
  uint64_t sequence = 0;
  std::from_chars(key.data(), key.data() + key.size(), sequence);
  const auto found = causes_.find(sequence);
  const std::string who(subscriber);
  if (found == causes_.end() || found->second.command_id(who) != cause) return;
  if (std::erase(found->second.to, who) > 0 && found->second.to.empty()) causes_.erase(found);
}

std::optional<Instant> State::charges_through(Date today) const {
  if (!triggers_.contains(Trigger::charge_due) || !clock_.is_valid()) return std::nullopt;
  return clock_.day_start(add_days(today, static_cast<int32_t>(charge_due_days_)));
}

std::optional<Cause> State::cause_of(const Shortfall& shortfall, Date today, Instant now) const {
  const auto of = triggers_.find(Trigger::charge_due);
  const auto whose = accounts_.find(shortfall.account);
  if (of == triggers_.end() || whose == accounts_.end() || !is_there(whose->second.subscriber))
    return std::nullopt;
  if (shortfall.on <= today || shortfall.on == whose->second.told_due) return std::nullopt;
  return Cause{.trigger = Trigger::charge_due,
               .key = fmt::format("{}/{}", shortfall.account, shortfall.on),
               .time = now,
               .template_name = of->second.name,
               .to = {whose->second.subscriber},
               .fields = {{"account", shortfall.account},
                          {"balance", balance(shortfall.account)},
                          {"amount", shortfall.missing},
                          {"date", written(shortfall.on, locale_)}}};
}

void State::follow_sms(Message& message, const notification::MessageReported& event, Instant at) {
  const std::string_view detail = event.detail ? event.detail->text : std::string_view();
  if (event.channel != Channel::sms) return;
  const SmsAttempt sms{message.sequence, event.attempt};
  if (const auto receipt = number_in(detail, kReceipt)) read_report(*receipt, sms, at);
  message.by_sms = 0;
  if (event.outcome == Outcome::sending) {
    // A stick that counts from further back is another one, or was emptied: its reports are new.
    if (const auto mark = number_in(detail, kMark)) {
      if (*mark < outbox_mark_) receipts_through_ = 0;
      outbox_mark_ = *mark;
    }
  } else if (event.outcome == Outcome::sent && !event.final_) {
    message.by_sms = event.attempt;
    sms_[sms] = {.subscriber = message.subscriber,
                 .mark = number_in(message.mark, kMark).value_or(0),
                 .parts = parts_in(detail),
                 .sent = at,
                 .until = add_micros(at, kReceiptWaitUs)};
  }
}

std::optional<SmsAttempt> State::reported_by(uint64_t number, const std::vector<std::string>& whose,
                                             Instant now) const {
  std::optional<SmsAttempt> first;
  Instant sent;
  for (const auto& [attempt, sms] : sms_) {
    if (number <= sms.mark || std::ranges::find(whose, sms.subscriber) == whose.end()) continue;
    if (sms.until < now && awaiting_report(attempt) == nullptr) continue;
    if (first && sent.micros <= sms.sent.micros) continue;
    first = attempt;
    sent = sms.sent;
  }
  return first;
}

const Message* State::awaiting_report(SmsAttempt attempt) const {
  const auto sms = sms_.find(attempt);
  const auto message = open_.find(attempt.message);
  const bool is_awaited = sms != sms_.end() && sms->second.reports == 0 && message != open_.end() &&
                          message->second.by_sms == attempt.attempt;
  return is_awaited ? &message->second : nullptr;
}

void State::read_report(uint64_t number, std::optional<SmsAttempt> of, Instant now) {
  receipts_through_ = number;
  const auto sms = of ? sms_.find(*of) : sms_.end();
  if (sms == sms_.end()) return;
  // The other parts get there, or do not, about when this one does.
  sms->second.until = add_micros(now, kReceiptWaitUs);
  if (++sms->second.reports >= sms->second.parts) sms_.erase(sms);
}

}  // namespace provodka::notify_agent
