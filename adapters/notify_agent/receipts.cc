#include "adapters/notify_agent/agent.h"
#include "adapters/notify_agent/http_sink.h"

// What becomes known of a message after it went out: the network's reports, and chats that are closed.
namespace provodka::notify_agent {

void Agent::collect(Lane& lane) {
  uint64_t through = 0;
  {
    std::lock_guard lock(mutex_);
    // A report may be of what was cut off, of which it is to be settled first whether it went out.
    if (!looked_into_ || stopping_ || (lane.job && lane.job->settles)) return;
    through = state_.receipts_through();
  }
  // Also while nothing waits for one: what stayed on the stick would be taken for what is sent later.
  const auto receipts = lane.carrier->receipts();
  if (!receipts) return;  // that the stick is away is told before the next attempt
  for (const Receipt& receipt : *receipts) {
    // What the journal has already was not forgotten because this agent died before.
    if (receipt.number > through) {
      if (const auto taken = take_receipt(receipt); !taken) return warn(taken.error().what);
    }
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    if (const auto forgotten = lane.carrier->forget(receipt); !forgotten) return warn(forgotten.error().what);
  }
}

Result<void> Agent::take_receipt(const Receipt& receipt) {
  const auto who = who_has(receipt.phone);
  if (!who) return std::unexpected(who.error());
  std::optional<SmsAttempt> of;
  Message message;
  {
    std::lock_guard lock(mutex_);
    of = state_.reported_by(receipt.number, *who, wall_clock());
    const Message* const found = of ? state_.awaiting_report(*of) : nullptr;
    // Of an attempt that another has followed only a delivery says anything new.
    if (!found || (!receipt.delivered && found->by_sms != found->attempt)) {
      state_.read_report(receipt.number, of, wall_clock());
      return {};
    }
    message = *found;
  }
  bool final = false;
  if (!receipt.delivered) {
    const auto recipient = recipient_of(message);
    if (!recipient) return std::unexpected(recipient.error());
    final = !has_more(message, Channel::sms, reachable_by(*recipient));
  }
  if (!report(message, receipt.delivered ? Outcome::delivered : Outcome::failed, Channel::sms, message.by_sms,
              final, fmt::format("{}{}", kReceipt, receipt.number))) {
    std::lock_guard lock(mutex_);
    state_.read_report(receipt.number, of, wall_clock());
  }
  return {};
}

void Agent::unlink(const Message& message, uint32_t attempt, const std::string& why) {
  {
    std::lock_guard lock(mutex_);
    if (!state_.unlinks_blocked()) return;
  }
  const auto answer = sink_.post(
      state_.tenant(), "telegram.unlink", fmt::format("notify/unlink/{}/{}", message.sequence, attempt),
      fmt::format(R"({{"subscriber":{},"reason":{}}})", json_quoted(message.subscriber), json_quoted(why)));
  // Who was unlinked meanwhile, or erased, has nothing to be unlinked.
  if (answer && !answer->recorded() && answer->code != "chat_not_linked" && answer->code != "erased")
    warn(fmt::format("the chat of {} is not unlinked: {} {}", message.subscriber, answer->code,
                     answer->detail));
}

}  // namespace provodka::notify_agent
