#include "projections/runner/member.h"
#include "projections/runner/movements.h"
#include "projections/runner/postgres.h"
#include "projections/runner/runner.h"
#include "projections/runner/status.h"
#include "tests/projections/runner/lines.h"
#include "tests/projections/runner/postgres.h"

#include <catch2/catch_test_macros.hpp>
#include <pqxx/result>
#include <pqxx/transaction>

namespace provodka::projections {
namespace {

using namespace std::chrono_literals;

class Nothing : public PersonalData {
 public:
  Result<std::optional<std::string>> open(std::string_view, std::string_view, std::string_view) override {
    return std::nullopt;
  }
};

const Currency kRub = *Currency::from_code("RUB");

Event relabelled(std::string_view account, std::string_view label) {
  return account::AccountRelabelled{.account = {account}, .label = {label}, .effective = {}, .standing = {}};
}
Event received(std::string_view account, int64_t minor) {
  const Money amount{minor, kRub};
  return payment::PaymentReceived{
      .account = {account},
      .amount = amount,
      .provider = {"cash"},
      .external_id = {"x"},
      .paid_at = {},
      .note = {},
      .effective = *Date::parse("2026-03-05"),
      .postings = {{{book::Kind::customer, account}, amount, amount},
                   {{book::Kind::clearing, "cash"}, {-minor, kRub}, {-minor, kRub}}},
      .available = amount,
      .access = account::Access::on};
}

struct Accounts : Upserts {
  Accounts() : Upserts("account", {"tenant", "account"}) {}
  Column label = set("label"), paid = add("paid"), payments = add("payments");
};

// A projection that has one of everything. The second version counts each payment twice.
template <int Version>
class Toy : public Projection {
 public:
  Toy() {
    owns(accounts_);
    owns(payments_);
  }
  Result<void> fold(const Happened& happened) override {
    const auto tenant = happened.header.tenant;
    if (const auto* e = std::get_if<account::AccountRelabelled>(&happened.event)) {
      if (e->label.text == "poison") return fault("this label is poison");
      accounts_.at(tenant, e->account).set(accounts_.label, e->label);
    } else if (const auto* payment = std::get_if<payment::PaymentReceived>(&happened.event)) {
      accounts_.at(tenant, payment->account)
          .add(accounts_.paid, payment->amount)
          .count(accounts_.payments, Version);
      payments_.add(happened.header.time, payment->account, payment->amount);
    }
    return {};
  }

 private:
  Accounts accounts_;
  Appends payments_{"payment", {"time", "account", "amount"}, Appends::Partitions::monthly};
};

constexpr std::string_view kTables = R"(
CREATE TABLE account (tenant text, account text, label text, paid numeric, payments bigint, PRIMARY KEY (tenant, account));
CREATE TABLE payment (time timestamptz NOT NULL, account text, amount numeric) PARTITION BY RANGE (time);)";
constexpr std::string_view kView = "CREATE OR REPLACE VIEW provodka.toys AS SELECT * FROM account;";

template <int Version>
ProjectionKind toy(std::string_view name = "toy") {
  return {
      name, Version, kTables, name == "toy" ? kView : "",
      [](const Surroundings&) -> std::unique_ptr<Projection> { return std::make_unique<Toy<Version>>(); }};
}

std::string ask(const std::string& url, const std::string& query) {
  const auto connection = connect(url, "test");
  pqxx::work transaction(*connection);
  std::string text;
  for (const auto& row : transaction.exec(query)) {
    for (const auto& field : row) text += std::string(field.is_null() ? "-" : field.c_str()) + " ";
  }
  return text;
}

// Runs until the projections have a position, or until the one named has failed.
void run_until(Lines& lines, const std::string& url, std::vector<ProjectionKind> kinds, Position position,
               std::string_view failing = "", const std::string& query = "") {
  Nothing nothing;
  Runner runner(lines, nothing, {.postgres = url, .kinds = std::move(kinds), .warn = {}});
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  for (;;) {
    bool there = true;
    const auto statuses = read_status(url);
    there = statuses.has_value() && !statuses->empty();
    if (there) {
      for (const Status& s : *statuses) {
        if (s.projection == failing) {
          there = there && s.state == "failed";
        } else {
          there = there && s.position == fmt::format("{}", position);
        }
      }
    }
    if (there && (query.empty() || ask(url, query) == "t ")) return;
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    never.wait_for(lock, 10ms);
  }
}

TEST_CASE("rows are set, summed and added, also over several batches and runs") {
  const TestPostgres postgres;
  {
    Lines lines;
    lines.add(received("a", 100));
    lines.add(relabelled("a", "first\tlabel"));
    lines.add(received("a", 250));
    lines.add(received("b", -50), *Instant::parse("2026-04-01T00:00:00Z"));
    run_until(lines, postgres.url(), {toy<1>()}, Position(4));
    CHECK(ask(postgres.url(), "SELECT account, label, paid, payments FROM provodka.toys ORDER BY account") ==
          "a first\tlabel 3.50 2 b - -0.50 1 ");
    CHECK(ask(postgres.url(), "SELECT count(*), sum(amount) FROM provodka_toy.payment") == "3 3.00 ");
    CHECK(ask(postgres.url(), "SELECT count(*) FROM provodka_toy.payment_2026_04") == "1 ");
  }
  Lines lines;  // the same log, in another process
  lines.add(received("a", 100));
  lines.add(relabelled("a", "first\tlabel"));
  lines.add(received("a", 250));
  lines.add(received("b", -50), *Instant::parse("2026-04-01T00:00:00Z"));
  lines.add(relabelled("b", "second"));
  lines.add(received("a", 1), *Instant::parse("2026-04-02T00:00:00Z"));
  run_until(lines, postgres.url(), {toy<1>()}, Position(6));
  CHECK(ask(postgres.url(), "SELECT account, label, paid, payments FROM provodka.toys ORDER BY account") ==
        "a first\tlabel 3.51 3 b second -0.50 1 ");

  SECTION("another version of the fold fills new tables by itself") {
    Lines same;
    same.add_all(lines);
    // The old tables have the position already: the new ones come with the swap.
    run_until(same, postgres.url(), {toy<2>()}, Position(6), "",
              "SELECT bool_and(generation = 1) FROM provodka_runner.projection");
    CHECK(ask(postgres.url(), "SELECT account, payments FROM provodka.toys ORDER BY account") == "a 6 b 2 ");
    CHECK(ask(postgres.url(), "SELECT count(*) FROM pg_namespace WHERE nspname IN ('provodka_toy_new')") ==
          "0 ");
  }
}

TEST_CASE("a projection that cannot take an event stops alone, and says where and why") {
  const TestPostgres postgres;
  Lines lines;
  lines.add(received("a", 100));
  lines.add(relabelled("a", "poison"));
  lines.add(received("a", 100));
  struct Calm : Toy<1> {
    Result<void> fold(const Happened&) override { return {}; }
  };
  ProjectionKind calm{"calm", 1, kTables, "", [](const Surroundings&) -> std::unique_ptr<Projection> {
                        return std::make_unique<Calm>();
                      }};
  run_until(lines, postgres.url(), {toy<1>(), calm}, Position(3), "toy");
  CHECK(ask(postgres.url(),
            "SELECT position, error FROM provodka.projection_status WHERE projection = 'toy'") ==
        "1 position 2, account.relabelled.v1 2 of ok: this label is poison ");
  CHECK(ask(postgres.url(), "SELECT paid FROM provodka.toys") == "1.00 ");
}

TEST_CASE("an event of a type that is not known yet stops what would have to know it") {
  const TestPostgres postgres;
  Lines lines;
  lines.add(received("a", 100));
  std::string line((*lines.frame_at(Position(1), 0ms))->line(0));
  line.replace(line.find("\"id\":\"1\""), 8, "\"id\":\"2\"");
  line.replace(line.find("received.v1"), 11, "received.v9");
  lines.add(line);
  run_until(lines, postgres.url(), {toy<1>()}, Position(1), "toy");
  const std::string status = ask(postgres.url(), "SELECT position, error FROM provodka.projection_status");
  CHECK(status.starts_with("1 position 2: "));
  CHECK(status.find("payment.received.v9") != std::string::npos);
}

TEST_CASE("views of a newer program come with the tables that they read, whosever these are") {
  const TestPostgres postgres;
  Lines lines;
  lines.add(received("a", 100));
  const std::string wider = std::string(kTables) + "ALTER TABLE account ADD COLUMN extra text;";
  auto toys = toy<1>(), watcher = toy<1>("watcher");
  watcher.view_sql = "CREATE OR REPLACE VIEW provodka.watched AS SELECT account, paid FROM provodka.toys;";
  run_until(lines, postgres.url(), {toys, watcher}, Position(1));
  CHECK(ask(postgres.url(), "SELECT account, paid FROM provodka.watched") == "a 1.00 ");
  auto newer = toy<2>(), watching = watcher;
  newer.table_sql = wider;
  const std::string columns =
      "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attnum > 0 AND attrelid = "
      "'provodka.watched'::regclass";
  SECTION("a column more, that the other one's view reads") {
    watching.view_sql =
        "CREATE OR REPLACE VIEW provodka.watched AS SELECT account, paid, extra FROM provodka.toys;";
    run_until(lines, postgres.url(), {newer, watching}, Position(1), "",
              "SELECT count(*) = 1 FROM provodka_runner.projection WHERE generation = 1");
    CHECK(ask(postgres.url(), columns) == "account paid extra ");
  }
  SECTION("other columns in both, and other tables of both") {
    newer.view_sql = "CREATE OR REPLACE VIEW provodka.toys AS SELECT account AS name, extra FROM account;";
    watching.table_sql = wider;
    watching.view_sql = "CREATE OR REPLACE VIEW provodka.watched AS SELECT name, extra FROM provodka.toys;";
    run_until(lines, postgres.url(), {newer, watching}, Position(1), "",
              "SELECT bool_and(generation = 1) FROM provodka_runner.projection");
    CHECK(ask(postgres.url(), columns) == "name extra ");
    CHECK(ask(postgres.url(), "SELECT name FROM provodka.watched") == "a ");
  }
  SECTION("a view that somebody dropped comes back with the next rebuild") {
    const auto connection = connect(postgres.url(), "somebody");
    pqxx::work transaction(*connection);
    transaction.exec(
        "SELECT provodka_runner.publish('watched', '{account}'); ALTER TABLE provodka_toy.account DROP "
        "COLUMN paid CASCADE");
    transaction.commit();
    Nothing nothing;
    REQUIRE(rebuild(toys, {toys, watcher}, lines, nothing, postgres.url(),
                    [](const RebuildProgress&) { return true; }));
    CHECK(ask(postgres.url(), "SELECT account, paid FROM provodka.watched") == "a 1.00 ");
  }
}

TEST_CASE("the status tells a projection that runs, one that was mended, and one that nobody keeps") {
  const TestPostgres postgres;
  Lines lines;
  lines.add(received("a", 100));
  const std::string state = "SELECT state, error FROM provodka.projection_status";
  run_until(lines, postgres.url(), {toy<1>()}, Position(1));
  CHECK(ask(postgres.url(), state) == "running - ");
  note_failure(*connect(postgres.url(), "test"), toy<1>(), "a right is missing");
  CHECK(ask(postgres.url(), state) == "failed a right is missing ");
  run_until(lines, postgres.url(), {toy<1>()}, Position(1), "",
            "SELECT state = 'running' AND error IS NULL FROM provodka.projection_status");
  const auto connection = connect(postgres.url(), "test");
  pqxx::work transaction(*connection);
  transaction.exec("UPDATE provodka_runner.source SET updated = now() - interval '1 minute'");
  transaction.commit();
  CHECK(ask(postgres.url(), state) == "stopped - ");
}

TEST_CASE("a log that cannot be read for now is waited for, and is no failure") {
  struct Server : Lines {
    bool away = false;
    Result<log::FramePtr> frame_at(Position from, std::chrono::milliseconds timeout) override {
      if (away) return fault("the server is away");
      return Lines::frame_at(from, timeout);
    }
  };
  const TestPostgres postgres;
  Server server;
  server.add(received("a", 100));
  server.add(received("a", 100));
  Nothing nothing;
  Feed feed(server);
  const auto kind = toy<1>();
  const auto connection = connect(postgres.url(), "first");
  install(*connection, {kind});
  Member member(kind, Slot::live, feed, nothing, *connection);
  member.open();
  REQUIRE(member.advance(0ms, {.events = 1, .rows = 10}).has_value());
  server.away = true;
  CHECK_THROWS_AS(member.advance(0ms), SourceAway);
  server.away = false;
  REQUIRE(member.advance(0ms).has_value());
  CHECK(ask(postgres.url(), "SELECT paid, payments FROM provodka.toys") == "2.00 2 ");
}

TEST_CASE("whoever was overtaken begins anew from what is stored") {
  const TestPostgres postgres;
  Lines lines;
  lines.add(received("a", 100));
  lines.add(received("a", 100));
  Nothing nothing;
  Feed feed(lines);
  const auto kind = toy<1>();
  const auto first = connect(postgres.url(), "first"), second = connect(postgres.url(), "second");
  install(*first, {kind});
  Member one(kind, Slot::live, feed, nothing, *first), other(kind, Slot::live, feed, nothing, *second);
  one.open();
  other.open();
  REQUIRE(one.advance(0ms, {.events = 1, .rows = 10}).has_value());
  CHECK_THROWS_AS(other.advance(0ms), Overtaken);
  REQUIRE(one.advance(0ms).has_value());
  CHECK(ask(postgres.url(), "SELECT paid, payments FROM provodka.toys") == "2.00 2 ");
}

TEST_CASE("the indexes of the end are made when the tables have caught up") {
  const TestPostgres postgres;
  Lines lines;
  constexpr size_t kEvents = 2100;  // a little more than what counts as near
  for (size_t i = 0; i < kEvents; ++i) lines.add(received("a", 100));
  Nothing nothing;
  Feed feed(lines);
  auto kind = toy<1>();
  kind.index_sql = "CREATE INDEX later ON account (label)";
  const std::string indexes = "SELECT schemaname FROM pg_indexes WHERE indexname = 'later'";
  const auto first = connect(postgres.url(), "first");
  install(*first, {kind});
  Member one(kind, Slot::live, feed, nothing, *first);
  one.open();
  REQUIRE(one.advance(0ms, {.events = 50, .rows = 1000}).has_value());
  CHECK(ask(postgres.url(), indexes).empty());
  SECTION("in the live tables") {
    while (one.position() < Position(kEvents)) REQUIRE(one.advance(0ms).has_value());
    CHECK(ask(postgres.url(), indexes) == "provodka_toy ");
    // Not again by whoever comes later.
    const auto second = connect(postgres.url(), "second");
    Member other(kind, Slot::live, feed, nothing, *second);
    other.open();
    lines.add(received("a", 100));
    REQUIRE(other.advance(0ms).has_value());
  }
  SECTION("also where the program ended between the last event and the indexes") {
    while (one.position() < Position(kEvents)) REQUIRE(one.advance(0ms).has_value());
    {
      const auto second = connect(postgres.url(), "second");
      pqxx::work transaction(*second);
      transaction.exec(
          "DROP INDEX provodka_toy.later; UPDATE provodka_runner.projection SET indexed = false");
      transaction.commit();
    }
    run_until(lines, postgres.url(), {kind}, Position(kEvents), "",
              "SELECT indexed FROM provodka_runner.projection");
    CHECK(ask(postgres.url(), indexes) == "provodka_toy ");
  }
  SECTION("in a rebuild, before anybody reads it") {
    REQUIRE(
        rebuild(kind, {kind}, lines, nothing, postgres.url(), [](const RebuildProgress&) { return true; }));
    CHECK(ask(postgres.url(), indexes) == "provodka_toy ");
    CHECK(ask(postgres.url(), "SELECT slot, indexed FROM provodka_runner.projection") == "live t ");
  }
}

}  // namespace
}  // namespace provodka::projections
