#pragma once

#include "ledger/engine/job.h"

#include <optional>

namespace provodka::engine {

// True for commands that name an entry of the past: reversals.
inline bool names_entry(const CommandData& data) {
  return std::holds_alternative<payment::ReversePayment>(data) ||
         std::holds_alternative<charge::ReverseCharge>(data);
}

// The entry in a line, where it is one that the command can name. Its texts are views of the line or the
// arena.
inline std::optional<FoundEntry> entry_in(std::string_view line, const CommandData& data, Arena& arena) {
  codec::DecodedEvent decoded;
  if (!codec::decode_event(line, arena, decoded)) return std::nullopt;
  if (const auto* payment = std::get_if<payment::PaymentReceived>(&decoded.event);
      payment && std::holds_alternative<payment::ReversePayment>(data)) {
    return FoundEntry{
        decoded.header.sequence, payment->account.text, payment->amount, payment->provider.text, {}, {}};
  }
  if (const auto* charge = std::get_if<charge::ChargePosted>(&decoded.event);
      charge && std::holds_alternative<charge::ReverseCharge>(data)) {
    return FoundEntry{
        decoded.header.sequence, charge->account.text, charge->amount, charge->service.text, {}, {}};
  }
  return std::nullopt;
}

}  // namespace provodka::engine
