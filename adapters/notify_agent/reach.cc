#include "adapters/notify_agent/agent.h"

// Who is written to, where, and what.
namespace provodka::notify_agent {

Result<Recipient> Agent::recipient_of(const Message& message) {
  Subscriber whose;
  {
    std::lock_guard lock(mutex_);
    if (const Subscriber* const found = state_.subscriber(message.subscriber)) whose = *found;
  }
  return book_.open(state_.tenant(), message.subscriber, whose);
}

ChannelSet Agent::reachable_by(const Recipient& recipient) {
  ChannelSet reachable{};
  reachable[static_cast<size_t>(Channel::telegram)] = lane_of(Channel::telegram) && !recipient.chat.empty();
  reachable[static_cast<size_t>(Channel::sms)] = lane_of(Channel::sms) && !recipient.phones.empty();
  return reachable;
}

Result<std::string> Agent::text_for(const Message& message, const Recipient& recipient) {
  FieldValues values;
  if (!message.sealed.empty()) {
    const auto sealed = book_.open_text(state_.tenant(), message.subscriber, message.sealed);
    if (!sealed) return std::unexpected(sealed.error());
    const auto given = texts_in(sealed->value_or("{}"));
    if (!given) return std::unexpected(given.error());
    values = *given;
  }
  if (!values.contains("name")) values["name"] = recipient.name;
  std::lock_guard lock(mutex_);
  const Subscriber* const whose = state_.subscriber(message.subscriber);
  if (!values.contains("account") && whose) values["account"] = whose->account;
  if (!values.contains("balance")) values["balance"] = state_.balance(values["account"]);
  return render(message.of->text, values);
}

Result<std::vector<std::string>> Agent::who_has(const std::string& phone) {
  std::vector<std::string> found;
  for (const std::string& name : book_.candidates(phone)) {
    Subscriber whose;
    {
      std::lock_guard lock(mutex_);
      if (const Subscriber* const known = state_.subscriber(name)) whose = *known;
    }
    const auto recipient = book_.open(state_.tenant(), name, whose);
    if (!recipient) return std::unexpected(recipient.error());
    if (std::ranges::find(recipient->phones, phone) != recipient->phones.end()) found.push_back(name);
  }
  return found;
}

}  // namespace provodka::notify_agent
