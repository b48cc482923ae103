#include "adapters/notify_agent/http_sink.h"

#include "ledger/codec/json_out.h"

#include <simdjson.h>

namespace provodka::notify_agent {
namespace {

using simdjson::SUCCESS;
constexpr std::chrono::milliseconds kPauseMin{50}, kPauseMax{5'000};
constexpr std::chrono::milliseconds kTimeout{30'000};

}  // namespace

std::string json_quoted(std::string_view text) {
  Buffer out;
  codec::write_escaped(out, text);
  return std::string(out.view());
}

std::optional<Answer> read_answer(unsigned status, std::string_view body) {
  const bool may_pass = status >= 500 || status == 429 || status == 408;
  simdjson::dom::parser parser;
  simdjson::dom::object document;
  if (may_pass || parser.parse(body.data(), body.size()).get(document) != SUCCESS) return std::nullopt;
  Answer answer{.status = status, .sequence = 0, .code = {}, .detail = {}};
  std::string_view code, detail;
  if (document["sequence"].get(answer.sequence) != SUCCESS) answer.sequence = 0;
  if (answer.recorded() && answer.sequence == 0) return std::nullopt;  // not this ledger's answer
  if (document["code"].get(code) == SUCCESS) answer.code = code;
  if (document["detail"].get(detail) == SUCCESS) answer.detail = detail;
  return answer;
}

HttpSink::HttpSink(http_client::Url url, std::string actor, std::function<void(std::string)> warn)
    : url_(std::move(url)), actor_(std::move(actor)), warn_(std::move(warn)) {}

std::unique_ptr<http_client::Client> HttpSink::take() {
  std::lock_guard lock(mutex_);
  std::unique_ptr<http_client::Client> client;
  if (idle_.empty()) {
    client = std::make_unique<http_client::Client>(url_);
  } else {
    client = std::move(idle_.back());
    idle_.pop_back();
  }
  if (stopped_) client->stop();
  busy_.push_back(client.get());
  return client;
}

void HttpSink::give_back(std::unique_ptr<http_client::Client> client) {
  std::lock_guard lock(mutex_);
  std::erase(busy_, client.get());
  idle_.push_back(std::move(client));
}

Result<Answer> HttpSink::post(std::string_view tenant, std::string_view type, const std::string& id,
                              const std::string& data) {
  const http_client::Request request{
      .method = "POST",
      .target = "/v1/commands",
      .headers = {{"Content-Type", "application/json"}, {"Provodka-Actor", actor_}},
      .body = fmt::format(R"({{"type":{},"id":{},"tenant":{},"data":{}}})", json_quoted(type),
                          json_quoted(id), json_quoted(tenant), data),
      .timeout = kTimeout};
  for (auto pause = kPauseMin;; pause = std::min(pause * 2, kPauseMax)) {
    auto client = take();
    const auto reply = client->exchange(request);
    give_back(std::move(client));
    if (reply) {
      if (auto answer = read_answer(reply->status, reply->body)) {
        notes({});
        return std::move(*answer);
      }
    }
    notes(reply ? fmt::format("{}: it answers {}", url_.place(), reply->status) : reply.error().what);
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, pause, [this] { return stopped_; }))
      return fault("{} is not posted: the agent ends", type);
  }
}

void HttpSink::notes(const std::string& trouble) {
  bool news = false;
  {
    std::lock_guard lock(mutex_);
    news = trouble.empty() != trouble_.empty();
    trouble_ = trouble;
  }
  if (news && warn_) warn_(trouble.empty() ? fmt::format("{} answers again", url_.place()) : trouble);
}

void HttpSink::stop() {
  {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    for (http_client::Client* const client : busy_) client->stop();
  }
  wake_.notify_all();
}

}  // namespace provodka::notify_agent
