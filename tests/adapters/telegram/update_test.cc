#include "adapters/telegram/update.h"

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>

namespace provodka::telegram {
namespace {

constexpr const char* kHead =
    R"({"message_id":6,"from":{"id":777000111,"is_bot":false,"first_name":"A","language_code":"ru"},"date":1767323050,)"
    R"("chat":{"id":777000111,"type":"private","first_name":"A"},)";

Update of(const std::string& update) {
  const auto updates = parse_updates("[" + update + "]");
  REQUIRE(updates);
  REQUIRE(updates->size() == 1);
  return updates->front();
}

Update message(const std::string& rest) {
  return of(fmt::format(R"({{"update_id":1002,"message":{}{}}}}})", kHead, rest));
}

TEST_CASE("a contact of one's own is a proof") {
  const Update shared =
      message(R"("contact":{"phone_number":"79001234567","first_name":"A","user_id":777000111})");
  CHECK(shared.id == 1002);
  CHECK(shared.chat == 777000111);
  CHECK(shared.date_s == 1767323050);
  CHECK(shared.language == "ru");
  CHECK(shared.wrote);
  CHECK(shared.shared_contact);
  CHECK(shared.phone == "79001234567");
}

TEST_CASE("any other contact is none") {
  for (const char* rest :
       {R"("contact":{"phone_number":"79001234567","user_id":777000112})",
        R"("contact":{"phone_number":"79001234567"})",
        R"("contact":{"phone_number":"79001234567","user_id":777000111},"forward_origin":{"type":"user"})",
        R"("contact":{"phone_number":"79001234567","user_id":777000111},"forward_date":1)"}) {
    CAPTURE(rest);
    const Update shared = message(rest);
    CHECK(shared.shared_contact);
    CHECK(shared.phone.empty());
  }
  const Update group =
      of(R"({"update_id":1,"message":{"from":{"id":7},"date":1,"chat":{"id":-100,"type":"group"},)"
         R"("contact":{"phone_number":"79001234567","user_id":7}}})");
  CHECK(!group.wrote);
  CHECK(group.phone.empty());
}

TEST_CASE("what users write") {
  CHECK(message(R"("text":"/start inv17")").is_start);
  CHECK(message(R"("text":"/start")").is_start);
  CHECK(!message(R"("text":"/started")").is_start);
  CHECK(!message(R"("text":"hello")").is_start);
  const Update pressed =
      of(R"({"update_id":1003,"callback_query":{"id":"4","from":{"id":7},"message":{"message_id":42,)"
         R"("chat":{"id":7,"type":"private"},"date":1},"data":"pp:17"}})");
  CHECK(pressed.wrote);
  CHECK(pressed.chat == 7);
  CHECK(pressed.date_s == 1);
}

TEST_CASE("what is not understood is passed over, but for its number") {
  for (const char* text :
       {R"({"update_id":9})", R"({"update_id":9,"message":7})", R"({"update_id":9,"message":{}})",
        R"({"update_id":9,"poll":{"id":"x"}})", R"({"update_id":9,"message":{"chat":{"id":"x"}}})"}) {
    CAPTURE(text);
    CHECK(of(text).id == 9);
    CHECK(!of(text).wrote);
  }
  CHECK(parse_updates("[]")->empty());
  for (const char* text : {"", "{}", "[7]", R"([{"message":{}}])", "[{"}) CHECK(!parse_updates(text));
}

}  // namespace
}  // namespace provodka::telegram
