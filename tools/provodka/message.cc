#include "adapters/notify_agent/render.h"
#include "adapters/sms_hilink/sms_text.h"
#include "adapters/telegram/bot.h"
#include "ledger/domain/notification/commands.h"
#include "ledger/domain/notification/text.h"
#include "tools/provodka/terminal.h"

namespace provodka::tools {
namespace {

using notify_agent::FieldValues;

struct Options {
  std::string text, language = "en";
  std::vector<std::string> fields;
  bool json = false;
};

// Somebody to write to, so that a text can be seen as it will look.
FieldValues sample(std::string_view language) {
  const bool cyrillic = language.starts_with("ru");
  return {{"name", cyrillic ? "Анна Соколова" : "Anna Smith"},
          {"account", "100042"},
          {"balance", cyrillic ? "-19.90 RUB" : "-19.90 EUR"},
          {"amount", cyrillic ? "600.00 RUB" : "600.00 EUR"},
          {"date", cyrillic ? "01.12.2026" : "2026-12-01"},
          {"text", cyrillic ? "Ремонт завтра с 10 до 12." : "Repairs tomorrow from 10 to 12."},
          {"expected", "9874"},
          {"charged", "9412"},
          {"skipped", "462"}};
}

void preview(const Options& options) {
  const size_t most = notification::TemplateText::kMaxBytes;
  if (options.text.empty() || options.text.size() > most)
    fail(kRefused, fmt::format("the text has {} bytes; it takes 1 to {}", options.text.size(), most));
  const auto fields = notification::fields_in(options.text, "--text");
  if (!fields) fail(kRefused, fmt::format("{}: {}", fields.error().kind->title, fields.error().detail));
  FieldValues values = sample(options.language);
  for (const std::string& field : options.fields) {
    const size_t equals = field.find('=');
    const std::string name = field.substr(0, equals);
    if (equals == field.npos || !values.contains(name))
      fail(kRefused,
           fmt::format("--field {}: NAME=VALUE is expected, with a field that a template can have", field));
    values[name] = field.substr(equals + 1);
  }
  const std::string text = or_fail(notify_agent::render(options.text, values), kRefused);
  const auto size = sms_hilink::sms_size(text);
  if (!size) fail(kRefused, "the text is not UTF-8");
  const std::string_view alphabet = size->alphabet == sms_hilink::Alphabet::gsm7 ? "gsm7" : "ucs2";
  const bool fits = size->characters <= telegram::kTextCharactersMax;
  if (options.json) {
    fmt::print(R"({{"text":{},"characters":{},"alphabet":"{}","parts":{},"telegram":{}}})"
               "\n",
               json_string(text), size->characters, alphabet, size->parts, fits);
    return;
  }
  fmt::print("{}\n", text);
  fmt::print(stderr, "{} characters; SMS: {} part{} in {}; Telegram: {}\n", size->characters, size->parts,
             size->parts == 1 ? "" : "s", alphabet == "gsm7" ? "7-bit letters" : "UCS-2 letters",
             fits ? "one message" : "too long");
}

}  // namespace

void add_message(CLI::App& app) {
  auto* message = app.add_subcommand("message", "What subscribers are told");
  message->require_subcommand(1);
  auto* sub = message->add_subcommand("preview",
                                      "Checks a template's text as saving it would, and shows it filled in");
  static Options o;
  sub->add_option("--text", o.text, "The text, with fields in braces such as {name}")->required();
  sub->add_option("--language", o.language, "Of the values that are made up")->capture_default_str();
  sub->add_option("--field", o.fields, "NAME=VALUE in place of the one that is made up; as often as needed");
  sub->add_flag("--json", o.json, "One JSON object");
  sub->footer(
      "Example: provodka message preview --text 'Dear {name}, {amount} is due on {date}.' --field "
      "amount=10.00");
  sub->callback([] { preview(o); });
}

}  // namespace provodka::tools
