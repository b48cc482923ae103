#include "tests/adapters/routeros/fake_router.h"

namespace provodka::routeros {
namespace {

using test::House;
using test::kList;
using test::Lines;
using test::listed;
using test::point;
using test::shown;

TEST_CASE("a reconcile repairs both ways, and a second one finds nothing") {
  House house(address_list_mode());
  house.router.put(kList, listed("10.0.0.1", "provodka:isp/a"));
  house.router.put(kList, listed("10.0.0.9", "foreign"));
  house.router.put(kList, listed("10.0.0.1", "foreign", "debtors"));
  const std::vector<Point> wanted{point("a", true, "10.0.0.1"), point("b", false, "10.0.0.2")};
  CHECK(shown(house.reconcile(wanted)) ==
        Lines{"repaired provodka:isp/a removed", "repaired provodka:isp/b added"});
  CHECK(house.router.sent.size() == 2);
  const Report again = house.reconcile(wanted);
  CHECK(again.findings.empty());
  CHECK(again.entries_read == 2);
  CHECK(again.changes_sent == 0);
  CHECK(house.router.menus[kList].size() == 3);
}

TEST_CASE("one point is made right in one round trip") {
  House house(address_list_mode());
  CHECK(house.apply(point("a", false, "10.0.0.1")).fault.value().refused);
  CHECK(house.router.calls == 0);
  CHECK(house.reconcile({point("a", true, "10.0.0.1")}).is_clean());
  for (const bool on : {false, true, false, true}) {
    house.router.calls = 0;
    CHECK(shown(house.apply(point("a", on, "10.0.0.1"))) ==
          Lines{on ? "repaired provodka:isp/a removed" : "repaired provodka:isp/a added"});
    CHECK(house.router.calls == 1);
    CHECK(house.router.menus[kList].size() == (on ? 0 : 1));
    house.apply(point("a", on, "10.0.0.1"));
    CHECK(house.router.calls == 1);
  }
}

TEST_CASE("an entry that is there already is settled by reading again") {
  House house(address_list_mode());
  house.reconcile({});
  house.router.put(kList, listed("10.0.0.1", "provodka:isp/a"));
  CHECK(house.apply(point("a", false, "10.0.0.1")).is_clean());
  CHECK(house.router.menus[kList].size() == 1);
  CHECK(shown(house.apply(point("a", true, "10.0.0.1"))) == Lines{"repaired provodka:isp/a removed"});

  house.router.put(kList, listed("10.0.0.2", "by hand"));
  CHECK(shown(house.apply(point("b", false, "10.0.0.2"))) ==
        Lines{"obstructed provodka:isp/b a foreign entry has address=10.0.0.2"});
  CHECK(house.reconciler.has_mirror());
}

TEST_CASE("an entry that is gone is no failure") {
  House house(address_list_mode());
  const std::string id = house.router.put(kList, listed("10.0.0.1", "provodka:isp/a"));
  house.router.menus[kList].front().set("disabled", "yes");
  house.router.put(kList, listed("10.0.0.2", "provodka:isp/b"));
  house.reconcile({point("a", false, "10.0.0.1"), point("b", false, "10.0.0.2")});
  house.router.menus[kList].clear();
  CHECK(shown(house.apply(point("b", true, "10.0.0.2"))) == Lines{"repaired provodka:isp/b removed"});

  House secrets(ppp_secret_mode());
  secrets.router.put("/ppp/secret", {{"name", "ivan"}, {"disabled", "false"}, {"comment", "provodka:isp/a"}});
  Point ivan = point("a", true, "");
  ivan.login = "ivan";
  secrets.reconcile({ivan});
  secrets.router.menus["/ppp/secret"].clear();
  secrets.router.put("/ppp/secret", {{"name", "ivan"}, {"disabled", "false"}, {"comment", "provodka:isp/a"}});
  ivan.on = false;
  CHECK(shown(secrets.apply(ivan)) == Lines{"repaired provodka:isp/a changed disabled"});
  CHECK(secrets.router.menus["/ppp/secret"].front().find("disabled") == "yes");
}

TEST_CASE("a refusal is reported for its point, and the others go on") {
  House house(address_list_mode());
  house.router.refuses = "failure: disk full";
  CHECK(shown(house.reconcile({point("a", false, "10.0.0.1"), point("b", false, "10.0.0.2")})) ==
        Lines{"failed provodka:isp/a failure: disk full", "failed provodka:isp/b failure: disk full"});
  house.router.refuses.clear();
  CHECK(house.reconciler.has_mirror());
  CHECK(house.reconcile({point("a", false, "10.0.0.1"), point("b", false, "10.0.0.2")}).findings.size() == 2);
}

TEST_CASE("a lost connection ends the report, keeps what was confirmed, and the next one does the rest") {
  House house(address_list_mode());
  std::vector<Point> wanted;
  for (int i = 0; i < 1000; ++i)
    wanted.push_back(point(fmt::format("p{}", i), false, fmt::format("10.0.{}.{}", i / 250, i % 250)));
  house.router.fails_after = 700;
  const Report first = house.reconcile(wanted);
  REQUIRE(first.fault);
  CHECK(first.fault->what == "router fake: gone");
  CHECK(first.findings.size() == 700);
  CHECK(!house.reconciler.has_mirror());
  house.router.fails_after.reset();
  house.router.sent.clear();
  const Report second = house.reconcile(wanted);
  CHECK(second.is_clean());
  CHECK(second.findings.size() == 300);
  CHECK(house.router.sent.size() == 300);
  CHECK(house.router.menus[kList].size() == 1000);
}

TEST_CASE("sessions of ours end, and only these") {
  House house(ppp_secret_mode());
  auto& router = house.router;
  router.put("/ppp/secret", {{"name", "ivan"}, {"disabled", "false"}, {"comment", "provodka:isp/a"}});
  router.put("/ppp/secret", {{"name", "olga"}, {"disabled", "false"}, {"comment", "provodka:isp/b"}});
  router.put("/ppp/secret", {{"name", "else"}, {"disabled", "true"}, {"comment", "by hand"}});
  for (const char* name : {"ivan", "ivan", "olga", "else"}) router.put("/ppp/active", {{"name", name}});
  Point ivan = point("a", false, ""), olga = point("b", true, "");
  ivan.login = "ivan";
  olga.login = "olga";
  const Report report = house.reconcile({ivan, olga});
  CHECK(report.sessions_ended == 2);
  CHECK(router.menus["/ppp/active"].size() == 2);
  CHECK(shown(report) == Lines{"repaired provodka:isp/a changed disabled",
                               "repaired provodka:isp/a ended a session",
                               "repaired provodka:isp/a ended a session"});
  olga.on = false;
  CHECK(house.apply(olga).sessions_ended == 1);
  CHECK(router.menus["/ppp/active"].size() == 1);
}

TEST_CASE("a dynamic lease becomes ours, under its new id") {
  House house(dhcp_lease_mode());
  house.router.put("/ip/dhcp-server/lease",
                   {{"address", "10.0.0.77"}, {"mac-address", "AA:BB:CC:00:00:05"}, {"dynamic", "true"}});
  Point a = point("a", false, "10.0.0.5");
  a.mac = "AA:BB:CC:00:00:05";
  CHECK(shown(house.reconcile({a})) == Lines{"repaired provodka:isp/a made static and ours"});
  const Item& lease = house.router.menus["/ip/dhcp-server/lease"].front();
  CHECK(lease.find("comment") == "provodka:isp/a");
  CHECK(lease.find("block-access") == "yes");
  CHECK(lease.find("address") == "10.0.0.5");
  CHECK(house.reconcile({a}).findings.empty());
  a.on = true;
  house.router.calls = 0;
  CHECK(house.apply(a).is_clean());
  CHECK(house.router.calls == 1);
}

TEST_CASE("what is applied while a reconcile reads has the last word") {
  House house(address_list_mode());
  std::vector<Point> wanted{point("a", false, "10.0.0.1"), point("b", true, "10.0.0.2")};
  CHECK(house.reconcile(wanted).is_clean());
  house.router.slow_reads.emplace(house.context.get_executor(), Clock::time_point::max());
  std::optional<Report> reconciled, applied;
  const auto keep = [&](std::optional<Report>& report) {
    return [&](std::exception_ptr e, Report given) {
      report = std::move(given);
      if (&report == &applied) house.router.slow_reads->cancel();
      REQUIRE(!e);
    };
  };
  house.context.restart();
  asio::co_spawn(house.context.get_executor(), house.reconciler.reconcile(wanted), keep(reconciled));
  const std::vector<Point> newer{point("a", true, "10.0.0.1"), point("b", false, "10.0.0.2"),
                                 point("c", false, "10.0.0.3")};
  asio::co_spawn(house.context.get_executor(), house.reconciler.apply(newer), keep(applied));
  house.context.run();
  REQUIRE(reconciled);
  REQUIRE(applied);
  CHECK(applied->findings.size() == 3);
  CHECK(reconciled->findings.empty());
  CHECK(!reconciled->fault);
  const auto& entries = house.router.menus[kList];
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].find("comment") == "provodka:isp/b");
  CHECK(entries[1].find("comment") == "provodka:isp/c");
}

TEST_CASE("many points are applied in one round trip") {
  House house(address_list_mode());
  house.reconcile({});
  house.router.calls = 0;
  std::vector<Point> many;
  for (int i = 0; i < 250; ++i)
    many.push_back(point(fmt::format("p{}", i), false, fmt::format("10.0.0.{}", i)));
  CHECK(test::run(house.context, house.reconciler.apply(many)).findings.size() == 250);
  CHECK(house.router.calls == 1);
}

TEST_CASE("several modes hold one point") {
  House house(address_list_mode(), simple_queue_mode());
  Point a = point("a", false, "10.0.0.5");
  a.up_bps = a.down_bps = 5'000'000;
  CHECK(house.reconcile({a}).findings.size() == 2);
  CHECK(house.router.menus[kList].size() == 1);
  CHECK(house.router.menus["/queue/simple"].size() == 1);
  CHECK(house.reconcile({}).findings.size() == 2);
  CHECK(house.router.menus[kList].empty());
  CHECK(house.router.menus["/queue/simple"].empty());
}

}  // namespace
}  // namespace provodka::routeros
