#include "adapters/device_agent/wanted.h"

#include "adapters/device_agent/reports.h"
#include "adapters/device_agent/routers.h"
#include "tests/adapters/device_agent/history.h"

#include <algorithm>
#include <optional>
#include <set>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

namespace provodka::device_agent {
namespace {

using namespace test;

// A fold with names in place of numbers.
class Fold {
 public:
  explicit Fold(std::string tenant = {}) : wanted(std::move(tenant)) {}

  // What changed: `r1/p`, sorted.
  std::set<std::string> operator()(Event event, std::string_view tenant = "isp") {
    changes.clear();
    const auto folded = wanted.fold(history.next(std::move(event), tenant), changes);
    REQUIRE(folded.has_value());
    std::set<std::string> names;
    for (const auto& [device, point] : changes.points)
      names.insert(wanted.device(device).name + "/" + std::string(wanted.point(point).name()));
    return names;
  }
  std::set<std::string> points_of(std::string_view device) const {
    std::set<std::string> names;
    for (const uint32_t point : wanted.device(id(device)).points)
      names.insert(std::string(wanted.point(PointId(point)).name()));
    return names;
  }
  DeviceId id(std::string_view device) const {
    for (uint32_t i = 0; i < wanted.devices(); ++i) {
      if (wanted.device(DeviceId(i)).name == device) return DeviceId(i);
    }
    return {};
  }
  PointId point(std::string_view name) const {
    for (uint32_t i = 0; i < wanted.points(); ++i) {
      if (wanted.point(PointId(i)).name() == name) return PointId(i);
    }
    return {};
  }
  routeros::Point target(std::string_view name, std::string_view device) const {
    return wanted.target(point(name), id(device));
  }

  History history;
  Wanted wanted;
  Wanted::Changes changes;
};

using Names = std::set<std::string>;

TEST_CASE("a point is served by the device that it names, also when that is registered later") {
  Fold fold;
  fold(point_added("p", "10.0.0.1", "r1"));
  CHECK(!fold.wanted.device(fold.id("r1")).is_active());
  CHECK(fold(device_registered("r1")) == Names{});
  CHECK(fold.changes.devices);
  CHECK(fold.points_of("r1") == Names{"p"});
  CHECK(fold(access_changed("p", 1, false)) == Names{"r1/p"});
  CHECK(!fold.target("p", "r1").on);
  CHECK(fold.target("p", "r1").address == "10.0.0.1");
  CHECK(fold.target("p", "r1").tag == "provodka:isp/p");
}

TEST_CASE("a point without a device is the only device's, while there is exactly one") {
  Fold fold;
  fold(point_added("p", "10.0.0.1"));
  fold(point_added("nowhere", ""));
  CHECK(fold(device_registered("r1")) == Names{"r1/p"});
  CHECK(fold.points_of("r1") == Names{"p"});
  CHECK(fold(point_added("q", "10.0.0.2")) == Names{"r1/q"});
  CHECK(fold(device_registered("r2", "127.0.0.1:2")) == Names{"r1/p", "r1/q"});
  CHECK(fold.points_of("r1").empty());
  CHECK(fold.target("p", "r1").gone);
  CHECK(fold.target("p", "r1").on);  // nobody serves it now, so nobody is told to cut it off
  CHECK(fold(device_retired("r1")) == Names{"r2/p", "r2/q"});
  CHECK(fold(device_retired("r2")) == Names{"r2/p", "r2/q"});
  CHECK(fold(access_changed("p", 1, false)) == Names{});
}

TEST_CASE("a point without a device is that one's whose prefix it is in, the longest first") {
  using device::Mode;
  Fold fold;
  fold(point_added("near", "10.1.2.3"));
  fold(point_added("far", "10.200.0.1"));
  fold(point_added("outside", "192.168.0.1"));
  fold(point_added("v6", "2001:DB8:1::/56"));
  fold(point_added("named", "10.1.2.4", "r9"));
  fold(point_added("nowhere", ""));
  CHECK(fold(device_registered("wide", "127.0.0.1:1", Mode::address_list,
                               {Text<64>{"10.0.0.0/8"}, Text<64>{"2001:db8::/32"}})) ==
        Names{"wide/near", "wide/far", "wide/v6"});
  CHECK(fold(device_registered("narrow", "127.0.0.1:2", Mode::address_list, {Text<64>{"10.1.2.0/24"}})) ==
        Names{"wide/near", "narrow/near"});
  CHECK(fold.points_of("wide") == Names{"far", "v6"});
  CHECK(fold(point_added("exact", "10.1.2.0/24")) == Names{"narrow/exact"});
  CHECK(fold(point_added("wider", "10.1.0.0/16")) == Names{"wide/wider"});
  CHECK(fold(device_retired("narrow")) == Names{"narrow/near", "wide/near", "narrow/exact", "wide/exact"});
  device::DeviceChanged changed{};
  changed.device = {"wide"};
  changed.serves = device::Prefixes{Text<64>{"192.168.0.0/16"}};
  CHECK(fold(changed).contains("wide/outside"));
  CHECK(fold.points_of("wide") == Names{"outside"});
  changed.serves = device::Prefixes{};
  fold(changed);
  CHECK(fold.points_of("wide") == Names{"near", "far", "outside", "v6", "exact", "wider"});
}

TEST_CASE("a point whose address changes goes to the router that serves it") {
  Fold fold;
  fold(device_registered("r1", "127.0.0.1:1", device::Mode::address_list, {Text<64>{"10.1.0.0/16"}}));
  fold(device_registered("r2", "127.0.0.1:2", device::Mode::address_list, {Text<64>{"10.2.0.0/16"}}));
  fold(point_added("p", "10.1.0.1"));
  access::PointChanged changed{};
  changed.account = {"a"};
  changed.point = {"p"};
  changed.version = 1;
  changed.address = Text<64>{"10.2.0.1"};
  CHECK(fold(changed) == Names{"r1/p", "r2/p"});
  CHECK(fold.target("p", "r1").address.empty());
  CHECK(fold.target("p", "r2").address == "10.2.0.1");
}

TEST_CASE("a device's certificate is held to the newest fingerprint") {
  Fold fold;
  fold(device_registered("r1"));
  const std::string colons = "AA:" + std::string(62, 'A');
  device::DeviceChanged changed{};
  changed.device = {"r1"};
  changed.fingerprint = device::Fingerprint{colons};
  fold(changed);
  CHECK(fold.changes.devices);
  CHECK(fold.wanted.device(fold.id("r1")).fingerprint == colons);
  changed.fingerprint = device::Fingerprint{"none"};
  fold(changed);
  CHECK(fold.wanted.device(fold.id("r1")).fingerprint.empty());
}

TEST_CASE("another tenant's device is not the only one") {
  Fold fold;
  fold(device_registered("r1"), "one");
  fold(device_registered("r1", "127.0.0.1:2"), "two");
  CHECK(fold(point_added("p", "10.0.0.1"), "one") == Names{"r1/p"});
  CHECK(fold.wanted.point(fold.point("p")).tag == "provodka:one/p");
}

TEST_CASE("a point that moves is gone from where it was, until it comes back") {
  Fold fold;
  fold(device_registered("r1"));
  fold(device_registered("r2", "127.0.0.1:2"));
  fold(point_added("p", "10.0.0.1", "r1"));
  fold(access_changed("p", 1, false));
  CHECK(fold(point_moved("p", 2, "r2")) == Names{"r1/p", "r2/p"});
  CHECK(fold.target("p", "r1").gone);
  CHECK(!fold.target("p", "r1").on);
  CHECK(!fold.target("p", "r2").gone);
  CHECK(!fold.target("p", "r2").on);
  CHECK(fold.points_of("r1").empty());
  CHECK(fold.wanted.device(fold.id("r1")).former.size() == 1);
  fold(point_moved("p", 3, "r1"));
  CHECK(!fold.target("p", "r1").gone);
  CHECK(fold.wanted.device(fold.id("r1")).former.empty());
  CHECK(fold.wanted.device(fold.id("r2")).former.size() == 1);
}

TEST_CASE("what is removed is let go of, and that is reported once") {
  Fold fold;
  fold(device_registered("r1"));
  fold(point_added("p", "10.0.0.1", "r1"));
  fold(access_changed("p", 1, false));
  CHECK(fold(point_removed("p", 2)) == Names{"r1/p"});
  CHECK(fold.points_of("r1").empty());
  CHECK(fold.wanted.device(fold.id("r1")).leaving.size() == 1);
  fold(access_applied("p", 2, "r1", access::Outcome::failed));
  CHECK(fold.wanted.device(fold.id("r1")).leaving.size() == 1);
  fold(access_applied("p", 2, "r1"));
  CHECK(fold.wanted.device(fold.id("r1")).leaving.empty());
}

TEST_CASE("a point of a closed account stays where it is, and off, until another one has its place") {
  Fold fold;
  const auto is_held_off = [&](std::string_view name) {
    const routeros::Point target = fold.target(name, "r1");
    return !target.gone && !target.on && fold.points_of("r1").contains(std::string(name));
  };
  fold(device_registered("r1"));
  fold(point_added("p", "10.0.0.1", "r1"));
  fold(access_changed("p", 1, false));
  fold(access_applied("p", 1, "r1"));
  CHECK(fold(account_closed("a")) == Names{"r1/p"});
  CHECK(is_held_off("p"));
  CHECK(fold(access_changed("p", 2, false)) == Names{"r1/p"});
  CHECK(fold.wanted.is_behind(fold.wanted.point(fold.point("p"))));
  fold(access_applied("p", 2, "r1"));
  CHECK(!fold.wanted.is_behind(fold.wanted.point(fold.point("p"))));
  CHECK(is_held_off("p"));

  SECTION("whatever the ledger says of it before it is closed") {
    fold(point_added("on", "10.0.0.9", "r1", "c"));
    CHECK(fold.target("on", "r1").on);
    CHECK(fold(account_closed("c")) == Names{"r1/on"});
    CHECK(is_held_off("on"));
  }
  SECTION("another place and another tenant's are no reason") {
    fold(point_added("q", "10.0.0.2", "r1", "b"));
    fold(device_registered("r1"), "other");
    fold(point_added("q", "10.0.0.1", "r1", "b"), "other");
    CHECK(is_held_off("p"));
  }
  SECTION("a new point is given it, however it is spelled") {
    CHECK(fold(point_added("q", "10.0.0.01", "r1", "b")) == Names{"r1/p", "r1/q"});
    CHECK(fold.target("p", "r1").gone);
    CHECK(!fold.target("p", "r1").on);
    CHECK(fold.points_of("r1") == Names{"q"});
    CHECK(fold.target("q", "r1").on);
    // And is closed in its turn.
    fold(account_closed("b"));
    CHECK(is_held_off("q"));
  }
  SECTION("a point that was elsewhere moves there, and away again") {
    fold(point_added("q", "10.0.0.2", "r1", "b"));
    access::PointChanged changed{};
    changed.account = {"b"};
    changed.point = {"q"};
    changed.version = 1;
    changed.address = Text<64>{"10.0.0.1"};
    CHECK(fold(changed) == Names{"r1/p", "r1/q"});
    CHECK(fold.target("p", "r1").gone);
    changed.version = 2;
    changed.address = Text<64>{"10.0.0.3"};
    fold(changed);
    fold(point_added("s", "10.0.0.1", "r1", "d"));
    fold(account_closed("d"));
    CHECK(is_held_off("s"));
  }
  SECTION("somebody else has it already when the account is closed") {
    fold(point_added("old", "10.0.0.5", "r1", "c"));
    fold(point_added("new", "10.0.0.5", "r1", "b"));
    CHECK(fold(account_closed("c")) == Names{"r1/old"});
    CHECK(fold.target("old", "r1").gone);
    CHECK(fold.target("new", "r1").on);
    CHECK(fold.points_of("r1") == Names{"new", "p"});
  }
  SECTION("by its MAC and by its login") {
    access::PointAdded added{};
    added.account = {"c"};
    added.point = {"box"};
    added.device = Id{"r1"};
    added.mac = Text<64>{"aa-bb-cc-dd-ee-ff"};
    added.login = Text<64>{"ppp7"};
    fold(added);
    fold(account_closed("c"));
    CHECK(is_held_off("box"));
    added.account = {"b"};
    added.point = {"heir"};
    if (GENERATE(true, false)) {
      added.mac = Text<64>{"AA:BB:CC:DD:EE:FF"};
      added.login = {};
    } else {
      added.mac = {};
    }
    CHECK(fold(added) == Names{"r1/box", "r1/heir"});
    CHECK(fold.target("box", "r1").gone);
  }
}

TEST_CASE("an event that cannot be is a fault, and ends nothing") {
  Fold fold;
  fold(device_registered("r1"));
  const auto folded = fold.wanted.fold(fold.history.next(access_changed("never", 1, false)), fold.changes);
  REQUIRE(!folded);
  CHECK_THAT(folded.error().what, Catch::Matchers::ContainsSubstring("event 2 of isp cannot be: ") &&
                                      Catch::Matchers::ContainsSubstring("never"));
}

TEST_CASE("one host is one router by whatever port, and a tunnel one by each") {
  CHECK(router_at("10.0.0.1:8728") == router_at("10.0.0.1:443"));
  CHECK(router_at("R1.example.net:8728") == router_at("r1.example.NET:443"));
  CHECK(router_at("[2001:db8::1]:8728") == router_at("[2001:DB8:0::1]:443"));
  CHECK(router_at("10.0.0.1:8728") != router_at("10.0.0.11:8728"));
  CHECK(router_at("127.0.0.1:8728") == router_at("127.0.0.1:8728"));
  CHECK(router_at("127.0.0.1:8728") != router_at("127.0.0.1:8729"));
  CHECK(router_at("[::1]:8728") != router_at("[::1]:8729"));
  CHECK(router_at("localhost:8728") != router_at("localhost:8729"));
}

TEST_CASE("a point is behind until its newest version was done") {
  Fold fold;
  fold(device_registered("r1"));
  fold(point_added("p", "10.0.0.1", "r1"));
  const auto behind = [&] { return fold.wanted.is_behind(fold.wanted.point(fold.point("p"))); };
  CHECK(!behind());
  fold(access_changed("p", 1, false));
  CHECK(behind());
  fold(access_applied("p", 1, "r1", access::Outcome::failed));
  CHECK(behind());
  fold(access_applied("p", 1, "r1"));
  CHECK(!behind());
  fold(access_changed("p", 2, true));
  CHECK(behind());
  fold(access_applied("p", 1, "r1", access::Outcome::repaired));
  CHECK(behind());
  CHECK(fold.changes.reported.size() == 1);
}

TEST_CASE("a speed is that of the fastest tariff whose period has begun") {
  Fold fold;
  fold(device_registered("r1", "127.0.0.1:1", device::Mode::simple_queue));
  fold(point_added("p", "10.0.0.1"));
  fold(tariff_published("slow", 1, 50, 10));
  fold(tariff_published("fast", 1, 100, 5));
  fold(tariff_published("fast", 2, 200, 100));
  CHECK(fold.target("p", "r1").down_bps == 0);
  CHECK(fold(subscription_started("s", "slow", 1)) == Names{"r1/p"});
  CHECK(fold.target("p", "r1").down_bps == 50'000'000);
  CHECK(fold.target("p", "r1").up_bps == 10'000'000);
  subscription::SubscriptionSwitched later{};
  later.account = {"a"};
  later.subscription = {"s"};
  later.tariff = {"fast"};
  later.version = 1;
  later.effective = kToday;
  later.from = *Date::parse("2026-12-01");
  CHECK(fold(later) == Names{});
  subscription::PeriodBegun begun{};
  begun.account = {"a"};
  begun.subscription = {"s"};
  begun.tariff = {"fast"};
  begun.version = 1;
  CHECK(fold(begun) == Names{"r1/p"});
  CHECK(fold(begun) == Names{});
  CHECK(fold.target("p", "r1").down_bps == 100'000'000);
  fold(subscription_started("tv", "slow", 1));
  CHECK(fold.target("p", "r1").up_bps == 10'000'000);
}

TEST_CASE("a mode that a device had is remembered") {
  Fold fold;
  fold(device_registered("r1"));
  device::DeviceChanged changed{};
  changed.device = {"r1"};
  changed.mode = device::Mode::ppp_secret;
  fold(changed);
  CHECK(fold.changes.devices);
  CHECK(fold.wanted.device(fold.id("r1")).former_modes == 1);
  CHECK(fold.wanted.device(fold.id("r1")).mode == device::Mode::ppp_secret);
}

TEST_CASE("an event that does not follow is refused, and another tenant's is not looked at") {
  Wanted wanted("isp");
  Wanted::Changes changes;
  History history;
  REQUIRE(wanted.fold(history.next(device_registered("r1")), changes).has_value());
  history.next(device_retired("r1"));
  const auto third = wanted.fold(history.next(point_added("p", "10.0.0.1")), changes);
  REQUIRE(!third);
  CHECK_THAT(third.error().what, Catch::Matchers::ContainsSubstring("event 3 of isp follows event 1"));
  CHECK(wanted.fold(history.next(device_registered("r9"), "other"), changes).has_value());
  CHECK(wanted.devices() == 1);
}

TEST_CASE("a report's id is the same for the same result, and short enough for long names") {
  using access::Outcome;
  CHECK(report_id("core-1", "p", 3, 0, Outcome::applied) == "agent/core-1/p/3/0-applied");
  const std::string device(64, 'd'), point(64, 'p');
  const std::string id = report_id(device, point, 3, 0, Outcome::failed);
  CHECK(is_command_id(id));
  CHECK(id != report_id(device, std::string(63, 'p'), 3, 0, Outcome::failed));
}

TEST_CASE("what a router wrote becomes a detail that the ledger takes") {
  CHECK(detail_of("failure: already have such entry") == "failure: already have such entry");
  CHECK(detail_of("a\nb\x7f") == "a?b?");
  CHECK(detail_of("\xff\xfe!") == std::string(2, '?') + "!");
  const std::string cut = detail_of(std::string(199, 'x') + "\xd0\x94 more");
  CHECK(cut == std::string(199, 'x'));
}

}  // namespace
}  // namespace provodka::device_agent
