#include "commands/http/router.h"

#include "commands/http/commands_endpoint.h"

namespace provodka::http {

Task<> route(Session& session) {
  const Request& request = session.request();
  if (request.path == "/v1/commands" && request.method == Method::post) {
    co_await post_command(session);
    co_return;
  }
  if (request.path == "/healthz") {
    session.begin(200, "application/json").append(R"({"status":"ok"})");
    session.end();
    co_return;
  }
  session.answer(Problem(problems::not_found));
}

}  // namespace provodka::http
