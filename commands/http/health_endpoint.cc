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
  const bool stopping = session.worker().stopping();
  const std::string_view why =
      stopping ? std::string_view("the server is stopping") : std::string_view(health.stopped);
  const bool ready = why.empty();
  Buffer& out = session.begin(ready ? 200 : 503, "application/json", "Cache-Control: no-store\r\n");
  out.append(ready ? R"({"status":"ready")" : R"({"status":"not ready","why":)");
  if (!ready) codec::write_escaped(out, why);
  out.append(R"(,"durable":)");
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
    out.append(R"(,"reason":)");
    codec::write_escaped(out, damage.reason);
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
