#include "tests/ledger/engine/house.h"

#include <fstream>
#include <sstream>

// What is sealed beside the records of subscribers: credentials of devices, fields of messages, chats.
namespace provodka::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSecret = R"({"device":"r1","login":"provodka","password":"correct horse"})";

std::string sealed_in(House& house, const Outcome& outcome) {
  Arena arena;
  codec::DecodedEvent decoded;
  const std::string line = house.line(outcome.first);
  if (const auto read = codec::decode_event(arena.copy(line), arena, decoded); !read) FAIL(read.error().what);
  std::string sealed;
  std::visit(
      [&](const auto& event) {
        if constexpr (requires { event.sealed->text; }) {
          if (event.sealed) sealed = event.sealed->text;
        } else if constexpr (requires { event.sealed.text; }) {
          sealed = event.sealed.text;
        }
      },
      decoded.event);
  return sealed;
}

// What is in it, "no key", or "fault".
std::string unsealed(House& house, std::string_view sealed, std::string_view key) {
  const auto text = house.engine().subscriber_keys().unseal("acme", key, sealed);
  if (!text) return "fault";
  return text->value_or("no key");
}

bool is_in_files(const std::string& dir, std::string_view bytes) {
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    if (text.str().contains(bytes)) return true;
  }
  return false;
}

device::ChangeDevice with_password(std::string_view password) {
  auto command = change_device("r1");
  command.credentials = device::Credentials{.login = {"provodka"}, .password = {password}};
  return command;
}

TEST_CASE("credentials stand sealed in the log, under a key of the device's own") {
  House house;
  house.open();
  house.create("acme");
  house.must("s", register_person("r1"));  // a subscriber of the same name
  const Outcome first = house.must("d", register_device("r1"));
  const std::string sealed = sealed_in(house, first);
  CHECK(unsealed(house, sealed, "device/r1") == kSecret);
  CHECK(unsealed(house, sealed, "r1") == "fault");
  CHECK(house.run("d", register_device("r1")).kind == Kind::repeated);
  CHECK(code_of(house.run("d2", register_device("r1"))) == "device_exists");
  const std::string changed = sealed_in(house, house.must("c", with_password("battery staple")));
  CHECK(unsealed(house, changed, "device/r1").contains("battery staple"));
  auto moved = change_device("r1");
  moved.address = device::Address{"10.0.0.1:8728"};
  CHECK(sealed_in(house, house.must("m", moved)).empty());
  house.holds();
  house.reopen();
  CHECK(unsealed(house, sealed, "device/r1") == kSecret);
  house.holds();
  house.close();
  for (const std::string_view text : {"correct horse", "battery staple"})
    CHECK_FALSE(is_in_files(house.path(), text));
}

TEST_CASE("retiring a device destroys its key and no other, also in a vault from a backup") {
  House house;
  house.open();
  house.create("acme");
  const std::string person = sealed_in(house, house.must("s", register_person("r1")));
  const std::string sealed = sealed_in(house, house.must("d", register_device("r1")));
  const std::string other = sealed_in(house, house.must("d2", register_device("r2")));
  house.close();
  TemporaryDir backup;
  fs::copy(house.path() + "/vault", backup.path() + "/vault", fs::copy_options::recursive);
  house.open();
  house.must("retire", retire("r1"));
  CHECK(unsealed(house, sealed, "device/r1") == "no key");
  CHECK(code_of(house.run("c", with_password("x"))) == "device_retired");
  CHECK(code_of(house.run("d3", register_device("r1"))) == "device_exists");
  CHECK(unsealed(house, sealed, "device/r1") == "no key");  // not even a new one
  CHECK(unsealed(house, other, "device/r2").contains("horse"));
  CHECK(unsealed(house, person, "r1").contains("Anna"));
  const auto before = house.state();
  house.close();
  fs::remove_all(house.path() + "/vault");
  fs::copy(backup.path() + "/vault", house.path() + "/vault", fs::copy_options::recursive);
  house.open();
  CHECK(unsealed(house, sealed, "device/r1") == "no key");
  CHECK(unsealed(house, other, "device/r2").contains("horse"));
  CHECK(unsealed(house, person, "r1").contains("Anna"));
  CHECK(house.state() == before);
  CHECK(house.warnings().empty());
  house.holds();
}

TEST_CASE("without its key a device keeps its credentials for the backup") {
  House house;
  house.open();
  house.create("acme");
  const std::string sealed = sealed_in(house, house.must("d", register_device("r1")));
  house.close();
  fs::remove_all(house.path() + "/vault/subscribers");
  house.open();
  REQUIRE(house.warnings().size() == 1);
  CHECK(house.warnings().front().contains("credentials of devices"));
  CHECK(unsealed(house, sealed, "device/r1") == "no key");
  const Outcome refused = house.run("c", with_password("x"));
  CHECK(refused.kind == Kind::unavailable);
  CHECK(refused.detail.contains("the vault has no key of device/r1"));
  CHECK(unsealed(house, sealed, "device/r1") == "no key");
  house.holds();
}

TEST_CASE("fields of a message and a chat are sealed with the subscriber's key, and go with it") {
  House house;
  house.open();
  house.create("acme");
  house.must("r", register_person("s"));
  house.must("t", save_template("paid", "{name}: {amount}"));
  auto command = send_message("s", "paid");
  command.fields.emplace().amount = Text<64>{"199.90 RUB"};
  const Outcome sent = house.must("m", command);
  const std::string fields = sealed_in(house, sent);
  CHECK(unsealed(house, fields, "s") == R"({"subscriber":"s","amount":"199.90 RUB"})");
  const std::string chat = sealed_in(house, house.must("l", link_telegram("s")));
  CHECK(unsealed(house, chat, "s") == R"({"subscriber":"s","chat":"123456789","phone":"+79161234567"})");
  CHECK(house.run("m", command).kind == Kind::repeated);
  // The message is known by its sequence, also after the books were opened again.
  house.must("sending", sending(sent.sequence.value(), notification::Channel::sms));
  house.reopen();
  CHECK(code_of(house.run("again", sending(sent.sequence.value(), notification::Channel::sms))) ==
        "attempt_unsettled");
  house.must("erase", erase("s"));
  CHECK(unsealed(house, fields, "s") == "no key");
  CHECK(unsealed(house, chat, "s") == "no key");
  house.must("delivered", report_message(sent.sequence.value(), notification::Outcome::delivered));
  CHECK(code_of(house.run("m2", command)) == "erased");
  house.holds();
  house.close();
  for (const std::string_view text : {"199.90 RUB", "123456789", "79161234567"})
    CHECK_FALSE(is_in_files(house.path(), text));
}

TEST_CASE("a router's report does not meet a cashier's expectation") {
  House house;
  house.open();
  house.create("acme");
  house.must("d", register_device("r1"));
  house.must("o", open("a"));
  const Outcome blocked = house.must("b", block_account("a", "debt"));
  const Outcome report = house.must("r", report_access("a", 1));
  CHECK(report.standings.empty());
  const auto paid = house.run_all({{.id = "p",
                                    .data = pay("a", "10.00", "x1"),
                                    .expect = {{.account = {"a"}, .version = blocked.sequence}}}},
                                  false);
  CHECK(paid.front().kind == Kind::recorded);
  CHECK(house.run("r", report_access("a", 1)).kind == Kind::repeated);
  house.holds();
}

}  // namespace
}  // namespace provodka::test
