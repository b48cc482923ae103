#include "adapters/routeros/reconciler.h"

#include "tests/adapters/routeros/support.h"

#include <algorithm>
#include <map>

namespace provodka::routeros {
namespace {

using test::point;

// A router in memory that keeps what it was asked, and refuses as one does.
class FakeRouter final : public Router {
 public:
  Task<Result<void>> connect() override { co_return Result<void>(); }
  Task<Answers> execute(std::vector<Operation> operations) override {
    ++calls;
    const bool whole_menu =
        operations.size() == 1 && operations[0].verb == Verb::print && operations[0].query.size() < 2;
    const std::vector<Item> before = whole_menu ? menus[operations[0].menu] : std::vector<Item>();
    if (whole_menu && slow_reads) {
      error_code ignored;
      co_await slow_reads->async_wait(asio::redirect_error(use_task, ignored));
      Answers answers(1);
      answers[0]->items = before;
      co_return answers;
    }
    Answers answers;
    for (const Operation& operation : operations) {
      if (operation.verb != Verb::print) sent.push_back(operation);
      if (fails_after && *fails_after == 0) {
        answers.push_back(fault("{}: gone", place_));
        continue;
      }
      if (fails_after && operation.verb != Verb::print) --*fails_after;
      answers.push_back(answer(operation));
    }
    co_return answers;
  }
  bool is_connected() const override { return true; }
  std::string fingerprint() const override { return {}; }
  void close() override {}
  const std::string& place() const override { return place_; }

  std::string put(const std::string& menu, Item item) {
    const std::string id = fmt::format("*{:X}", ++last_id_);
    item.set(".id", id);
    menus[menu].push_back(std::move(item));
    return id;
  }

  std::map<std::string, std::vector<Item>> menus;
  std::vector<Operation> sent;  // what changes something
  int calls = 0;
  std::optional<int> fails_after;
  std::string refuses;              // everything, with this text
  std::string refuses_key;          // whatever sets this
  Verb refuses_verb = Verb::print;  // whatever is this
  std::optional<Timer> slow_reads;  // whole menus are answered when this ends, as they were at the beginning

 private:
  static bool fits(const Item& item, const Operation& operation) {
    bool any = false, all = true;
    for (const std::string& word : operation.query) {
      const size_t equals = word.find('=');
      if (equals == word.npos) continue;
      const bool one = item.find(word.substr(0, equals)) == word.substr(equals + 1);
      any |= one;
      all &= one;
    }
    return std::ranges::count(operation.query, "#|") > 0 ? any : all;
  }

  Answer answer(const Operation& operation) {
    Answer answer;
    const auto refuse = [&answer](std::string message) {
      answer.message = std::move(message);
      answer.refusal = refusal_of({}, answer.message);
      return answer;
    };
    auto& items = menus[operation.menu];
    if (operation.verb == Verb::print) {
      std::ranges::copy_if(items, std::back_inserter(answer.items),
                           [&](const Item& i) { return fits(i, operation); });
      return answer;
    }
    if (!refuses.empty()) return refuse(refuses);
    if (operation.verb == refuses_verb ||
        std::ranges::count(operation.attributes, refuses_key, &Attribute::key) > 0)
      return refuse("failure: not now");
    if (operation.verb == Verb::add) {
      Item item;
      for (const Attribute& attribute : operation.attributes) item.set(attribute.key, attribute.value);
      const bool taken = std::ranges::any_of(items, [&](const Item& other) {
        return !item.find("list").empty() && item.find("list") == other.find("list") &&
               item.find("address") == other.find("address");
      });
      if (taken) return refuse("failure: already have such entry");
      answer.id = put(operation.menu, std::move(item));
      return answer;
    }
    const auto item = std::ranges::find(items, operation.id, &Item::id);
    if (item == items.end()) return refuse("no such item");
    if (operation.verb == Verb::remove) items.erase(item);
    if (operation.verb == Verb::set) {
      for (const Attribute& attribute : operation.attributes) item->set(attribute.key, attribute.value);
    }
    if (operation.verb == Verb::run) {
      item->set("dynamic", "false");
      item->set(".id", fmt::format("*{:X}", ++last_id_));
    }
    return answer;
  }

  std::string place_ = "router fake";
  int last_id_ = 0;
};

const std::string kList = "/ip/firewall/address-list";

Item listed(std::string_view address, std::string_view comment, std::string_view list = "provodka-blocked") {
  return {{"list", std::string(list)}, {"address", std::string(address)}, {"comment", std::string(comment)}};
}

template <class... M>
std::vector<std::unique_ptr<Mode>> modes(M... mode) {
  std::vector<std::unique_ptr<Mode>> all;
  (all.push_back(std::move(mode)), ...);
  return all;
}

struct House {
  asio::io_context context;
  FakeRouter router;
  Reconciler reconciler;

  template <class... M>
  explicit House(M... mode) : reconciler(context, router, modes(std::move(mode)...)) {}
  Report reconcile(std::vector<Point> points) {
    return test::run(context, reconciler.reconcile(std::move(points)));
  }
  Report apply(Point point) { return test::run(context, reconciler.apply({std::move(point)})); }
};

std::vector<std::string> shown(const Report& report) {
  static constexpr const char* kinds[] = {"repaired", "obstructed", "failed"};
  std::vector<std::string> lines;
  for (const Finding& f : report.findings)
    lines.push_back(fmt::format("{} {} {}", kinds[static_cast<size_t>(f.kind)], f.tag, f.what));
  return lines;
}
using Lines = std::vector<std::string>;

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
