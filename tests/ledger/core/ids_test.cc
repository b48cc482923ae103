#include "ledger/core/ids.h"

#include <concepts>
#include <string>
#include <type_traits>
#include <unordered_set>

#include <catch2/catch_test_macros.hpp>

namespace provodka {
namespace {

static_assert(!std::is_convertible_v<std::uint32_t, AccountId>);
static_assert(!std::is_convertible_v<AccountId, std::uint32_t>);
static_assert(!std::is_convertible_v<AccountId, bool>);
static_assert(!std::equality_comparable_with<AccountId, TenantId>);
static_assert(!std::is_constructible_v<AccountId, TenantId>);
static_assert(!std::equality_comparable_with<Sequence, Position>);
static_assert(!std::is_convertible_v<std::uint64_t, Position>);
static_assert(sizeof(AccountId) == 4 && std::is_trivially_copyable_v<AccountId>);

TEST_CASE("a dense id is none until it has a value") {
  CHECK(!AccountId());
  CHECK(AccountId() == AccountId::none());
  CHECK(AccountId(0xffffffff) == AccountId::none());
  CHECK(AccountId(0));
  CHECK(AccountId(7).value() == 7);
  CHECK(AccountId(7) != AccountId(8));
  CHECK(AccountId(7) < AccountId(8));
  CHECK(fmt::format("{} {}", AccountId(7), AccountId()) == "7 none");
  CHECK(std::unordered_set<PointId>{PointId(1), PointId(1), PointId(2)}.size() == 2);
}

TEST_CASE("an ordinal counts from one") {
  CHECK(Sequence().next() == Sequence(1));
  CHECK(Position(41).next().value() == 42);
  CHECK(Position(41) < Position(42));
  CHECK(fmt::format("{}", Position(42)) == "42");
}

TEST_CASE("an operator's id is 1 to 64 of A-Z a-z 0-9 . _ : -") {
  const std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";
  int accepted = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    CAPTURE(byte);
    CHECK(is_operator_id(std::string_view(&c, 1)) == (allowed.find(c) != std::string_view::npos));
    accepted += is_operator_id(std::string_view(&c, 1)) ? 1 : 0;
  }
  CHECK(accepted == 66);
  CHECK(!is_operator_id(""));
  CHECK(is_operator_id(std::string(64, 'a')));
  CHECK(!is_operator_id(std::string(65, 'a')));
  CHECK(!is_operator_id("contract 12"));
  CHECK(!is_operator_id(std::string_view("a\0b", 3)));
}

TEST_CASE("a command's id is 1 to 128 printable ASCII without space at the ends") {
  for (int byte = 0; byte < 256; ++byte) {
    const char middle[] = {'a', static_cast<char>(byte), 'b'};
    CAPTURE(byte);
    CHECK(is_command_id({middle, 3}) == (byte >= 0x20 && byte <= 0x7e));
  }
  CHECK(is_command_id("~"));
  CHECK(is_command_id("!"));
  CHECK(!is_command_id(""));
  CHECK(!is_command_id(" "));
  CHECK(!is_command_id(" a"));
  CHECK(!is_command_id("a "));
  CHECK(is_command_id(std::string(128, 'a')));
  CHECK(!is_command_id(std::string(129, 'a')));
}

}  // namespace
}  // namespace provodka
