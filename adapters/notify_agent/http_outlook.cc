#include "adapters/notify_agent/http_outlook.h"

#include <simdjson.h>

namespace provodka::notify_agent {
namespace {

using simdjson::SUCCESS;
constexpr std::chrono::minutes kTimeout{5};
constexpr size_t kBodyBytesMax = 256 << 20;

}  // namespace

Result<std::vector<Shortfall>> shortfalls_in(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::array rows;
  if (parser.parse(json.data(), json.size())["shortfalls"].get(rows) != SUCCESS)
    return fault("the preview has no shortfalls");
  std::vector<Shortfall> found;
  for (const auto& row : rows) {
    std::string_view account, on, missing, currency;
    if (row["account"].get(account) != SUCCESS || row["on"].get(on) != SUCCESS ||
        row["missing"].get(missing) != SUCCESS || row["currency"].get(currency) != SUCCESS)
      return fault("a shortfall of the preview is not understood");
    const auto day = Date::parse(on);
    if (!day) return fault("a shortfall of the preview has no date");
    found.push_back({std::string(account), *day, fmt::format("{} {}", missing, currency)});
  }
  return found;
}

HttpOutlook::HttpOutlook(http_client::Url url) : client_(std::move(url), {}, kBodyBytesMax) {}

Result<std::vector<Shortfall>> HttpOutlook::shortfalls(std::string_view tenant, Instant through) {
  std::lock_guard lock(mutex_);
  const auto reply =
      client_.exchange({.target = fmt::format("/v1/{}/preview?through={}&shortfalls=true", tenant, through),
                        .timeout = kTimeout});
  const std::string place = client_.url().place();
  if (!reply) return fault("charges that are due are not foreseen: {}", reply.error().what);
  if (reply->status != 200)
    return fault("charges that are due are not foreseen: {} answers {}", place, reply->status);
  auto found = shortfalls_in(reply->body);
  if (!found) return fault("charges that are due are not foreseen: {}: {}", place, found.error().what);
  return found;
}

}  // namespace provodka::notify_agent
