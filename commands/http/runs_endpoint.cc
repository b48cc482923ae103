#include "commands/http/runs_endpoint.h"

#include "commands/http/query.h"
#include "commands/http/reads_endpoint.h"
#include "ledger/codec/event_codec.h"
#include "ledger/codec/json_out.h"
#include "ledger/engine/preview.h"

#include <fmt/format.h>

namespace provodka::http {
namespace {

constexpr uint64_t kRunsDefault = 31, kRunsMax = 1'000;
// Further than anyone plans, and bounded in what it costs.
constexpr int64_t kPreviewDaysMax = 400;

void unavailable(Session& session, const std::string& failure) {
  session.worker().warn_once(failure);
  session.answer(Problem(problems::unavailable));
}

// The places of the newest reports below a position.
std::vector<Position> places_of_runs(const World& world, TenantId tenant, uint64_t below, uint64_t most) {
  std::vector<Position> places;
  for (uint32_t r = world.runs.size(); r > 0 && places.size() < most; --r) {
    const billing::RunRow& row = world.runs[r - 1];
    if (row.tenant == tenant.value() && row.position < below) places.emplace_back(row.position);
  }
  return places;
}

void write_preview(Buffer& out, const engine::Preview& preview, Instant through, bool names_short) {
  out.append(R"({"through":)");
  codec::write(out, through);
  out.append(
      fmt::format(R"(,"expected":{},"charged":{},"skipped":[)", preview.expected(), preview.charged()));
  bool first = true;
  for (size_t why = 1; why < 8; ++why) {
    const auto reason = static_cast<subscription::Why>(why);
    if (preview.skipped(reason) == 0) continue;
    out.append(fmt::format(R"({}{{"reason":"{}","count":{}}})", first ? "" : ",", enum_name(reason),
                           preview.skipped(reason)));
    first = false;
  }
  out.append(R"(],"services":[)");
  for (const auto& service : preview.services()) {
    if (out.back() != '[') out.push_back(',');
    out.append(fmt::format(R"({{"service":"{}","charges":{},"amount":"{}","currency":"{}"}})", service.name,
                           service.charges, Money{service.minor, preview.currency()}.to_string(),
                           preview.currency().code()));
  }
  out.append(fmt::format(R"(],"blocked":{})", preview.blocked()));
  if (names_short) {
    out.append(R"(,"shortfalls":[)");
    for (const auto& shortfall : preview.shortfalls()) {
      if (out.back() != '[') out.push_back(',');
      out.append(fmt::format(R"({{"account":"{}","on":"{}","missing":"{}","currency":"{}"}})",
                             shortfall.account, shortfall.on, shortfall.missing.to_string(),
                             shortfall.missing.currency.code()));
    }
    out.push_back(']');
  }
  out.push_back('}');
}

}  // namespace

Task<> get_runs(Session& session, const std::string& tenant) {
  uint64_t limit = kRunsDefault, cursor = INT64_MAX;
  if (!number_of(session, "limit", 1, kRunsMax, limit) || !number_of(session, "cursor", 1, INT64_MAX, cursor))
    co_return;
  engine::Engine& engine = session.house().engine;
  bool known = false;
  std::vector<Position> places;
  const std::string failure =
      co_await look_at(engine, session.worker().completions, [&](const World& world, Position, Instant) {
        const auto id = world.find_tenant(tenant);
        known = id.has_value();
        if (known) places = places_of_runs(world, *id, cursor, limit + 1);
      });
  if (!failure.empty()) {
    unavailable(session, failure);
    co_return;
  }
  if (!known) {
    session.answer(Problem(Rejection{&common::unknown_tenant, {}, {}}));
    co_return;
  }
  Buffer rows;
  rows.append(R"({"rows":[)");
  const bool more = places.size() > limit;
  if (more) places.pop_back();
  for (const Position place : places) {
    const auto frame = engine.frame_at(place);
    Arena arena;
    codec::DecodedEvent decoded;
    if (!frame || !codec::decode_event((*frame)->line(place), arena, decoded)) {
      session.answer(session.house().fault(problems::log_damaged, "the report of a run cannot be read"));
      co_return;
    }
    if (rows.back() != '[') rows.push_back(',');
    rows.append(R"({"sequence":)");
    codec::write(rows, decoded.header.sequence);
    rows.append(R"(,"time":)");
    codec::write(rows, decoded.header.time);
    Buffer data;
    codec::write(data, std::get<billing::RunCompleted>(decoded.event));
    rows.push_back(',');
    rows.append(data.view().substr(1));
  }
  rows.append(more ? fmt::format(R"(],"next":"{}"}})", places.back().value()) : R"(],"next":null})");
  session.begin(200, "application/json", "Cache-Control: no-store\r\n").append(rows.view());
  session.end();
}

Task<> get_preview(Session& session, const std::string& tenant) {
  bool wrong = false;
  const auto text = query_value(session.request().query, "through", wrong);
  const auto through = text ? Instant::parse(*text) : std::nullopt;
  if (wrong || !through || !has_local_dates(*through)) {
    session.answer(Problem(problems::invalid_query, "through is an instant as in RFC 3339"));
    co_return;
  }
  const auto shortfalls = query_value(session.request().query, "shortfalls", wrong);
  if (wrong || (shortfalls && *shortfalls != "true" && *shortfalls != "false")) {
    session.answer(Problem(problems::invalid_query, "shortfalls is true or false"));
    co_return;
  }
  const bool names_short = shortfalls == "true";
  const bool exists = co_await check_tenant(session, tenant);
  if (!exists) co_return;
  engine::Preview preview(tenant, *through, names_short);
  bool done = false, too_far = false;
  while (!done) {
    const std::string failure = co_await try_out(
        session.house().engine, session.worker().completions, [&](World& world, Instant now) {
          too_far = micros_between(now, *through) > kPreviewDaysMax * micros_per_day;
          done = too_far || preview.step(world, now);
        });
    if (!failure.empty()) {
      unavailable(session, failure);
      co_return;
    }
  }
  if (too_far) {
    session.answer(
        Problem(problems::invalid_query, fmt::format("through is at most {} days ahead", kPreviewDaysMax)));
    co_return;
  }
  Buffer json;
  write_preview(json, preview, *through, names_short);
  session.begin(200, "application/json", "Cache-Control: no-store\r\n").append(json.view());
  session.end();
}

}  // namespace provodka::http
