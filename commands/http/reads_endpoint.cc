#include "commands/http/reads_endpoint.h"

#include "commands/http/event_reader.h"
#include "commands/http/query.h"
#include "commands/http/stream_endpoint.h"
#include "ledger/codec/json_out.h"
#include "ledger/domain/access/reasons.h"
#include "ledger/domain/entry.h"

namespace provodka::http {
namespace {

constexpr uint64_t kLinesDefault = 1'000;
constexpr uint64_t kLinesMax = 10'000;
constexpr size_t kPieceBytes = 256 << 10;

void member(Buffer& out, std::string_view name) {
  out.push_back('"');
  out.append(name);
  out.append("\":");
}

// A member of an object, the first or one that follows.
template <class V>
void write_next(Buffer& out, std::string_view name, const V& value) {
  if (out.back() != '{') out.push_back(',');
  member(out, name);
  codec::write(out, value);
}

void write_point(Buffer& out, const World& world, const access::PointRow& point) {
  out.append(R"({"point":)");
  codec::write(out, Id{world.strings[point.name]});
  out.append(point.first_block == kNone ? R"(,"access":"on","reasons":[)" : R"(,"access":"off","reasons":[)");
  access::for_each_reason(world, point, [&](std::string_view reason) {
    codec::write_escaped(out, reason);
    out.push_back(',');
  });
  if (out.back() == ',') out.truncate(out.size() - 1);
  out.append(R"(],"version":)");
  codec::write(out, point.version);
  out.push_back('}');
}

void write_subscription(Buffer& out, const World& world, Currency currency,
                        const subscription::SubscriptionRow& row) {
  const tariff::TariffRow& tariff = world.tariffs[row.tariff];
  const auto next = [&](std::string_view name, const auto& value) { write_next(out, name, value); };
  out.push_back('{');
  next("subscription", Id{world.strings[row.name]});
  next("service", Id{world.strings[world.services[tariff.service].name]});
  next("tariff", Id{world.strings[tariff.name]});
  next("version", tariff.version);
  next("price", Money{tariff.price_minor, currency});
  next("state", row.state);
  if (row.why != subscription::Why::none) next("reason", row.why);
  if (row.state == subscription::State::active) next("paid_until", add_days(Date{row.charged_past}, -1));
  if (row.due != subscription::kNever) next("next", Date{row.due});
  out.push_back('}');
}

void write_account(Buffer& out, const World& world, AccountId id, Instant now, Position position) {
  const account::AccountRow& row = world.account(id);
  const Currency currency = world.currency(TenantId(row.tenant));
  out.push_back('{');
  member(out, "account");
  codec::write(out, Id{world.strings[row.name]});
  out.push_back(',');
  member(out, "label");
  codec::write_escaped(out, row.label == StringRef() ? std::string_view() : world.strings[row.label]);
  const auto next = [&](std::string_view name, const auto& value) { write_next(out, name, value); };
  next("currency", currency);
  next("balance", Money{row.balance_minor, currency});
  next("credit_limit", Money{row.credit_limit_minor, currency});
  next("available", Money{available_minor(world, row), currency});
  next("access", row.points_on > 0 ? account::Access::on : account::Access::off);
  out.append(R"(,"points":[)");
  for (uint32_t p = row.first_point; p != kNone; p = world.points[p].next) {
    write_point(out, world, world.points[p]);
    out.push_back(',');
  }
  if (out.back() == ',') out.truncate(out.size() - 1);
  out.push_back(']');
  if (const int64_t promised = world.arrangement(row).promise_minor; promised > 0)
    next("promised", Money{promised, currency});
  if (row.first_subscription != kNone) {
    next("needed", engine::needed(world, id, now));
    out.append(R"(,"subscriptions":[)");
    for (uint32_t s = row.first_subscription; s != kNone; s = world.subscriptions[s].next) {
      write_subscription(out, world, currency, world.subscriptions[s]);
      out.push_back(',');
    }
    out.back() = ']';
  }
  next("version", row.version);
  next("position", position.value());
  out.append(row.status == account::Status::open ? R"(,"status":"open"})" : R"(,"status":"closed"})");
}

}  // namespace

Task<bool> check_tenant(Session& session, const std::string& tenant) {
  bool exists = session.house().engine.trees().head(tenant).has_value();
  if (!exists) {
    const std::string failure = co_await look_at(
        session.house().engine, session.worker().completions,
        [&](const World& world, Position, Instant) { exists = world.find_tenant(tenant).has_value(); });
    if (!failure.empty()) {
      session.worker().warn_once(failure);
      session.answer(Problem(problems::unavailable));
      co_return false;
    }
  }
  if (!exists) session.answer(Problem(Rejection{&common::unknown_tenant, {}, {}}));
  co_return exists;
}

Task<> get_account(Session& session, const std::string& tenant, const std::string& account) {
  struct {
    const RejectionKind* missing = nullptr;
    Buffer json;
  } seen;
  const std::string failure = co_await look_at(
      session.house().engine, session.worker().completions,
      [&](const World& world, Position position, Instant now) {
        const auto tenant_id = world.find_tenant(tenant);
        const auto account_id = tenant_id ? world.find_account(*tenant_id, account) : std::nullopt;
        if (account_id) {
          write_account(seen.json, world, *account_id, now, position);
        } else {
          seen.missing = tenant_id ? &common::unknown_account : &common::unknown_tenant;
        }
      });
  if (!failure.empty()) {
    session.worker().warn_once(failure);
    session.answer(Problem(problems::unavailable));
  } else if (seen.missing) {
    session.answer(Problem(Rejection{seen.missing, {}, {}}));
  } else {
    session.begin(200, "application/json", "Cache-Control: no-store\r\n").append(seen.json.view());
    session.end();
  }
}

Task<> get_events(Session& session, const std::string& tenant) {
  uint64_t after = 0, limit = 0;
  if (!number_of(session, "after", 0, INT64_MAX, after) || !number_of(session, "limit", 1, kLinesMax, limit))
    co_return;
  const bool exists = co_await check_tenant(session, tenant);
  if (!exists) co_return;
  if (session.request().accept.find("text/event-stream") != std::string::npos) {
    co_await stream_events(session, tenant, after, limit ? limit : ~uint64_t{0});
    co_return;
  }

  if (limit == 0) limit = kLinesDefault;
  EventReader reader(session.house().engine, tenant, Sequence(after + 1));
  Buffer lines;
  bool more = true, streaming = false;
  while (more) {
    const auto read = reader.read(limit, [&](Sequence, std::string_view line) {
      lines.append(line);
      lines.push_back('\n');
      --limit;
    });
    if (!read) {
      // A page ends before what is damaged; the next one begins with it and says so.
      const Problem problem = session.house().fault(problems::log_damaged, read.error().what);
      if (!streaming && lines.size() == 0) {
        session.answer(problem);
        co_return;
      }
    }
    more = read && *read && limit > 0;
    if (!more && !streaming) break;
    if (more && lines.size() < kPieceBytes) continue;
    if (!streaming) session.begin_stream(200, "application/x-ndjson");
    streaming = true;
    session.piece().append(lines.view());
    lines.clear();
    const bool sent = co_await session.send_piece();
    if (!sent) co_return;
  }
  if (streaming) {
    co_await session.end_stream();
  } else {
    session.begin(200, "application/x-ndjson").append(lines.view());
    session.end();
  }
}

}  // namespace provodka::http
