#include "projections/crm/spelling.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::projections {
namespace {

TEST_CASE("letters are spelled as they were learned, and others as they are") {
  Spelling spelled;
  spelled.learn(U'A', "a");
  spelled.learn(U'щ', "sch");
  spelled.learn(U'ь', "");
  spelled.learn(U'№', " ");
  CHECK(spelled("Aщьb") == "aschb");
  CHECK(spelled("№7 ў 漢 😀") == " 7 ў 漢 😀");
  CHECK(spelled("").empty());
}

TEST_CASE("every letter is itself until another spelling was learned") {
  const Spelling spelled;
  for (const char* text : {"z", "é", "щ", "\xE0\xA0\x80", "\xE2\x87\xBF", "\xE2\x88\x80", "\xF4\x8F\xBF\xBF"})
    CHECK(spelled(text) == text);
}

TEST_CASE("a key has no spaces") { CHECK(key_of(" 12 / 2024 ") == "12/2024"); }

}  // namespace
}  // namespace provodka::projections
