#include "ledger/domain/charge/rejection.h"
#include "ledger/domain/tenant/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

tenant::CreateTenant create(std::string_view zone) {
  return {.currency = currency("KWD"), .zone = {zone}, .locale = {"ar-KW"}, .name = Label{"Kuwait Net"}};
}

TEST_CASE("a tenant is created with what it will reckon in") {
  Books books;
  books.create_tenant("kuwait", "KWD");
  const tenant::TenantRow& row = books.world().tenant(books.tenant());
  CHECK(books.tenant() == TenantId(1));
  CHECK(books.world().strings[row.name] == "kuwait");
  CHECK(books.world().strings[row.zone] == "Europe/Moscow");
  CHECK(books.world().strings[row.locale] == "ru-RU");
  CHECK(books.world().strings[row.log_key] == "acme+00000000+AAAA");
  CHECK(books.world().currency(books.tenant()) == currency("KWD"));
  CHECK(row.events == 1);
  CHECK(row.accounts == 0);
}

TEST_CASE("the event holds the name of the envelope and the key of the checkpoints") {
  World world;
  const Context context{.tenant = TenantId::none(),
                        .now = {},
                        .today = date("2026-11-20"),
                        .effective = date("2026-11-19"),
                        .new_tenant = "kuwait",
                        .log_key = "kuwait+1",
                        .sealed = {}};
  const auto decided = decide(world, create("Asia/Kuwait"), context);
  REQUIRE(decided.has_value());
  const auto& event = std::get<tenant::TenantCreated>(decided->front());
  CHECK(event.tenant.text == "kuwait");
  CHECK(event.currency == currency("KWD"));
  CHECK(event.zone.text == "Asia/Kuwait");
  CHECK(event.locale.text == "ar-KW");
  CHECK(event.name == Label{"Kuwait Net"});
  CHECK(event.log_key.text == "kuwait+1");
  CHECK(event.effective == date("2026-11-19"));
}

TEST_CASE("a tenant exists once, whatever else is wrong") {
  Books books;
  books.when(create("Asia/Kuwait")).then_rejected(tenant::tenant_exists, "/tenant");
  books.when(create("Nowhere/Land")).then_rejected(tenant::tenant_exists, "/tenant");
}

TEST_CASE("a zone is one of the IANA database") {
  World world;
  const Context context{.tenant = TenantId::none(),
                        .now = {},
                        .today = {},
                        .effective = {},
                        .new_tenant = "kuwait",
                        .log_key = "k",
                        .sealed = {}};
  for (const std::string_view zone : {"Nowhere/Land", "asia/kuwait", "UTC+3", "../etc/passwd"}) {
    const auto decided = decide(world, create(zone), context);
    REQUIRE_FALSE(decided.has_value());
    CHECK(decided.error().kind == &tenant::unknown_zone);
    CHECK(decided.error().pointer == "/data/zone");
  }
}

TEST_CASE("tenants share nothing but the house") {
  Books books;
  books.given(open("A"), pay("A", "100.00", "p1"));
  books.create_tenant("kuwait", "KWD");
  books.when(charge("A", "1.000", "internet", "KWD")).then_rejected(common::unknown_account, "/data/account");
  books.given(open("A"), pay("A", "1.234", "p1", "KWD"), charge("A", "0.001", "internet", "KWD"));
  CHECK(books.account("A").balance_minor == 1233);
  CHECK(books.ledger_minor(book::Kind::clearing, "cash") == -1234);
  books.switch_to("acme");
  CHECK(books.account("A").balance_minor == 10000);
  CHECK(books.ledger_minor(book::Kind::clearing, "cash") == -10000);
  CHECK(books.ledger_minor(book::Kind::revenue, "internet") == 0);
  books.when(reverse_charge(4)).then_rejected(charge::unknown_charge, "/data/charge");
  CHECK(books.sequence() == 3);
}

}  // namespace
}  // namespace provodka::test
