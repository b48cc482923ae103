#include "adapters/sms_hilink/phone.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::sms_hilink {
namespace {

const NumberingPlan kRussia{.country = "7", .trunk = "8", .digits = 10};

TEST_CASE("a number has one form") {
  for (const char* text : {"+79161234567", "+7 916 123-45-67", "+7 (916) 123.45.67", "0079161234567"})
    CHECK(to_e164(text) == "+79161234567");
  for (const char* text : {"8 916 123-45-67", "89161234567", "7 916 1234567", "+7 916 1234567"})
    CHECK(to_e164(text, kRussia) == "+79161234567");
  CHECK(international_to_e164("79161234567") == "+79161234567");
  CHECK(international_to_e164("+1 650 253 0000") == "+16502530000");
}

TEST_CASE("what is no number is refused and not repeated") {
  for (const char* text :
       {"", "+", "anna", "89161234567", "9161234567", "+7916", "+7916123456789012", "+0123456789",
        "7+9161234567", "++79161234567", "+7916123456x", "112", "+7 916 123-45-67 доб. 5"}) {
    CAPTURE(text);
    const auto refused = to_e164(text);
    REQUIRE(!refused);
    CHECK(refused.error().refused);
    CHECK((*text == '\0' || refused.error().what.find(text) == std::string::npos ||
           std::string_view(text) == "+"));
  }
  CHECK(!to_e164("8 916 123-45-6", kRussia));
  CHECK(!to_e164("9161234567", kRussia));
  CHECK(!international_to_e164("12"));
}

}  // namespace
}  // namespace provodka::sms_hilink
