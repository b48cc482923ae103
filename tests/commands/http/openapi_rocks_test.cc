#include "ledger/domain/rejections.h"
#include "tests/commands/http/support.h"

#include <fstream>
#include <sstream>

namespace provodka::test {
namespace {

TEST_CASE("The description is the committed one") {
  House house;
  const Reply reply = house.get("/openapi.json");
  CHECK(reply.status == 200);
  CHECK(reply.headers.at("content-type") == "application/json");
  const std::string path = PROVODKA_SOURCE_DIR "/schemas/openapi.json";
  if (std::getenv("PROVODKA_WRITE_SCHEMAS")) std::ofstream(path, std::ios::binary) << reply.body;
  std::ostringstream committed;
  committed << std::ifstream(path, std::ios::binary).rdbuf();
  CHECK(reply.body == committed.str());  // PROVODKA_WRITE_SCHEMAS=1 writes it anew
}

TEST_CASE("The description names every rejection and its status") {
  House house;
  const std::string text = house.get("/openapi.json").body;
  for (const RejectionKind* kind : all_rejections()) {
    CAPTURE(kind->code);
    CHECK(text.find(fmt::format(R"({{"const": "{}", "description": "{} )", kind->code, kind->status)) !=
          text.npos);
  }
}

}  // namespace
}  // namespace provodka::test
