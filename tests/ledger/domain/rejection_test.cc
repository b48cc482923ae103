#include "ledger/domain/rejections.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

namespace provodka::test {
namespace {

const std::filesystem::path kSource = PROVODKA_SOURCE_DIR;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  REQUIRE(in);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Written {
  std::string room;  // the folder; "common" for those of every room
  std::string name;
  int number = 0;
  std::string code;
};

// Every kind, as the rejection.h files have it.
std::vector<Written> written_kinds() {
  static const std::regex pattern(R"re(RejectionKind\s+(\w+)\s*\{\s*(\d+)\s*,\s*"(\w+)")re");
  const std::filesystem::path domain = kSource / "ledger/domain";
  std::vector<Written> kinds;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(domain)) {
    if (entry.path().filename() != "rejection.h") continue;
    const std::filesystem::path folder = entry.path().parent_path();
    const std::string room = folder == domain ? "common" : folder.filename().string();
    const std::string text = text_of(entry.path());
    for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) {
      kinds.push_back({room, (*it)[1], std::stoi((*it)[2]), (*it)[3]});
    }
  }
  return kinds;
}

TEST_CASE("the list has every kind that is written, and no other") {
  std::set<std::pair<int, std::string>> written, listed;
  for (const Written& kind : written_kinds()) written.emplace(kind.number, kind.code);
  for (const RejectionKind* kind : all_rejections()) listed.emplace(kind->number, kind->code);
  CHECK(written.size() > 30);
  CHECK(listed == written);
}

TEST_CASE("numbers and codes are used once, and the list is in their order") {
  std::set<int> numbers;
  std::set<std::string_view> codes;
  for (const RejectionKind* kind : all_rejections()) {
    INFO(kind->code);
    CHECK(numbers.insert(kind->number).second);
    CHECK(codes.insert(kind->code).second);
  }
  CHECK(std::ranges::is_sorted(all_rejections(), {}, &RejectionKind::number));
}

TEST_CASE("a kind is named after its code") {
  for (const Written& kind : written_kinds()) CHECK(kind.name == kind.code);
}

TEST_CASE("each room has a hundred of its own") {
  std::map<std::string, int> hundred_of;
  std::map<int, std::string> room_of;
  for (const Written& kind : written_kinds()) {
    INFO(kind.room << " " << kind.name);
    CHECK(kind.number % 100 != 0);
    const int hundred = kind.number / 100;
    CHECK(hundred_of.try_emplace(kind.room, hundred).first->second == hundred);
    CHECK(room_of.try_emplace(hundred, kind.room).first->second == kind.room);
  }
  CHECK(hundred_of.at("common") == 0);
}

TEST_CASE("statuses are those of the wire contract, titles are phrases") {
  for (const RejectionKind* kind : all_rejections()) {
    INFO(kind->code);
    CHECK((kind->status == 404 || kind->status == 409 || kind->status == 422));
    // What is named in vain is 404, except a zone, which is no resource of ours.
    CHECK((kind->status == 404) == (kind->code.starts_with("unknown_") && kind->code != "unknown_zone"));
    CHECK_FALSE(kind->title.empty());
    CHECK(!kind->title.ends_with('.'));
  }
}

TEST_CASE("the README has a row for every kind") {
  const std::string readme = text_of(kSource / "ledger/domain/README.md");
  for (const RejectionKind* kind : all_rejections()) {
    const std::string row = "| " + std::to_string(kind->number) + " | `" + std::string(kind->code) + "` | " +
                            std::to_string(kind->status) + (kind->transient ? " ⟳" : "") + " | " +
                            std::string(kind->title) + " |";
    INFO(row);
    CHECK(readme.find(row) != std::string::npos);
  }
}

// The engine finds these, before or beside the rooms, and its tests have them.
const std::set<std::string> kOfTheEngine = {"unknown_tenant",      "command_id_reused", "version_mismatch",
                                            "effective_in_future", "time_not_settable", "time_goes_back",
                                            "external_id_reused"};

TEST_CASE("every rejection of a room has a row in the room's tests") {
  std::set<std::string> rooms;
  for (const Written& kind : written_kinds()) rooms.insert(kind.room);
  rooms.erase("common");
  std::string tests;
  for (const std::string& room : rooms) {
    for (const auto& entry : std::filesystem::directory_iterator(kSource / "tests/ledger/domain" / room))
      tests += text_of(entry.path());
  }
  for (const Written& kind : written_kinds()) {
    if (kOfTheEngine.contains(kind.code)) continue;
    INFO(kind.room << "::" << kind.name);
    const std::regex row("(then_rejected\\(|kind == &)" + kind.room + "::" + kind.name + "\\b");
    CHECK(std::regex_search(tests, row));
  }
}

}  // namespace
}  // namespace provodka::test
