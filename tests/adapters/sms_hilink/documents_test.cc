#include "adapters/sms_hilink/codes.h"
#include "adapters/sms_hilink/login.h"
#include "adapters/sms_hilink/xml.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::sms_hilink {
namespace {

TEST_CASE("the password is sent as the stick wants it") {
  const std::string token = "0123456789abcdefghijABCDEFGHIJ12";
  CHECK(password_for(0, "admin", "admin", token) == "YWRtaW4=");
  CHECK(password_for(3, "admin", "admin", token) == "YWRtaW4=");
  CHECK(text_digest("admin") ==
        "OGM2OTc2ZTViNTQxMDQxNWJkZTkwOGJkNGRlZTE1ZGZiMTY3YTljODczZmM0YmI4YTgxZjZmMmFiNDQ4YTkxOA==");
  CHECK(password_for(4, "admin", "admin", token) ==
        "NzgwOTA2NmRhOWExNzZkYjFiZmY5YTUyMmZlNGJmNDY0ZDdlZjA5M2MzYTAzZDQ3OGViMmVkYzM3MzYzMDdjZQ==");
}

TEST_CASE("documents are read") {
  const auto root = parse_xml(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- x --><response>\n <Count>2</Count><Messages>"
      "<Message><Index>40001</Index><Content>a &lt;b&gt; &amp; &quot;c&quot; "
      "&#1103;&#x42F;</Content></Message>"
      "<Message><Index>-7</Index><Content/></Message></Messages></response>\n");
  REQUIRE(root);
  CHECK(root->name == "response");
  CHECK(root->number_of("Count") == 2);
  CHECK(root->number_of("Gone", 9) == 9);
  const Element* const messages = root->child("Messages");
  REQUIRE(messages);
  REQUIRE(messages->children.size() == 2);
  CHECK(messages->children[0].text_of("Content") == "a <b> & \"c\" яЯ");
  CHECK(messages->children[1].number_of("Index") == -7);
  CHECK(messages->children[1].text_of("Content").empty());
  CHECK(parse_xml("<a>\xed\xa0\xbd\xed\xb8\x80</a>")->text == "\U0001F600");
  CHECK(xml_text("a<b>&\U0001F600") == "a&lt;b&gt;&amp;\xed\xa0\xbd\xed\xb8\x80");
}

TEST_CASE("what is no document is a fault") {
  for (const char* text : {"", "x", "<a>", "<a></b>", "<a></a><b></b>", "<a>&nope;</a>", "<a>&#0;</a>",
                           "<a>&#99999999;</a>", "<a><b></a></b>", "<!DOCTYPE a []><a></a>", "<a b></a>",
                           "<a>&amp</a>", "<a", "<><//>", "<html><p>5\x05 &nonsense; {",
                           "<a><a><a><a><a><a><a><a><a><a></a></a></a></a></a></a></a></a></a></a>"}) {
    CAPTURE(text);
    CHECK(!parse_xml(text));
  }
}

TEST_CASE("only what was refused before it was queued may be tried again") {
  for (const int code : {100004, 101001, 112005, 113053, 120001}) CHECK(meaning_of(code) == Meaning::not_now);
  for (const int code : {125001, 125002, 125003}) CHECK(meaning_of(code) == Meaning::token);
  for (const int code : {113018, -1, 100001, 424242}) CHECK(meaning_of(code) == Meaning::unknown);
  for (const int code : {100005, 100006, 113017, 113054}) CHECK(meaning_of(code) == Meaning::refused);
  CHECK(meaning_of(100003) == Meaning::no_rights);
  CHECK(words_for(101001) == "101001: no SIM card, or none that it can use");
  CHECK(words_for(424242) == "error 424242");
}

}  // namespace
}  // namespace provodka::sms_hilink
