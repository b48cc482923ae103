#include "adapters/routeros/mode.h"
#include "tests/adapters/routeros/shown.h"

namespace provodka::routeros {
namespace {

using test::compare;
using test::Lines;

Point lease_point(bool on, uint64_t up = 0, uint64_t down = 0) {
  Point point = test::point("a", on, "10.0.0.5");
  point.mac = "aa-bb-cc-00-00-05";
  point.up_bps = up;
  point.down_bps = down;
  return point;
}

Item lease(std::string_view comment, std::string_view blocked = "false", std::string_view dynamic = "false") {
  Item item{
      {".id", "*1"}, {"address", "10.0.0.5"}, {"mac-address", "AA:BB:CC:00:00:05"}, {"disabled", "false"}};
  item.set("block-access", blocked);
  item.set("dynamic", dynamic);
  if (!comment.empty()) item.set("comment", comment);
  return item;
}

TEST_CASE("a lease of ours is blocked and let through, and has the speeds") {
  const auto mode = dhcp_lease_mode();
  const Item ours = lease("provodka:isp/a");
  CHECK(compare(*mode, {ours}, {lease_point(true)}).empty());
  CHECK(compare(*mode, {ours}, {lease_point(false)}) == Lines{"set *1 block-access=yes"});
  CHECK(compare(*mode, {lease("provodka:isp/a", "true")}, {lease_point(true)}) ==
        Lines{"set *1 block-access=no"});
  CHECK(compare(*mode, {ours}, {lease_point(true, 10'000'000, 50'000'000)}) ==
        Lines{"set *1 rate-limit=10M/50M"});
  Item limited = ours;
  limited.set("rate-limit", "10000000/50000000");
  CHECK(compare(*mode, {limited}, {lease_point(true, 10'000'000, 50'000'000)}).empty());
  CHECK(compare(*mode, {limited}, {lease_point(true)}) == Lines{"set *1 rate-limit="});
  limited.set("rate-limit", "10M/50M 20M/60M");
  CHECK(compare(*mode, {limited}, {lease_point(true, 10'000'000, 50'000'000)}) ==
        Lines{"set *1 rate-limit=10M/50M"});
}

TEST_CASE("a lease that is missing is added, with what was given") {
  CHECK(compare(*dhcp_lease_mode(), {}, {lease_point(false)}) ==
        Lines{"add address=10.0.0.5 mac-address=AA:BB:CC:00:00:05 block-access=yes disabled=no "
              "comment=provodka:isp/a"});
  CHECK(compare(*dhcp_lease_mode({.server = "lan", .rate_limits = false, .adopts = true}), {},
                {lease_point(true, 1'000, 1'000)}) ==
        Lines{"add address=10.0.0.5 mac-address=AA:BB:CC:00:00:05 block-access=no disabled=no server=lan "
              "comment=provodka:isp/a"});
  Point nameless = lease_point(true);
  nameless.mac.clear();
  CHECK(compare(*dhcp_lease_mode(), {}, {nameless}) ==
        Lines{"provodka:isp/a: \"\" is no MAC address for a lease"});
}

TEST_CASE("a dynamic lease of the point's MAC is made static, a foreign static one is left alone") {
  CHECK(compare(*dhcp_lease_mode(), {lease("", "false", "true")}, {lease_point(true)}) ==
        Lines{"make-static *1"});
  CHECK(compare(*dhcp_lease_mode({.server = {}, .rate_limits = true, .adopts = false}),
                {lease("", "false", "true")}, {lease_point(true)}) ==
        Lines{"provodka:isp/a: a foreign entry has mac-address=AA:BB:CC:00:00:05"});
  for (const char* comment : {"", "printer"}) {
    CAPTURE(comment);
    CHECK(compare(*dhcp_lease_mode(), {lease(comment)}, {lease_point(false)}) ==
          Lines{"provodka:isp/a: a foreign entry has mac-address=AA:BB:CC:00:00:05"});
  }
}

Item lease_of(std::string_view id, std::string_view name, std::string_view address, std::string_view mac) {
  Item item = lease(name.empty() ? std::string() : tag_of("isp", name));
  item.set(".id", id);
  item.set("address", address);
  item.set("mac-address", mac);
  return item;
}

Point lease_at(std::string_view name, bool on, std::string_view address, std::string_view mac) {
  Point point = test::point(name, on, address);
  point.mac = mac;
  return point;
}

const std::string kMac1 = "AA:BB:CC:00:00:01", kMac2 = "AA:BB:CC:00:00:02", kMac3 = "AA:BB:CC:00:00:03";

TEST_CASE("a lease is changed, so that its client is not without one") {
  const auto mode = dhcp_lease_mode();
  const Item ours = lease_of("*1", "a", "10.0.0.1", kMac1);
  CHECK(compare(*mode, {ours}, {lease_at("a", true, "10.0.0.2", kMac1)}) == Lines{"set *1 address=10.0.0.2"});
  CHECK(compare(*mode, {ours}, {lease_at("a", true, "10.0.0.1", kMac2)}) ==
        Lines{"set *1 mac-address=AA:BB:CC:00:00:02 client-id="});
  // Each of the two may be refused without the other.
  CHECK(compare(*mode, {ours}, {lease_at("a", false, "10.0.0.2", kMac1)}) ==
        Lines{"set *1 address=10.0.0.2", "set *1 block-access=yes"});
}

TEST_CASE("a lease stays where somebody else has what it is to get, and is blocked there") {
  const auto mode = dhcp_lease_mode();
  const Item ours = lease_of("*1", "a", "10.0.0.1", kMac1), foreign = lease_of("*2", "", "10.0.0.2", kMac2);
  CHECK(compare(*mode, {ours, foreign}, {lease_at("a", false, "10.0.0.2", kMac1)}) ==
        Lines{"set *1 block-access=yes", "provodka:isp/a: a foreign entry has address=10.0.0.2"});
  CHECK(
      compare(*mode, {ours, foreign}, {lease_at("a", false, "10.0.0.1", kMac2)}) ==
      Lines{"set *1 block-access=yes", "provodka:isp/a: a foreign entry has mac-address=AA:BB:CC:00:00:02"});
  const Item other = lease_of("*3", "b", "10.0.0.3", kMac3);
  CHECK(compare(*mode, {ours, other}, {lease_at("a", false, "10.0.0.3", kMac1)}, Scope::these_points) ==
        Lines{"set *1 block-access=yes", "provodka:isp/a: provodka:isp/b has address=10.0.0.3 already"});
  // What the router made itself of the new MAC becomes ours.
  Item dynamic = lease_of("*4", "", "10.0.0.77", kMac2);
  dynamic.set("dynamic", "true");
  CHECK(compare(*mode, {ours, dynamic}, {lease_at("a", false, "10.0.0.1", kMac2)}) ==
        Lines{"remove *1", "make-static *4"});
}

TEST_CASE("leases follow each other to their addresses, and change places") {
  const auto mode = dhcp_lease_mode();
  const std::vector<Item> items{lease_of("*1", "a", "10.0.0.1", kMac1),
                                lease_of("*2", "b", "10.0.0.2", kMac2),
                                lease_of("*3", "c", "10.0.0.3", kMac3)};
  const auto at = [](int a, int b, int c, bool on = true) {
    const auto place = [](int n) { return fmt::format("10.0.0.{}", n); };
    return std::vector{lease_at("a", on, place(a), kMac1), lease_at("b", true, place(b), kMac2),
                       lease_at("c", on, place(c), kMac3)};
  };
  CHECK(compare(*mode, items, at(2, 3, 4)) ==
        Lines{"set *3 address=10.0.0.4", "set *2 address=10.0.0.3", "set *1 address=10.0.0.2"});
  const std::string b_anew =
      " mac-address=AA:BB:CC:00:00:02 block-access=no disabled=no comment=provodka:isp/b";
  // Of those who change places one is made anew, whose point is on.
  CHECK(compare(*mode, {items[0], items[1]},
                {lease_at("a", false, "10.0.0.2", kMac1), lease_at("b", true, "10.0.0.1", kMac2)}) ==
        Lines{"remove *2", "set *1 address=10.0.0.2", "set *1 block-access=yes",
              "add address=10.0.0.1" + b_anew});
  Lines ring = compare(*mode, items, at(2, 3, 1, false));
  std::erase(ring, "set *1 block-access=yes");
  std::erase(ring, "set *3 block-access=yes");
  CHECK(ring == Lines{"remove *2", "set *1 address=10.0.0.2", "set *3 address=10.0.0.1",
                      "add address=10.0.0.3" + b_anew});
  // Who stays keeps those where they are who wait for it.
  auto stuck = items;
  stuck.push_back(lease_of("*4", "", "10.0.0.4", "AA:BB:CC:00:00:04"));
  CHECK(compare(*mode, stuck, at(2, 3, 4)) ==
        Lines{"provodka:isp/c: a foreign entry has address=10.0.0.4",
              "provodka:isp/b: provodka:isp/c has address=10.0.0.3 already",
              "provodka:isp/a: provodka:isp/b has address=10.0.0.2 already"});
  // A third one that wants what one of the two leaves keeps neither from it.
  const Lines three = compare(*mode, items, at(2, 1, 1));
  CHECK(std::ranges::count_if(three, [](const std::string& line) { return line.starts_with("add"); }) == 1);
  CHECK(three.back() == "provodka:isp/c: provodka:isp/b has address=10.0.0.1 already");
}

TEST_CASE("what a point lacks does not let it in or keep it out") {
  const auto leases = dhcp_lease_mode(), secrets = ppp_secret_mode(), queues = simple_queue_mode();
  const Item ours = lease_of("*1", "a", "10.0.0.1", kMac1);
  const std::string no_mac = "provodka:isp/a: \"\" is no MAC address for a lease";
  CHECK(compare(*leases, {ours}, {lease_at("a", false, "10.0.0.1", "")}) ==
        Lines{"set *1 block-access=yes", no_mac});
  CHECK(compare(*leases, {ours}, {lease_at("a", true, "10.0.0.1", "")}) == Lines{no_mac});
  const Item secret{{".id", "*1"}, {"name", "ivan"}, {"disabled", "false"}, {"comment", "provodka:isp/a"}};
  const std::string no_login = "provodka:isp/a: the point has no login for a secret";
  CHECK(compare(*secrets, {secret}, {test::point("a", false, "")}) == Lines{"set *1 disabled=yes", no_login});
  CHECK(compare(*secrets, {secret}, {test::point("a", true, "")}) == Lines{no_login});
  Point fast = test::point("a", true, "");
  fast.up_bps = fast.down_bps = 1'000'000;
  const Item queue{{".id", "*1"}, {"name", "provodka:isp/a"}, {"comment", "provodka:isp/a"}};
  CHECK(compare(*queues, {queue}, {fast}) ==
        Lines{"remove *1", "provodka:isp/a: \"\" is no IP address for a queue"});
}

Item secret(std::string_view id, std::string_view name, std::string_view disabled, std::string_view comment) {
  return {{".id", std::string(id)},
          {"name", std::string(name)},
          {"disabled", std::string(disabled)},
          {"comment", std::string(comment)}};
}

Point login_point(bool on, std::string_view login) {
  Point point = test::point("a", on, "");
  point.login = login;
  return point;
}

TEST_CASE("a secret is disabled and enabled, never added and never removed") {
  const auto mode = ppp_secret_mode();
  const std::string tag = "provodka:isp/a";
  CHECK(compare(*mode, {secret("*1", "ivan", "false", tag)}, {login_point(false, "ivan")}) ==
        Lines{"set *1 disabled=yes"});
  CHECK(compare(*mode, {secret("*1", "ivan", "yes", tag)}, {login_point(true, "ivan")}) ==
        Lines{"set *1 disabled=no"});
  CHECK(compare(*mode, {secret("*1", "ivan", "true", tag)}, {login_point(false, "ivan")}).empty());
  CHECK(compare(*mode, {secret("*1", "ivan", "false", tag)}, {}).empty());
  CHECK(compare(*mode, {secret("*1", "ivan", "false", "by hand")}, {login_point(false, "ivan")}) ==
        Lines{"provodka:isp/a: there is no entry with its tag, and only people can add one"});
  CHECK(compare(*mode, {}, {login_point(false, "")}) ==
        Lines{"provodka:isp/a: the point has no login for a secret"});
}

TEST_CASE("a secret gets the point's login, unless somebody has it") {
  const auto mode = ppp_secret_mode();
  const Item ours = secret("*1", "old", "false", "provodka:isp/a");
  CHECK(compare(*mode, {ours}, {login_point(false, "ivan")}) ==
        Lines{"set *1 disabled=yes", "set *1 name=ivan"});
  CHECK(compare(*mode, {ours, secret("*2", "ivan", "false", "x")}, {login_point(false, "ivan")}) ==
        Lines{"set *1 disabled=yes", "provodka:isp/a: a foreign entry has name=ivan"});
  const Item second = secret("*2", "ivan", "false", "provodka:isp/a");
  CHECK(compare(*mode, {ours, second}, {login_point(false, "ivan")}) ==
        Lines{"set *1 disabled=yes", "set *2 disabled=yes"});
}

TEST_CASE("a point that is gone leaves nothing that keeps it out or lets it in") {
  Point gone = lease_point(false, 1'000, 1'000);
  gone.gone = true;
  gone.login = "ivan";
  const std::string tag = "provodka:isp/a";
  const Scope one = Scope::these_points;
  CHECK(compare(*dhcp_lease_mode(), {lease(tag)}, {gone}, one) == Lines{"remove *1"});
  CHECK(compare(*address_list_mode(), {{{".id", "*1"}, {"address", "10.0.0.5"}, {"comment", tag}}}, {gone},
                one) == Lines{"remove *1"});
  CHECK(compare(*simple_queue_mode(), {{{".id", "*1"}, {"name", tag}, {"comment", tag}}}, {gone}, one) ==
        Lines{"remove *1"});
  const auto mode = ppp_secret_mode();
  CHECK(compare(*mode, {secret("*1", "old", "false", tag)}, {gone}, one) == Lines{"set *1 disabled=yes"});
  CHECK(compare(*mode, {secret("*1", "old", "true", tag)}, {gone}, one).empty());
  CHECK(compare(*mode, {secret("*1", "ivan", "false", "by hand")}, {gone}, one).empty());
  Mirror mirror(*mode);
  std::vector<Obstacle> obstacles;
  mirror.load({secret("*1", "old", "true", tag)});
  CHECK(names_to_end(*mode, mirror, {&gone, 1}, {}, obstacles) == std::vector<SessionName>{{tag, "old"}});
  gone.on = true;  // nobody serves it
  CHECK(compare(*mode, {secret("*1", "old", "false", tag)}, {gone}, one).empty());
  CHECK(names_to_end(*mode, mirror, {&gone, 1}, {}, obstacles).empty());
}

TEST_CASE("the lists of IPv4 and IPv6 have a point's address in one of the two") {
  const auto v4 = address_list_mode(), v6 = address_list_mode({.list = "provodka-blocked", .v6 = true});
  const std::string tag = "provodka:isp/a";
  const Point old = test::point("a", false, "10.0.0.5"), fresh = test::point("a", false, "2001:DB8:0::5");
  const Item entry{{".id", "*1"},
                   {"address", "2001:db8::5/128"},
                   {"disabled", "false"},
                   {"dynamic", "false"},
                   {"comment", tag}};
  CHECK(v6->menu() == "/ipv6/firewall/address-list");
  CHECK(compare(*v6, {}, {fresh}) ==
        Lines{"add list=provodka-blocked address=2001:db8::5 disabled=no comment=provodka:isp/a"});
  CHECK(compare(*v6, {entry}, {fresh}).empty());
  CHECK(compare(*v6, {entry}, {test::point("a", true, "2001:db8::5")}) == Lines{"remove *1"});
  CHECK(compare(*v6, {entry}, {old}) == Lines{"remove *1"});
  CHECK(compare(*v4, {}, {fresh}).empty());
  CHECK(compare(*v4, {}, {old}).size() == 1);
  CHECK(compare(*v6, {}, {test::point("a", false, "2001:db8:1:2:3::/64")}) ==
        Lines{"add list=provodka-blocked address=2001:db8:1:2::/64 disabled=no comment=provodka:isp/a"});
  Item foreign = entry;
  foreign.set("comment", "by hand");
  CHECK(compare(*v6, {foreign}, {test::point("a", true, "2001:db8::5")}) ==
        Lines{"provodka:isp/a: a foreign entry with address=2001:db8::5 acts on it"});
  CHECK((read_point(*v6, tag, v6->keys(entry))[1].query ==
         std::vector<std::string>{"list=provodka-blocked", "address=2001:db8::5", "address=2001:db8::5/128",
                                  "#|"}));
  for (const char* wrong : {"", "2001:db8::g", "pool"}) {
    CAPTURE(wrong);
    CHECK(compare(*v4, {}, {test::point("a", false, wrong)}).size() == 1);
    CHECK(compare(*v6, {}, {test::point("a", false, wrong)}).empty());
  }
}

TEST_CASE("sessions end of names that are ours, disabled and off") {
  const auto mode = ppp_secret_mode();
  Mirror mirror(*mode);
  std::vector<Obstacle> obstacles;
  mirror.load({secret("*1", "ivan", "true", "provodka:isp/a")});
  const std::vector<SessionName> ivan{{"provodka:isp/a", "ivan"}};
  const auto names = [&](const Point& point) {
    return names_to_end(*mode, mirror, {&point, 1}, {}, obstacles);
  };
  CHECK(names(login_point(false, "ivan")) == ivan);
  CHECK(names(login_point(true, "ivan")).empty());
  mirror.load({secret("*1", "ivan", "false", "provodka:isp/a")});
  CHECK(names(login_point(false, "ivan")).empty());
  CHECK(obstacles.empty());
  mirror.load(
      {secret("*1", "ivan", "true", "provodka:isp/a"), secret("*2", "ivan", "false", "other service")});
  CHECK(names(login_point(false, "ivan")).empty());
  CHECK(obstacles.size() == 1);
  const std::vector<SessionName> few{{"", "a"}, {"", "b"}, {"", "c"}};
  CHECK((read_sessions(*mode, few).query ==
         std::vector<std::string>{"name=a", "name=b", "#|", "name=c", "#|"}));
  CHECK(read_sessions(*mode, std::vector<SessionName>(100)).query.empty());
}

TEST_CASE("sessions of a name that a secret had end only where nobody has it now") {
  const auto mode = ppp_secret_mode();
  const Point off = login_point(false, "new");
  const std::vector<SessionName> left{{"provodka:isp/a", "old"}};
  const auto names = [&](const std::vector<Item>& secrets, std::vector<Obstacle>& obstacles) {
    Mirror mirror(*mode);
    mirror.load(secrets);
    Lines lines;
    for (const SessionName& one : names_to_end(*mode, mirror, {&off, 1}, left, obstacles))
      lines.push_back(one.name);
    return lines;
  };
  const Item renamed = secret("*1", "new", "true", "provodka:isp/a");
  std::vector<Obstacle> obstacles;
  CHECK(names({renamed}, obstacles) == Lines{"new", "old"});
  CHECK(names({renamed, secret("*2", "old", "true", "provodka:isp/b")}, obstacles) == Lines{"new", "old"});
  CHECK(names({renamed, secret("*2", "old", "false", "provodka:isp/b")}, obstacles) == Lines{"new"});
  CHECK(names({secret("*1", "old", "true", "provodka:isp/a")}, obstacles) == Lines{"old"});
  CHECK(names({secret("*1", "old", "false", "provodka:isp/a")}, obstacles).empty());
  CHECK(obstacles.empty());
  CHECK(names({renamed, secret("*2", "old", "false", "by hand")}, obstacles) == Lines{"new"});
  REQUIRE(obstacles.size() == 1);
  CHECK(obstacles[0].tag == "provodka:isp/a");
}

TEST_CASE("logins change places only by people's hands") {
  const auto mode = ppp_secret_mode();
  Point a = login_point(true, "two"), b = test::point("b", true, "");
  b.login = "one";
  const std::vector<Item> both{secret("*1", "one", "false", "provodka:isp/a"),
                               secret("*2", "two", "false", "provodka:isp/b")};
  CHECK(compare(*mode, both, {a, b}).size() == 2);
  for (const std::string& line : compare(*mode, both, {a, b})) CHECK(line.ends_with("already"));
  b.login = "three";
  CHECK(compare(*mode, both, {a, b}) == Lines{"set *2 name=three", "set *1 name=two"});
}

TEST_CASE("a queue has the point's speeds, on or off") {
  const auto mode = simple_queue_mode();
  Point point = test::point("a", true, "10.0.0.5");
  CHECK(compare(*mode, {}, {point}).empty());
  point.up_bps = 10'000'000;
  point.down_bps = 50'000'000;
  CHECK(compare(*mode, {}, {point}) ==
        Lines{"add name=provodka:isp/a target=10.0.0.5/32 max-limit=10M/50M disabled=no "
              "comment=provodka:isp/a"});
  Item queue{{".id", "*5"},
             {"name", "provodka:isp/a"},
             {"target", "10.0.0.5/32"},
             {"max-limit", "10000000/50000000"},
             {"disabled", "false"},
             {"comment", "provodka:isp/a"}};
  CHECK(compare(*mode, {queue}, {point}).empty());
  point.on = false;
  CHECK(compare(*mode, {queue}, {point}).empty());
  queue.set("max-limit", "1M/2M");
  queue.set("target", "10.0.0.6/32");
  CHECK(compare(*mode, {queue}, {point}) == Lines{"set *5 target=10.0.0.5/32 max-limit=10M/50M"});
  point.up_bps = point.down_bps = 0;
  CHECK(compare(*mode, {queue}, {point}) == Lines{"remove *5"});
  Point v6 = test::point("a", true, "2001:DB8::/56");
  v6.up_bps = v6.down_bps = 1'000'000;
  CHECK(compare(*mode, {}, {v6}) == Lines{"add name=provodka:isp/a target=2001:db8::/56 max-limit=1M/1M "
                                          "disabled=no comment=provodka:isp/a"});
}

}  // namespace
}  // namespace provodka::routeros
