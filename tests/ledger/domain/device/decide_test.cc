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
