#include "commands/http/health_endpoint.h"

#include "ledger/codec/json_out.h"

namespace provodka::http {

Task<> get_healthz(Session& session) {
  session.begin(200, "application/json", "Cache-Control: no-store\r\n").append(R"({"status":"ok"})");
  session.end();
  co_return;
}

Task<> get_readyz(Session& session) {
  const engine::Health health = session.house().engine.health();
  if (session.worker().stopping()) {
    session.answer(Problem(problems::unavailable, "The server is stopping"));
    co_return;
  }
  if (!health.stopped.empty()) {
    session.worker().warn_once(health.stopped);
    session.answer(Problem(problems::unavailable));
    co_return;
  }
  Buffer& out = session.begin(200, "application/json", "Cache-Control: no-store\r\n");
  out.append(R"({"status":"ready","durable":)");
  codec::write(out, health.durable.value());
  out.append(R"(,"trees":)");
  codec::write(out, health.tree.value());
  out.append(R"(,"damage":[)");
  for (const auto& damage : health.damage) {
    out.append(R"({"frame":)");
    codec::write(out, damage.frame.value());
    out.append(R"(,"first":)");
    codec::write(out, damage.first.value());
    out.append(R"(,"last":)");
    codec::write(out, damage.last.value());
    out.append("},");
  }
  if (!health.damage.empty()) out.truncate(out.size() - 1);
  out.append("]}");
  session.end();
  co_return;
}

Task<> get_openapi(Session& session) {
  session.begin(200, "application/json").append(session.house().openapi);
  session.end();
  co_return;
}

}  // namespace provodka::http
