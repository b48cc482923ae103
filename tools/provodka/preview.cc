#include "tools/provodka/http_client.h"
#include "tools/provodka/terminal.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <simdjson.h>

namespace provodka::tools {
namespace {

struct Options {
  std::string url, tenant, through;
  Format format = Format::table;
};

// The body of a 200, or the end of the program.
std::string fetch(const Url& url, const std::string& target) {
  boost::asio::io_context io;
  std::string body, failure;
  unsigned status = 0;
  boost::asio::co_spawn(
      io,
      [&]() -> boost::asio::awaitable<void> {
        HttpConnection connection(io.get_executor(), url, std::chrono::seconds(60));
        if (const auto ok = co_await connection.connect(); !ok) {
          failure = ok.error().what;
          co_return;
        }
        if (const auto ok = co_await connection.get(target); !ok) {
          failure = ok.error().what;
          co_return;
        }
        const auto answer = co_await connection.read([&](std::string_view line) {
          body.append(line);
          return true;
        });
        if (!answer) {
          failure = answer.error().what;
          co_return;
        }
        status = answer->status;
        if (status != 200) body = answer->body;
      },
      boost::asio::detached);
  io.run();
  if (!failure.empty()) fail(kFailed, failure);
  if (status != 200) fail(kRefused, body);
  return body;
}

void run(const Options& options) {
  const Url url = or_fail(Url::parse(options.url), kRefused);
  std::string through;  // a plus sign is a space in a query
  for (const char c : options.through) through += c == '+' ? std::string("%2B") : std::string(1, c);
  const std::string body = fetch(url, fmt::format("/v1/{}/preview?through={}", options.tenant, through));
  if (options.format == Format::json) {
    fmt::print("{}\n", body);
    return;
  }
  simdjson::dom::parser parser;
  simdjson::dom::element preview;
  if (parser.parse(body).get(preview)) fail(kFailed, "the answer is not JSON");
  Rows rows({{"what"}, {"count", true}, {"amount", true}, {"currency"}});
  const auto count = [&](std::string what, simdjson::dom::element n) {
    rows.add({std::move(what), fmt::format("{}", n.get_uint64().value()), "", ""});
  };
  const auto text = [](simdjson::dom::element e) { return std::string(e.get_string().value()); };
  count("expected", preview["expected"].value());
  count("charged", preview["charged"].value());
  // Named, as a range-for does not keep what an array is taken from.
  const simdjson::dom::array skips = preview["skipped"].get_array().value();
  const simdjson::dom::array services = preview["services"].get_array().value();
  for (const auto skipped : skips)
    count("skipped: " + text(skipped["reason"].value()), skipped["count"].value());
  for (const auto service : services) {
    rows.add({"charges of " + text(service["service"].value()),
              fmt::format("{}", service["charges"].get_uint64().value()), text(service["amount"].value()),
              text(service["currency"].value())});
  }
  count("points that go off", preview["blocked"].value());
  rows.print(options.format);
}

}  // namespace

void add_preview(CLI::App& app) {
  auto* sub =
      app.add_subcommand("preview", "What a billing run up to an instant would come to; nothing is recorded");
  static Options options;
  sub->add_option("--url", options.url, "The server")->required();
  sub->add_option("--tenant", options.tenant, "The tenant")->required();
  sub->add_option("--through", options.through, "An instant as in RFC 3339, at most 400 days ahead")
      ->required();
  add_format(*sub, options.format);
  sub->footer(
      "Example: provodka preview --url http://127.0.0.1:8080 --tenant ok-telecom --through "
      "2026-12-01T00:00:00+03:00");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
