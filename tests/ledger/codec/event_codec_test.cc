#include "ledger/codec/event_codec.h"

#include "tests/ledger/codec/samples.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::test {
namespace {

bool reads(std::string_view line) {
  Arena arena;
  codec::DecodedEvent decoded;
  return codec::decode_event(line, arena, decoded).has_value();
}

std::string fault_of(std::string_view line) {
  Arena arena;
  codec::DecodedEvent decoded;
  const auto read = codec::decode_event(line, arena, decoded);
  return read ? "" : read.error().what;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

const std::string& payment_line() {
  static const std::string line = [] {
    for (const Sample& sample : samples()) {
      if (std::holds_alternative<payment::PaymentReceived>(sample.event))
        return line_of(sample.header, sample.event);
    }
    return std::string();
  }();
  return line;
}

TEST_CASE("a line is the CloudEvents document of the wire contract") {
  CHECK(payment_line() ==
        R"({"specversion":"1.0","id":"10","source":"/acme","type":"payment.received.v1",)"
        R"("subject":"account/100042","time":"2026-11-20T09:15:51.123456Z","partitionkey":"acme/100042",)"
        R"("actor":"anna","cause":"c-1","causehash":"99b8d7f61534537291b0cfee0d2c4b6a",)"
        R"("data":{"account":"100042","amount":"199.90","currency":"RUB","provider":"cash",)"
        R"("external_id":"2026-11-20/17","effective":"2026-11-20","postings":[)"
        R"({"account":"clearing/cash","amount":"-199.90","currency":"RUB","balance":"-199.90"},)"
        R"({"account":"customer/100042","amount":"199.90","currency":"RUB","balance":"199.90"}],)"
        R"("available":"699.90","access":"on"}})");
}

TEST_CASE("what is read is what was written") {
  for (const Sample& sample : samples()) {
    const std::string line = line_of(sample.header, sample.event);
    INFO(line);
    Arena arena;
    codec::DecodedEvent decoded;
    REQUIRE(codec::decode_event(line, arena, decoded).has_value());
    CHECK(same_event(decoded.event, sample.event));
    CHECK(decoded.header.sequence == sample.header.sequence);
    CHECK(decoded.header.tenant == sample.header.tenant);
    CHECK(decoded.header.type == sample.header.type);
    CHECK(decoded.header.time == sample.header.time);
    CHECK(decoded.header.actor == sample.header.actor);
    CHECK(decoded.header.cause == sample.header.cause);
    CHECK(decoded.header.cause_hash == sample.header.cause_hash);
    CHECK(written_again(decoded) == line);
  }
}

TEST_CASE("the attributes are read without the data") {
  Arena arena;
  const std::string damaged_data = replaced(payment_line(), R"("data":{"account")", R"("data":{"acc unt")");
  const auto header = codec::decode_header(damaged_data, arena);
  REQUIRE(header.has_value());
  CHECK(header->sequence == Sequence(10));
  CHECK(header->tenant == "acme");
  CHECK(header->type == "payment.received.v1");
  CHECK(header->actor == "anna");
  CHECK(header->cause == "c-1");
  CHECK(header->time.to_string() == "2026-11-20T09:15:51.123456Z");
  CHECK_FALSE(codec::decode_header(replaced(payment_line(), "\"time\"", "\"Time\""), arena).has_value());
}

TEST_CASE("a point's event is about the point, a tenant's about the tenant") {
  for (const Sample& sample : samples()) {
    const std::string line = line_of(sample.header, sample.event);
    INFO(line);
    if (const auto* changed = std::get_if<access::AccessChanged>(&sample.event)) {
      CHECK(line.find("\"subject\":\"point/" + std::string(changed->point.text) + "\"") != std::string::npos);
      CHECK(line.find("\"partitionkey\":\"acme/100042\"") != std::string::npos);
    }
    if (std::holds_alternative<tenant::TenantCreated>(sample.event)) {
      const std::string tenant(sample.header.tenant);
      CHECK(line.find("\"subject\":\"tenant/" + tenant + "\"") != std::string::npos);
      CHECK(line.find("\"partitionkey\":\"" + tenant + "\"") != std::string::npos);
    }
    if (std::holds_alternative<transfer::TransferMade>(sample.event)) {
      const std::string from(std::get<transfer::TransferMade>(sample.event).from.text);
      CHECK(line.find("\"partitionkey\":\"acme/" + from + "\"") != std::string::npos);
    }
  }
}

TEST_CASE("a line that was cut or continued is refused") {
  for (const Sample& sample : samples()) {
    const std::string line = line_of(sample.header, sample.event);
    for (size_t length = 0; length < line.size(); ++length) {
      INFO(length << " bytes of " << line);
      REQUIRE_FALSE(reads(std::string_view(line).substr(0, length)));
    }
    CHECK_FALSE(reads(line + "\n"));
    CHECK_FALSE(reads(line + " "));
    CHECK_FALSE(reads(line + "}"));
    CHECK_FALSE(reads(line + line));
    CHECK_FALSE(reads(" " + line));
  }
}

TEST_CASE("the same document in other words is damage") {
  const std::string line = payment_line();
  const std::pair<std::string_view, std::string_view> changes[] = {
      {",\"time\"", ", \"time\""},           // a space
      {"\"anna\"", "\"a\\u006ena\""},        // an escape that was not needed
      {"2026-11-20/17", "2026-11-20\\/17"},  // the same
      {"\"199.90\"", "\"199.9\""},           // decimals left out
      {"\"199.90\"", "\"0199.90\""},         // a leading zero
      {"\"199.90\"", "199.90"},              // a number
      {"\"id\":\"10\"", "\"id\":\"010\""},   // a leading zero
      {"\"id\":\"10\"", "\"id\":10"},        // a number
      {".123456Z", ".123456+00:00"},         // an offset
      {".123456Z", ".1234560Z"},             // digits that say nothing
      {"\"causehash\":\"99b8d7", "\"causehash\":\"99B8D7"},
      {"\"provider\":\"cash\",\"external_id\":\"2026-11-20/17\"",
       "\"external_id\":\"2026-11-20/17\",\"provider\":\"cash\""},
      {"\"effective\"", "\"unknown\":1,\"effective\""},
      {",\"provider\":\"cash\"", ""},
      {"\"external_id\":\"2026-11-20/17\"", "\"external_id\":\"2026-11-20/17\",\"note\":null"},
      {"\"account/100042\"", "\"account/100043\""},  // the subject of another account
      {"\"account/100042\"", "\"account/10004\""},
      {"\"account/100042\"", "\"account/1000422\""},
      {"\"acme/100042\"", "\"acme/100043\""},  // the partition of another account
      {"\"acme/100042\"", "\"acme100042\""},
      {"\"acme/100042\"", "\"acme\""},
      {"\"/acme\"", "\"/emca\""},  // another tenant than the partition's
      {"\"/acme\"", "\"/ac me\""},
      {"\"/acme\"", "\"acme\""},
      {"clearing/cash", "clearing/"},
      {"clearing/cash", "Clearing/cash"},
      {"clearing/cash", "cash"},
      {"\"access\":\"on\"", "\"access\":\"On\""},
      {"\"currency\":\"RUB\"", "\"currency\":\"rub\""},
      {"\"currency\":\"RUB\"", "\"currency\":\"XXX\""},
      {"\"effective\":\"2026-11-20\"", "\"effective\":\"2026-11-31\""},
      {"\"account\":\"100042\"", "\"account\":\"\""},
  };
  for (const auto& [from, to] : changes) {
    INFO(from << " as " << to);
    CHECK_FALSE(reads(replaced(line, from, to)));
  }
}

TEST_CASE("the fault says from which byte on, or which type it is that is not known") {
  CHECK(fault_of(replaced(payment_line(), "\"specversion\"", "\"specversioN\"")).ends_with("from byte 0 on"));
  CHECK(fault_of(replaced(payment_line(), "payment.received.v1", "payment.received.v99")) ==
        "the event type payment.received.v99 is not known to this version");
  CHECK(fault_of(replaced(payment_line(), "\"account/1", "\"account/2")) ==
        "the subject or the partition key is not that of the event");
}

TEST_CASE("numbers end where their types do") {
  for (const Sample& sample : samples()) {
    const auto* changed = std::get_if<access::AccessChanged>(&sample.event);
    if (!changed || changed->version != 4294967295) continue;
    const std::string line = line_of(sample.header, sample.event);
    CHECK(reads(line));
    CHECK_FALSE(reads(replaced(line, "\"version\":4294967295", "\"version\":4294967296")));
    CHECK_FALSE(reads(replaced(line, "\"version\":4294967295", "\"version\":-1")));
    CHECK_FALSE(reads(replaced(line, "\"version\":4294967295", "\"version\":1.0")));
    CHECK_FALSE(reads(replaced(line, "\"version\":4294967295", "\"version\":99999999999999999999")));
  }
  CHECK(reads(replaced(payment_line(), "\"id\":\"10\"", "\"id\":\"18446744073709551615\"")));
  CHECK_FALSE(reads(replaced(payment_line(), "\"id\":\"10\"", "\"id\":\"18446744073709551616\"")));
}

TEST_CASE("every byte that a text may have comes back") {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  for (const std::string& text :
       {all, std::string(1, '\0'), std::string("\"\\/\b\f\n\r\t\x1f\x7f"), std::string(999, '\\')}) {
    const Sample sample = samples()[9];
    auto event = std::get<payment::PaymentReceived>(sample.event);
    event.note = Note{text};
    const std::string line = line_of(sample.header, event);
    Arena arena;
    codec::DecodedEvent decoded;
    REQUIRE(codec::decode_event(line, arena, decoded).has_value());
    CHECK(same_event(decoded.event, event));
  }
}

TEST_CASE("control characters are escaped as in the shortest form of RFC 8259") {
  Buffer out;
  codec::write_escaped(out, std::string_view("\"\\/\b\f\n\r\t\0\x01\x1f\x7f\xc3\xa9", 14));
  CHECK(out.view() == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u0001\\u001f\x7f\xc3\xa9\"");
}

}  // namespace
}  // namespace provodka::test
