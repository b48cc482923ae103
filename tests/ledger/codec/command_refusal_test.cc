#include "ledger/codec/command_codec.h"

#include <catch2/catch_test_macros.hpp>
#include <simdjson.h>

// Every way in which a command can be malformed: the code and the place that the client is told.
namespace provodka::test {
namespace {

// "code pointer", or "fine".
std::string refusal(std::string_view json, std::string_view default_id = {}) {
  codec::CommandDecoder decoder;
  Arena arena;
  Command command;
  codec::CommandError error;
  if (decoder.decode(json, default_id, arena, command, error)) return "fine";
  CHECK_FALSE(error.detail.empty());
  // What is echoed goes into a JSON document, so it must be UTF-8.
  CHECK(simdjson::validate_utf8(error.pointer));
  CHECK(simdjson::validate_utf8(error.detail));
  CHECK(error.pointer.size() < 1000);
  CHECK(error.detail.size() < 1000);
  return std::string(error.code) + " " + error.pointer;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

const std::string kPayment =
    R"({"type":"payment.receive","id":"c-1","tenant":"acme","data":{"account":"A","amount":"1.00","currency":"RUB",)"
    R"("provider":"cash","external_id":"17"}})";

// The payment with one piece of it written otherwise.
std::string with(std::string_view from, std::string_view to) { return refusal(replaced(kPayment, from, to)); }

// A command of that type with these data.
std::string of(std::string_view type, std::string_view data) {
  return refusal(std::string(R"({"type":")") + std::string(type) + R"(","id":"i","tenant":"t","data":)" +
                 std::string(data) + "}");
}

// The payment with another member in its envelope.
std::string and_member(std::string_view member) {
  return with("\"tenant\":", std::string(member) + ",\"tenant\":");
}

TEST_CASE("the payment that the others are made of is fine") { CHECK(refusal(kPayment) == "fine"); }

TEST_CASE("what is not JSON") {
  for (const std::string_view json :
       {"", " ", "x", "{", "}", "{]", "{\"type\"", "{\"type\":}", "{\"type\":\"a\",}", "{,}", "{\"a\" 1}",
        "{'type':'a'}", "{type:1}", "\xef\xbb\xbf", "<html>", "\x00", "{\"type\":\"payment.receive\""}) {
    INFO(json);
    CHECK(refusal(json).starts_with("malformed_json"));
  }
}

TEST_CASE("a document that was cut is refused at every byte") {
  for (size_t length = 0; length < kPayment.size(); ++length) {
    INFO(length);
    CHECK(refusal(kPayment.substr(0, length)) != "fine");
  }
}

TEST_CASE("what comes after the document") {
  for (const std::string_view rest : {"x", "{}", "}", ",", "]", "null", "0", "\"a\"", "{\"type\":\"a\"}"}) {
    INFO(rest);
    CHECK(refusal(kPayment + std::string(rest)).starts_with("malformed_json"));
    CHECK(refusal(kPayment + "\n" + std::string(rest)).starts_with("malformed_json"));
  }
  CHECK(refusal(kPayment + kPayment).starts_with("malformed_json"));
  CHECK(refusal(" \n\t" + kPayment + "\r\n ") == "fine");
  CHECK(refusal(kPayment + std::string(1, '\0')) != "fine");
}

TEST_CASE("what is not an object at the top") {
  for (const std::string_view json : {"[]", "[{}]", "1", "1.5", "\"a\"", "true", "null"}) {
    INFO(json);
    CHECK(refusal(json) == "wrong_type ");
  }
  CHECK(refusal("[" + kPayment + "]") == "wrong_type ");
}

TEST_CASE("an unknown member of the envelope") {
  CHECK(and_member(R"("extra":1)") == "unknown_field /extra");
  CHECK(and_member(R"("Type":"x")") == "unknown_field /Type");
  CHECK(and_member(R"("":1)") == "unknown_field /");
  CHECK(and_member(R"("a/b~c":1)") == "unknown_field /a~1b~0c");
  CHECK(and_member(R"("actor":"root")") == "unknown_field /actor");
  CHECK(and_member(R"("type\u0000":"x")") == "unknown_field " + std::string("/type\0", 6));
}

TEST_CASE("an unknown member of the data") {
  CHECK(with("\"amount\"", "\"extra\":{},\"amount\"") == "unknown_field /data/extra");
  CHECK(with("\"amount\"", "\"Amount\"") == "unknown_field /data/Amount");
  CHECK(with("\"amount\"", "\"credit_limit\":\"1\",\"amount\"") == "unknown_field /data/credit_limit");
  CHECK(with("\"amount\"", "\"~/\":1,\"amount\"") == "unknown_field /data/~0~1");
}

TEST_CASE("a member that is repeated, however it is spelt") {
  CHECK(and_member(R"("type":"payment.receive")") == "duplicate_field /type");
  CHECK(and_member(R"("\u0074ype":"payment.receive")") == "duplicate_field /type");
  CHECK(and_member(R"("id":"c-1")") == "duplicate_field /id");
  CHECK(with("\"data\":", "\"tenant\":\"acme\",\"data\":") == "duplicate_field /tenant");
  CHECK(with("}}", "},\"data\":{}}") == "duplicate_field /data");
  CHECK(with("}}", "},\"dat\\u0061\":{}}") == "duplicate_field /data");
  CHECK(with("\"currency\"", "\"amount\":\"1.00\",\"currency\"") == "duplicate_field /data/amount");
  CHECK(with("\"currency\"", "\"\\u0061mount\":\"1.00\",\"currency\"") == "duplicate_field /data/amount");
  CHECK(of("account.open", R"({"account":"A","label":"x","label":"x"})") == "duplicate_field /data/label");
  CHECK(of("account.open", R"({"account":"A","label":"x","l\u0061bel":"y"})") ==
        "duplicate_field /data/label");
  CHECK(refusal(
            R"({"data":{"account":"A","\u0061ccount":"A"},"type":"account.close","id":"i","tenant":"t"})") ==
        "duplicate_field /data/account");
}

TEST_CASE("a member that is missing") {
  CHECK(refusal("{}") == "missing_field /type");
  CHECK(with("\"type\":\"payment.receive\",", "") == "missing_field /type");
  CHECK(with("\"id\":\"c-1\",", "") == "missing_field /id");
  CHECK(with("\"tenant\":\"acme\",", "") == "missing_field /tenant");
  CHECK(refusal(R"({"type":"account.close","id":"i","tenant":"t"})") == "missing_field /data");
  CHECK(with("\"account\":\"A\",", "") == "missing_field /data/account");
  CHECK(with("\"amount\":\"1.00\",", "") == "missing_field /data/amount");
  CHECK(with("\"currency\":\"RUB\",", "") == "missing_field /data/currency");
  CHECK(with("\"provider\":\"cash\",", "") == "missing_field /data/provider");
  CHECK(with(",\"external_id\":\"17\"", "") == "missing_field /data/external_id");
  CHECK(of("payment.receive", "{}") == "missing_field /data/account");
  CHECK(of("access.block", R"({"account":"A"})") == "missing_field /data/reason");
}

TEST_CASE("a command that there is not") {
  CHECK(with("payment.receive", "payment.refund") == "unknown_command /type");
  CHECK(with("payment.receive", "") == "unknown_command /type");
  CHECK(with("payment.receive", "payment.receive ") == "unknown_command /type");
  CHECK(with("payment.receive", "payment.received.v1") == "unknown_command /type");
  CHECK(with("payment.receive", std::string(60'000, 'x')) == "unknown_command /type");
  CHECK(refusal(R"({"data":{"account":"A"},"type":"no.such","id":"i","tenant":"t"})") ==
        "unknown_command /type");
}

TEST_CASE("another type than the one that belongs there") {
  CHECK(with("\"1.00\"", "1.00") == "wrong_type /data/amount");
  CHECK(with("\"1.00\"", "1") == "wrong_type /data/amount");
  CHECK(with("\"1.00\"", "null") == "wrong_type /data/amount");
  CHECK(with("\"1.00\"", "true") == "wrong_type /data/amount");
  CHECK(with("\"1.00\"", "[\"1.00\"]") == "wrong_type /data/amount");
  CHECK(with("\"1.00\"", "{\"value\":\"1.00\"}") == "wrong_type /data/amount");
  CHECK(with("\"A\"", "17") == "wrong_type /data/account");
  CHECK(with("\"RUB\"", "643") == "wrong_type /data/currency");
  CHECK(with("\"RUB\"", "null") == "wrong_type /data/currency");
  CHECK(with("\"c-1\"", "1") == "wrong_type /id");
  CHECK(with("\"payment.receive\"", "1") == "wrong_type /type");
  CHECK(with("\"acme\"", "[]") == "wrong_type /tenant");
  CHECK(and_member(R"("effective":20261120)") == "wrong_type /effective");
  CHECK(and_member(R"("effective":null)") == "wrong_type /effective");
  CHECK(and_member(R"("time":1.5)") == "wrong_type /time");
  CHECK(of("account.close", "[]") == "wrong_type /data");
  CHECK(of("account.close", "null") == "wrong_type /data");
  CHECK(of("account.close", "\"{}\"") == "wrong_type /data");
  CHECK(of("account.open", R"({"account":"A","label":null})") == "wrong_type /data/label");
  constexpr std::string_view kCharge =
      R"({"account":"A","amount":"1","currency":"RUB","service":"tv","force":)";
  for (const std::string_view force : {"\"true\"", "1", "null", "{}", "[true]"}) {
    CHECK(of("charge.post", std::string(kCharge) + std::string(force) + "}") == "wrong_type /data/force");
  }
  for (const std::string_view force : {"truth", "tru", "True", "falsey", "nul"}) {
    CHECK(of("charge.post", std::string(kCharge) + std::string(force) + "}") != "fine");
  }
  CHECK(of("charge.reverse", R"({"charge":"1","reason":"x"})") == "wrong_type /data/charge");
  CHECK(of("charge.reverse", R"({"charge":null,"reason":"x"})") == "wrong_type /data/charge");
}

TEST_CASE("a sequence that is none") {
  for (const std::string_view number :
       {"0", "-1", "1.0", "1e3", "01", "18446744073709551616", "99999999999999999999999", "0x1", "1_000"}) {
    INFO(number);
    const std::string refused =
        of("charge.reverse", std::string(R"({"charge":)") + std::string(number) + R"(,"reason":"x"})");
    CHECK((refused == "invalid_value /data/charge" || refused.starts_with("malformed_json")));
  }
  CHECK(of("charge.reverse", R"({"charge":0,"reason":"x"})") == "invalid_value /data/charge");
  CHECK(of("charge.reverse", R"({"charge":18446744073709551616,"reason":"x"})") ==
        "invalid_value /data/charge");
}

TEST_CASE("an amount that is none") {
  for (const std::string_view amount : {"",
                                        "1e3",
                                        "1E3",
                                        "+1",
                                        " 1",
                                        "1 ",
                                        "1.",
                                        ".5",
                                        ".",
                                        "-",
                                        "01",
                                        "00",
                                        "-0",
                                        "-0.00",
                                        "-.5",
                                        "--1",
                                        "1,5",
                                        "1 000",
                                        "1_000",
                                        "0x10",
                                        "NaN",
                                        "Infinity",
                                        "1.0.0",
                                        "12345678901234567890",
                                        "1.0123456789",
                                        "1234567890123456789",
                                        "123456789012345678.9",
                                        "9223372036854775808",
                                        "\xd9\xa1",
                                        "1\\u0000",
                                        "1\\n",
                                        "RUB 1",
                                        "1.00 RUB"}) {
    INFO(amount);
    CHECK(with("1.00", amount) == "invalid_value /data/amount");
  }
  CHECK(of("account.set_credit_limit", R"({"account":"A","credit_limit":"1e3"})") ==
        "invalid_value /data/credit_limit");
}

TEST_CASE("a currency, a date or an instant that is none") {
  for (const std::string_view currency : {"", "rub", "RU", "RUBB", "XXX", "XAU", "643", "RUR", " RUB"}) {
    INFO(currency);
    CHECK(with("RUB", currency) == "invalid_value /data/currency");
  }
  for (const std::string_view date :
       {"", "2026-11-31", "2026-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "20261120", "2026-11-20 ",
        "0000-01-01", "2026-11-20T00:00:00Z", "20.11.2026", "-2026-11-20", "12026-11-20"}) {
    INFO(date);
    CHECK(and_member("\"effective\":\"" + std::string(date) + "\"") == "invalid_value /effective");
  }
  // Where the local date would be outside the years 0001 to 9999, or be that tomorrow.
  for (const std::string_view time : {"9999-12-30T00:00:00Z", "0001-01-02T23:59:59Z"})
    CHECK(and_member("\"time\":\"" + std::string(time) + "\"") == "invalid_value /time");
  for (const std::string_view time :
       {"", "2026-11-20", "2026-11-20T09:00:00", "2026-11-20T24:00:00Z", "2026-11-20T23:59:60Z",
        "2026-11-20T09:00Z", "2026-11-20T09:00:00+25:00", "1700000000", "now"}) {
    INFO(time);
    CHECK(and_member("\"time\":\"" + std::string(time) + "\"") == "invalid_value /time");
    if (time != "2026-11-20") {
      CHECK(with("\"external_id\"", "\"paid_at\":\"" + std::string(time) + "\",\"external_id\"") ==
            "invalid_value /data/paid_at");
    }
  }
}

TEST_CASE("an id that is none") {
  for (const std::string& id : {std::string(""), std::string(65, 'x'), std::string("a b"), std::string("a/b"),
                                std::string("\xc3\xa9"), std::string("a\\u0000"), std::string("a\\n"),
                                std::string("a\\\"b"), std::string("a@b"), std::string("..\\\\")}) {
    INFO(id);
    CHECK(with("\"A\"", "\"" + id + "\"") == "invalid_value /data/account");
    CHECK(with("\"acme\"", "\"" + id + "\"") == "invalid_value /tenant");
    CHECK(with("\"cash\"", "\"" + id + "\"") == "invalid_value /data/provider");
  }
  for (const std::string& id :
       {std::string(""), std::string(129, 'x'), std::string(" a"), std::string("a "), std::string("\xc3\xa9"),
        std::string("a\\u0000"), std::string("a\\tb"), std::string("a\\u007f")}) {
    INFO(id);
    CHECK(with("\"c-1\"", "\"" + id + "\"") == "invalid_value /id");
    CHECK(with("\"17\"", "\"" + id + "\"") == "invalid_value /data/external_id");
  }
}

TEST_CASE("an Idempotency-Key that is none") {
  const std::string without = replaced(kPayment, "\"id\":\"c-1\",", "");
  CHECK(refusal(without) == "missing_field /id");
  CHECK(refusal(without, "key") == "fine");
  CHECK(refusal(without, std::string(129, 'x')) == "invalid_value /id");
  CHECK(refusal(without, " key") == "invalid_value /id");
  CHECK(refusal(without, "k\xc3\xa9y") == "invalid_value /id");
  CHECK(refusal(without, std::string_view("a\0b", 3)) == "invalid_value /id");
}

TEST_CASE("a text that is none") {
  const auto label = [](std::string_view text) {
    return of("account.relabel", R"({"account":"A","label":")" + std::string(text) + "\"}");
  };
  CHECK(label("fine \\t \\n \\u007f \xf0\x9f\x9a\xaa \\ud83d\\udeaa") == "fine");
  CHECK(label("") == "invalid_value /data/label");
  CHECK(label(std::string(201, 'x')) == "invalid_value /data/label");
  CHECK(label(std::string(200, 'x')) == "fine");
  std::string hundred_and_one;
  for (int i = 0; i < 101; ++i) hundred_and_one += "\xc3\xa9";
  CHECK(label(hundred_and_one) == "invalid_value /data/label");
  for (const std::string_view text :
       {"\\u0000", "a\\u0000b", "\\u0001", "\\b", "\\f", "\\r", "\\u001f", "\\u001b[31m"}) {
    INFO(text);
    CHECK(label(text) == "invalid_value /data/label");
  }
}

TEST_CASE("a string that JSON does not have") {
  const auto label = [](std::string_view text) {
    return of("account.relabel", R"({"account":"A","label":")" + std::string(text) + "\"}");
  };
  // Bare control characters, unknown or short escapes, lone surrogates.
  for (const std::string_view text :
       {std::string_view("a\nb"), std::string_view("a\tb"), std::string_view("a\0b", 3),
        std::string_view("\x1f"), std::string_view("\\x41"), std::string_view("\\a"),
        std::string_view("\\u12"), std::string_view("\\u12g4"), std::string_view("\\ud800"),
        std::string_view("\\udc00"), std::string_view("\\ud83d\\u0041"), std::string_view("\\udeaa\\ud83d"),
        std::string_view("\\ud83dx")}) {
    INFO(text);
    CHECK(label(text).starts_with("malformed_json"));
  }
  CHECK(label("\\ud800") == "malformed_json /data/label");
  // Bytes that are not UTF-8: stray, overlong, surrogates, past the last character, cut.
  for (const std::string_view text : {"\x80", "\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                                      "\xf5\x80\x80\x80", "\xf4\x90\x80\x80", "\xc3", "\xe2\x82", "\xc3("}) {
    CHECK(label(text).starts_with("malformed_json"));
  }
  CHECK(and_member("\"\\ud800\":1").starts_with("malformed_json"));
  CHECK(and_member("\"\xff\":1").starts_with("malformed_json"));
}

TEST_CASE("an expectation that is none") {
  const auto expecting = [](std::string_view expect) {
    return and_member("\"expect\":" + std::string(expect));
  };
  CHECK(expecting(R"({})") == "fine");
  CHECK(expecting(R"({"account/A":1,"account/B":2})") == "fine");
  CHECK(expecting(R"([])") == "wrong_type /expect");
  CHECK(expecting(R"(null)") == "wrong_type /expect");
  CHECK(expecting(R"({"account/A":"1"})") == "wrong_type /expect/account~1A");
  CHECK(expecting(R"({"account/A":null})") == "wrong_type /expect/account~1A");
  CHECK(expecting(R"({"account/A":0})") == "invalid_value /expect/account~1A");
  CHECK(expecting(R"({"account/A":-1})") == "invalid_value /expect/account~1A");
  CHECK(expecting(R"({"account/A":1.5})") == "invalid_value /expect/account~1A");
  CHECK(expecting(R"({"A":1})") == "unknown_field /expect/A");
  CHECK(expecting(R"({"account/":1})") == "unknown_field /expect/account~1");
  CHECK(expecting(R"({"account/a b":1})") == "unknown_field /expect/account~1a b");
  CHECK(expecting(R"({"point/A":1})") == "unknown_field /expect/point~1A");
  CHECK(expecting(R"({"account/A":1,"account/A":1})") == "duplicate_field /expect/account~1A");
  CHECK(expecting(R"({"account/A":1,"account\u002fA":2})") == "duplicate_field /expect/account~1A");
  std::string sixteen, seventeen;
  for (int i = 0; i < 17; ++i) {
    seventeen += (i ? ",\"account/" : "\"account/") + std::to_string(i) + "\":1";
    if (i == 15) sixteen = seventeen;
  }
  CHECK(expecting("{" + sixteen + "}") == "fine");
  CHECK(expecting("{" + seventeen + "}") == "invalid_value /expect/account~116");
}

TEST_CASE("data before the type are held to the same") {
  const auto early = [](std::string_view data) {
    return refusal("{\"data\":" + std::string(data) + R"(,"type":"account.relabel","id":"i","tenant":"t"})");
  };
  CHECK(early(R"({"account":"A","label":"x"})") == "fine");
  CHECK(early("[]") == "wrong_type /data");
  CHECK(early("{}") == "missing_field /data/account");
  CHECK(early(R"({"account":"A","label":"x","extra":1})") == "unknown_field /data/extra");
  CHECK(early(R"({"account":"A","label":1})") == "wrong_type /data/label");
  CHECK(early(R"({"account":"A","label":"\ud800"})") == "malformed_json /data/label");
  CHECK(early(R"({"account":"A" "label":"x"})") != "fine");
  CHECK(early(R"({"account":"A",,"label":"x"})") != "fine");
  CHECK(early(R"({"account":"A","label":"x"]})") != "fine");
  CHECK(refusal(R"({"dat\u0061":{"account":"A","extra":1},"type":"account.close","id":"i","tenant":"t"})") ==
        "unknown_field /data/extra");
  CHECK(
      refusal(
          R"({"data":{"account":"A"},"data":{"account":"B"},"type":"account.close","id":"i","tenant":"t"})") ==
      "duplicate_field /data");
}

TEST_CASE("what is too large") {
  CHECK(refusal(std::string(10'000'000, 'x')) == "malformed_json ");
  CHECK(with("\"17\"", "\"" + std::string(10'000'000, 'x') + "\"") == "malformed_json ");
  CHECK(with("\"A\"", "\"" + std::string(60'000, 'x') + "\"") == "invalid_value /data/account");
  CHECK(and_member("\"" + std::string(60'000, 'x') + "\":1").starts_with("unknown_field /xxxx"));
}

TEST_CASE("a long name is cut between characters before it is echoed") {
  for (size_t before = 0; before < 4; ++before) {
    std::string name(before, 'x');
    while (name.size() < 200) name += "\xf0\x9f\x9a\xaa";
    CHECK(and_member("\"" + name + "\":1").starts_with("unknown_field /"));
    CHECK(with("\"amount\"", "\"" + name + "\"").starts_with("unknown_field /data/"));
    CHECK(and_member("\"expect\":{\"" + name + "\":1}").starts_with("unknown_field /expect/"));
    CHECK(with("payment.receive", name) == "unknown_command /type");
  }
}

TEST_CASE("deep nesting") {
  const std::string arrays = std::string(10'000, '[') + std::string(10'000, ']');
  std::string objects;
  for (int i = 0; i < 5'000; ++i) objects += "{\"a\":";
  objects += "1" + std::string(5'000, '}');
  CHECK(refusal(arrays) == "wrong_type ");
  CHECK(refusal(std::string(10'000, '[')) != "fine");
  for (const std::string& deep : {arrays, objects}) {
    CHECK(with("\"1.00\"", deep) == "wrong_type /data/amount");
    CHECK(and_member("\"extra\":" + deep) == "unknown_field /extra");
    CHECK(with("\"amount\"", "\"extra\":" + deep + ",\"amount\"") == "unknown_field /data/extra");
    CHECK(refusal("{\"data\":" + deep + R"(,"type":"account.close","id":"i","tenant":"t"})") != "fine");
    CHECK(refusal(R"({"data":{"account":)" + deep + R"(},"type":"account.close","id":"i","tenant":"t"})") ==
          "wrong_type /data/account");
  }
}

}  // namespace
}  // namespace provodka::test
