#include "adapters/notify_agent/agent.h"
#include "adapters/notify_agent/http_sink.h"

#include <algorithm>

// What becomes known of a message after it went out: the network's reports, and chats that are closed.
namespace provodka::notify_agent {

void Agent::collect(Lane& lane) {
  std::vector<Message> waiting;
  uint64_t through = 0;
  {
    std::lock_guard lock(mutex_);
    if (!caught_up_ || stopping_) return;
    for (const Message* const message : state_.by_sms()) waiting.push_back(*message);
    through = state_.receipts_through();
  }
  if (waiting.empty()) return;
  const auto receipts = lane.carrier->receipts();
  if (!receipts) return;  // that the stick is away is told before the next attempt
  for (const Receipt& receipt : *receipts) {
    // What the journal has already was not forgotten because this agent died before.
    if (receipt.number > through) {
      if (const auto taken = take_receipt(receipt, waiting); !taken) return warn(taken.error().what);
    }
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    if (const auto forgotten = lane.carrier->forget(receipt); !forgotten) return warn(forgotten.error().what);
  }
}

Result<void> Agent::take_receipt(const Receipt& receipt, std::vector<Message>& waiting) {
  const auto who = who_has(receipt.phone);
  if (!who) return std::unexpected(who.error());
  const auto found = std::ranges::find_if(waiting, [&](const Message& message) {
    return std::ranges::find(*who, message.subscriber) != who->end();
  });
  if (found == waiting.end()) return {};
  const Message message = *found;
  waiting.erase(found);
  const std::string detail = fmt::format("{}{}", kReceipt, receipt.number);
  if (receipt.delivered) {
    report(message, Outcome::delivered, Channel::sms, message.by_sms, false, detail);
    return {};
  }
  // Of an attempt that another has followed only a delivery says anything new.
  if (message.by_sms != message.attempt) return {};
  const auto recipient = recipient_of(message);
  if (!recipient) return std::unexpected(recipient.error());
  report(message, Outcome::failed, Channel::sms, message.by_sms,
         !has_more(message, Channel::sms, reachable_by(*recipient)), detail);
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
