#include "adapters/sms_hilink/login.h"

#include "ledger/core/hex.h"

#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

namespace provodka::sms_hilink {

std::string base64_of(std::string_view text) {
  std::vector<unsigned char> out(4 * ((text.size() + 2) / 3) + 1);
  const int bytes = EVP_EncodeBlock(out.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()));
  return {out.begin(), out.begin() + bytes};
}

std::string text_digest(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  return base64_of(hex_of(digest));
}

std::string password_for(int password_type, std::string_view user, std::string_view password,
                         std::string_view token) {
  if (password_type != 4) return base64_of(password);
  return text_digest(fmt::format("{}{}{}", user, text_digest(password), token));
}

}  // namespace provodka::sms_hilink
