#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

namespace provodka::http {

enum class Method : unsigned char { get, head, post, other };

// The head of a request, as far as this server uses it. Cleared and filled again for each request of a
// connection, so that its texts are allocated once.
struct Request {
  Method method = Method::other;
  std::string target;
  std::string_view path, query;  // of the target, still percent-encoded
  std::optional<std::string> idempotency_key, actor, last_event_id;
  std::string accept, origin;
  bool version_11 = true;
  bool expects_continue = false;
  bool repeated_header = false;  // one of those of which there may be only one
  unsigned hosts = 0;            // how many headers Host there are

  void clear();
  // Finds path and query once the target is there.
  void split_target();
};

// Takes the body of a request, piece by piece.
class BodySink {
 public:
  virtual ~BodySink() = default;
  virtual void on_body(std::string_view) = 0;
};

// Reads one request. What is read goes to `request` and to the sink, and nothing is kept here.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  RequestParser(Request& request, uint32_t header_bytes_max) : request_(request) {
    header_limit(header_bytes_max);
    body_limit(boost::none);
  }
  void to(BodySink* sink) { sink_ = sink; }

 private:
  using Code = boost::beast::error_code;
  using View = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb, View method, View target, int version, Code&) override;
  void on_response_impl(int, View, int, Code&) override {}
  void on_field_impl(boost::beast::http::field, View name, View value, Code&) override;
  void on_header_impl(Code&) override { in_head_ = false; }
  void on_body_init_impl(const boost::optional<uint64_t>&, Code&) override {}
  size_t on_body_impl(View body, Code&) override { return take(body); }
  void on_chunk_header_impl(uint64_t, View, Code&) override {}
  size_t on_chunk_body_impl(uint64_t, View body, Code&) override { return take(body); }
  void on_finish_impl(Code&) override {}

  size_t take(View body) {
    if (sink_) sink_->on_body({body.data(), body.size()});
    return body.size();
  }
  void once(std::optional<std::string>&, View value);

  Request& request_;
  BodySink* sink_ = nullptr;
  bool in_head_ = true;  // fields behind a chunked body are not headers
};

// A text with its %XX taken out; nullopt where they are wrong.
std::optional<std::string> percent_decoded(std::string_view);

// The parts of a path between slashes, without the leading slash; nullopt where a part cannot be decoded.
std::optional<std::vector<std::string>> path_parts(std::string_view path);

// The value of a query parameter, decoded. `wrong` says that it is there more than once or cannot be decoded.
std::optional<std::string> query_value(std::string_view query, std::string_view name, bool& wrong);

}  // namespace provodka::http
