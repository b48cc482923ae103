#include "adapters/sms_hilink/modem.h"

#include "adapters/sms_hilink/phone.h"

#include <algorithm>
#include <ctime>

namespace provodka::sms_hilink {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kInbox = 1, kOutbox = 2, kByIndex = 2, kDelivered = 7, kUndelivered = 8, kSent = 3, kFailed = 4,
              kNoRoom = 113053;
constexpr int kSimReady = 257, kPinOff = 258, kServiceOk = 2;
constexpr uint32_t kListMax = 50;

std::string local_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts)};
}

bool same_number(std::string_view a, std::string_view b) {
  const auto first = international_to_e164(a), second = international_to_e164(b);
  return first && second && *first == *second;
}

// Whether a list of numbers, as the stick has it, names this one.
bool names(std::string_view list, std::string_view phone) {
  while (!list.empty()) {
    const size_t end = std::min(list.find_first_of(",;"), list.size());
    if (same_number(list.substr(0, end), phone)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

Sent ended(const Trouble& trouble, uint32_t parts) {
  const End end = trouble.meaning == Meaning::unknown   ? End::unknown
                  : trouble.meaning == Meaning::refused ? End::refused
                                                        : End::not_now;
  return {end, trouble.what, parts};
}

}  // namespace

std::string Health::words() const {
  const bool sim_ok = sim_state == kSimReady || sim_state == kPinOff;
  return fmt::format("signal {} of 5{}{}{}", signal, in_network ? "" : ", not in the network",
                     sim_ok ? "" : fmt::format(", SIM state {}", sim_state),
                     has_room ? "" : ", no room for messages");
}

Asked<Health> Modem::health() {
  const auto status = session_.get("monitoring/status");
  if (!status) return std::unexpected(status.error());
  const auto told = session_.get("monitoring/check-notifications");
  if (!told) return std::unexpected(told.error());
  const auto pin = session_.get("pin/status");
  if (!pin) return std::unexpected(pin.error());
  return Health{.signal = static_cast<int>(status->number_of("SignalIcon", 0)),
                .in_network = status->number_of("ServiceStatus") == kServiceOk,
                .has_room = told->number_of("SmsStorageFull", 0) == 0,
                .sim_state = static_cast<int>(pin->number_of("SimState", 0))};
}

Asked<Element> Modem::list(int box, uint32_t count, bool oldest_first) {
  return session_.post(
      "sms/sms-list",
      fmt::format("<PageIndex>1</PageIndex><ReadCount>{}</ReadCount><BoxType>{}</BoxType><SortType>{}"
                  "</SortType><Ascending>{}</Ascending><UnreadPreferred>0</UnreadPreferred>",
                  std::min(count, kListMax), box, kByIndex, oldest_first ? 1 : 0));
}

Asked<std::vector<Outgoing>> Modem::outgoing(uint32_t count, bool oldest_first) {
  const auto answer = list(kOutbox, count, oldest_first);
  if (!answer) return std::unexpected(answer.error());
  std::vector<Outgoing> messages;
  const Element* const listed = answer->child("Messages");
  if (!listed) return messages;
  for (const Element& one : listed->children) {
    messages.push_back({.index = static_cast<uint64_t>(std::max<int64_t>(0, one.number_of("Index", 0))),
                        .state = static_cast<int>(one.number_of("Smstat")),
                        .phone = std::string(one.text_of("Phone")),
                        .text = std::string(one.text_of("Content"))});
  }
  return messages;
}

Asked<std::vector<Outgoing>> Modem::outbox(uint32_t count) { return outgoing(count, false); }

Asked<Mark> Modem::mark() {
  const auto newest = outgoing(1, false);
  if (!newest) return std::unexpected(newest.error());
  return newest->empty() ? 0 : newest->front().index;
}

Asked<void> Modem::make_room() {
  const auto counts = session_.get("sms/sms-count");
  if (!counts) return std::unexpected(counts.error());
  const int64_t surplus = counts->number_of("LocalOutbox", 0) - options_.outbox_keep;
  if (surplus <= 0) return {};
  const auto oldest = outgoing(static_cast<uint32_t>(std::min<int64_t>(surplus, kListMax)), true);
  if (!oldest) return std::unexpected(oldest.error());
  for (const Outgoing& message : *oldest) {
    if (const auto removed = remove(message.index); !removed) return removed;
  }
  return {};
}

Asked<void> Modem::remove(uint64_t index) {
  const auto removed = session_.post("sms/delete-sms", fmt::format("<Index>{}</Index>", index));
  if (!removed) return std::unexpected(removed.error());
  return {};
}

Asked<void> Modem::ask_reports() {
  const auto config = session_.get("sms/config");
  if (!config) return std::unexpected(config.error());
  if (config->number_of("UseSReport", 0) == 1) return {};
  // All of it is set at once, in this order.
  std::string body;
  for (const char* const name : {"SaveMode", "Validity", "Sca", "UseSReport", "SendType", "Priority"}) {
    const bool reports = std::string_view(name) == "UseSReport";
    body += fmt::format("<{0}>{1}</{0}>", name, reports ? "1" : xml_text(config->text_of(name)));
  }
  const auto set = session_.post("sms/config", body);
  if (!set) return std::unexpected(set.error());
  return {};
}

Asked<std::vector<Report>> Modem::reports() {
  const auto answer = list(kInbox, kListMax, false);
  if (!answer) return std::unexpected(answer.error());
  std::vector<Report> reports;
  const Element* const listed = answer->child("Messages");
  if (!listed) return reports;
  for (const Element& one : listed->children) {
    const int64_t kind = one.number_of("SmsType", 0);
    if (kind != kDelivered && kind != kUndelivered) continue;
    reports.push_back({.index = static_cast<uint64_t>(std::max<int64_t>(0, one.number_of("Index", 0))),
                       .phone = std::string(one.text_of("Phone")),
                       .delivered = kind == kDelivered});
  }
  std::ranges::sort(reports, {}, &Report::index);
  return reports;
}

Sent Modem::send(const std::string& phone, std::string_view text, Mark before) {
  const auto size = sms_size(text);
  if (!size) return {End::refused, "the text is not UTF-8"};
  if (text.empty()) return {End::refused, "the text is empty"};
  if (size->parts > options_.parts_max)
    return {End::refused, fmt::format("the text has {} parts, more than {}", size->parts, options_.parts_max),
            size->parts};
  const std::string body = fmt::format(
      "<Index>-1</Index><Phones><Phone>{}</Phone></Phones><Sca></Sca><Content>{}</Content><Length>{}</Length>"
      "<Reserved>1</Reserved><Date>{}</Date>",
      xml_text(phone), xml_text(text), size->characters, local_time());
  const auto taken = session_.post("sms/send-sms", body);
  if (taken) {
    Sent sent = await_end(phone, before);
    sent.parts = size->parts;
    return sent;
  }
  if (taken.error().code == kNoRoom) static_cast<void>(make_room());
  Sent sent = ended(taken.error(), size->parts);
  if (sent.end != End::unknown) return sent;
  // The answer was lost, or says nothing; what the outbox has says all.
  Sent settled = settle(phone, before);
  settled.parts = size->parts;
  return settled.end == End::unknown ? sent : settled;
}

Sent Modem::await_end(const std::string& phone, Mark before) {
  const auto deadline = Clock::now() + options_.settle_after;
  // There is one state for all messages: until it has shown something else, the end of a message to this
  // number may be that of the one before, and only the outbox tells.
  bool is_of_this = false;
  for (;;) {
    const auto status = session_.get("sms/send-status");
    if (status) {
      const bool under_way = names(status->text_of("Phone"), phone);
      const bool went = names(status->text_of("SucPhone"), phone);
      const bool failed = names(status->text_of("FailPhone"), phone);
      is_of_this = is_of_this || under_way || (!went && !failed);
      if (!under_way && (went || failed)) {
        if (is_of_this && !failed) return {End::sent, {}};
        if (is_of_this && !went)
          return {End::failed, fmt::format("{}: the network did not take it", place())};
        if (Sent found = find(phone, before); found.end != End::unknown) return found;
      }
    }
    if (Clock::now() >= deadline || !pause()) break;
  }
  return find(phone, before);
}

Sent Modem::settle(const std::string& phone, Mark before) {
  const auto deadline = Clock::now() + options_.settle_after;
  for (;;) {
    // The order matters: what is no longer under way by then is in the outbox, if it was ever taken.
    const auto status = session_.get("sms/send-status");
    const bool under_way = status && names(status->text_of("Phone"), phone);
    Sent found = find(phone, before);
    if (found.end != End::unknown || !under_way || Clock::now() >= deadline || !pause()) return found;
  }
}

Sent Modem::find(const std::string& phone, Mark before) {
  const auto newest = outbox(kListMax);
  if (!newest) return {End::unknown, newest.error().what};
  for (const Outgoing& message : *newest) {
    if (message.index <= before || !same_number(message.phone, phone)) continue;
    const auto size = sms_size(message.text);
    const uint32_t parts = size ? size->parts : 0;
    if (message.state == kSent) return {End::sent, "as its outbox has it", parts};
    if (message.state == kFailed) return {End::failed, "as its outbox has it", parts};
  }
  return {End::unknown, fmt::format("{}: it does not say how the message ended", place())};
}

bool Modem::pause() {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, options_.poll_each, [this] { return stopped_; });
}

void Modem::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  session_.stop();
}

}  // namespace provodka::sms_hilink
