#include "adapters/routeros/connection.h"
#include "adapters/routeros/reconciler.h"
#include "adapters/routeros/rest.h"
#include "tests/adapters/routeros/emulator.h"
#include "tests/adapters/routeros/support.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <catch2/matchers/catch_matchers_string.hpp>

namespace provodka::routeros {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using test::Emulator;
using test::point;

const std::string kList = "/ip/firewall/address-list";
const std::string kPassword = "k4rt0shk4";

enum class Way { plain, tls, rest, rest_tls };

RouterOptions options_of(const Emulator& emulator, Way way) {
  RouterOptions options;
  options.endpoint.host = "127.0.0.1";
  static constexpr const char* names[] = {"ready", "ready-tls", "ready-rest", "ready-rest-tls"};
  options.endpoint.port = emulator.port(names[static_cast<size_t>(way)]);
  if (way == Way::tls || way == Way::rest_tls) {
    options.endpoint.tls.mode = TlsOptions::Mode::authority;
    options.endpoint.tls.authority_file = emulator.certificate();
  }
  options.login = "admin";
  options.password = Secret(kPassword);
  return options;
}

std::unique_ptr<Router> router_of(asio::io_context& context, RouterOptions options, Way way) {
  if (way == Way::plain || way == Way::tls) return std::make_unique<Connection>(context, std::move(options));
  return std::make_unique<RestClient>(context, std::move(options));
}

std::vector<std::unique_ptr<Mode>> one(std::unique_ptr<Mode> mode) {
  std::vector<std::unique_ptr<Mode>> modes;
  modes.push_back(std::move(mode));
  return modes;
}

std::vector<Point> points_off(int count) {
  std::vector<Point> points;
  for (int i = 0; i < count; ++i)
    points.push_back(point(fmt::format("p{}", i), false, fmt::format("10.1.{}.{}", i / 250, i % 250)));
  return points;
}

Result<Answer> ask(asio::io_context& context, Router& router, Operation operation) {
  return test::run(context, router.ask(std::move(operation)));
}

TEST_CASE("entries are added, changed, read and removed in every way there is") {
  Emulator emulator({"--password", kPassword});
  for (const Way way : {Way::plain, Way::tls, Way::rest, Way::rest_tls}) {
    CAPTURE(static_cast<int>(way));
    asio::io_context context;
    const auto router = router_of(context, options_of(emulator, way), way);
    const auto connected = test::run(context, router->connect());
    INFO((connected ? "" : connected.error().what));
    REQUIRE(connected.has_value());
    const auto added =
        ask(context, *router,
            add(kList, {{"list", "l"}, {"address", "10.7.7.7"}, {"comment", "a=b \"c\" \xd0\xb4"}}));
    REQUIRE(added.has_value());
    REQUIRE(added->refusal == Refusal::none);
    CHECK(added->id.starts_with("*"));
    const auto twice = ask(context, *router, add(kList, {{"list", "l"}, {"address", "10.7.7.7"}}));
    CHECK(twice->refusal == Refusal::already_there);
    CHECK(ask(context, *router, set(kList, added->id, {{"disabled", "yes"}}))->refusal == Refusal::none);
    const auto read =
        ask(context, *router, print(kList, {".id", "comment", "disabled"}, {"list=l", "address=10.7.7.7"}));
    REQUIRE(read.has_value());
    REQUIRE(read->items.size() == 1);
    CHECK(read->items[0].id() == added->id);
    CHECK(read->items[0].find("comment") == "a=b \"c\" \xd0\xb4");
    CHECK(read->items[0].find("disabled") == "true");
    CHECK(ask(context, *router, remove(kList, added->id))->refusal == Refusal::none);
    CHECK(ask(context, *router, remove(kList, added->id))->refusal == Refusal::no_such_item);
    CHECK(ask(context, *router, set(kList, added->id, {{"disabled", "no"}}))->refusal ==
          Refusal::no_such_item);
    CHECK(ask(context, *router, print("/no/such/menu", {}))->refusal == Refusal::no_such_command);
    CHECK(ask(context, *router, print(kList, {".id"}, {"list=l"}))->items.empty());
  }
}

TEST_CASE("old logins and every kind of empty answer are understood") {
  for (const char* login : {"plain", "challenge"}) {
    for (const char* empty : {"none", "done", "alone"}) {
      CAPTURE(login, empty);
      Emulator emulator({"--password", kPassword, "--login", login, "--empty", empty});
      asio::io_context context;
      Connection connection(context, options_of(emulator, Way::plain));
      REQUIRE(test::run(context, connection.connect()).has_value());
      for (int i = 0; i < 3; ++i)
        CHECK(ask(context, connection, print(kList, {".id"}, {"list=none"}))->items.empty());
    }
  }
}

TEST_CASE("a wrong password is refused, and is in no text") {
  Emulator emulator({"--password", kPassword});
  for (const Way way : {Way::plain, Way::rest}) {
    CAPTURE(static_cast<int>(way));
    asio::io_context context;
    RouterOptions options = options_of(emulator, way);
    options.password = Secret("wr0ng0ne");
    const auto router = router_of(context, std::move(options), way);
    const auto refused = test::run(context, router->connect());
    REQUIRE(!refused);
    CHECK(refused.error().refused);
    CHECK_THAT(refused.error().what, ContainsSubstring("the login was refused"));
    CHECK_THAT(refused.error().what, !ContainsSubstring("wr0ng0ne"));
    CHECK(!router->is_connected());
  }
}

TEST_CASE("a certificate is looked at as it was asked for") {
  Emulator emulator({"--password", kPassword});
  asio::io_context context;
  const auto connect = [&](TlsOptions tls) {
    RouterOptions options = options_of(emulator, Way::tls);
    options.endpoint.tls = std::move(tls);
    Connection connection(context, std::move(options));
    return test::run(context, connection.connect());
  };
  using Mode = TlsOptions::Mode;
  CHECK(connect({.mode = Mode::unverified, .authority_file = {}, .name = {}, .fingerprint = {}}).has_value());
  const std::string right = emulator.fingerprint();
  CHECK(connect({.mode = Mode::fingerprint, .authority_file = {}, .name = {}, .fingerprint = right})
            .has_value());
  std::string wrong = right, shown;
  wrong.front() = wrong.front() == '0' ? '1' : '0';
  for (const char c : right) {
    if (c != ':') shown.push_back(static_cast<char>(std::tolower(c)));
  }
  for (const Way way : {Way::plain, Way::tls, Way::rest, Way::rest_tls}) {
    CAPTURE(static_cast<int>(way));
    const bool tls = way == Way::tls || way == Way::rest_tls;
    RouterOptions options = options_of(emulator, way);
    const auto router = router_of(context, options, way);
    REQUIRE(test::run(context, router->connect()).has_value());
    CHECK(router->fingerprint() == (tls ? shown : ""));
    if (!tls) continue;
    options.endpoint.tls = {
        .mode = Mode::fingerprint, .authority_file = {}, .name = {}, .fingerprint = wrong};
    const auto held = router_of(context, options, way);
    emulator.ask("POST", "/reset", "{}");  // what was asked before had the password in it
    const auto refused = test::run(context, held->connect());
    REQUIRE(!refused);
    CHECK(refused.error().refused);
    CHECK_THAT(refused.error().what, ContainsSubstring("its certificate has the SHA-256 " + shown));
    CHECK(emulator.ask("GET", "/requests", "").find(kPassword) == std::string::npos);
  }
  const auto other =
      connect({.mode = Mode::fingerprint, .authority_file = {}, .name = {}, .fingerprint = wrong});
  CHECK_THAT(other.error().what, ContainsSubstring("to which it is held"));
  CHECK(connect({.mode = Mode::fingerprint, .authority_file = {}, .name = {}, .fingerprint = "ab"})
            .error()
            .refused);
  CHECK(!connect({.mode = Mode::authority, .authority_file = {}, .name = {}, .fingerprint = {}}));
  const auto named = connect({.mode = Mode::authority,
                              .authority_file = emulator.certificate(),
                              .name = "other.example",
                              .fingerprint = {}});
  CHECK_THAT(named.error().what, ContainsSubstring("no TLS: "));
  const auto missing =
      connect({.mode = Mode::authority, .authority_file = "/nonexistent", .name = {}, .fingerprint = {}});
  CHECK_THAT(missing.error().what, ContainsSubstring("/nonexistent"));
}

TEST_CASE("among 50,000 foreign entries a reconcile sends the differences alone") {
  Emulator emulator({"--password", kPassword});
  emulator.control("/entries", R"({"menu":"/queue/simple","foreign":50000})");
  asio::io_context context;
  Connection connection(context, options_of(emulator, Way::plain));
  REQUIRE(test::run(context, connection.connect()).has_value());
  Reconciler reconciler(context, connection, one(simple_queue_mode()));
  std::vector<Point> points = points_off(1000);
  for (Point& p : points) p.up_bps = p.down_bps = 10'000'000;
  CHECK(test::run(context, reconciler.reconcile(points)).changes_sent == 1000);
  for (int i = 0; i < 100; ++i) points[static_cast<size_t>(i * 10)].up_bps = 20'000'000;
  const Report report = test::run(context, reconciler.reconcile(points));
  CHECK(report.is_clean());
  CHECK(report.entries_read == 51'000);
  CHECK(report.changes_sent == 100);
  CHECK(report.took < 5s);
  CHECK(test::run(context, reconciler.reconcile(points)).changes_sent == 0);
}

TEST_CASE("10,000 points are blocked, and one of them is let through in one round trip") {
  Emulator emulator({"--password", kPassword});
  asio::io_context context;
  Connection connection(context, options_of(emulator, Way::plain));
  REQUIRE(test::run(context, connection.connect()).has_value());
  Reconciler reconciler(context, connection, one(address_list_mode()));
  const std::vector<Point> points = points_off(10'000);
  const Report report = test::run(context, reconciler.reconcile(points));
  CHECK(report.is_clean());
  CHECK(report.findings.size() == 10'000);
  Point let_through = points[5000];
  let_through.on = true;
  const Report applied = test::run(context, reconciler.apply({let_through}));
  CHECK(applied.changes_sent == 1);
  if (std::getenv("PROVODKA_SHOW_TIMES"))
    WARN("10,000 in " << report.took.count() << " ms, one in " << applied.took.count() << " ms");
}

TEST_CASE("a point is blocked and unblocked over REST as over the API") {
  Emulator emulator({"--password", kPassword});
  for (const Way way : {Way::plain, Way::rest}) {
    CAPTURE(static_cast<int>(way));
    asio::io_context context;
    const auto router = router_of(context, options_of(emulator, way), way);
    REQUIRE(test::run(context, router->connect()).has_value());
    std::vector<std::unique_ptr<Mode>> modes = one(address_list_mode());
    modes.push_back(dhcp_lease_mode());
    modes.push_back(simple_queue_mode());
    Reconciler reconciler(context, *router, std::move(modes));
    Point a = point("a", false, "10.0.0.5");
    a.mac = "AA:BB:CC:00:00:05";
    a.up_bps = 10'000'000;
    a.down_bps = 50'000'000;
    const Report first = test::run(context, reconciler.reconcile({a}));
    for (const Finding& finding : first.findings) INFO(finding.mode << ": " << finding.what);
    CHECK(first.is_clean());
    CHECK(first.findings.size() == 3);
    CHECK(test::run(context, reconciler.reconcile({a})).findings.empty());
    a.on = true;
    CHECK(test::run(context, reconciler.apply({a})).changes_sent == 2);
    CHECK(test::run(context, reconciler.reconcile({a})).findings.empty());
    CHECK(test::run(context, reconciler.reconcile({})).changes_sent == 2);
  }
}

std::vector<std::unique_ptr<Mode>> lists() {
  std::vector<std::unique_ptr<Mode>> modes;
  modes.push_back(address_list_mode());
  modes.push_back(address_list_mode({.list = "provodka-blocked", .v6 = true}));
  return modes;
}

TEST_CASE("points of IPv6 are blocked in the list of IPv6, by address and by prefix") {
  Emulator emulator({"--password", kPassword});
  emulator.control("/entries", R"({"menu": "/ipv6/firewall/address-list", "foreign": 100})");
  for (const Way way : {Way::plain, Way::rest}) {
    asio::io_context context;
    const auto router = router_of(context, options_of(emulator, way), way);
    REQUIRE(test::run(context, router->connect()).has_value());
    Reconciler reconciler(context, *router, lists());
    const std::vector<Point> wanted{point("a", false, "10.0.0.5"), point("b", false, "2001:DB8:0::5"),
                                    point("c", false, "2001:db8:1:2::1/64"), point("d", true, "2001:db8::6")};
    Report first = test::run(context, reconciler.reconcile(wanted));
    CHECK(first.is_clean());
    CHECK(first.changes_sent == 3);
    const std::string state = emulator.ask("GET", "/state", "");
    CHECK_THAT(state, ContainsSubstring(R"("address": "2001:db8::5/128")"));
    CHECK_THAT(state, ContainsSubstring(R"("address": "2001:db8:1:2::/64")"));
    CHECK(test::run(context, reconciler.reconcile(wanted)).changes_sent == 0);
    // The entry is there already, which only reading it again can tell.
    Reconciler late(context, *router, lists());
    CHECK(test::run(context, late.reconcile({})).changes_sent == 3);
    CHECK(test::run(context, reconciler.apply({point("b", true, "2001:db8::5")})).fault == std::nullopt);
    CHECK(test::run(context, reconciler.reconcile(wanted)).changes_sent == 3);
    CHECK(test::run(context, late.apply({point("b", false, "2001:db8::5")})).is_clean());
    CHECK(test::run(context, late.reconcile({})).changes_sent == 3);
  }
}

TEST_CASE("a router without IPv6 does the rest") {
  Emulator emulator({"--password", kPassword, "--no-ipv6"});
  for (const Way way : {Way::plain, Way::rest}) {
    asio::io_context context;
    const auto router = router_of(context, options_of(emulator, way), way);
    REQUIRE(test::run(context, router->connect()).has_value());
    Reconciler reconciler(context, *router, lists());
    CHECK(test::run(context, reconciler.reconcile({point("a", false, "10.0.0.5")})).is_clean());
    const Report report = test::run(context, reconciler.apply({point("b", false, "2001:db8::5")}));
    REQUIRE(!report.fault);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].kind == Finding::Kind::failed);
    CHECK_THAT(report.findings[0].what, ContainsSubstring("no such command"));
    CHECK(test::run(context, reconciler.reconcile({})).changes_sent == 1);
  }
}

TEST_CASE("a secret is disabled, and its session ended") {
  Emulator emulator({"--password", kPassword, "--redial"});
  emulator.control("/entries", R"({"menu":"/ppp/secret","add":[
    {"name":"ivan","password":"x","comment":"provodka:isp/a"},{"name":"olga","password":"x","comment":"by hand"}]})");
  emulator.control("/entries", R"({"menu":"/ppp/active","add":[{"name":"ivan"},{"name":"olga"}]})");
  asio::io_context context;
  Connection connection(context, options_of(emulator, Way::tls));
  REQUIRE(test::run(context, connection.connect()).has_value());
  Reconciler reconciler(context, connection, one(ppp_secret_mode()));
  Point ivan = point("a", true, "");
  ivan.login = "ivan";
  CHECK(test::run(context, reconciler.reconcile({ivan})).findings.empty());
  ivan.on = false;
  const Report off = test::run(context, reconciler.apply({ivan}));
  CHECK(off.is_clean());
  CHECK(off.sessions_ended == 1);
  const auto online = ask(context, connection, print("/ppp/active", {"name"}));
  REQUIRE(online->items.size() == 1);
  CHECK(online->items[0].find("name") == "olga");
  ivan.on = true;
  CHECK(test::run(context, reconciler.apply({ivan})).changes_sent == 1);
}

TEST_CASE("a router that hangs delays no other on the same thread") {
  Emulator hangs({"--password", kPassword}), works({"--password", kPassword});
  asio::io_context context;
  Connection stuck(context, options_of(hangs, Way::plain)), other(context, options_of(works, Way::plain));
  REQUIRE(test::run(context, stuck.connect()).has_value());
  REQUIRE(test::run(context, other.connect()).has_value());
  hangs.control("/misbehave", R"({"hang":true})");
  bool ended = false;
  Operation slow = print(kList, {".id"});
  slow.timeout = 60s;
  asio::co_spawn(context.get_executor(), stuck.ask(std::move(slow)),
                 [&ended](std::exception_ptr, Result<Answer>) { ended = true; });
  Reconciler reconciler(context, other, one(address_list_mode()));
  CHECK(test::run(context, reconciler.reconcile(points_off(500))).changes_sent == 500);
  CHECK(!ended);
  stuck.close();
  CHECK(test::run(context, other.connect()).has_value());
  CHECK(ended);
}

TEST_CASE("a router that misbehaves is a fault, and right after the next reconcile") {
  Emulator emulator({"--password", kPassword});
  const std::vector<Point> points = points_off(200);
  for (const char* fault : {R"({"cut":{"nth":50}})", R"({"garbage":{"nth":50}})", R"({"drop":{"nth":50}})"}) {
    CAPTURE(fault);
    asio::io_context context;
    RouterOptions options = options_of(emulator, Way::plain);
    options.silence_timeout = 300ms;
    Connection connection(context, std::move(options));
    Reconciler reconciler(context, connection, one(address_list_mode()));
    REQUIRE(test::run(context, connection.connect()).has_value());
    REQUIRE(test::run(context, reconciler.reconcile({})).is_clean());
    emulator.control("/misbehave", fault);
    const Report broken = test::run(context, reconciler.reconcile(points));
    REQUIRE(broken.fault);
    CHECK_THAT(broken.fault->what, ContainsSubstring(connection.place()));
    CHECK(!connection.is_connected());
    REQUIRE(test::run(context, connection.connect()).has_value());
    CHECK(test::run(context, reconciler.reconcile(points)).is_clean());
    CHECK(test::run(context, reconciler.reconcile(points)).changes_sent == 0);
    CHECK(test::run(context, reconciler.reconcile({})).changes_sent == 200);
  }
}

}  // namespace
}  // namespace provodka::routeros
