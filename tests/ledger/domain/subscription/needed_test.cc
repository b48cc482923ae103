#include "ledger/process/point_access.h"
#include "ledger/process/settle.h"
#include "tests/ledger/domain/given.h"

#include <fmt/format.h>

namespace provodka::test {
namespace {

tariff::PublishTariff tariff_of(std::string_view service, std::string_view price) {
  auto published = tariff(service, price);
  published.service = {service};
  return published;
}

subscription::StartSubscription subscribe_point(std::string_view point, std::string_view service) {
  auto start = subscribe("A", service, service);
  start.points.emplace().push_back({point});
  return start;
}

// "p2 tv 110.00": a point, the subscription that it follows, and what is needed for that.
Lines needed(Books& books) {
  Context context;
  context.tenant = books.tenant();
  context.today = date("2026-11-20");  // 11 days of 30 are left
  context.now = books.world().day_start(books.tenant(), context.today);
  const process::Subject of(books.world(), context, *books.world().find_account(books.tenant(), "A"));
  Lines lines;
  process::for_each_point(of.world, of.row, [&](uint32_t p, uint32_t bit) {
    const uint32_t s = process::followed_by(of, bit);
    lines.push_back(fmt::format("{} {} {}", of.world.strings[of.world.points[p].name],
                                s == kNone ? "-" : of.name(s).text, process::needed_for(of, s).to_string()));
  });
  return lines;
}

void sell_three_services(Books& books) {
  books.given(service("internet", 1), service("radio", 2), service("tv", 3));
  books.given(tariff_of("internet", "600"), tariff_of("radio", "150"), tariff_of("tv", "300"), open("A"));
  for (const std::string_view point : {"p2", "p3", "p4"}) books.given(add_point("A", point));
}

TEST_CASE("a point follows the subscription that serves it, and needs what goes to the base before it") {
  Books books;
  sell_three_services(books);
  books.given(subscribe_point("A", "internet"), subscribe_point("p2", "tv"));
  CHECK(needed(books) == Lines{"A internet 220.00", "p2 tv 330.00", "p3 - 0.00", "p4 - 0.00"});
  books.given(pay("A", "220.00", "x1"));
  CHECK(needed(books) == Lines{"A internet 0.00", "p2 tv 110.00", "p3 - 0.00", "p4 - 0.00"});
  books.given(pay("A", "110.00", "x2"));
  CHECK(needed(books) == Lines{"A internet 0.00", "p2 tv 0.00", "p3 - 0.00", "p4 - 0.00"});
}

TEST_CASE("what comes in goes first to who is before by rank and costs no more") {
  Books books;
  sell_three_services(books);
  books.given(pay("A", "220.00", "x1"), subscribe_point("A", "internet"), subscribe_point("p2", "radio"),
              subscribe_point("p3", "tv"));
  CHECK(needed(books) == Lines{"A internet 0.00", "p2 radio 55.00", "p3 tv 165.00", "p4 - 0.00"});
  books.given(pay("A", "164.99", "x2"));
  CHECK(needed(books) == Lines{"A internet 0.00", "p2 radio 0.00", "p3 tv 0.01", "p4 - 0.00"});
}

TEST_CASE("a dearer one lets the money pass on") {
  Books books;
  sell_three_services(books);
  books.given(service("news", 4), tariff_of("news", "150"), pay("A", "220.00", "x1"),
              subscribe_point("A", "internet"), subscribe_point("p2", "tv"), subscribe_point("p4", "news"));
  CHECK(needed(books) == Lines{"A internet 0.00", "p2 tv 110.00", "p3 - 0.00", "p4 news 55.00"});
  books.given(pay("A", "55.00", "x2"));
  CHECK(needed(books) == Lines{"A internet 0.00", "p2 tv 110.00", "p3 - 0.00", "p4 news 0.00"});
}

TEST_CASE("where all that serve a point have ended it follows the first of them") {
  Books books;
  sell_three_services(books);
  books.given(pay("A", "1000.00", "x1"), subscribe_point("p2", "radio"), subscribe_point("p2", "tv"));
  CHECK(needed(books)[1] == "p2 radio 0.00");
  books.given(cancel("radio"));
  CHECK(needed(books)[1] == "p2 tv 0.00");
  books.given(cancel("tv"));
  CHECK(needed(books)[1] == "p2 radio 0.00");
}

}  // namespace
}  // namespace provodka::test
