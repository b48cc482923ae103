#include "commands/http/router.h"

#include "commands/http/batch_endpoint.h"
#include "commands/http/commands_endpoint.h"
#include "commands/http/health_endpoint.h"
#include "commands/http/log_endpoint.h"
#include "commands/http/reads_endpoint.h"
#include "commands/http/runs_endpoint.h"
#include "commands/http/subscriber_endpoint.h"
#include "commands/http/tlog_endpoint.h"
#include "commands/http/views_endpoint.h"

namespace provodka::http {
namespace {

using Parts = std::vector<std::string>;

Task<> command(Session& session, const Parts&) { return post_command(session); }
Task<> batch(Session& session, const Parts&) { return post_batch(session); }
Task<> healthz(Session& session, const Parts&) { return get_healthz(session); }
Task<> readyz(Session& session, const Parts&) { return get_readyz(session); }
Task<> description(Session& session, const Parts&) { return get_openapi(session); }
Task<> log(Session& session, const Parts&) { return get_log(session); }
Task<> view(Session& session, const Parts& parts) { return get_view(session, parts[1], parts[3]); }
Task<> account(Session& session, const Parts& parts) { return get_account(session, parts[1], parts[3]); }
Task<> subscriber(Session& session, const Parts& parts) {
  return get_subscriber(session, parts[1], parts[3]);
}
Task<> events(Session& session, const Parts& parts) { return get_events(session, parts[1]); }
Task<> runs(Session& session, const Parts& parts) { return get_runs(session, parts[1]); }
Task<> preview(Session& session, const Parts& parts) { return get_preview(session, parts[1]); }
Task<> checkpoint(Session& session, const Parts& parts) { return get_checkpoint(session, parts[1]); }
Task<> keys(Session& session, const Parts& parts) { return get_keys(session, parts[1]); }
Task<> tile(Session& session, const Parts& parts) {
  // The rest of the path as it was sent: a tile has one name only.
  const std::string_view path = session.request().path;
  return get_tile(session, parts[1], path.substr(path.find("/tile/") + 6));
}

using Handler = Task<> (*)(Session&, const Parts&);

struct Route {
  Handler handler = nullptr;
  bool posts = false;
};

Route tenant_route(const Parts& parts) {
  if (!is_operator_id(parts[1])) return {};
  const std::string& what = parts[2];
  if (parts.size() == 4 && what == "accounts") return {account};
  if (parts.size() == 4 && what == "subscribers") return {subscriber};
  if (parts.size() == 4 && what == "views") return {view};
  if (parts.size() == 3 && what == "events") return {events};
  if (parts.size() == 3 && what == "runs") return {runs};
  if (parts.size() == 3 && what == "preview") return {preview};
  if (parts.size() == 3 && what == "checkpoint") return {checkpoint};
  if (parts.size() == 3 && what == "keys") return {keys};
  if (parts.size() >= 4 && what == "tile") return {tile};
  return {};
}

Route route_of(const Parts& parts) {
  if (parts.size() == 1) {
    if (parts[0] == "healthz") return {healthz};
    if (parts[0] == "readyz") return {readyz};
    if (parts[0] == "openapi.json") return {description};
  }
  if (parts[0] != "v1" || parts.size() < 2) return {};
  if (parts[1] == "log" && parts.size() == 2) return {log};
  if (parts[1] == "commands" && parts.size() == 2) return {command, true};
  if (parts[1] == "commands" && parts.size() == 3 && parts[2] == "batch") return {batch, true};
  return parts.size() >= 3 ? tenant_route(parts) : Route();
}

}  // namespace

Task<> route(Session& session) {
  const Request& request = session.request();
  if (request.method == Method::post && request.path == "/v1/commands") {
    co_await post_command(session);
    co_return;
  }
  const auto parts = path_parts(request.path);
  const Route found = parts ? route_of(*parts) : Route();
  if (!found.handler) {
    session.answer(Problem(problems::not_found));
    co_return;
  }
  const bool reads = request.method == Method::get || request.method == Method::head;
  if (found.posts ? request.method != Method::post : !reads) {
    Problem problem(problems::method_not_allowed);
    problem.allow = found.posts ? "POST" : "GET, HEAD";
    session.answer(problem);
    co_return;
  }
  co_await found.handler(session, *parts);
}

}  // namespace provodka::http
