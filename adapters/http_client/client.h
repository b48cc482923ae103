#pragma once

#include "adapters/http_client/url.h"

#include <atomic>
#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace provodka::http_client {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "GET";
  std::string target = {};  // behind the path of the URL
  Headers headers = {};
  std::string body = {};
  std::chrono::milliseconds timeout{10'000};  // for all of it, connecting too
};

struct Reply {
  unsigned status = 0;
  Headers headers;  // names in lower case
  std::string body;

  // The first header of this name, given in lower case; empty where there is none.
  std::string_view header(std::string_view name) const;
};

// There is no reply. `what` names the host and nothing of the request.
struct Failed {
  std::string what;
  bool sent = false;  // some of the request left, so that it may have been done
};

using Exchanged = std::expected<Reply, Failed>;

// One connection to a web service, kept for the next request. It blocks who asks, one thread at a time.
class Client {
 public:
  // `authority_file`: PEM of who signs the other side's certificate; empty: the system's.
  explicit Client(Url url, std::string authority_file = {}, size_t body_bytes_max = 4 << 20);
  ~Client();
  Client(const Client&) = delete;

  // Any status is a reply. Nothing is sent twice.
  Exchanged exchange(const Request&);

  // Any thread: what is under way fails, and so does everything later.
  void stop();

  const Url& url() const { return url_; }

 private:
  struct Link;
  const Url url_;
  const std::string authority_file_;
  const size_t body_bytes_max_;
  std::unique_ptr<Link> link_;
  std::atomic<bool> stopped_{false};
};

}  // namespace provodka::http_client
