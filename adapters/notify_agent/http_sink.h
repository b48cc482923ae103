#pragma once

#include "adapters/http_client/client.h"
#include "adapters/notify_agent/outside.h"

#include <condition_variable>
#include <functional>
#include <mutex>

namespace provodka::notify_agent {

// Commands over HTTP to a server of the ledger. As a command's id makes it safe, whatever is no answer is
// tried again, with growing pauses.
class HttpSink : public CommandSink {
 public:
  // `warn` is told when the server cannot be reached and when it can again.
  HttpSink(http_client::Url url, std::string actor, std::function<void(std::string)> warn);

  Result<Answer> post(std::string_view tenant, std::string_view type, const std::string& id,
                      const std::string& data) override;
  void stop() override;

 private:
  std::unique_ptr<http_client::Client> take();
  void give_back(std::unique_ptr<http_client::Client>);
  void notes(const std::string& trouble);

  const http_client::Url url_;
  const std::string actor_;
  const std::function<void(std::string)> warn_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<std::unique_ptr<http_client::Client>> idle_;
  std::vector<http_client::Client*> busy_;
  std::string trouble_;
  bool stopped_ = false;
};

// What the server says; nullopt where it may say something else later.
std::optional<Answer> read_answer(unsigned status, std::string_view body);

std::string json_quoted(std::string_view);

}  // namespace provodka::notify_agent
