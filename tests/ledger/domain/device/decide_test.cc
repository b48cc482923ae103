#include "ledger/domain/device/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

using device::DeviceChanged;
using device::DeviceRegistered;
using device::DeviceRetired;
using device::Kind;
using device::Mode;

const device::DeviceRow& device_row(Books& books, std::string_view name) {
  return books.world().devices[books.world().find_device(books.tenant(), name).value()];
}

TEST_CASE("a device is registered, and its credentials are in the event but sealed") {
  Books books;
  const auto& event = books.when(register_device("r1")).then<DeviceRegistered>();
  CHECK(event.device == Id{"r1"});
  CHECK(event.kind == Kind::routeros_api);
  CHECK(event.address == device::Address{"r1.example.net:8728"});
  CHECK(event.mode == Mode::address_list);
  CHECK(event.sealed.text == "c2VhbGVk");
  CHECK(event.effective == date("2026-11-20"));
  CHECK_FALSE(books.stored().back().contains("horse"));
  CHECK(books.stored().back().contains(R"("subject":"device/r1")"));
  CHECK(books.stored().back().contains(R"("partitionkey":"acme",)"));
  CHECK(table_bytes(books.world()).find("horse") == std::string::npos);
  CHECK(device_row(books, "r1").sealed == books.sequence());
  CHECK(books.world().strings[device_row(books, "r1").address] == "r1.example.net:8728");
}

TEST_CASE("a device is registered once in a tenant, also after it was retired") {
  Books books;
  books.given(register_device("r1"));
  books.when(register_device("r1")).then_rejected(device::device_exists, "/data/device");
  books.given(retire("r1"));
  books.when(register_device("r1")).then_rejected(device::device_exists, "/data/device");
  books.create_tenant("other", "RUB");
  books.given(register_device("r1"));
}

TEST_CASE("an address is a host and a port") {
  const std::string label63(63, 'a'), label64(64, 'a');
  Books books;
  for (const std::string& address : {std::string("r1"),
                                     std::string(":8728"),
                                     std::string("r1:"),
                                     std::string("r1:0"),
                                     std::string("r1:08728"),
                                     std::string("r1:65536"),
                                     std::string("r1:99999"),
                                     std::string("r1:123456"),
                                     std::string("r1:x"),
                                     std::string("r1:+1"),
                                     std::string("r 1:8728"),
                                     std::string("-r1:8728"),
                                     std::string("r1-:8728"),
                                     std::string(".r1:8728"),
                                     std::string("r1.:8728"),
                                     std::string("r1..net:8728"),
                                     std::string("http://r1:80"),
                                     std::string("admin@r1:8728"),
                                     std::string("2001:db8::1:8728"),
                                     std::string("[2001:db8::1]"),
                                     std::string("[]:8728"),
                                     std::string("[r1]:8728"),
                                     std::string("[2001:db8::g]:8728"),
                                     std::string("маршрутизатор:8728"),
                                     label64 + ":8728"}) {
    INFO(address);
    books.when(register_device("bad", address)).then_rejected(device::address_not_host_port, "/data/address");
  }
  books.given(register_device("a", "10.0.0.1:1"), register_device("b", "r-1.Example.net:65535"),
              register_device("c", "[2001:db8::1]:8729"), register_device("d", "[::ffff:10.0.0.1]:443"),
              register_device("e", label63 + ":8728"));
}

TEST_CASE("what is left out of a change stays as it is") {
  Books books;
  books.given(register_device("r1"));
  const uint64_t registered = books.sequence();
  auto command = change_device("r1");
  command.kind = Kind::routeros_api_tls;
  command.address = device::Address{"[2001:db8::1]:8729"};
  command.mode = Mode::ppp_secret;
  const auto& event = books.when(command).then<DeviceChanged>();
  CHECK(event.kind == Kind::routeros_api_tls);
  CHECK(event.mode == Mode::ppp_secret);
  CHECK_FALSE(event.sealed.has_value());
  CHECK(device_row(books, "r1").sealed == registered);
  CHECK(device_row(books, "r1").kind == Kind::routeros_api_tls);
  CHECK(books.world().strings[device_row(books, "r1").address] == "[2001:db8::1]:8729");

  command = change_device("r1");
  command.credentials = device::Credentials{.login = {"provodka"}, .password = {"battery staple"}};
  const auto& sealed = books.when(command).then<DeviceChanged>();
  CHECK(sealed.sealed == device::Sealed{"c2VhbGVk"});
  CHECK_FALSE(sealed.kind.has_value());
  CHECK_FALSE(sealed.address.has_value());
  CHECK(device_row(books, "r1").sealed == books.sequence());
  CHECK(device_row(books, "r1").mode == Mode::ppp_secret);
}

TEST_CASE("a change that cannot be") {
  Books books;
  books.given(register_device("r1"), register_device("old"), retire("old"));
  auto command = change_device("r1");
  books.when(command).then_rejected(device::device_unchanged, "/data");
  command.kind = Kind::routeros_api;
  command.address = device::Address{"r1.example.net:8728"};
  command.mode = Mode::address_list;
  books.when(command).then_rejected(device::device_unchanged, "/data");
  command.address = device::Address{"r1"};
  books.when(command).then_rejected(device::address_not_host_port, "/data/address");
  command.device = {"old"};
  books.when(command).then_rejected(device::device_retired, "/data/device");
  command.device = {"nothing"};
  books.when(command).then_rejected(device::unknown_device, "/data/device");
}

TEST_CASE("a fingerprint is a SHA-256, of a router that is talked to in TLS") {
  const std::string digits(64, 'a'), colons = "AA:" + std::string(62, 'A');
  Books books;
  auto pinned = register_device("r1");
  pinned.fingerprint = device::Fingerprint{digits};
  books.when(pinned).then_rejected(device::fingerprint_needs_tls, "/data/fingerprint");
  pinned.kind = Kind::routeros_rest_tls;
  for (const std::string& wrong :
       {std::string("none"), digits.substr(1), digits + "a", std::string(64, 'g')}) {
    INFO(wrong);
    pinned.fingerprint = device::Fingerprint{wrong};
    books.when(pinned).then_rejected(device::fingerprint_not_sha256, "/data/fingerprint");
  }
  pinned.fingerprint = device::Fingerprint{colons};
  CHECK(books.when(pinned).then<DeviceRegistered>().fingerprint == device::Fingerprint{colons});
  CHECK(books.world().strings[device_row(books, "r1").fingerprint] == digits);

  auto change = change_device("r1");
  change.fingerprint = device::Fingerprint{digits};
  books.when(change).then_rejected(device::device_unchanged, "/data");
  change.fingerprint = device::Fingerprint{"ab"};
  books.when(change).then_rejected(device::fingerprint_not_sha256, "/data/fingerprint");
  change.fingerprint.reset();
  change.kind = Kind::routeros_api;
  books.when(change).then_rejected(device::fingerprint_needs_tls, "/data/kind");
  change.fingerprint = device::Fingerprint{"none"};
  books.when(change).then<DeviceChanged>();
  CHECK(device_row(books, "r1").fingerprint == StringRef());
  change.kind.reset();
  books.when(change).then_rejected(device::device_unchanged, "/data");
  change.fingerprint = device::Fingerprint{digits};
  books.when(change).then_rejected(device::fingerprint_needs_tls, "/data/fingerprint");
}

TEST_CASE("a prefix is served by one device of a tenant") {
  const auto serving = [](auto command, std::vector<std::string_view> prefixes) {
    command.serves.emplace();
    for (const std::string_view prefix : prefixes) command.serves->push_back({prefix});
    return command;
  };
  Books books;
  for (const char* wrong : {"10.1.0.0/33", "pool-1", "10.1.0.1-10.1.0.9", "2001:db8::/x"}) {
    INFO(wrong);
    books.when(serving(register_device("bad"), {"10.9.0.0/16", wrong}))
        .then_rejected(device::not_a_prefix, "/data/serves");
  }
  const auto& event =
      books.when(serving(register_device("r1"), {"2001:DB8::/48", "10.1.5.0/16", "10.1.0.0/16"}))
          .then<DeviceRegistered>();
  CHECK(event.serves.size() == 3);
  CHECK(books.world().strings[device_row(books, "r1").serves] == "10.1.0.0/16 2001:db8::/48");
  books.when(serving(register_device("r2"), {"10.2.0.0/16", "10.1.0.0/16"}))
      .then_rejected(device::prefix_served, "/data/serves");
  books.given(serving(register_device("r2"), {"10.1.0.0/17"}), register_device("r3"));
  books.when(serving(change_device("r3"), {"2001:db8:0::/48"}))
      .then_rejected(device::prefix_served, "/data/serves");
  books.when(serving(change_device("r1"), {"2001:db8::/48", "10.1.0.0/16"}))
      .then_rejected(device::device_unchanged, "/data");
  books.when(serving(change_device("r1"), {"10.1.0.0/16"})).then<DeviceChanged>();
  books.given(serving(change_device("r3"), {"2001:db8::/48"}), retire("r1"),
              serving(change_device("r3"), {"10.1.0.0/16"}), serving(change_device("r3"), {}));
  CHECK(device_row(books, "r3").serves == StringRef());
  books.create_tenant("other", "RUB");
  books.given(serving(register_device("r2"), {"10.1.0.0/17"}));
}

TEST_CASE("a device is retired once") {
  Books books;
  books.given(register_device("r1"), register_device("r2"));
  const auto& event = books.when(retire("r1")).then<DeviceRetired>();
  CHECK(event.reason == Reason{"lightning"});
  CHECK(device_row(books, "r1").retired == 1);
  CHECK(device_row(books, "r1").sealed == 0);
  CHECK(device_row(books, "r2").retired == 0);
  books.when(retire("r1")).then_rejected(device::device_retired, "/data/device");
  books.when(retire("nothing")).then_rejected(device::unknown_device, "/data/device");
}

}  // namespace
}  // namespace provodka::test
