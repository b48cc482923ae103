#include "projections/reader/views.h"
#include "tests/commands/http/support.h"

// What the views endpoint makes of a request and of an answer; the reader behind it is a double.
namespace provodka::test {
namespace {

using projections::Comparison;
using projections::ViewAnswer;
using projections::ViewQuery;
using Kind = ViewAnswer::Kind;

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

class Double final : public projections::Views {
 public:
  void read(ViewQuery query, Done done) override {
    asked = std::move(query);
    ++count;
    if (here) return done(answer);
    std::thread([this, d = std::move(done)]() mutable { d(answer); }).detach();
  }

  ViewQuery asked;
  ViewAnswer answer{.kind = Kind::page, .what = {}, .rows = "[]", .next = {}};
  std::atomic<int> count = 0;
  bool here = false;  // answers before it returns
};

TEST_CASE("A page of a view is rows and a cursor") {
  Double views;
  House house({}, &views);
  Client client = house.client();
  for (const bool here : {true, false}) {
    views.here = here;
    views.answer.rows = R"([{"account":"1"}])";
    views.answer.next = "abc";
    Reply reply = client.get("/v1/acme/views/statement");
    CHECK(reply.status == 200);
    CHECK(reply.headers.at("content-type") == "application/json");
    CHECK(reply.body == R"({"rows":[{"account":"1"}],"next":"abc"})");
    views.answer.next.clear();
    reply = client.get("/v1/acme/views/statement");
    CHECK(reply.body == R"({"rows":[{"account":"1"}],"next":null})");
  }
  CHECK(views.asked.tenant == "acme");
  CHECK(views.asked.view == "statement");
  CHECK(views.asked.limit == 100);
}

TEST_CASE("Conditions, order, limit and cursor are read") {
  Double views;
  House house({}, &views);
  const Reply reply = house.get(
      "/v1/acme/views/statement?account=1&amount.lt=-5.00&note.like=%25a%25&sort.eq=payment&reason.null=true"
      "&sort=-time,account&limit=7&cursor=xyz");
  REQUIRE(reply.status == 200);
  const ViewQuery& asked = views.asked;
  REQUIRE(asked.filters.size() == 5);
  CHECK(asked.filters[0].column == "account");
  CHECK(asked.filters[0].comparison == Comparison::eq);
  CHECK(asked.filters[1].parameter == "amount.lt");
  CHECK(asked.filters[1].column == "amount");
  CHECK(asked.filters[1].comparison == Comparison::lt);
  CHECK(asked.filters[1].value == "-5.00");
  CHECK(asked.filters[2].value == "%a%");
  CHECK(asked.filters[3].column == "sort");
  CHECK(asked.filters[4].comparison == Comparison::null);
  REQUIRE(asked.sort.size() == 2);
  CHECK(asked.sort[0].column == "time");
  CHECK(asked.sort[0].descending);
  CHECK_FALSE(asked.sort[1].descending);
  CHECK(asked.limit == 7);
  CHECK(asked.cursor == "xyz");
}

TEST_CASE("CSV is asked for by the parameter or by Accept") {
  Double views;
  views.answer.rows = "account\r\n1\r\n";
  views.answer.next = "abc";
  House house({}, &views);
  for (const auto& [query, header] : {std::pair{"?format=csv", ""}, std::pair{"", "Accept: text/csv\r\n"}}) {
    const Reply reply = house.get(fmt::format("/v1/acme/views/statement{}", query), header);
    CHECK(views.asked.format == ViewQuery::Format::csv);
    CHECK(reply.headers.at("content-type") == "text/csv; charset=utf-8; header=present");
    CHECK(reply.headers.at("provodka-next") == "abc");
    CHECK(reply.body == "account\r\n1\r\n");
  }
  house.get("/v1/acme/views/statement?format=json", "Accept: text/csv\r\n");
  CHECK(views.asked.format == ViewQuery::Format::json);
}

TEST_CASE("What is malformed never reaches the reader") {
  Double views;
  House house({}, &views);
  for (const char* query : {"limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "a=1&a=2",
                            "sort=", "sort=a,,b", "sort=a%3Bb", "sort=a&sort=b", "a.is=1", "a.lt.gt=1", "A=1",
                            "a%22=1", "a;b=1", "=1", ".lt=1", "format=xml", "a=%4", "a%20or%201=1"}) {
    CAPTURE(query);
    const Reply reply = house.get(fmt::format("/v1/acme/views/statement?{}", query));
    CHECK(reply.status == 400);
    CHECK(has(reply.body, R"("code":"invalid_query")"));
  }
  const Reply unknown = house.get("/v1/nobody/views/statement");
  CHECK(unknown.status == 404);
  CHECK(has(unknown.body, R"("code":"unknown_tenant")"));
  CHECK(views.count == 0);
}

TEST_CASE("What the reader refuses is a problem, and what failed stays inside") {
  Double views;
  House house({}, &views);
  const auto answers = [&](Kind kind) {
    views.answer = {
        .kind = kind, .what = "amount: it is no value of the type numeric", .rows = {}, .next = {}};
    return house.get("/v1/acme/views/statement");
  };
  CHECK(has(answers(Kind::unknown_view).body, R"("status":404,"code":"unknown_view")"));
  CHECK(has(answers(Kind::invalid).body,
            R"("status":400,"code":"invalid_query","detail":"amount: it is no value of the type numeric")"));
  CHECK(has(answers(Kind::too_slow).body, R"("status":422,"code":"query_too_slow")"));
  CHECK(has(answers(Kind::busy).body, R"("status":503,"code":"too_many_queries")"));
  CHECK(house.warnings().empty());
  const Reply away = answers(Kind::away);
  CHECK(has(away.body, R"("status":503,"code":"read_models_away")"));
  CHECK_FALSE(has(away.body, "numeric"));
  CHECK(away.headers.contains("retry-after"));
  REQUIRE(house.warnings().size() == 1);
  CHECK(has(house.warnings()[0], "numeric"));
}

TEST_CASE("Without read models the server says so") {
  House house;
  const Reply reply = house.get("/v1/acme/views/statement");
  CHECK(reply.status == 404);
  CHECK(has(reply.body, R"("code":"no_read_models")"));
}

}  // namespace
}  // namespace provodka::test
