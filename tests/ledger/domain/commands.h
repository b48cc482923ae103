#pragma once

#include "ledger/domain/command.h"

#include <optional>
#include <string_view>

namespace provodka::test {

inline Currency currency(std::string_view code) { return Currency::from_code(code).value(); }
inline Amount amount(std::string_view text) { return Amount::parse(text).value(); }
inline Date date(std::string_view text) { return Date::parse(text).value(); }

// Commands with the members that most tests do not care about filled in.

inline std::optional<Amount> optional_amount(std::string_view text) {
  return text.empty() ? std::nullopt : std::optional(amount(text));
}

inline account::OpenAccount open(std::string_view account, std::string_view credit_limit = {}) {
  return {.account = {account}, .subscriber = {}, .label = {}, .credit_limit = optional_amount(credit_limit)};
}
inline account::CloseAccount close(std::string_view account) {
  return {.account = {account}, .reason = {}, .payout = {}};
}
inline account::CloseAccount close_paying_out(std::string_view account, std::string_view external_id) {
  return {.account = {account}, .reason = {}, .payout = account::Payout{{"cash"}, {external_id}}};
}
inline account::SetCreditLimit set_limit(std::string_view account, std::string_view credit_limit) {
  return {.account = {account}, .credit_limit = amount(credit_limit), .reason = {}};
}
inline account::RelabelAccount relabel(std::string_view account, std::string_view label) {
  return {.account = {account}, .label = {label}};
}
inline payment::ReceivePayment pay(std::string_view account, std::string_view amount_text,
                                   std::string_view external_id, std::string_view code = "RUB") {
  return {.account = {account},
          .amount = amount(amount_text),
          .currency = currency(code),
          .provider = {"cash"},
          .external_id = {external_id},
          .paid_at = {},
          .note = {}};
}
inline payment::ReversePayment reverse_payment(std::string_view external_id,
                                               std::string_view amount_text = {}) {
  return {.provider = {"cash"},
          .external_id = {external_id},
          .amount = optional_amount(amount_text),
          .reason = {"bank took it back"}};
}
inline payment::MovePayment move_payment(std::string_view external_id, std::string_view to) {
  return {.provider = {"cash"}, .external_id = {external_id}, .to = {to}, .reason = {"a digit was wrong"}};
}
inline payment::AssignPayment assign_payment(std::string_view external_id, std::string_view account) {
  return {.provider = {"cash"}, .external_id = {external_id}, .account = {account}};
}
inline charge::PostCharge charge(std::string_view account, std::string_view amount_text,
                                 std::string_view service = "internet", std::string_view code = "RUB") {
  return {.account = {account},
          .amount = amount(amount_text),
          .currency = currency(code),
          .service = {service},
          .note = {},
          .force = {},
          .reason = {}};
}
inline charge::PostCharge forced_charge(std::string_view account, std::string_view amount_text,
                                        std::string_view service = "internet") {
  auto command = charge(account, amount_text, service);
  command.force = true;
  command.reason = Reason{"agreed by phone"};
  return command;
}
inline charge::ReverseCharge reverse_charge(uint64_t sequence, std::string_view amount_text = {}) {
  return {.charge = Sequence(sequence), .amount = optional_amount(amount_text), .reason = {"outage"}};
}
inline transfer::MakeTransfer transfer(std::string_view from, std::string_view to,
                                       std::string_view amount_text, std::string_view code = "RUB") {
  return {.from = {from}, .to = {to}, .amount = amount(amount_text), .currency = currency(code), .note = {}};
}
inline adjustment::MakeAdjustment adjust(std::string_view account, std::string_view amount_text,
                                         std::string_view reason = "goodwill",
                                         std::string_view code = "RUB") {
  return {
      .account = {account}, .amount = amount(amount_text), .currency = currency(code), .reason = {reason}};
}
inline writeoff::MakeWriteoff write_off(std::string_view account, std::string_view amount_text,
                                        std::string_view reason = "bankrupt", std::string_view code = "RUB") {
  return {
      .account = {account}, .amount = amount(amount_text), .currency = currency(code), .reason = {reason}};
}
inline access::AddPoint add_point(std::string_view account, std::string_view point) {
  return {.account = {account}, .point = {point}, .device = {}, .login = {}, .address = {}, .mac = {}};
}
inline access::Block block_account(std::string_view account, std::string_view reason) {
  return {.account = Id{account}, .point = {}, .reason = {reason}};
}
inline access::Block block_point(std::string_view point, std::string_view reason) {
  return {.account = {}, .point = Id{point}, .reason = {reason}};
}
inline access::Unblock unblock_account(std::string_view account, std::string_view reason) {
  return {.account = Id{account}, .point = {}, .reason = {reason}};
}
inline access::Unblock unblock_point(std::string_view point, std::string_view reason) {
  return {.account = {}, .point = Id{point}, .reason = {reason}};
}

inline tariff::DefineService service(std::string_view name, uint32_t rank = 1) {
  return {.service = {name}, .names = {}, .rank = rank, .requires_ = {}, .revenue = {name}, .vat = {}};
}
inline tariff::PublishTariff tariff(std::string_view name, std::string_view price, uint32_t version = 1,
                                    std::string_view from = "2026-01-01") {
  return {.tariff = {name},
          .version = version,
          .service = {"internet"},
          .effective = date(from),
          .mode = tariff::Mode::advance,
          .period = {},
          .anchor = tariff::Anchor::calendar,
          .price = amount(price),
          .currency = currency("RUB"),
          .shortage = tariff::Shortage::refuse,
          .trial_days = {},
          .speed = {},
          .switch_to = {},
          .group = {}};
}
inline subscription::StartSubscription subscribe(std::string_view account, std::string_view tariff,
                                                 std::string_view name = "S") {
  return {.subscription = {name}, .account = {account}, .tariff = {tariff}, .points = {}, .from = {}};
}
inline subscription::SwitchSubscription switch_to(std::string_view tariff, std::string_view name = "S") {
  return {.subscription = {name}, .tariff = {tariff}, .when = subscription::SwitchWhen::now};
}
inline subscription::FreezeSubscription freeze(std::string_view from, uint32_t days,
                                               std::string_view name = "S") {
  return {.subscription = {name}, .from = date(from), .days = days};
}
inline subscription::CancelSubscription cancel(std::string_view name = "S") {
  return {.subscription = {name}, .when = subscription::CancelWhen::now, .credit_unused = {}};
}
inline promise::GivePromise promise_of(std::string_view account, std::string_view amount_text,
                                       uint32_t days) {
  return {.account = {account}, .amount = amount(amount_text), .days = days};
}
inline tenant::ConfigureTenant promises_up_to(std::string_view amount_text, uint32_t days,
                                              uint32_t interval_days) {
  return {.threshold = {},
          .grace_hours = {},
          .resume = {},
          .unused_on_block = {},
          .promise = tenant::PromiseTerms{amount(amount_text), days, interval_days}};
}

inline account::OpenAccount open_for(std::string_view subscriber, std::string_view account) {
  auto command = open(account);
  command.subscriber = Id{subscriber};
  return command;
}
inline subscriber::RegisterSubscriber register_person(std::string_view name) {
  return {.subscriber = {name},
          .kind = subscriber::Kind::person,
          .name = {"Anna Ivanova"},
          .phones = {},
          .email = {},
          .addresses = {},
          .tax_number = {},
          .contract = {},
          .language = {},
          .registration = {},
          .document = {},
          .note = {}};
}
inline subscriber::ChangeSubscriber change_subscriber(std::string_view name) {
  return {.subscriber = {name},
          .kind = {},
          .name = {},
          .phones = {},
          .email = {},
          .addresses = {},
          .tax_number = {},
          .contract = {},
          .language = {},
          .registration = {},
          .document = {},
          .note = {}};
}
inline subscriber::HoldSubscriber hold(std::string_view name, bool on) {
  return {.subscriber = {name}, .on = on, .reason = {"a court asks"}};
}
inline subscriber::EraseSubscriber erase(std::string_view name) {
  return {.subscriber = {name}, .reason = {"asked to be forgotten"}};
}

inline access::ChangePoint change_point(std::string_view point, std::string_view device = {}) {
  return {.account = {},
          .point = {point},
          .device = device.empty() ? std::nullopt : std::optional(Id{device}),
          .login = {},
          .address = {},
          .mac = {}};
}
inline access::RemovePoint remove_point(std::string_view point) { return {.point = {point}}; }
inline access::ReportAccess report_access(std::string_view point, uint32_t version,
                                          std::string_view device = "r1",
                                          access::Outcome outcome = access::Outcome::applied) {
  return {
      .point = {point}, .version = version, .device = {device}, .outcome = outcome, .ms = 12, .detail = {}};
}

inline device::RegisterDevice register_device(std::string_view name,
                                              std::string_view address = "r1.example.net:8728") {
  return {.device = {name},
          .kind = device::Kind::routeros_api,
          .address = {address},
          .mode = device::Mode::address_list,
          .credentials = {.login = {"provodka"}, .password = {"correct horse"}},
          .fingerprint = {},
          .serves = {}};
}
inline device::ChangeDevice change_device(std::string_view name) {
  return {.device = {name},
          .kind = {},
          .address = {},
          .mode = {},
          .credentials = {},
          .fingerprint = {},
          .serves = {}};
}
inline device::RetireDevice retire(std::string_view name) {
  return {.device = {name}, .reason = {"lightning"}};
}

inline notification::SaveTemplate save_template(std::string_view name, std::string_view text,
                                                std::string_view language = "ru") {
  return {.template_ = {name},
          .language = {language},
          .text = {text},
          .trigger = {},
          .channels = {},
          .fall_through_minutes = {}};
}
inline notification::SendMessage send_message(std::string_view subscriber, std::string_view name) {
  return {.subscriber = {subscriber}, .template_ = {name}, .fields = {}};
}
inline notification::ReportMessage report_message(uint64_t message, notification::Outcome outcome,
                                                  std::optional<uint32_t> attempt = {}) {
  return {.message = Sequence(message),
          .outcome = outcome,
          .channel = {},
          .attempt = attempt,
          .final_ = {},
          .detail = {}};
}
inline notification::ReportMessage sending(uint64_t message, notification::Channel channel) {
  auto command = report_message(message, notification::Outcome::sending);
  command.channel = channel;
  return command;
}
inline notification::LinkTelegram link_telegram(std::string_view subscriber,
                                                std::string_view chat = "123456789") {
  return {.subscriber = {subscriber}, .chat = {chat}, .phone = {"+79161234567"}};
}
inline notification::UnlinkTelegram unlink_telegram(std::string_view subscriber) {
  return {.subscriber = {subscriber}, .reason = {}};
}
inline notification::ConfigureMessages configure_messages() {
  return {.quiet_hours = {.from = {22 * 60}, .to = {8 * 60}},
          .per_day = {},
          .charge_due_days = {},
          .staff = {},
          .unlink_blocked = {}};
}

}  // namespace provodka::test
