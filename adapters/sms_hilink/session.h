#pragma once

#include "adapters/http_client/client.h"
#include "adapters/sms_hilink/codes.h"
#include "adapters/sms_hilink/xml.h"

#include <deque>
#include <expected>
#include <string>

namespace provodka::sms_hilink {

// Why something that was asked of the stick is not there. `what` has nothing secret and nobody's number.
struct Trouble {
  Meaning meaning = Meaning::unknown;
  std::string what;
  int code = 0;  // the stick's own; 0: it did not answer, or not so that it is understood
};

template <class T>
using Asked = std::expected<T, Trouble>;

struct SessionOptions {
  std::string user = "admin";
  std::string password;  // empty: nobody has to log in
  std::chrono::milliseconds timeout{10'000};
};

// What stands before the API: a cookie, a token for each POST, and a login where the stick wants one. One
// thread at a time. A request that is refused for its token or for want of a login is sent once more, as it
// was not done.
class Session {
 public:
  Session(http_client::Url, SessionOptions);

  // The element <response>. `path` is behind /api/.
  Asked<Element> get(std::string_view path);
  // `body` is what stands within <request>.
  Asked<Element> post(std::string_view path, std::string_view body);

  // Any thread.
  void stop() { client_.stop(); }
  std::string place() const { return client_.url().place(); }

 private:
  Asked<Element> ask(const http_client::Request&);
  Asked<Element> get_once(std::string_view path);
  Asked<Element> post_once(std::string_view path, std::string_view body);
  Asked<void> renew();
  Asked<void> log_in();
  // Makes the same request worthwhile once more; else the trouble is what it was, or what came up.
  bool mend(Trouble&);
  void keep(const http_client::Reply&);

  http_client::Client client_;
  const SessionOptions options_;
  std::string cookie_;
  std::deque<std::string> tokens_;
  int refused_login_ = 0;  // the code; a wrong password is not tried again, as the stick would lock itself
};

}  // namespace provodka::sms_hilink
