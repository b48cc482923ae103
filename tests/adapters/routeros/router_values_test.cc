#include "adapters/routeros/tag.h"
#include "adapters/routeros/values.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::routeros {
namespace {

TEST_CASE("a tag is exactly a tag") {
  CHECK(tag_of("isp", "p-1") == "provodka:isp/p-1");
  CHECK(read_tag("provodka:isp/p-1") == std::pair<std::string_view, std::string_view>("isp", "p-1"));
  CHECK(is_tag("provodka:a:b/c:d"));
  for (const char* comment :
       {"", "provodka:", "provodka:isp", "provodka:isp/", "provodka:/p", " provodka:isp/p", "provodka:isp/p ",
        "Provodka:isp/p", "provodka:isp/p (Ivanov)", "provodka:isp/p/q", "x provodka:isp/p",
        "provodka:isp/\xd0\xb0"}) {
    CAPTURE(comment);
    CHECK(!is_tag(comment));
  }
}

TEST_CASE("MAC addresses have one form") {
  for (const char* text :
       {"AA:BB:CC:00:11:2F", "aa:bb:cc:00:11:2f", "aa-bb-cc-00-11-2f", "aabb.cc00.112f", "aabbcc00112f"}) {
    CAPTURE(text);
    CHECK(plain_mac(text) == "AA:BB:CC:00:11:2F");
  }
  for (const char* text : {"", "AA:BB:CC:00:11", "AA:BB:CC:00:11:2F:00", "GG:BB:CC:00:11:2F"}) {
    CAPTURE(text);
    CHECK(!plain_mac(text));
  }
}

TEST_CASE("rates compare by what they mean") {
  CHECK(read_rates("10M/50M") == Rates{10'000'000, 50'000'000});
  CHECK(read_rates("10000000/50000000") == read_rates("10M/50M"));
  CHECK(read_rates("1G/512k") == Rates{1'000'000'000, 512'000});
  CHECK(read_rates("5M") == Rates{5'000'000, 5'000'000});
  CHECK(read_rates("") == Rates{});
  CHECK(read_rates("0/0") == Rates{});
  for (const char* text : {"M/M", "10M/", "x", "10M/50M 20M/60M", "-1/2", "99999999999999999999/1"}) {
    CAPTURE(text);
    CHECK(!read_rates(text));
  }
  CHECK(write_rates({10'000'000, 50'000'000}) == "10M/50M");
  CHECK(write_rates({512'000, 1'500'000}) == "512k/1500k");
  CHECK(write_rates({1, 0}) == "1/0");
}

TEST_CASE("yes and true are true") {
  CHECK(read_bool("yes"));
  CHECK(read_bool("true"));
  CHECK(!read_bool("no"));
  CHECK(!read_bool("false"));
  CHECK(!read_bool(""));
}

}  // namespace
}  // namespace provodka::routeros
