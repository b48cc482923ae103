#include "adapters/routeros/login.h"

#include "ledger/core/hex.h"

#include <memory>
#include <optional>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace provodka::routeros {
namespace {

std::optional<unsigned> digit_of(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

std::vector<std::string> login_words(std::string_view name, const Secret& password) {
  return {"/login", fmt::format("=name={}", name), "=password=" + password.reveal()};
}

Result<std::string> challenge_response(const Secret& password, std::string_view challenge_hex) {
  std::string hashed(1, '\0');
  hashed += password.reveal();
  if (challenge_hex.empty() || challenge_hex.size() % 2 != 0)
    return fault("the router's challenge has {} digits, which are no bytes", challenge_hex.size());
  for (size_t i = 0; i < challenge_hex.size(); i += 2) {
    const auto high = digit_of(challenge_hex[i]), low = digit_of(challenge_hex[i + 1]);
    if (!high || !low)
      return fault("the router's challenge is not hexadecimal at digit {}", high ? i + 1 : i);
    hashed.push_back(static_cast<char>(*high << 4 | *low));
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned bytes = 0;
  const int done = EVP_Digest(hashed.data(), hashed.size(), digest, &bytes, EVP_md5(), nullptr);
  OPENSSL_cleanse(hashed.data(), hashed.size());
  if (done != 1) return fault("OpenSSL does not compute MD5 here, which this router's login needs");
  return "00" + hex_of({digest, bytes});
}

Result<std::vector<std::string>> challenge_words(std::string_view name, const Secret& password,
                                                 std::string_view challenge_hex) {
  const auto response = challenge_response(password, challenge_hex);
  if (!response) return std::unexpected(response.error());
  return std::vector<std::string>{"/login", fmt::format("=name={}", name), "=response=" + *response};
}

}  // namespace provodka::routeros
