#include "ledger/domain/notification/rejection.h"
#include "ledger/domain/subscriber/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

using notification::Channel;
using notification::Channels;
using notification::MessageRequested;
using notification::TelegramLinked;
using notification::TemplateSaved;
using notification::Trigger;

Lines names(const boost::container::small_vector<Id, 4>& fields) {
  Lines names;
  for (const Id field : fields) names.emplace_back(field.text);
  return names;
}

subscriber::RegisterSubscriber speaks(std::string_view name, std::string_view language) {
  auto command = register_person(name);
  command.language = Id{language};
  return command;
}

TEST_CASE("a template is saved with the fields that it names") {
  Books books;
  auto command = save_template("paid", "{name}, {amount} on {date}: {balance} on {account}, {name}. {text}");
  command.trigger = Trigger::payment_received;
  command.channels = Channels{Channel::sms};
  command.fall_through_minutes = 15;
  const auto& event = books.when(command).then<TemplateSaved>();
  CHECK(event.template_ == Id{"paid"});
  CHECK(event.language == Id{"ru"});
  CHECK(event.version == 1);
  CHECK(event.text == command.text);
  CHECK(names(event.fields) == Lines{"name", "amount", "date", "balance", "account", "text"});
  CHECK(event.trigger == Trigger::payment_received);
  CHECK(event.channels == Channels{Channel::sms});
  CHECK(event.fall_through_minutes == 15);
  CHECK(books.stored().back().contains(R"("subject":"tenant/acme")"));
  CHECK(books.stored().back().contains(R"("data":{"template":"paid","language":"ru","version":1,)"));
  CHECK(table_bytes(books.world()).find("{amount}") == std::string::npos);
}

TEST_CASE("what a template leaves out") {
  Books books;
  auto command = save_template("paid", "Thank you");
  command.fall_through_minutes = 0;
  const auto& event = books.when(command).then<TemplateSaved>();
  CHECK(event.fields.empty());
  CHECK_FALSE(event.trigger.has_value());
  CHECK(event.channels == Channels{Channel::telegram, Channel::sms});
  CHECK_FALSE(event.fall_through_minutes.has_value());
}

TEST_CASE("versions count in each language of a template") {
  Books books;
  books.given(save_template("paid", "Спасибо"), save_template("paid", "Thanks", "en"),
              save_template("off", "Off", "en"));
  CHECK(books.when(save_template("paid", "Благодарим")).then<TemplateSaved>().version == 2);
  CHECK(books.when(save_template("paid", "Thank you", "en")).then<TemplateSaved>().version == 2);
  CHECK(books.when(save_template("paid", "Danke", "de")).then<TemplateSaved>().version == 1);
  CHECK(books.world().templates.size() == 4);
}

TEST_CASE("a text whose braces or fields are wrong") {
  Books books;
  for (const std::string_view text :
       {"{", "}", "{name", "name}", "{na{me}", "{{name}}", "{name}}", "Hi {name} {", "Hi } {name}"}) {
    INFO(text);
    books.when(save_template("t", text)).then_rejected(notification::brace_unbalanced, "/data/text");
  }
  for (const std::string_view text : {"{}", "{Name}", "{ name }", "Hi {name} and {phone}", "{имя}"}) {
    INFO(text);
    books.when(save_template("t", text)).then_rejected(notification::field_not_known, "/data/text");
  }
  Context context;
  context.tenant = books.tenant();
  const auto refused = decide(books.world(), save_template("t", "Hi {phone}"), context);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().detail ==
        "{phone} at byte 3 is none of name, account, balance, amount, date, text, "
        "expected, charged, skipped");
}

TEST_CASE("channels are a set in an order") {
  Books books;
  auto command = save_template("t", "x");
  command.channels = Channels{};
  books.when(command).then_rejected(notification::bad_channels, "/data/channels");
  command.channels = Channels{Channel::sms, Channel::telegram, Channel::sms};
  books.when(command).then_rejected(notification::bad_channels, "/data/channels");
  command.channels = Channels{Channel::sms, Channel::telegram};
  books.given(command);
}

TEST_CASE("a trigger is of one template, in all its languages, until it is saved without") {
  Books books;
  auto paid = save_template("paid", "x");
  paid.trigger = Trigger::payment_received;
  auto other = save_template("thanks", "x");
  other.trigger = Trigger::payment_received;
  books.given(paid);
  books.when(other).then_rejected(notification::trigger_taken, "/data/trigger");
  paid.language = {"en"};
  books.given(paid, save_template("paid", "x"));
  books.when(other).then_rejected(notification::trigger_taken, "/data/trigger");
  books.given(save_template("paid", "x", "en"), other);
  books.create_tenant("second", "RUB");
  books.given(paid);
}

TEST_CASE("quiet hours and a limit per day are recorded") {
  Books books;
  auto command = configure_messages();
  command.per_day = 3;
  const auto& event = books.when(command).then<notification::MessagesConfigured>();
  CHECK(event.per_day == 3);
  CHECK(event.charge_due_days == 3);
  CHECK(event.staff.empty());
  CHECK_FALSE(event.unlink_blocked);
  CHECK(books.stored().back().contains(R"("quiet_hours":{"from":"22:00","to":"08:00"},"per_day":3,)"));
  CHECK(books.stored().back().contains(R"("subject":"tenant/acme")"));
}

TEST_CASE("staff are subscribers, and a charge is told of some days before") {
  Books books;
  books.given(register_person("boss"), register_person("night"), register_person("gone"), erase("gone"));
  auto command = configure_messages();
  command.staff = notification::Staff{{"boss"}, {"night"}};
  command.charge_due_days = 60;
  command.unlink_blocked = true;
  const auto& event = books.when(command).then<notification::MessagesConfigured>();
  CHECK(event.charge_due_days == 60);
  CHECK(event.staff == notification::Staff{{"boss"}, {"night"}});
  CHECK(event.unlink_blocked);
  for (const uint32_t days : {0u, 61u}) {
    command.charge_due_days = days;
    books.when(command).then_rejected(notification::bad_days, "/data/charge_due_days");
  }
  command.charge_due_days = {};
  command.staff = notification::Staff{{"boss"}, {"boss"}};
  books.when(command).then_rejected(notification::bad_staff, "/data/staff");
  command.staff = notification::Staff(51, Id{"boss"});
  books.when(command).then_rejected(notification::bad_staff, "/data/staff");
  command.staff = notification::Staff{{"nobody"}};
  books.when(command).then_rejected(subscriber::unknown_subscriber, "/data/staff");
  command.staff = notification::Staff{{"gone"}};
  books.when(command).then_rejected(subscriber::erased, "/data/staff");
}

TEST_CASE("a message is an intent, and no text of it is stored") {
  Books books;
  books.given(register_person("s"), save_template("paid", "{name}, {amount}. {balance}"));
  auto command = send_message("s", "paid");
  command.fields.emplace().amount = Text<64>{"199.90"};
  const auto& event = books.when(command).then<MessageRequested>();
  CHECK(event.subscriber == Id{"s"});
  CHECK(event.template_ == Id{"paid"});
  CHECK(event.language == Id{"ru"});
  CHECK(event.version == 1);
  CHECK(event.sealed == notification::Sealed{"c2VhbGVk"});
  CHECK_FALSE(books.stored().back().contains("199.90"));
  CHECK(books.stored().back().contains(R"("subject":"subscriber/s")"));
  CHECK(books.stored().back().contains(R"("partitionkey":"acme",)"));
  const auto message = books.world().find_message(books.tenant(), Sequence(books.sequence()));
  REQUIRE(message.has_value());
  CHECK(books.world().messages[*message].attempt == 0);
}

TEST_CASE("a message without fields seals nothing") {
  Books books;
  books.given(register_person("s"), save_template("off", "{name}, you are off. {balance} on {account}"));
  CHECK_FALSE(books.when(send_message("s", "off")).then<MessageRequested>().sealed.has_value());
}

TEST_CASE("the language is the subscriber's, else the tenant's, else the first") {
  Books books;  // whose locale is ru-RU
  books.given(speaks("en", "en"), speaks("en-GB", "en-GB"), speaks("de", "de"), register_person("none"),
              save_template("paid", "Merci", "fr"), save_template("paid", "Thanks", "en-US"));
  const auto language = [&](std::string_view subscriber) {
    return std::string(books.when(send_message(subscriber, "paid")).then<MessageRequested>().language.text);
  };
  CHECK(language("en") == "en-US");
  CHECK(language("de") == "fr");
  CHECK(language("none") == "fr");
  books.given(save_template("paid", "Спасибо", "ru"), save_template("paid", "Cheers", "en-GB"));
  CHECK(language("en") == "en-US");
  CHECK(language("en-GB") == "en-GB");
  CHECK(language("de") == "ru");
  CHECK(language("none") == "ru");
}

TEST_CASE("a message that cannot be asked for") {
  Books books;
  books.given(register_person("s"), register_person("gone"), erase("gone"),
              save_template("paid", "{name}, {amount} on {date}"));
  books.when(send_message("nobody", "nothing"))
      .then_rejected(subscriber::unknown_subscriber, "/data/subscriber");
  books.when(send_message("gone", "nothing")).then_rejected(subscriber::erased, "/data/subscriber");
  books.when(send_message("s", "nothing")).then_rejected(notification::unknown_template, "/data/template");
  auto command = send_message("s", "paid");
  books.when(command).then_rejected(notification::field_missing, "/data/fields");
  command.fields.emplace().amount = Text<64>{"1"};
  books.when(command).then_rejected(notification::field_missing, "/data/fields");
  command.fields->date = Text<64>{"20.11"};
  books.given(command, save_template("run", "{expected} = {charged} + {skipped}"));
  command = send_message("s", "run");
  command.fields.emplace();
  command.fields->expected = command.fields->charged = Text<20>{"7"};
  books.when(command).then_rejected(notification::field_missing, "/data/fields");
  command.fields->skipped = Text<20>{"0"};
  books.given(command);
}

TEST_CASE("a chat is linked, and neither it nor the phone is in the event but sealed") {
  Books books;
  books.given(register_person("s"), register_person("gone"), erase("gone"));
  const auto& event = books.when(link_telegram("s")).then<TelegramLinked>();
  CHECK(event.subscriber == Id{"s"});
  CHECK(event.sealed.text == "c2VhbGVk");
  CHECK_FALSE(books.stored().back().contains("123456789"));
  CHECK_FALSE(books.stored().back().contains("7916"));
  CHECK(books.stored().back().contains(R"("subject":"subscriber/s")"));
  books.given(link_telegram("s", "-1001234567890"));
  books.when(link_telegram("nobody")).then_rejected(subscriber::unknown_subscriber, "/data/subscriber");
  books.when(link_telegram("gone")).then_rejected(subscriber::erased, "/data/subscriber");
  for (const std::string_view chat : {"@anna", "-", "0", "007", "1.5", "--1", "12345678901234567890"}) {
    INFO(chat);
    books.when(link_telegram("s", chat)).then_rejected(notification::chat_not_a_number, "/data/chat");
  }
  auto command = link_telegram("s");
  command.phone = {"89161234567"};
  books.when(command).then_rejected(subscriber::phone_not_e164, "/data/phone");
}

TEST_CASE("a chat is linked no more, which only one that was linked can be") {
  Books books;
  books.given(register_person("s"), register_person("gone"), link_telegram("gone"), erase("gone"));
  books.when(unlink_telegram("s")).then_rejected(notification::chat_not_linked, "/data/subscriber");
  books.when(unlink_telegram("nobody")).then_rejected(subscriber::unknown_subscriber, "/data/subscriber");
  books.when(unlink_telegram("gone")).then_rejected(subscriber::erased, "/data/subscriber");
  books.given(link_telegram("s"), link_telegram("s", "5"));
  auto command = unlink_telegram("s");
  command.reason = Reason{"asked for it"};
  const auto& event = books.when(command).then<notification::TelegramUnlinked>();
  CHECK(event.subscriber == Id{"s"});
  CHECK(event.reason == Reason{"asked for it"});
  CHECK(books.stored().back().contains(R"("subject":"subscriber/s")"));
  books.when(command).then_rejected(notification::chat_not_linked, "/data/subscriber");
  books.given(link_telegram("s"), command);
}

}  // namespace
}  // namespace provodka::test
