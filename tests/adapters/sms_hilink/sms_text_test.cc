#include "adapters/sms_hilink/sms_text.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::sms_hilink {
namespace {

std::string times(size_t count, std::string_view text) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST_CASE("parts are counted as the network splits") {
  struct Row {
    std::string text;
    Alphabet alphabet;
    uint32_t parts;
  };
  const Row rows[] = {
      {"", Alphabet::gsm7, 1},
      {times(160, "a"), Alphabet::gsm7, 1},
      {times(161, "a"), Alphabet::gsm7, 2},
      {times(306, "a"), Alphabet::gsm7, 2},
      {times(307, "a"), Alphabet::gsm7, 3},
      {times(459, "a"), Alphabet::gsm7, 3},
      {times(460, "a"), Alphabet::gsm7, 4},
      {times(80, "€"), Alphabet::gsm7, 1},
      {times(81, "€"), Alphabet::gsm7, 2},
      {times(70, "я"), Alphabet::ucs2, 1},
      {times(71, "я"), Alphabet::ucs2, 2},
      {times(134, "я"), Alphabet::ucs2, 2},
      {times(135, "я"), Alphabet::ucs2, 3},
      {times(35, "😀"), Alphabet::ucs2, 1},
      {times(36, "😀"), Alphabet::ucs2, 2},
      {times(100, "a") + "я", Alphabet::ucs2, 2},
      // 152 and an escaped character: its two septets do not fit into the first part.
      {times(152, "a") + "€" + times(151, "a"), Alphabet::gsm7, 2},
      {times(152, "a") + "€" + times(152, "a"), Alphabet::gsm7, 3},
      {times(66, "я") + "😀" + times(65, "я"), Alphabet::ucs2, 2},
      {times(66, "я") + "😀" + times(66, "я"), Alphabet::ucs2, 3},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto size = sms_size(row.text);
    REQUIRE(size);
    CHECK(size->alphabet == row.alphabet);
    CHECK(size->parts == row.parts);
  }
}

TEST_CASE("extension characters take two units") {
  for (const char* text : {"^", "{", "}", "\\", "[", "~", "]", "|", "€", "\f"})
    CHECK(sms_size(text) == SmsSize{Alphabet::gsm7, 1, 2, 1});
  CHECK(sms_size("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ ¤¡§¿äöñüà") == SmsSize{Alphabet::gsm7, 41, 41, 1});
  CHECK(sms_size("`") == SmsSize{Alphabet::ucs2, 1, 1, 1});  // none of the alphabet, though of ASCII
  CHECK(sms_size("Balance 150.00") == SmsSize{Alphabet::gsm7, 14, 14, 1});
  CHECK(sms_size("Баланс 150.00") == SmsSize{Alphabet::ucs2, 13, 13, 1});
}

TEST_CASE("what is no UTF-8 has no size") {
  for (const char* text :
       {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xd0", "a\x80", "\xf5\x80\x80\x80", "\xe0\x80\x80"})
    CHECK(!sms_size(text));
}

TEST_CASE("characters beyond the basic plane are two surrogates") {
  CHECK(to_cesu8("\U0001F600") == "\xed\xa0\xbd\xed\xb8\x80");
  CHECK(to_cesu8("я€a") == "я€a");
  CHECK(from_cesu8("x\xed\xa0\xbd\xed\xb8\x80y") == "x\U0001F600y");
  CHECK(from_cesu8("\xed\xa0\xbd") == "\xed\xa0\xbd");
}

}  // namespace
}  // namespace provodka::sms_hilink
