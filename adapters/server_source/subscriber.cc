#include "adapters/server_source/subscriber.h"

#include "ledger/core/ids.h"

#include <algorithm>
#include <array>

#include <simdjson.h>

namespace provodka::server_source {
namespace {

constexpr std::chrono::seconds kTimeout{10};

// What the answer says beside the personal fields.
constexpr std::array<std::string_view, 5> kNotPersonal{"kind", "language", "hold", "erased", "accounts"};

}  // namespace

Result<std::optional<std::string>> fetch_subscriber(Server& server, std::string_view tenant,
                                                    std::string_view subscriber) {
  if (!is_operator_id(tenant) || !is_operator_id(subscriber))
    return fault("{} of {} is no subscriber's id", subscriber, tenant);
  const auto reply = server.get(fmt::format("/v1/{}/subscribers/{}", tenant, subscriber), kTimeout);
  if (!reply) return std::unexpected(reply.error());
  if (reply->status != 200) return refused(server, *reply);
  simdjson::dom::parser parser;
  simdjson::dom::object seen;
  bool erased = false;
  if (parser.parse(reply->body).get(seen) != simdjson::SUCCESS ||
      seen["erased"].get(erased) != simdjson::SUCCESS) {
    return fault("{} answers with something that is no subscriber", server.url());
  }
  if (erased) return std::nullopt;
  std::string personal;
  for (const auto& [name, value] : seen) {
    if (std::ranges::find(kNotPersonal, name) != kNotPersonal.end()) continue;
    personal += fmt::format("{}\"{}\":{}", personal.empty() ? "{" : ",", name, simdjson::minify(value));
  }
  return personal + "}";
}

}  // namespace provodka::server_source
