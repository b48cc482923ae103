#include "ledger/codec/command_codec.h"
#include "tools/provodka/batch_sender.h"
#include "tools/provodka/import_row.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch_test_macros.hpp>
#include <unistd.h>

namespace provodka::tools {
namespace {

const std::string kMap = R"(by = "type"
[file]
encoding = "windows-1251"
decimal = ","
date = "%d.%m.%Y"
delimiter = ";"
trim = true
[tenant]
currency = "RUB"
zone = "Europe/Moscow"
locale = "ru"
name = "A \"name\""
[account]
account = "{acc}"
id = "open/{acc}"
credit_limit = "5.00"
[[commands]]
when = "IN"
type = "payment.receive"
id = "{{x}}/{id}"
effective = "{date}"
[commands.data]
account = "{acc}"
amount = "{sum}"
currency = "RUB"
provider = "{op|provider}"
external_id = "{op|provider}-{id}"
paid_at = "{date}"
note = "{note}"
[[commands]]
when = ["OUT", "FEE"]
type = "charge.post"
id = "x/{id}"
[commands.data]
account = "{acc}"
amount = "{op|price}"
currency = "RUB"
service = "{op}"
force = true
reason = "imported"
[values.provider]
"CASH" = "cash"
[values.price]
"tv" = "7.50"
"*" = "1"
)";

struct Mapping {
  ImportMap map;
  std::unique_ptr<RowMapper> mapper;

  Mapping() {
    std::string pattern = (std::filesystem::temp_directory_path() / "provodka-row-XXXXXX").string();
    const int fd = ::mkstemp(pattern.data());
    REQUIRE(fd >= 0);
    ::close(fd);
    std::ofstream(pattern) << kMap;
    auto loaded = load_import_map(pattern);
    ::unlink(pattern.c_str());
    INFO((loaded ? "" : loaded.error().what));
    REQUIRE(loaded);
    map = std::move(*loaded);
    const std::vector<std::string> columns = {"id", "acc", "date", "type", "op", "sum", "note"};
    REQUIRE(map.bind(columns, "t.csv"));
    mapper = std::make_unique<RowMapper>(map, "acme", columns.size());
  }

  Cell<RowMapper::Mapped> operator()(const std::string& line) const {
    std::istringstream in(line);
    CsvReader reader(in, map.csv);
    CsvRow row;
    REQUIRE(reader.next(row));
    REQUIRE(row.error.empty());
    return mapper->map(row);
  }
  std::string why(const std::string& line) const {
    const auto mapped = (*this)(line);
    return mapped ? mapped->command : mapped.error();
  }
};

TEST_CASE("a row becomes the command that the map says") {
  const Mapping mapping;
  const auto in = mapping("7; A-1 ;3.2.2026;IN;CASH;12,50;\"\xcf\xf0\xe8\xe2\xe5\xf2 \"\"\"\"\"");
  REQUIRE(in);
  CHECK(
      in->command ==
      R"({"type":"payment.receive","id":"{x}/7","tenant":"acme","effective":"2026-02-03","data":{"account":"A-1",)"
      R"("amount":"12.50","currency":"RUB","provider":"cash","external_id":"cash-7","paid_at":"2026-02-03",)"
      R"("note":"Привет \"\""}})");
  CHECK(in->account == "A-1");
  CHECK(
      in->open ==
      R"({"type":"account.open","id":"open/A-1","tenant":"acme","data":{"account":"A-1","credit_limit":"5.00"}})");
  CHECK(
      mapping.why("8;B;;OUT;tv;;") ==
      R"({"type":"charge.post","id":"x/8","tenant":"acme","data":{"account":"B","amount":"7.50","currency":"RUB",)"
      R"("service":"tv","force":true,"reason":"imported"}})");
  CHECK(mapping.why("9;B;;FEE;net;;").find(R"("amount":"1")") != std::string::npos);
  CHECK(
      mapping.mapper->create_tenant() ==
      R"({"type":"tenant.create","id":"import/tenant","tenant":"acme","data":{"currency":"RUB","zone":"Europe/Moscow",)"
      R"("locale":"ru","name":"A \"name\""}})");
}

TEST_CASE("what it makes is what the server takes") {
  const Mapping mapping;
  const auto in = mapping("7;A;03.02.2026;IN;CASH;12,50;n");
  const auto out = mapping("8;B;;OUT;tv;;");
  REQUIRE((in && out));
  for (const std::string& command : {in->command, in->open, out->command, mapping.mapper->create_tenant()}) {
    codec::CommandDecoder decoder;
    Arena arena;
    Command decoded;
    codec::CommandError error;
    INFO(command);
    CHECK(decoder.decode(command, {}, arena, decoded, error));
  }
}

TEST_CASE("a row that cannot become a command says which field and why") {
  const Mapping mapping;
  CHECK(mapping.why("7;A;03.02.2026;IN;CASH") == "7 columns are expected and 5 found");
  CHECK(mapping.why("7;A;03.02.2026;IN;CASH;12.50;") ==
        "amount \"12.50\": use \",\" as the decimal separator or set decimal = \".\" in the map");
  CHECK(mapping.why("7;A;2026-02-03;IN;CASH;12,50;") ==
        "effective \"2026-02-03\": it is not of the form \"%d.%m.%Y\"");
  CHECK(mapping.why("7;A;;IN;CASH;12,50;") == "effective is empty");
  CHECK(mapping.why("7;A;03.02.2026;IN;CASH;;") == "amount is empty");
  CHECK(mapping.why("7;A;03.02.2026;IN;CARD;12,50;") ==
        "provider: [values.provider] of the map does not have \"CARD\"");
  CHECK(mapping.why("7;A;03.02.2026;BACK;CASH;12,50;") ==
        "type \"BACK\": no [[commands]] of the map is for it");
  CHECK(mapping.why("7;A B;03.02.2026;IN;CASH;12,50;") ==
        "account \"A B\": an id is 1 to 64 of A-Z a-z 0-9 . _ : -");
  CHECK(mapping.why("7;;03.02.2026;IN;CASH;12,50;") == "account is empty");
  CHECK(mapping.why("\xff;A;03.02.2026;IN;CASH;12,50;") ==
        "id \"{x}/я\": an external id is 1 to 128 printable ASCII characters");
  CHECK(mapping.why("7;A;03.02.2026;IN;CASH;12,50;\x98") ==
        "column 7: the byte 0x98 is none of windows-1251");
}

TEST_CASE("URLs") {
  const auto parsed = [](std::string_view text) {
    const auto url = Url::parse(text);
    return url ? url->host + " " + url->port + " " + url->path : "! " + url.error().what;
  };
  CHECK(parsed("http://127.0.0.1:8080") == "127.0.0.1 8080 ");
  CHECK(parsed("http://host/") == "host 80 ");
  CHECK(parsed("http://[::1]:81/a/b/") == "::1 81 /a/b");
  CHECK(parsed("http://[::1]") == "::1 80 ");
  for (const char* text : {"", "127.0.0.1:8080", "https://host", "http://", "http://h:0", "http://h:99999",
                           "http://h:8x", "http://a@h", "http://h?x", "http://h\r\nX: y"}) {
    INFO(text);
    CHECK(parsed(text).starts_with("! "));
  }
}

}  // namespace
}  // namespace provodka::tools
