#include "commands/http/headers.h"

#include <boost/asio/ip/address_v4.hpp>

namespace provodka::http {

std::string_view status_line(unsigned status) {
  switch (status) {
    case 200:
      return "HTTP/1.1 200 OK\r\n";
    case 201:
      return "HTTP/1.1 201 Created\r\n";
    case 204:
      return "HTTP/1.1 204 No Content\r\n";
    case 400:
      return "HTTP/1.1 400 Bad Request\r\n";
    case 403:
      return "HTTP/1.1 403 Forbidden\r\n";
    case 404:
      return "HTTP/1.1 404 Not Found\r\n";
    case 405:
      return "HTTP/1.1 405 Method Not Allowed\r\n";
    case 409:
      return "HTTP/1.1 409 Conflict\r\n";
    case 413:
      return "HTTP/1.1 413 Content Too Large\r\n";
    case 422:
      return "HTTP/1.1 422 Unprocessable Content\r\n";
    case 431:
      return "HTTP/1.1 431 Request Header Fields Too Large\r\n";
    default:
      return "HTTP/1.1 503 Service Unavailable\r\n";
  }
}

bool is_loopback_origin(std::string_view origin) {
  const size_t scheme = origin.find("://");
  if (scheme == origin.npos) return false;
  std::string_view host = origin.substr(scheme + 3);
  constexpr std::string_view kV6 = "[::1]";
  host = host.starts_with(kV6) ? host.substr(0, host.find(':', kV6.size())) : host.substr(0, host.find(':'));
  if (host == "localhost" || host == kV6) return true;
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address_v4(host, ec);
  return !ec && address.is_loopback();
}

}  // namespace provodka::http
