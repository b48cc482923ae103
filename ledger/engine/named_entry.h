#pragma once

#include "ledger/engine/job.h"

#include <optional>

namespace provodka::engine {

// What a payment is known by, and what it brought in, whether an account could take it or not.
struct IncomingPayment {
  std::string_view account;  // that was named
  Money amount;
  std::string_view provider, external_id;
  bool suspended;
};

inline std::optional<IncomingPayment> payment_in(const Event& event) {
  const auto of = [](const auto& e, bool suspended) {
    return IncomingPayment{e.account.text, e.amount, e.provider.text, e.external_id.text, suspended};
  };
  if (const auto* received = std::get_if<payment::PaymentReceived>(&event)) return of(*received, false);
  if (const auto* suspended = std::get_if<payment::PaymentSuspended>(&event)) return of(*suspended, true);
  return std::nullopt;
}

// The payment that a command names, to bring it in or to do something with it.
struct PaymentName {
  std::string_view provider, external_id;
};

inline std::optional<PaymentName> payment_named_by(const CommandData& data) {
  return std::visit(
      [](const auto& c) -> std::optional<PaymentName> {
        if constexpr (requires { PaymentName{c.provider.text, c.external_id.text}; }) {
          return PaymentName{c.provider.text, c.external_id.text};
        } else {
          return std::nullopt;
        }
      },
      data);
}

// True for commands that name an entry of the past: reversals, moves, assignments.
inline bool names_entry(const CommandData& data) {
  return std::holds_alternative<charge::ReverseCharge>(data) ||
         (payment_named_by(data) && !std::holds_alternative<payment::ReceivePayment>(data));
}

// What was charged, where an event is a charge that can be reversed.
inline std::optional<NamedEntry> charge_in(const Event& event) {
  return std::visit(
      []<class E>(const E& e) -> std::optional<NamedEntry> {
        NamedEntry entry{};
        if constexpr (std::is_same_v<E, charge::ChargePosted> || std::is_same_v<E, plan::ExtraCharged> ||
                      std::is_same_v<E, subscription::FeeCharged> ||
                      std::is_same_v<E, subscription::SubscriptionCharged>) {
          entry.account = e.account.text;
          entry.amount = e.amount;
          entry.counter = e.service.text;
          entry.vat_rate = e.vat_rate;
          if constexpr (std::is_same_v<E, subscription::SubscriptionCharged>) {
            entry.subscription = e.subscription.text;
            entry.segment = e.segment;
            entry.from = e.from;
          }
          return entry;
        } else {
          return std::nullopt;
        }
      },
      event);
}

// The entry in a line, where it is one that the command can name. Its texts are views of the line or the
// arena.
inline std::optional<FoundEntry> entry_in(std::string_view line, const CommandData& data, Arena& arena) {
  codec::DecodedEvent decoded;
  if (!codec::decode_event(line, arena, decoded)) return std::nullopt;
  if (std::holds_alternative<charge::ReverseCharge>(data)) {
    auto charge = charge_in(decoded.event);
    if (!charge) return std::nullopt;
    charge->sequence = decoded.header.sequence;
    return FoundEntry{*charge, {}, {}};
  }
  const auto payment = payment_in(decoded.event);
  if (!payment) return std::nullopt;
  const NamedEntry entry{.sequence = decoded.header.sequence,
                         .account = payment->account,
                         .amount = payment->amount,
                         .counter = payment->provider,
                         .suspended = payment->suspended};
  return FoundEntry{entry, {}, {}};
}

}  // namespace provodka::engine
