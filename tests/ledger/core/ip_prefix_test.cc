#include "ledger/core/ip_prefix.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka {
namespace {

std::string form(std::string_view text) {
  const auto prefix = IpPrefix::parse(text);
  return prefix ? prefix->text() : "none";
}

bool holds(std::string_view outer, std::string_view inner) {
  return IpPrefix::parse(outer).value().contains(IpPrefix::parse(inner).value());
}

TEST_CASE("addresses have one form") {
  CHECK(form("10.0.0.5") == "10.0.0.5");
  CHECK(form("10.0.0.5/32") == "10.0.0.5");
  CHECK(form("10.0.0.0/24") == "10.0.0.0/24");
  CHECK(form("10.0.0.5/24") == "10.0.0.0/24");
  CHECK(form("10.0.255.5/17") == "10.0.128.0/17");
  CHECK(form("255.255.255.255/0") == "0.0.0.0/0");
  CHECK(form("010.0.00.5") == "10.0.0.5");
  CHECK(form("2001:DB8:0:0::5") == "2001:db8::5");
  CHECK(form("2001:db8::5/128") == "2001:db8::5");
  CHECK(form("2001:db8:1:2:3:4:5:6/64") == "2001:db8:1:2::/64");
  CHECK(form("2001:db8:ffff::/33") == "2001:db8:8000::/33");
  CHECK(form("::ffff:10.0.0.5") == "::ffff:10.0.0.5");
  CHECK(form("::/0") == "::/0");
  CHECK(IpPrefix::parse("10.0.0.5") != IpPrefix::parse("::10.0.0.5"));
}

TEST_CASE("what is no address is none") {
  for (const char* text : {"",
                           "10.0.0",
                           "10.0.0.256",
                           "10.0.0.5/33",
                           "10.0.0.5/",
                           "10.0.0.5/ 8",
                           "10.0.0.5/+8",
                           "10.0.0.5.6",
                           "a.b.c.d",
                           "10.0.0.5-10.0.0.9",
                           "10..0.5",
                           " 10.0.0.5",
                           "2001:db8::/129",
                           "2001:db8::g",
                           ":::",
                           ":",
                           "fe80::1%ether1",
                           "[2001:db8::1]",
                           "2001:db8::1::2",
                           "2001:db8::/-1",
                           "1:2:3:4:5:6:7:8:9"}) {
    CAPTURE(text);
    CHECK(!IpPrefix::parse(text));
  }
  CHECK(!IpPrefix::parse(std::string_view("::1\0", 4)));
}

TEST_CASE("a prefix contains what begins with it, of its family") {
  CHECK(holds("10.1.0.0/16", "10.1.255.255"));
  CHECK(holds("10.1.0.0/16", "10.1.0.0/16"));
  CHECK(holds("10.1.0.0/16", "10.1.2.0/24"));
  CHECK(holds("0.0.0.0/0", "10.1.2.3"));
  CHECK(holds("2001:db8::/32", "2001:db8:1::/48"));
  CHECK(!holds("10.1.0.0/16", "10.2.0.0"));
  CHECK(!holds("10.1.0.0/16", "10.0.0.0/8"));
  CHECK(!holds("0.0.0.0/0", "::1"));
  CHECK(!holds("::/0", "10.0.0.1"));
}

TEST_CASE("a prefix is cut to its first bits") {
  const IpPrefix address = IpPrefix::parse("10.255.255.255").value();
  CHECK(address.cut_to(9).text() == "10.128.0.0/9");
  CHECK(address.cut_to(32) == address);
  CHECK(address.cut_to(0).text() == "0.0.0.0/0");
}

}  // namespace
}  // namespace provodka
