#include "adapters/notify_agent/linker.h"

#include "adapters/notify_agent/http_sink.h"
#include "adapters/sms_hilink/phone.h"
#include "ledger/core/thread_name.h"

namespace provodka::notify_agent {
namespace {

constexpr std::chrono::milliseconds kPauseMin{200}, kPauseMax{30'000};

}  // namespace

BotTexts BotTexts::in(std::string_view locale) {
  if (locale.starts_with("ru")) {
    return {.ask = "Чтобы получать здесь сообщения о вашем счёте, поделитесь своим номером телефона.",
            .button = "Поделиться номером",
            .linked = "Готово: сообщения о вашем счёте будут приходить сюда.",
            .unknown = "Абонента с таким номером нет. Обратитесь, пожалуйста, к оператору."};
  }
  return {.ask = "To receive messages about your account here, please share your phone number.",
          .button = "Share my number",
          .linked = "Done: messages about your account will come here.",
          .unknown = "There is no subscriber with this number. Please ask the operator."};
}

Linker::Linker(telegram::Bot& bot, Agent& agent, CommandSink& sink, std::function<void(std::string)> warn,
               std::chrono::seconds poll)
    : bot_(bot), agent_(agent), sink_(sink), warn_(std::move(warn)), poll_(poll), thread_([this] {
        name_this_thread("notify-bot");
        run();
      }) {}

Linker::~Linker() {
  stop();
  thread_.join();
}

void Linker::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  wake_.notify_all();
  bot_.stop();
}

void Linker::run() {
  if (!agent_.wait_until_caught_up()) return;
  int64_t offset = 0;
  auto pause = kPauseMin;
  std::string trouble;
  for (;;) {
    auto got = bot_.get_updates(offset, poll_);
    bool well = got.reply.kind == telegram::Kind::ok;
    for (const telegram::Update& update : got.updates) {
      well = take(update);
      if (!well) break;
      offset = update.id + 1;
    }
    std::unique_lock lock(mutex_);
    if (stopped_) return;
    if (well) {
      if (!trouble.empty() && warn_) warn_(fmt::format("{} is read again", bot_.place()));
      trouble.clear();
      pause = kPauseMin;
      continue;
    }
    if (trouble.empty() && warn_ && !got.reply.what.empty()) warn_(got.reply.what);
    if (!got.reply.what.empty()) trouble = got.reply.what;
    const auto wait = std::max<std::chrono::milliseconds>(pause, std::chrono::seconds(got.reply.wait_s));
    if (wake_.wait_for(lock, wait, [this] { return stopped_; })) return;
    pause = std::min(pause * 2, kPauseMax);
  }
}

bool Linker::take(const telegram::Update& update) {
  if (!update.wrote) return true;
  agent_.chat_was_read(std::to_string(update.chat), update.date_s);
  const BotTexts texts = BotTexts::in(update.language.empty() ? agent_.locale() : update.language);
  if (update.shared_contact) return link(update, texts);
  if (update.is_start) static_cast<void>(bot_.send_message(update.chat, texts.ask, texts.button));
  return true;
}

bool Linker::link(const telegram::Update& update, const BotTexts& texts) {
  bool linked = false;
  if (const auto phone = sms_hilink::international_to_e164(update.phone)) {
    const auto subscribers = agent_.who_has(*phone);
    if (!subscribers) {
      if (warn_) warn_(subscribers.error().what);
      return false;
    }
    for (const std::string& subscriber : *subscribers) {
      // The chat is personal, so the id is made of what is not. Numbers of updates may come again, with
      // another date.
      const auto answer =
          sink_.post(agent_.tenant(), "telegram.link",
                     fmt::format("notify/link/{}/{}/{}", update.id, update.date_s, subscriber),
                     fmt::format(R"({{"subscriber":{},"chat":"{}","phone":{}}})", json_quoted(subscriber),
                                 update.chat, json_quoted(*phone)));
      if (!answer) return false;
      linked = linked || answer->recorded();
      if (!answer->recorded() && warn_)
        warn_(fmt::format("a chat of {} is not linked: {} {}", subscriber, answer->code, answer->detail));
    }
  }
  static_cast<void>(bot_.send_message(update.chat, linked ? texts.linked : texts.unknown));
  return true;
}

}  // namespace provodka::notify_agent
