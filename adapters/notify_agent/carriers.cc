#include "adapters/notify_agent/carriers.h"

#include "adapters/sms_hilink/phone.h"

#include <charconv>

namespace provodka::notify_agent {
namespace {

constexpr uint32_t kRoomEach = 20;

template <class T>
std::optional<T> whole(std::string_view text) {
  T number = 0;
  const auto [past, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || past != text.data() + text.size()) return std::nullopt;
  return number;
}

Sent of(const sms_hilink::Sent& sent) {
  using sms_hilink::End;
  Sent::End end = Sent::End::unknown;
  if (sent.end == End::sent) end = Sent::End::sent;
  if (sent.end == End::failed || sent.end == End::refused) end = Sent::End::failed;
  if (sent.end == End::not_now) end = Sent::End::not_now;
  std::string detail = sent.detail;
  if (sent.end == End::sent && sent.parts > 0)
    detail += fmt::format("{}{}", detail.empty() ? "" : ", ", parts_in_words(sent.parts));
  return {.end = end, .detail = std::move(detail)};
}

}  // namespace

std::optional<sms_hilink::Mark> mark_in(std::string_view text) { return number_in(text, kMark); }

Result<std::string> SmsCarrier::ready() {
  const auto health = modem_.health();
  if (!health) return fault("{}", health.error().what);
  if (!health->in_network) return fault("{}: {}", modem_.place(), health->words());
  if (!health->has_room || ++since_room_ >= kRoomEach) {
    since_room_ = 0;
    if (const auto made = modem_.make_room(); !made) return fault("{}", made.error().what);
  }
  // Each time, as another hand may have set it.
  if (wants_receipts_) {
    const auto asked = modem_.ask_reports();
    if (!asked && asked.error().meaning != sms_hilink::Meaning::refused)
      return fault("{}", asked.error().what);
    wants_receipts_ = asked.has_value();
  }
  const auto mark = modem_.mark();
  if (!mark) return fault("{}", mark.error().what);
  return fmt::format("{}{}", kMark, *mark);
}

Sent SmsCarrier::send(const std::string& to, const std::string& text, const std::string& mark) {
  return of(modem_.send(to, text, mark_in(mark).value_or(UINT64_MAX)));
}

Sent SmsCarrier::settle(const std::string& to, const std::string& mark) {
  const auto before = mark_in(mark);
  if (!before) return {.end = Sent::End::unknown, .detail = "nothing was noted of the outbox"};
  return of(modem_.settle(to, *before));
}

Result<std::vector<Receipt>> SmsCarrier::receipts() {
  const auto reports = modem_.reports();
  if (!reports) return fault("{}", reports.error().what);
  std::vector<Receipt> receipts;
  for (const sms_hilink::Report& report : *reports) {
    const auto phone = sms_hilink::international_to_e164(report.phone);
    receipts.push_back({report.index, phone.value_or(std::string()), report.delivered});
  }
  return receipts;
}

Result<void> SmsCarrier::forget(const Receipt& receipt) {
  const auto removed = modem_.remove(receipt.number);
  if (!removed) return fault("{}", removed.error().what);
  return {};
}

Result<std::string> GammuCarrier::ready() {
  if (const auto there = stick_->ready(); !there) return std::unexpected(there.error());
  const auto mark = stick_->mark();
  if (!mark) return std::unexpected(mark.error());
  return fmt::format("{}{}", kMark, *mark);
}

Sent GammuCarrier::send(const std::string& to, const std::string& text, const std::string&) {
  return of(stick_->send(to, text));
}

Sent GammuCarrier::settle(const std::string& to, const std::string& mark) {
  const auto before = mark_in(mark);
  if (!before) return {.end = Sent::End::unknown, .detail = "nothing was noted of the outbox"};
  return of(stick_->settle(to, *before));
}

Result<std::string> TelegramCarrier::ready() {
  if (is_well_) return std::string();
  const auto me = bot_.get_me();
  if (me.kind != telegram::Kind::ok) return fault("{}", me.what);
  is_well_ = true;
  return std::string();
}

Sent TelegramCarrier::send(const std::string& to, const std::string& text, const std::string&) {
  using telegram::Kind;
  const auto chat = whole<int64_t>(to);
  if (!chat) return {.end = Sent::End::failed, .detail = "the chat is no number"};
  auto reply = bot_.send_message(*chat, text);
  if (reply.kind == Kind::moved) reply = bot_.send_message(reply.chat, text);
  switch (reply.kind) {
    case Kind::ok:
      return {.end = Sent::End::sent, .detail = {}, .date_s = reply.date_s};
    case Kind::wait:
      return {.end = Sent::End::not_now, .detail = reply.what, .pause = std::chrono::seconds(reply.wait_s)};
    case Kind::unsent:
    case Kind::unauthorised:
    case Kind::conflict:
      is_well_ = false;
      return {.end = Sent::End::not_now, .detail = reply.what};
    case Kind::chat_dead:
      return {.end = Sent::End::failed, .detail = reply.what, .blocked = true};
    case Kind::refused:
    case Kind::moved:
      return {.end = Sent::End::failed, .detail = reply.what};
    case Kind::unknown:
      break;
  }
  is_well_ = false;
  return {.end = Sent::End::unknown, .detail = reply.what};
}

Sent TelegramCarrier::settle(const std::string&, const std::string&) {
  return {.end = Sent::End::unknown, .detail = "Telegram does not tell how it ended"};
}

}  // namespace provodka::notify_agent
