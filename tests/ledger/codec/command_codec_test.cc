#include "ledger/codec/command_codec.h"

#include <map>
#include <set>

#include <catch2/catch_test_macros.hpp>

namespace provodka::test {
namespace {

struct Decoded {
  Arena arena;
  Command command;
  codec::CommandError error;
  bool ok;

  explicit Decoded(std::string_view json, std::string_view default_id = {}) {
    codec::CommandDecoder decoder;
    ok = decoder.decode(json, default_id, arena, command, error);
  }
};

std::string body(std::string_view type, std::string_view data) {
  return std::string(R"({"type":")") + std::string(type) + R"(","id":"c-1","tenant":"acme","data":)" +
         std::string(data) + "}";
}

std::string canonical(std::string_view json) {
  const Decoded decoded(json);
  INFO(json);
  INFO(decoded.error.code << " " << decoded.error.pointer << " " << decoded.error.detail);
  REQUIRE(decoded.ok);
  Buffer out;
  codec::canonical_form(out, decoded.command);
  return std::string(out.view());
}

// For every command a body with all of its members and one with only those that it needs. The canonical form
// has all that was read, in the order of the struct.
const std::multimap<std::string_view, std::string_view> kBodies = {
    {"tenant.create", R"({"currency":"RUB","zone":"Europe/Moscow","locale":"ru-RU","name":"Акме"})"},
    {"tenant.create", R"({"currency":"RUB","zone":"Europe/Moscow","locale":"ru-RU"})"},
    {"account.open",
     R"({"account":"A","subscriber":"s-1","label":"the \"blue\" door","credit_limit":"100.50"})"},
    {"account.open", R"({"account":"A"})"},
    {"account.set_credit_limit", R"({"account":"A","credit_limit":"0","reason":"late"})"},
    {"account.set_credit_limit", R"({"account":"A","credit_limit":"0.00"})"},
    {"account.relabel", R"({"account":"A","label":"two\nlines"})"},
    {"account.close",
     R"({"account":"A","reason":"moved","payout":{"provider":"bank","external_id":"out 17"}})"},
    {"account.close", R"({"account":"A","reason":"moved"})"},
    {"account.close", R"({"account":"A"})"},
    {"payment.receive",
     R"({"account":"A","amount":"199.90","currency":"RUB","provider":"cash","external_id":"17","paid_at":"2026-11-19","note":"x"})"},
    {"payment.receive",
     R"({"account":"A","amount":"-1","currency":"RUB","provider":"cash","external_id":"a b","paid_at":"2026-11-19T10:00:00+03:00"})"},
    {"payment.receive",
     R"({"account":"A","amount":"1","currency":"RUB","provider":"cash","external_id":"17"})"},
    {"payment.reverse", R"({"provider":"cash","external_id":"17","amount":"0.50","reason":"bank"})"},
    {"payment.reverse", R"({"provider":"cash","external_id":"17","reason":"bank"})"},
    {"payment.move", R"({"provider":"cash","external_id":"17","to":"B","reason":"a digit was wrong"})"},
    {"payment.assign", R"({"provider":"cash","external_id":"17","account":"A"})"},
    {"charge.post",
     R"({"account":"A","amount":"5","currency":"RUB","service":"tv","note":"n","force":true,"reason":"r"})"},
    {"charge.post", R"({"account":"A","amount":"5","currency":"RUB","service":"tv","force":false})"},
    {"charge.post", R"({"account":"A","amount":"5","currency":"RUB","service":"tv"})"},
    {"charge.reverse", R"({"charge":18446744073709551615,"amount":"1","reason":"r"})"},
    {"charge.reverse", R"({"charge":1,"reason":"r"})"},
    {"transfer.make", R"({"from":"A","to":"B","amount":"1.234567891","currency":"CLF","note":"n"})"},
    {"transfer.make", R"({"from":"A","to":"B","amount":"999999999999999999","currency":"JPY"})"},
    {"adjustment.make", R"({"account":"A","amount":"-0.01","currency":"RUB","reason":"rounding"})"},
    {"writeoff.make", R"({"account":"A","amount":"100.00","currency":"RUB","reason":"bankrupt"})"},
    {"access.block", R"({"account":"A","reason":"debt"})"},
    {"access.block", R"({"point":"A-2","reason":"debt"})"},
    {"access.block", R"({"account":"A","point":"A-2","reason":"debt"})"},
    {"access.unblock", R"({"account":"A","reason":"debt"})"},
    {"access.unblock", R"({"point":"A-2","reason":"debt"})"},
    {"point.add",
     R"({"account":"A","point":"A-2","device":"r1","login":"ann","address":"10.0.0.7","mac":"02:00:00:00:00:07"})"},
    {"point.add", R"({"account":"A","point":"A-2"})"},
    {"tenant.configure",
     R"({"threshold":"-50.00","grace_hours":72,"resume":"restart","unused_on_block":"keep","promise":{"max_amount":"600.00","max_days":5,"interval_days":30}})"},
    {"tenant.configure", R"({})"},
    {"service.define",
     R"({"service":"tv","names":{"ru":"ТВ","en":"TV"},"rank":3,"requires":"internet","revenue":"tv","vat":[{"from":"2026-01-01","rate":"22.5","included":true}]})"},
    {"service.define", R"({"service":"tv","names":{},"rank":0,"revenue":"tv","vat":[]})"},
    {"tariff.publish",
     R"({"tariff":"b","version":1,"service":"tv","effective":"2026-01-01","mode":"spread","period":"quarter","anchor":"start","price":"600.00","currency":"RUB","shortage":"shorten","trial_days":14,"speed":{"down":100,"up":50},"switch_to":["home","office"],"group":"home"})"},
    {"tariff.publish",
     R"({"tariff":"b","version":1,"service":"tv","effective":"2026-01-01","mode":"advance","anchor":"calendar","price":"0","currency":"RUB","shortage":"debt"})"},
    {"tariff.close", R"({"tariff":"b"})"},
    {"subscription.start",
     R"({"subscription":"S","account":"A","tariff":"b","points":["A","A-2"],"from":"2026-12-01"})"},
    {"subscription.start", R"({"subscription":"S","account":"A","tariff":"b"})"},
    {"subscription.switch", R"({"subscription":"S","tariff":"b","when":"next"})"},
    {"subscription.freeze", R"({"subscription":"S","from":"2026-12-01","days":10})"},
    {"subscription.freeze", R"({"subscription":"S"})"},
    {"subscription.unfreeze", R"({"subscription":"S"})"},
    {"subscription.cancel", R"({"subscription":"S","when":"period_end","credit_unused":false})"},
    {"subscription.cancel", R"({"subscription":"S","when":"now"})"},
    {"promise.give", R"({"account":"A","amount":"600.00","days":3})"},
    {"billing.run", R"({"through":"2026-06-11T00:00:00.000000Z"})"},
    {"tenant.configure",
     R"({"blocking_hours":{"from":"09:00","to":"18:30"},"freeze":{"min_days":5,"max_days":60,"days_per_year":90,"fee":"50.00"},"rounding":"half_up"})"},
    {"tenant.configure", R"({"freeze":{}})"},
    {"tariff.publish",
     R"({"tariff":"b","version":1,"service":"tv","effective":"2026-01-01","mode":"arrears","period":"month","anchor":"calendar","price":"600.00","currency":"RUB","shortage":"debt","setup_fee":"150.00","due_days":20,"quota":500})"},
    {"discount.grant",
     R"({"subscription":"S","percent":"12.5","from":"2026-06-01","until":"2026-06-30","order":2,"reason":"loyal"})"},
    {"discount.grant", R"({"subscription":"S","amount":"50.00","from":"2026-06-01","reason":"loyal"})"},
    {"subscription.override_price",
     R"({"subscription":"S","price":"450.00","until":"2026-06-30","reason":"agreed"})"},
    {"subscription.override_price", R"({"subscription":"S","price":"450.00","reason":"agreed"})"},
    {"tariff.move", R"({"from":"a","to":"b","group":"home","when":"next"})"},
    {"tariff.move", R"({"from":"a","to":"b","when":"now"})"},
    {"outage.recalculate",
     R"({"accounts":["A","B"],"device":"r1","street":"Мира","from":"2026-06-01","to":"2026-06-02","reason":"r"})"},
    {"outage.recalculate", R"({"device":"r1","from":"2026-06-01","to":"2026-06-02","reason":"r"})"},
    {"extra.add",
     R"({"account":"A","service":"tv","amount":"30.00","currency":"RUB","period":"month","count":2})"},
    {"extra.add", R"({"account":"A","service":"tv","amount":"30.00","currency":"RUB"})"},
    {"extra.remove", R"({"account":"A","service":"tv"})"},
    {"instalment.agree",
     R"({"account":"A","service":"tv","amount":"5000.00","currency":"RUB","parts":12,"first":"2026-06-15"})"},
    {"period.close", R"({"month":"2026-05"})"},
    {"period.reopen", R"({"month":"2026-05","reason":"a bank file was late"})"},
    {"subscriber.register",
     R"({"subscriber":"s-1","kind":"person","name":"Анна","phones":["+79161234567","+74951234567"],"email":"anna@example.org","addresses":[{"text":"Мира, 7","street":"Мира","lat":"55.7558","lon":"-37.6"},{"text":"Мира, 8"}],"tax_number":"7707083893","contract":{"number":"17","date":"2026-05-30"},"language":"ru","registration":"r","document":"d","note":"n"})"},
    {"subscriber.register", R"({"subscriber":"s-1","kind":"company","name":"ООО \"Ромашка\""})"},
    {"subscriber.change",
     R"({"subscriber":"s-1","kind":"company","name":"Анна","phones":[],"email":"a@example.org","addresses":[],"tax_number":"77070","contract":{"number":"18"},"language":"en","registration":"r","document":"d","note":"n"})"},
    {"subscriber.change", R"({"subscriber":"s-1"})"},
    {"subscriber.hold", R"({"subscriber":"s-1","on":true,"reason":"court"})"},
    {"subscriber.erase", R"({"subscriber":"s-1","reason":"asked"})"},
    {"point.change",
     R"({"account":"A","point":"A-2","device":"r1","login":"ann","address":"10.0.0.7","mac":"02:00:00:00:00:07"})"},
    {"point.change", R"({"point":"A-2"})"},
    {"point.remove", R"({"point":"A-2"})"},
    {"access.report",
     R"({"point":"A-2","version":7,"device":"r1","outcome":"repaired","ms":1000000,"detail":"it was gone"})"},
    {"access.report", R"({"point":"A-2","version":0,"device":"r1","outcome":"failed","ms":0})"},
    {"device.register",
     R"({"device":"r1","kind":"routeros_api_tls","address":"[2001:db8::1]:8729","mode":"dhcp_lease","credentials":{"login":"provodka","password":"\"correct\" horse"}})"},
    {"device.change",
     R"({"device":"r1","kind":"routeros_rest","address":"r1:80","mode":"simple_queue","credentials":{"login":"l","password":"p"}})"},
    {"device.change", R"({"device":"r1"})"},
    {"device.retire", R"({"device":"r1","reason":"lightning"})"},
    {"message.template",
     R"({"template":"paid","language":"ru","text":"{name}, спасибо за {amount}","trigger":"payment_received","channels":["sms","telegram"],"fall_through_minutes":15})"},
    {"message.template", R"({"template":"paid","language":"ru","text":"{"})"},
    {"message.configure", R"({"quiet_hours":{"from":"22:00","to":"08:00"},"per_day":3})"},
    {"message.configure", R"({"quiet_hours":{"from":"00:00","to":"00:00"}})"},
    {"message.send",
     R"({"subscriber":"s-1","template":"paid","fields":{"name":"Анна","account":"A","balance":"1.00","amount":"199.90","date":"20.11","text":"t"}})"},
    {"message.send", R"({"subscriber":"s-1","template":"paid","fields":{}})"},
    {"message.send", R"({"subscriber":"s-1","template":"paid"})"},
    {"message.report",
     R"({"message":171,"outcome":"sending","channel":"telegram","attempt":1,"final":false,"detail":"d"})"},
    {"message.report", R"({"message":171,"outcome":"unknown"})"},
    {"telegram.link", R"({"subscriber":"s-1","chat":"-1001234567890","phone":"+79161234567"})"},
    {"telegram.unlink", R"({"subscriber":"s-1","reason":"asked for it"})"},
};

template <class... C>
std::set<std::string_view> types_of(std::type_identity<std::variant<C...>>) {
  return {C::type...};
}

TEST_CASE("every member of every command is read") {
  for (const auto& [type, data] : kBodies) {
    CHECK(canonical(body(type, data)) == std::string(type) + " acme " + std::string(data));
    const Decoded decoded(body(type, data));
    CHECK(codec::type_of(decoded.command.data) == type);
  }
}

TEST_CASE("the bodies above are of every command that there is") {
  std::set<std::string_view> types;
  for (const auto& [type, data] : kBodies) types.insert(type);
  CHECK(types == types_of(std::type_identity<CommandAlternatives>()));
}

TEST_CASE("the envelope is read") {
  const Decoded decoded(
      R"({"type":"account.close","id":"my id #1","tenant":"acme-2","effective":"2026-11-19",)"
      R"("expect":{"account/A":17,"account/b.c:d_e-f":18446744073709551615},)"
      R"("time":"2026-11-20T12:00:00+03:00","data":{"account":"A"}})");
  REQUIRE(decoded.ok);
  const Command& command = decoded.command;
  CHECK(command.id == CommandId{"my id #1"});
  CHECK(command.tenant == Id{"acme-2"});
  CHECK(command.effective == Date::parse("2026-11-19"));
  REQUIRE(command.expect.size() == 2);
  CHECK(command.expect[0].account == Id{"A"});
  CHECK(command.expect[0].version == Sequence(17));
  CHECK(command.expect[1].account == Id{"b.c:d_e-f"});
  CHECK(command.expect[1].version == Sequence(UINT64_MAX));
  CHECK(command.time == Instant::parse("2026-11-20T09:00:00Z"));
  CHECK(std::get<account::CloseAccount>(command.data).account == Id{"A"});
}

TEST_CASE("what the envelope may leave out is absent") {
  const Decoded decoded(body("account.close", R"({"account":"A"})"));
  REQUIRE(decoded.ok);
  CHECK_FALSE(decoded.command.effective.has_value());
  CHECK_FALSE(decoded.command.time.has_value());
  CHECK(decoded.command.expect.empty());
  CHECK(Decoded(R"({"type":"account.close","id":"i","tenant":"t","expect":{},"data":{"account":"A"}})")
            .command.expect.empty());
}

TEST_CASE("the members of the envelope come in any order, the data also before its type") {
  const std::string first = canonical(
      R"({"type":"account.relabel","id":"i","tenant":"t","effective":"2026-11-19","data":{"account":"A","label":"x y"}})");
  CHECK(first == R"(account.relabel t "2026-11-19"{"account":"A","label":"x y"})");
  CHECK(
      canonical(
          R"({"data":{"label":"x y","account":"A"},"effective":"2026-11-19","tenant":"t","id":"i","type":"account.relabel"})") ==
      first);
  CHECK(
      canonical(
          R"({"tenant":"t","data":{"label":"x y","account":"A"},"type":"account.relabel","effective":"2026-11-19","id":"i"})") ==
      first);
  CHECK(
      canonical(
          R"({"\u0064\u0061ta":{"label":"x y","account":"A"},"effective":"2026-11-19","tenant":"t","id":"i","type":"account.relabel"})") ==
      first);
}

TEST_CASE("Idempotency-Key stands in for the id, which must be the same where it is there") {
  const std::string without = R"({"type":"account.close","tenant":"t","data":{"account":"A"}})";
  const Decoded given(without, "key 1");
  REQUIRE(given.ok);
  CHECK(given.command.id == CommandId{"key 1"});
  const Decoded both(body("account.close", R"({"account":"A"})"), "c-1");
  REQUIRE(both.ok);
  CHECK(both.command.id == CommandId{"c-1"});
  const Decoded other(body("account.close", R"({"account":"A"})"), "key 1");
  CHECK_FALSE(other.ok);
  CHECK(other.error.code == "invalid_value");
  CHECK(other.error.pointer == "/id");
}

TEST_CASE("texts live in the arena, not in the document or the decoder") {
  Decoded decoded("{}");
  {
    codec::CommandDecoder decoder;
    std::string json = body("account.relabel", R"({"account":"A","label":"x\ty"})");
    REQUIRE(decoder.decode(json, "", decoded.arena, decoded.command, decoded.error));
    json.assign(json.size(), '#');
    Arena arena;
    Command other;
    REQUIRE(decoder.decode(body("account.relabel", R"({"account":"B","label":"other text"})"), "", arena,
                           other, decoded.error));
  }
  const auto& relabel = std::get<account::RelabelAccount>(decoded.command.data);
  CHECK(decoded.command.id == CommandId{"c-1"});
  CHECK(relabel.account == Id{"A"});
  CHECK(relabel.label == Label{"x\ty"});
}

TEST_CASE("a decoder goes on after an error") {
  codec::CommandDecoder decoder;
  Arena arena;
  Command command;
  codec::CommandError error;
  const std::string good = body("account.close", R"({"account":"A"})");
  for (const std::string& bad :
       {std::string("{"), good.substr(0, good.size() - 1), good + "x", std::string(100'000, '[')}) {
    CHECK_FALSE(decoder.decode(bad, "", arena, command, error));
    CHECK(decoder.decode(good, "", arena, command, error));
  }
}

TEST_CASE("the longest of everything is taken") {
  const std::string id64(64, 'x'), id128(128, 'y'), text200(200, 'z'), note1000(1000, 'n');
  const Decoded decoded(R"({"type":"payment.receive","id":")" + id128 + R"(","tenant":")" + id64 +
                        R"(","data":{"account":")" + id64 +
                        R"(","amount":"1","currency":"RUB","provider":"p","external_id":")" + id128 +
                        R"(","note":")" + note1000 + "\"}}");
  INFO(decoded.error.pointer);
  REQUIRE(decoded.ok);
  CHECK(Decoded(body("account.relabel", R"({"account":"A","label":")" + text200 + "\"}")).ok);
  std::string padded = body("account.close", R"({"account":"A"})");
  padded += std::string(codec::kCommandBytesMax - padded.size(), ' ');
  CHECK(Decoded(padded).ok);
  CHECK_FALSE(Decoded(padded + " ").ok);
}

TEST_CASE("one request has one canonical form, however it is written") {
  const std::string plain = canonical(
      body("charge.post", R"({"account":"A","amount":"5","currency":"RUB","service":"tv","note":"é\n"})"));
  CHECK(plain ==
        "charge.post acme "
        "{\"account\":\"A\",\"amount\":\"5\",\"currency\":\"RUB\",\"service\":\"tv\",\"note\":\"é\\n\"}");
  const std::string_view same[] = {
      R"({"note":"é\n","service":"tv","currency":"RUB","amount":"5","account":"A"})",
      R"({ "account" : "A" , "amount":"5",   "currency":"RUB","service":"tv",
           "note":"é\n"})",
      R"({"\u0061ccount":"\u0041","amount":"\u0035","currency":"\u0052UB","service":"t\u0076","note":"\u00e9\u000a"})",
  };
  for (const std::string_view data : same) CHECK(canonical(body("charge.post", data)) == plain);
  // Whose it is, when it came and what it expected are not what it asks for.
  CHECK(
      canonical(
          R"({"type":"charge.post","id":"other","tenant":"acme","expect":{"account/A":1},"time":"2026-11-20T00:00:00Z",)"
          R"("data":{"account":"A","amount":"5","currency":"RUB","service":"tv","note":"é\n"}})") == plain);
}

TEST_CASE("what differs in anything else has another form") {
  const std::string_view different[] = {
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5","currency":"RUB","service":"tv"}})",
      R"({"type":"charge.post","tenant":"acme2","data":{"account":"A","amount":"5","currency":"RUB","service":"tv"}})",
      R"({"type":"charge.post","tenant":"acme","effective":"2026-11-20","data":{"account":"A","amount":"5","currency":"RUB","service":"tv"}})",
      R"({"type":"charge.post","tenant":"acme","effective":"2026-11-19","data":{"account":"A","amount":"5","currency":"RUB","service":"tv"}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"a","amount":"5","currency":"RUB","service":"tv"}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5.0","currency":"RUB","service":"tv"}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"-5","currency":"RUB","service":"tv"}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5","currency":"USD","service":"tv"}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5","currency":"RUB","service":"tv2"}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5","currency":"RUB","service":"tv","force":false}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5","currency":"RUB","service":"tv","force":true}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5","currency":"RUB","service":"tv","note":"x"}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5","currency":"RUB","service":"tv","note":"x "}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5","currency":"RUB","service":"tv","reason":"x"}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5","currency":"RUB","service":"tv","note":"x\",\"reason\":\"y"}})",
      R"({"type":"charge.post","tenant":"acme","data":{"account":"A","amount":"5","currency":"RUB","service":"tv","note":"x","reason":"y"}})",
      R"({"type":"access.block","tenant":"acme","data":{"account":"A","reason":"x"}})",
      R"({"type":"access.unblock","tenant":"acme","data":{"account":"A","reason":"x"}})",
      R"({"type":"access.block","tenant":"acme","data":{"point":"A","reason":"x"}})",
  };
  std::set<std::string> forms;
  for (const std::string_view json : different) {
    std::string with_id(json);
    with_id.insert(1, R"("id":"i",)");
    INFO(json);
    CHECK(forms.insert(canonical(with_id)).second);
  }
}

}  // namespace
}  // namespace provodka::test
