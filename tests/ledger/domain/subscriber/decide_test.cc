#include "ledger/domain/account/rejection.h"
#include "ledger/domain/subscriber/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

using subscriber::SubscriberChanged;
using subscriber::SubscriberErased;
using subscriber::SubscriberHeld;
using subscriber::SubscriberRegistered;

// A registration with phones, and the same with anything else in it.
subscriber::RegisterSubscriber with_phones(std::initializer_list<std::string_view> phones) {
  auto command = register_person("s");
  for (const auto phone : phones) {
    if (!command.phones) command.phones.emplace();
    command.phones->push_back({phone});
  }
  return command;
}
subscriber::RegisterSubscriber with_email(std::string_view email) {
  auto command = register_person("s");
  command.email = subscriber::Email{email};
  return command;
}
subscriber::RegisterSubscriber with_tax_number(std::string_view digits) {
  auto command = register_person("s");
  command.tax_number = subscriber::TaxNumber{digits};
  return command;
}
std::optional<Decimal> degrees(std::string_view text) {
  return text.empty() ? std::nullopt : Decimal::parse(text);
}
subscriber::RegisterSubscriber at(std::string_view lat, std::string_view lon) {
  auto command = register_person("s");
  command.addresses =
      subscriber::Addresses{{.text = {"Mira 1"}, .street = {}, .lat = {}, .lon = {}},
                            {.text = {"Mira 2"}, .street = {}, .lat = degrees(lat), .lon = degrees(lon)}};
  return command;
}

TEST_CASE("a subscriber is registered, and nothing personal is in the event but sealed") {
  Books books;
  auto command = register_person("s");
  command.language = Id{"ru"};
  command.phones = subscriber::Phones{{"+79161234567"}};
  const auto& event = books.when(command).then<SubscriberRegistered>();
  CHECK(event.subscriber == Id{"s"});
  CHECK(event.kind == subscriber::Kind::person);
  CHECK(event.language == Id{"ru"});
  CHECK(event.sealed.text == "c2VhbGVk");
  CHECK_FALSE(books.stored().back().contains("Anna"));
  CHECK_FALSE(books.stored().back().contains("7916"));
  CHECK(books.stored().back().contains(R"("subject":"subscriber/s")"));
  CHECK(books.stored().back().contains(R"("partitionkey":"acme",)"));
  CHECK(books.subscriber("s").sealed == books.sequence());
  CHECK(table_bytes(books.world()).find("Anna") == std::string::npos);
}

TEST_CASE("a subscriber is registered once in a tenant, also after it was erased") {
  Books books;
  books.given(register_person("s"));
  books.when(register_person("s")).then_rejected(subscriber::subscriber_exists, "/data/subscriber");
  books.given(erase("s"));
  books.when(register_person("s")).then_rejected(subscriber::subscriber_exists, "/data/subscriber");
  books.create_tenant("other", "RUB");
  books.given(register_person("s"));
}

TEST_CASE("phones are of E.164") {
  Books books;
  for (const std::string_view phone : {"79161234567", "+7916123456x", "+7 916 1234567", "+123456", "+",
                                       "+0123456789", "+1234567890123456", "8 (916) 123-45-67"}) {
    INFO(phone);
    books.when(with_phones({phone})).then_rejected(subscriber::phone_not_e164, "/data/phones/0");
    books.when(with_phones({"+79161234567", phone}))
        .then_rejected(subscriber::phone_not_e164, "/data/phones/1");
  }
  books.given(with_phones({"+1234567", "+123456789012345"}));
}

TEST_CASE("lists have a length that fits into an event") {
  Books books;
  auto command = with_phones({"+79161234567"});
  command.phones->resize(subscriber::kEntriesMax + 1, {"+79161234567"});
  books.when(command).then_rejected(subscriber::too_many_entries, "/data/phones");
  command.phones->resize(subscriber::kEntriesMax);
  command.addresses.emplace();
  command.addresses->resize(subscriber::kEntriesMax + 1);
  for (auto& address : *command.addresses) address.text = {"Mira 1"};
  books.when(command).then_rejected(subscriber::too_many_entries, "/data/addresses");
  command.addresses->resize(subscriber::kEntriesMax);
  books.given(command);
}

TEST_CASE("an e-mail address could be one") {
  Books books;
  for (const std::string_view email :
       {"anna", "@example.org", "anna@", "anna@example", "anna@.org", "anna@example.", "anna@ex..org",
        "an na@example.org", "a@b@example.org", "a,b@example.org", "<anna@example.org>"}) {
    INFO(email);
    books.when(with_email(email)).then_rejected(subscriber::email_not_plausible, "/data/email");
  }
  books.given(with_email("anna+bills@почта.рф"));
}

TEST_CASE("a tax number has 5 to 20 digits") {
  Books books;
  for (const std::string_view number : {"1234", "123456789012345678901", "12345a", "12 345"}) {
    INFO(number);
    books.when(with_tax_number(number)).then_rejected(subscriber::tax_number_not_digits, "/data/tax_number");
  }
  books.given(with_tax_number("7707083893"));
}

TEST_CASE("coordinates are a pair, and of this planet") {
  Books books;
  for (const auto& [lat, lon] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"55.7", ""}, {"", "37.6"}, {"90.000000001", "0"}, {"-91", "0"}, {"0", "180.5"}, {"0", "-181"}}) {
    INFO(lat << " " << lon);
    books.when(at(lat, lon)).then_rejected(subscriber::not_on_earth, "/data/addresses/1");
  }
  books.given(at("-90", "180"));
}

TEST_CASE("a change seals what it changes, and knows the event before") {
  Books books;
  books.given(register_person("s"));
  const Sequence registered(books.sequence());
  auto command = change_subscriber("s");
  command.note = Note{"moved"};
  CHECK(books.when(command).then<SubscriberChanged>().previous == registered);
  const Sequence changed(books.sequence());
  books.given(hold("s", true));
  command.kind = subscriber::Kind::company;
  command.language = Id{"en"};
  const auto& event = books.when(command).then<SubscriberChanged>();
  CHECK(event.previous == changed);
  CHECK(books.subscriber("s").kind == subscriber::Kind::company);
  CHECK(books.world().strings[books.subscriber("s").language] == "en");
}

TEST_CASE("a change that cannot be") {
  Books books;
  books.given(register_person("s"), register_person("gone"), erase("gone"));
  auto command = change_subscriber("s");
  books.when(command).then_rejected(subscriber::nothing_changed, "/data");
  command.kind = subscriber::Kind::person;
  books.when(command).then_rejected(subscriber::nothing_changed, "/data");
  command.email = subscriber::Email{"anna"};
  books.when(command).then_rejected(subscriber::email_not_plausible, "/data/email");
  command.subscriber = {"gone"};
  books.when(command).then_rejected(subscriber::erased, "/data/subscriber");
  command.subscriber = {"nobody"};
  books.when(command).then_rejected(subscriber::unknown_subscriber, "/data/subscriber");
}

TEST_CASE("an empty list takes back the one before") {
  Books books;
  books.given(with_phones({"+79161234567"}));
  auto command = change_subscriber("s");
  command.phones.emplace();
  books.given(command);
}

TEST_CASE("a legal hold keeps a subscriber from being erased") {
  Books books;
  books.given(register_person("s"));
  books.when(hold("s", false)).then_rejected(subscriber::hold_unchanged, "/data/on");
  CHECK(books.when(hold("s", true)).then<SubscriberHeld>().on);
  books.when(hold("s", true)).then_rejected(subscriber::hold_unchanged, "/data/on");
  books.when(erase("s")).then_rejected(subscriber::legal_hold, "/data/subscriber");
  books.given(hold("s", false));
  CHECK(books.when(erase("s")).then<SubscriberErased>().reason == Reason{"asked to be forgotten"});
  CHECK(books.subscriber("s").erased == 1);
  CHECK(books.subscriber("s").sealed == 0);
  books.when(erase("s")).then_rejected(subscriber::erased, "/data/subscriber");
  books.when(hold("s", true)).then_rejected(subscriber::erased, "/data/subscriber");
  books.when(erase("nobody")).then_rejected(subscriber::unknown_subscriber, "/data/subscriber");
  books.when(hold("nobody", true)).then_rejected(subscriber::unknown_subscriber, "/data/subscriber");
}

TEST_CASE("accounts are opened for a subscriber that is there") {
  Books books;
  books.given(register_person("s"), register_person("gone"), erase("gone"));
  const auto& event = books.when(open_for("s", "A")).then<account::AccountOpened>();
  CHECK(event.subscriber == Id{"s"});
  CHECK(books.stored().back().contains(R"("data":{"account":"A","subscriber":"s","credit_limit":)"));
  CHECK(books.stored().back().contains(R"("subject":"account/A")"));
  books.given(open_for("s", "B"), open("C"));
  books.when(open_for("s", "A")).then_rejected(account::account_exists, "/data/account");
  books.when(open_for("nobody", "D")).then_rejected(subscriber::unknown_subscriber, "/data/subscriber");
  books.when(open_for("gone", "D")).then_rejected(subscriber::erased, "/data/subscriber");
  CHECK(books.subscriber("s").accounts == 2);
  const uint32_t newest = books.world().subscriber_accounts[books.subscriber("s").first_account].account;
  CHECK(books.world().strings[books.world().accounts[newest].name] == "B");
}

TEST_CASE("what a subscriber owes stays when it is erased") {
  Books books;
  books.given(register_person("s"), open_for("s", "A"), forced_charge("A", "10.00"), erase("s"));
  CHECK(books.account("A").balance_minor == -1000);
  books.given(pay("A", "10.00", "p1"), close("A"));
}

}  // namespace
}  // namespace provodka::test
