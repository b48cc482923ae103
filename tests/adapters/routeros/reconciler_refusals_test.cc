#include "tests/adapters/routeros/fake_router.h"

namespace provodka::routeros {
namespace {

using test::House;
using test::kList;
using test::Lines;
using test::listed;
using test::point;
using test::shown;

TEST_CASE("a lease that a person made of the same MAC meanwhile is not taken for ours") {
  const std::string menu = "/ip/dhcp-server/lease", mac = "AA:BB:CC:00:00:05";
  const Item persons{{".id", "*99"},
                     {"address", "10.9.9.9"},
                     {"mac-address", mac},
                     {"server", "guests"},
                     {"dynamic", "false"}};
  Point a = point("a", false, "10.0.0.77");
  a.mac = mac;
  for (const bool is_sure : {true, false}) {
    CAPTURE(is_sure);
    House house(dhcp_lease_mode());
    house.reconcile({});
    house.router.put(
        menu, {{"address", "10.0.0.77"}, {"mac-address", mac}, {"server", "lan"}, {"dynamic", "true"}});
    house.reconcile({});
    auto& leases = house.router.menus[menu];
    leases.insert(leases.begin(), persons);
    if (!is_sure)
      leases.push_back({{".id", "*98"}, {"address", "10.0.0.77"}, {"mac-address", mac}, {"server", "lan"}});
    const Report report = house.apply(a);
    CHECK(report.is_clean() == is_sure);
    CHECK(leases.front().find("comment").empty());
    CHECK(leases.front().find("block-access").empty());
    CHECK(leases[1].find("comment") == (is_sure ? "provodka:isp/a" : ""));
  }
}

TEST_CASE("an address that the router refuses does not hold up the block") {
  House house(dhcp_lease_mode());
  Point a = point("a", true, "10.0.0.5");
  a.mac = "AA:BB:CC:00:00:05";
  house.reconcile({a});
  house.router.refuses_key = "address";
  a.address = "10.0.0.6";
  a.on = false;
  CHECK(shown(house.apply(a)) ==
        Lines{"repaired provodka:isp/a changed block-access", "failed provodka:isp/a failure: not now"});
  const auto& leases = house.router.menus["/ip/dhcp-server/lease"];
  REQUIRE(leases.size() == 1);
  CHECK(leases[0].find("block-access") == "yes");
  house.router.refuses_key.clear();
  CHECK(shown(house.apply(a)) == Lines{"repaired provodka:isp/a changed address"});
  CHECK(leases[0].find("address") == "10.0.0.6");
}

TEST_CASE("leases that change places have them in the end, and none is lost on the way") {
  House house(dhcp_lease_mode());
  std::vector<Point> points;
  for (int i = 0; i < 4; ++i) {
    points.push_back(point(fmt::format("p{}", i), i == 2, fmt::format("10.0.0.{}", i)));
    points.back().mac = fmt::format("AA:BB:CC:00:00:0{}", i);
  }
  house.reconcile(points);
  std::swap(points[0].address, points[1].address);
  std::swap(points[1].address, points[2].address);
  points[3].address = "10.0.0.9";
  CHECK(house.reconcile(points).is_clean());
  CHECK(house.router.menus["/ip/dhcp-server/lease"].size() == 4);
  CHECK(std::ranges::count(house.router.sent, Verb::remove, &Operation::verb) == 1);
  CHECK(house.reconcile(points).findings.empty());
}

TEST_CASE("a removal that the router refuses is told of who is kept out by it too") {
  House house(address_list_mode());
  house.router.put(kList, listed("10.0.0.5", "provodka:isp/p"));
  house.router.refuses_verb = Verb::remove;
  CHECK(shown(house.reconcile({point("q", true, "10.0.0.5")})) ==
        Lines{"failed provodka:isp/p failure: not now",
              "obstructed provodka:isp/q the entry of provodka:isp/p with address=10.0.0.5 acts on it"});
  house.router.refuses_verb = Verb::print;
  CHECK(house.reconcile({point("q", true, "10.0.0.5")}).is_clean());
}

TEST_CASE("sessions of a former name end unless somebody who is on has it") {
  House house(ppp_secret_mode());
  auto& router = house.router;
  const auto secret = [&](std::string_view name, std::string_view comment) {
    router.put("/ppp/secret",
               {{"name", std::string(name)}, {"disabled", "false"}, {"comment", std::string(comment)}});
    router.put("/ppp/active", {{"name", std::string(name)}});
  };
  const auto online = [&] {
    Lines names;
    for (const Item& session : router.menus["/ppp/active"]) names.emplace_back(session.find("name"));
    return names;
  };
  secret("ivan", "provodka:isp/a");
  secret("olga", "provodka:isp/b");
  secret("petr", "provodka:isp/c");
  secret("anna", "provodka:isp/d");
  router.put("/ppp/secret", {{"name", "petr"}, {"disabled", "false"}, {"comment", "of l2tp"}});
  std::vector<Point> points;
  for (const char* name : {"a", "b", "c", "d"}) points.push_back(point(name, false, ""));
  points[0].login = "a-new";
  points[1].login = "ivan";
  points[1].on = true;
  points[2].login = "c-new";
  points[3].login = "d-new";
  const Report report = house.reconcile(points);
  CHECK(online() == Lines{"ivan", "olga", "petr"});
  CHECK(report.sessions_ended == 1);
  CHECK(!report.is_clean());

  House refused(ppp_secret_mode());
  refused.router.put("/ppp/secret", {{"name", "ivan"}, {"disabled", "false"}, {"comment", "provodka:isp/a"}});
  refused.router.put("/ppp/active", {{"name", "ivan"}});
  refused.router.refuses_key = "disabled";
  CHECK(refused.reconcile({points[0]}).sessions_ended == 1);
  refused.router.refuses_key = "name";
  points[0].login = "newer";
  refused.router.put("/ppp/active", {{"name", "a-new"}});
  CHECK(refused.reconcile({points[0]}).sessions_ended == 1);
}

TEST_CASE("a former mode keeps out whom it has to, and is emptied of all else") {
  House house(address_list_mode());
  auto& entries = house.router.menus[kList];
  house.router.put(kList, listed("10.0.0.1", "provodka:isp/a"));
  house.router.put(kList, listed("10.0.0.2", "provodka:isp/b"));
  house.router.put(kList, listed("10.0.0.9", "foreign"));
  const std::vector<Point> kept{point("b", false, "10.0.0.3"), point("c", false, "10.0.0.4")};
  const auto wind_down = [&](std::vector<Point> points) {
    return test::run(house.context, house.reconciler.wind_down(std::move(points)));
  };
  house.router.refuses_verb = Verb::remove;
  CHECK(!wind_down({}).is_clean());
  CHECK(!house.reconciler.is_empty());
  CHECK(entries.size() == 3);
  house.router.refuses_verb = Verb::print;
  CHECK(wind_down(kept).is_clean());
  CHECK(!house.reconciler.is_empty());
  REQUIRE(entries.size() == 2);
  CHECK(entries[1].find("address") == "10.0.0.3");
  CHECK(wind_down({}).is_clean());
  CHECK(house.reconciler.is_empty());
  CHECK(entries.size() == 1);
}

}  // namespace
}  // namespace provodka::routeros
