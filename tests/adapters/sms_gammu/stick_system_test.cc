#include "adapters/sms_gammu/stick.h"
#include "adapters/sms_hilink/sms_text.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>

// libgammu itself, with the phone that it brings along for tests: a directory, in which messages are files.
namespace provodka::sms_gammu {
namespace {

namespace fs = std::filesystem;
const std::string kPhone = "+79001234567";

struct DummyPhone {
  fs::path home = fs::temp_directory_path() / fmt::format("provodka-gammu-{}", ::getpid());
  std::string config = (home / "gammurc").string();

  DummyPhone() {
    fs::remove_all(home);
    fs::create_directories(home / "phone");
    std::ofstream(config) << "[gammu]\nconnection = none\nmodel = dummy\ndevice = "
                          << (home / "phone").string() << "\n";
  }
  ~DummyPhone() { fs::remove_all(home); }

  std::vector<std::string> outbox() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(home / "phone/sms/2")) {
      std::ostringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      files.push_back(text.str());
    }
    return files;
  }
  std::unique_ptr<Stick> stick(uint32_t keep = 20) const {
    auto opened = Stick::open({.config_file = config,
                               .settle_after = std::chrono::seconds(2),
                               .parts_max = 8,
                               .outbox_keep = keep});
    REQUIRE(opened);
    return std::move(*opened);
  }
};

TEST_CASE("messages go out, long and in any letters, and the outbox tells of them") {
  const DummyPhone phone;
  const auto stick = phone.stick();
  size_t files = 0;
  for (const std::string& text :
       {std::string("Balance 150.00"), std::string("Баланс <150> €"), std::string(161, 'a'),
        std::string("Долгое сообщение о том, что скоро будет списание, и что денег на это "
                    "не хватит, если не пополнить счёт")}) {
    REQUIRE(stick->ready());
    const auto mark = stick->mark();
    REQUIRE(mark);
    CHECK(stick->settle(kPhone, *mark).end == End::unknown);
    const Sent sent = stick->send(kPhone, text);
    CHECK(sent.end == End::sent);
    CHECK(sent.parts == sms_hilink::sms_size(text)->parts);
    files += sent.parts;
    CHECK(phone.outbox().size() == files);
    CHECK(stick->settle(kPhone, *mark).end == End::sent);
    CHECK(stick->settle("+79000000000", *mark).end == End::unknown);
    const auto after = stick->mark();
    REQUIRE(after);
    CHECK(*after > *mark);
    CHECK(stick->settle(kPhone, *after).end == End::unknown);
  }
}

TEST_CASE("what another run sent is known to the next one") {
  const DummyPhone phone;
  {
    const auto stick = phone.stick();
    REQUIRE(stick->ready());
    CHECK(stick->mark() == 0u);
    CHECK(stick->send(kPhone, "once").end == End::sent);
  }
  const auto stick = phone.stick();
  CHECK(stick->settle(kPhone, 0).end == End::sent);
}

TEST_CASE("what can never be sent is refused") {
  const DummyPhone phone;
  const auto stick = phone.stick();
  CHECK(stick->send(kPhone, "before it is there").end == End::not_now);
  REQUIRE(stick->ready());
  CHECK(stick->send(kPhone, "").end == End::refused);
  CHECK(stick->send(kPhone, "\xff").end == End::refused);
  CHECK(stick->send(kPhone, std::string(2000, 'a')).end == End::refused);
  CHECK(phone.outbox().empty());
}

TEST_CASE("old copies make room") {
  const DummyPhone phone;
  const auto stick = phone.stick(2);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(stick->ready());
    REQUIRE(stick->mark());
    CHECK(stick->send(kPhone, fmt::format("{}", i)).end == End::sent);
  }
  CHECK(phone.outbox().size() == 3);
  CHECK(stick->mark() == 0u);
  CHECK(phone.outbox().empty());
}

TEST_CASE("a file that is none of gammu's is refused, and a stick that is not there is away") {
  const DummyPhone phone;
  const auto nothing = Stick::open({.config_file = (phone.home / "nothing").string()});
  REQUIRE_FALSE(nothing);
  CHECK(nothing.error().refused);
  std::ofstream(phone.config) << "[gammu]\nconnection = at\ndevice = " << (phone.home / "ttyUSB0").string()
                              << "\n";
  const auto stick = phone.stick();
  const auto ready = stick->ready();
  REQUIRE_FALSE(ready);
  CHECK(ready.error().what.find("it does not answer") != std::string::npos);
  CHECK(stick->send(kPhone, "a").end == End::not_now);
  CHECK(stick->settle(kPhone, 0).end == End::unknown);
}

}  // namespace
}  // namespace provodka::sms_gammu
