#include "adapters/routeros/stream.h"

#include "ledger/core/hex.h"

#include <algorithm>
#include <cctype>
#include <cerrno>

#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>

namespace provodka::routeros {
namespace {

using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;

// A name on its way to addresses. It lives on when nobody waits for it any more: what looks names up cannot
// be interrupted.
struct Lookup {
  explicit Lookup(const Executor& executor) : resolver(executor), done(executor, Clock::time_point::max()) {}
  Resolver resolver;
  Timer done;
  bool answered = false;
  error_code ec;
  Resolver::results_type found;
};

// The digits alone, in lower case.
std::string digits_of(std::string_view fingerprint) {
  std::string digits;
  for (const char c : fingerprint) {
    if (c != ':' && c != ' ')
      digits.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
  }
  return digits;
}

bool is_address(const std::string& host) {
  error_code ec;
  asio::ip::make_address(host, ec);
  return !ec;
}

}  // namespace

std::string reason_of(const error_code& ec) {
  if (ec == asio::ssl::error::stream_truncated || ec == asio::error::eof)
    return "the router closed the connection";
  if (ec == asio::error::connection_reset || ec == asio::error::broken_pipe)
    return "the router cut the connection";
  return ec.message();
}

std::string Endpoint::place() const {
  const bool v6 = host.find(':') != host.npos;
  return v6 ? fmt::format("router [{}]:{}", host, port) : fmt::format("router {}:{}", host, port);
}

Stream::Stream(asio::io_context& context, Endpoint endpoint)
    : executor_(context.get_executor()), endpoint_(std::move(endpoint)) {}

void Stream::close() {
  error_code ignored;
  if (socket_) socket_->close(ignored);
}

bool Stream::is_quiet() const {
  if (!is_open()) return false;
  char byte;
  return ::recv(socket_->native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

Task<Result<void>> Stream::open(Clock::time_point deadline) {
  tls_.reset();
  socket_ = std::make_unique<Socket>(executor_);
  bool late = false;
  const Deadline guard(executor_, deadline, [this, &late] {
    late = true;
    close();
  });
  const auto with_place = [this](const Fault& failed) {
    return std::unexpected(Fault{fmt::format("{}: {}", endpoint_.place(), failed.what), failed.refused});
  };
  Result<void> connected = co_await connect(deadline);
  if (late) {
    close();
    co_return fault("{}: no connection in the time it has", endpoint_.place());
  }
  if (!connected) {
    close();
    co_return with_place(connected.error());
  }
  error_code ignored;
  socket_->set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_->set_option(asio::socket_base::keep_alive(true), ignored);
  if (endpoint_.tls.mode == TlsOptions::Mode::off) co_return Result<void>();
  Result<void> shaken = co_await shake_hands();
  if (!shaken || late) close();
  if (late) co_return fault("{}: no TLS handshake in the time it has", endpoint_.place());
  if (!shaken) co_return with_place(shaken.error());
  co_return Result<void>();
}

Task<Result<void>> Stream::connect(Clock::time_point deadline) {
  std::vector<asio::ip::tcp::endpoint> addresses;
  error_code ec;
  const auto address = asio::ip::make_address(endpoint_.host, ec);
  if (!ec) {
    addresses.emplace_back(address, endpoint_.port);
  } else {
    const auto lookup = std::make_shared<Lookup>(executor_);
    lookup->done.expires_at(deadline);
    lookup->resolver.async_resolve(endpoint_.host, std::to_string(endpoint_.port),
                                   [lookup](error_code failed, Resolver::results_type found) {
                                     lookup->answered = true;
                                     lookup->ec = failed;
                                     lookup->found = std::move(found);
                                     lookup->done.cancel();
                                   });
    error_code ignored;
    co_await lookup->done.async_wait(asio::redirect_error(use_task, ignored));
    if (!lookup->answered) co_return fault("its name is not resolved in the time it has");
    if (lookup->ec) co_return fault("its name cannot be resolved: {}", lookup->ec.message());
    for (const auto& found : lookup->found) addresses.push_back(found.endpoint());
  }
  ec = asio::error::host_not_found;
  for (const auto& candidate : addresses) {
    error_code ignored;
    socket_->close(ignored);
    if (Clock::now() >= deadline) break;
    co_await socket_->async_connect(candidate, asio::redirect_error(use_task, ec));
    if (!ec) co_return Result<void>();
  }
  co_return fault("cannot connect: {}", ec.message());
}

Result<void> Stream::prepare_tls() {
  const TlsOptions& options = endpoint_.tls;
  const bool verifies = options.mode == TlsOptions::Mode::authority;
  try {
    tls_context_ = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(tls_context_->native_handle(), TLS1_2_VERSION);
    if (verifies && options.authority_file.empty()) tls_context_->set_default_verify_paths();
    if (verifies && !options.authority_file.empty()) tls_context_->load_verify_file(options.authority_file);
    tls_ = std::make_unique<TlsStream>(*socket_, *tls_context_);
    const std::string& name = options.name.empty() ? endpoint_.host : options.name;
    if (verifies) tls_->set_verify_callback(asio::ssl::host_name_verification(name));
    tls_->set_verify_mode(verifies ? asio::ssl::verify_peer : asio::ssl::verify_none);
    if (!is_address(name)) SSL_set_tlsext_host_name(tls_->native_handle(), name.c_str());
  } catch (const std::exception& e) {
    return fault("TLS cannot be prepared with {}: {}",
                 options.authority_file.empty() ? "the system's authorities" : options.authority_file,
                 e.what());
  }
  if (options.mode == TlsOptions::Mode::fingerprint && digits_of(options.fingerprint).size() != 64)
    return refusal("the fingerprint to expect is no SHA-256 of 64 hexadecimal digits");
  return {};
}

Task<Result<void>> Stream::shake_hands() {
  Result<void> prepared = prepare_tls();
  if (!prepared) co_return prepared;
  error_code ec;
  co_await tls_->async_handshake(asio::ssl::stream_base::client, asio::redirect_error(use_task, ec));
  if (ec) {
    // A service without a certificate has nothing but anonymous cipher suites to offer.
    co_return fault(
        "no TLS: {}; is a certificate assigned to the router's service, and is it the one expected?",
        reason_of(ec));
  }
  Result<void> checked = look_at_certificate();
  co_return checked;
}

Result<void> Stream::look_at_certificate() {
  fingerprint_.clear();
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      SSL_get1_peer_certificate(tls_->native_handle()), &X509_free);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned bytes = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest, &bytes) != 1)
    return fault("it shows no certificate");
  fingerprint_ = hex_of({digest, bytes});
  if (endpoint_.tls.mode != TlsOptions::Mode::fingerprint) return {};
  const std::string expected = digits_of(endpoint_.tls.fingerprint);
  if (fingerprint_ == expected) return {};
  return refusal("its certificate has the SHA-256 {}, and not {}, to which it is held", fingerprint_,
                 expected);
}

Task<size_t> Stream::read_some(asio::mutable_buffer buffer, error_code& ec) {
  size_t bytes = 0;
  if (endpoint_.tls.mode == TlsOptions::Mode::off) {
    bytes = co_await socket_->async_read_some(buffer, asio::redirect_error(use_task, ec));
  } else {
    bytes = co_await tls_->async_read_some(buffer, asio::redirect_error(use_task, ec));
  }
  co_return bytes;
}

Task<> Stream::write(asio::const_buffer buffer, error_code& ec) {
  if (endpoint_.tls.mode == TlsOptions::Mode::off) {
    co_await asio::async_write(*socket_, buffer, asio::redirect_error(use_task, ec));
  } else {
    co_await asio::async_write(*tls_, buffer, asio::redirect_error(use_task, ec));
  }
}

}  // namespace provodka::routeros
