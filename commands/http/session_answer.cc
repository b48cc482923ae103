#include "commands/http/headers.h"
#include "commands/http/session.h"
#include "ledger/codec/json_out.h"

#include <fmt/format.h>

// How a session puts answers together.
namespace provodka::http {
namespace {

constexpr std::string_view kLengthPlace = "          ";
constexpr std::string_view kChunkPlace = "00000000\r\n";

}  // namespace

void Session::write_status(unsigned status, std::string_view type, std::string_view more_headers) {
  answered_ = true;
  if (worker_.stopping()) keep_alive_ = false;
  // Whether the rest of the body will be read is known now; the client must be told if the connection ends.
  if (parser_ && parser_->is_header_done() && !parser_->is_done() && !body_wanted_) {
    const auto left = parser_->content_length_remaining();
    if (continue_due_ || !left || *left > kSkippedBytesMax) keep_alive_ = false;
  }
  out_.append(status_line(status));
  out_.append("Date: ");
  out_.append(worker_.date());
  out_.append("\r\n");
  if (!type.empty()) {
    out_.append("Content-Type: ");
    out_.append(type);
    out_.append("\r\n");
  }
  out_.append(more_headers);
  if (!keep_alive_) {
    out_.append("Connection: close\r\n");
  } else if (!request_.version_11) {
    out_.append("Connection: keep-alive\r\n");
  }
}

Buffer& Session::begin(unsigned status, std::string_view type, std::string_view more_headers) {
  write_status(status, type, more_headers);
  out_.append("Content-Length: ");
  out_.append(kLengthPlace);
  out_.append("\r\n\r\n");
  body_begin_ = out_.size();
  return out_;
}

void Session::end() {
  // Spaces before the number are allowed, so its place is as wide as any number.
  char digits[20];
  const auto length = static_cast<size_t>(codec::print_unsigned(digits, out_.size() - body_begin_) - digits);
  const size_t end_of_head = body_begin_ - 4;
  std::memcpy(out_at(end_of_head - length), digits, length);
  if (is_head()) out_.truncate(body_begin_);
}

void Session::answer(const Problem& problem) {
  std::string headers;
  if (!problem.allow.empty()) headers = fmt::format("Allow: {}\r\n", problem.allow);
  if (problem.status == 503) headers += "Retry-After: 5\r\n";
  write_problem(begin(problem.status, "application/problem+json", headers), problem);
  end();
}

void Session::answer_nothing(std::string_view more_headers) {
  write_status(204, {}, more_headers);
  out_.append("\r\n");
}

void Session::begin_stream(unsigned status, std::string_view type, std::string_view more_headers) {
  chunked_ = request_.version_11;
  if (!chunked_) keep_alive_ = false;
  write_status(status, type, more_headers);
  out_.append(chunked_ ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n");
  in_piece_ = false;
}

Buffer& Session::piece() {
  if (!in_piece_) {
    in_piece_ = true;
    if (chunked_) out_.append(kChunkPlace);
    body_begin_ = out_.size();
  }
  return out_;
}

Task<bool> Session::send_piece() {
  if (in_piece_ && (is_head() || out_.size() == body_begin_)) {
    out_.truncate(chunked_ ? body_begin_ - kChunkPlace.size() : body_begin_);
  } else if (in_piece_ && chunked_) {
    char hex[9];
    fmt::format_to_n(hex, 8, "{:08x}", out_.size() - body_begin_);
    std::memcpy(out_at(body_begin_ - kChunkPlace.size()), hex, 8);
    out_.append("\r\n");
  }
  in_piece_ = false;
  const bool sent = co_await flush(0);
  co_return sent;
}

Task<bool> Session::end_stream() {
  const bool sent = co_await send_piece();
  if (sent && chunked_ && !is_head()) out_.append("0\r\n\r\n");
  co_return sent;
}

}  // namespace provodka::http
