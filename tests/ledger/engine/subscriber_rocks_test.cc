#include "tests/ledger/engine/house.h"

#include <fstream>
#include <sstream>

namespace provodka::test {
namespace {

namespace fs = std::filesystem;

// The first event of an outcome, as it is stored. The texts live in the arena.
Event event_of(House& house, const Outcome& outcome, Arena& arena) {
  codec::DecodedEvent decoded;
  const std::string line = house.line(outcome.first);
  if (const auto read = codec::decode_event(arena.copy(line), arena, decoded); !read) FAIL(read.error().what);
  return decoded.event;
}

std::string sealed_in(House& house, const Outcome& outcome) {
  Arena arena;
  const Event event = event_of(house, outcome, arena);
  if (const auto* made = std::get_if<subscriber::SubscriberRegistered>(&event))
    return std::string(made->sealed.text);
  return std::string(std::get<subscriber::SubscriberChanged>(event).sealed.text);
}

// What is in it, "no key", or "fault".
std::string unsealed(House& house, std::string_view sealed, std::string_view subscriber = "s",
                     std::string_view tenant = "acme") {
  const auto text = house.engine().subscriber_keys().unseal(tenant, subscriber, sealed);
  if (!text) return "fault";
  return text->value_or("no key");
}

subscriber::RegisterSubscriber person(std::string_view name = "s") {
  auto command = register_person(name);
  command.phones = subscriber::Phones{{"+79161234567"}};
  command.email = subscriber::Email{"anna@example.org"};
  return command;
}

subscriber::ChangeSubscriber renamed(std::string_view to) {
  auto command = change_subscriber("s");
  command.name = subscriber::Name{to};
  return command;
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

constexpr std::string_view kPersonal =
    R"({"subscriber":"s","name":"Anna Ivanova","phones":["+79161234567"],"email":"anna@example.org"})";

TEST_CASE("what is personal stands sealed in the log, and the vault's key opens it") {
  House house;
  house.open();
  house.create("acme");
  const std::string sealed = sealed_in(house, house.must("r", person()));
  CHECK(unsealed(house, sealed) == kPersonal);
  CHECK(unsealed(house, sealed, "other") == "no key");
  const std::string changed = sealed_in(house, house.must("c", renamed("Anna Petrova")));
  CHECK(unsealed(house, changed) == R"({"subscriber":"s","name":"Anna Petrova"})");
  house.holds();
  house.reopen();
  CHECK(unsealed(house, sealed) == kPersonal);
  CHECK(unsealed(house, changed) == R"({"subscriber":"s","name":"Anna Petrova"})");
  house.holds();
  house.close();
  for (const std::string_view text : {"Anna", "79161234567", "anna@example"})
    CHECK_FALSE(is_in_files(house.path(), text));
}

TEST_CASE("a command that is repeated is known by what it asks for, not by what was sealed") {
  House house;
  house.open();
  house.create("acme");
  const Outcome first = house.must("r", person());
  const Outcome again = house.run("r", person());
  CHECK(again.kind == Kind::repeated);
  CHECK(again.first == first.first);
  auto other = person();
  other.email = {};
  CHECK(code_of(house.run("r", other)) == "command_id_reused");
  CHECK(code_of(house.run("r2", person())) == "subscriber_exists");
  CHECK(unsealed(house, sealed_in(house, first)) == kPersonal);
  house.holds();
}

TEST_CASE("an erased subscriber's key is gone, and the books are what they were") {
  House house;
  house.open();
  house.create("acme");
  const std::string sealed = sealed_in(house, house.must("r", person()));
  const std::string other = sealed_in(house, house.must("r2", person("t")));
  house.must("open", open_for("s", "a"));
  house.must("pay", pay("a", "10.00", "x1"));
  house.must("hold", hold("s", true));
  CHECK(code_of(house.run("e1", erase("s"))) == "legal_hold");
  CHECK(unsealed(house, sealed) == kPersonal);
  house.must("lift", hold("s", false));
  house.must("e2", erase("s"));
  CHECK(unsealed(house, sealed) == "no key");
  CHECK(unsealed(house, other, "t").contains("Anna"));
  CHECK(code_of(house.run("c", renamed("Olga"))) == "erased");
  CHECK(code_of(house.run("r3", person())) == "subscriber_exists");
  CHECK(unsealed(house, sealed) == "no key");  // not even a new one
  CHECK(house.run("e2", erase("s")).kind == Kind::repeated);
  CHECK(house.balance_minor("a") == 1000);
  house.holds();
  const auto before = house.state();
  house.reopen();
  CHECK(unsealed(house, sealed) == "no key");
  CHECK(house.state() == before);
  house.close();
  fs::remove_all(house.path() + "/derived");  // replayed from the first event, without the key
  house.open();
  CHECK(house.state() == before);
  CHECK(house.balance_minor("a") == 1000);
  house.holds();
  CHECK(house.warnings().empty());
}

TEST_CASE("a vault from before the erasure brings nobody back") {
  House house;
  house.open();
  house.create("acme");
  const std::string sealed = sealed_in(house, house.must("r", person()));
  const std::string other = sealed_in(house, house.must("r2", person("t")));
  house.close();
  TemporaryDir backup;
  fs::copy(house.path() + "/vault", backup.path() + "/vault", fs::copy_options::recursive);
  house.open();
  house.must("e", erase("s"));
  house.close();
  fs::remove_all(house.path() + "/vault");
  fs::copy(backup.path() + "/vault", house.path() + "/vault", fs::copy_options::recursive);
  house.open();
  CHECK(unsealed(house, sealed) == "no key");
  CHECK(unsealed(house, other, "t").contains("Anna"));
  CHECK(house.warnings().empty());
}

TEST_CASE("without the keys everything goes on but what is personal") {
  House house;
  house.open();
  house.create("acme");
  const std::string sealed = sealed_in(house, house.must("r", person()));
  house.close();
  fs::remove_all(house.path() + "/vault/subscribers");
  house.open();
  REQUIRE(house.warnings().size() == 1);
  CHECK(house.warnings().front().contains("restored from its backup"));
  CHECK(unsealed(house, sealed) == "no key");
  const Outcome refused = house.run("c", renamed("Olga"));
  CHECK(refused.kind == Kind::unavailable);
  CHECK(refused.detail.contains("the vault has no key of subscriber s"));
  CHECK(code_of(house.run("again", person())) == "subscriber_exists");
  CHECK(unsealed(house, sealed) == "no key");  // the one from the backup must find its place
  house.must("open", open_for("s", "a"));
  house.must("r2", person("t"));
  house.must("e", erase("s"));
  house.holds();
}

TEST_CASE("a change that was taken in before its subscriber was registered") {
  House house;
  house.open();
  house.create("acme");
  auto late = house.job({{.id = "c", .data = renamed("Olga")}});
  auto never = house.job({{.id = "c2", .data = renamed("Olga"), .tenant = "nowhere"}});
  house.must("r", person());
  late = house.finish(std::move(late));
  REQUIRE(late->outcomes.front().kind == Kind::recorded);
  CHECK(unsealed(house, sealed_in(house, late->outcomes.front())) == R"({"subscriber":"s","name":"Olga"})");
  CHECK(code_of(house.finish(std::move(never))->outcomes.front()) == "unknown_tenant");
  house.holds();
}

TEST_CASE("a batch that is all or nothing erases nobody when it is refused") {
  House house;
  house.open();
  house.create("acme");
  const auto made = house.run_all({{.id = "r", .data = person()},
                                   {.id = "c", .data = renamed("Olga")},
                                   {.id = "o", .data = open_for("s", "a")}},
                                  true);
  REQUIRE(made.back().kind == Kind::recorded);
  const std::string sealed = sealed_in(house, made.front());
  const auto before = house.state();
  const auto refused =
      house.run_all({{.id = "e", .data = erase("s")}, {.id = "o2", .data = open_for("s", "b")}}, true);
  CHECK(refused.front().kind == Kind::undone);
  CHECK(code_of(refused.back()) == "erased");
  CHECK(house.state() == before);
  CHECK(unsealed(house, sealed) == kPersonal);
  const auto erased =
      house.run_all({{.id = "e3", .data = erase("s")}, {.id = "p", .data = pay("a", "1.00", "x")}}, true);
  REQUIRE(erased.back().kind == Kind::recorded);
  CHECK(unsealed(house, sealed) == "no key");
  house.holds();
}

}  // namespace
}  // namespace provodka::test
