#pragma once

#include "ledger/core/result.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// Signed notes as in C2SP signed-note, with Ed25519 keys (signature type 0x01): a text of UTF-8 lines, an
// empty line, and signature lines `— <name> base64(key id || signature)`. All functions may be called from
// any thread.
namespace provodka::log {

inline constexpr size_t note_bytes_max = 1'000'000;
inline constexpr size_t note_signatures_max = 64;

// Standard alphabet with padding (RFC 4648, section 4). Decoding is strict: each value has one spelling, so
// whitespace, missing padding and set bits behind the last byte are refused.
[[nodiscard]] std::string base64(std::span<const uint8_t> bytes);
[[nodiscard]] std::optional<std::vector<uint8_t>> unbase64(std::string_view text);

// A key name is not empty, valid UTF-8, and has no control characters, no Unicode space and no plus sign.
[[nodiscard]] bool valid_key_name(std::string_view name);

// The public half of a key. Name and id together say which key made a signature; the id is a hint of 32 bits,
// not a fingerprint to trust.
struct VerifierKey {
  std::string name;
  uint32_t id = 0;
  std::array<uint8_t, 32> key{};

  // The form `name+hex8(id)+base64(0x01 || key)`. Parsing refuses an id that is not the key's own.
  static Result<VerifierKey> parse(std::string_view vkey);
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// The secret half of a key. It is wiped when destroyed, and nothing prints it but secret().
class SignerKey {
 public:
  // A new random key. REQUIRES: valid_key_name(name).
  static SignerKey generate(std::string name);

  // Reads what secret() wrote.
  static Result<SignerKey> parse(std::string_view secret);

  SignerKey(const SignerKey&) = default;
  SignerKey& operator=(const SignerKey&) = default;
  ~SignerKey();

  [[nodiscard]] const std::string& name() const { return verifier_.name; }
  [[nodiscard]] const VerifierKey& verifier() const { return verifier_; }

  // The 64 bytes of the Ed25519 signature over the text. Deterministic: the same text gives the same bytes.
  [[nodiscard]] std::string sign(std::string_view text) const;

  // The seed for storage in a secret place: `PRIVATE+KEY+name+hex8(id)+base64(0x01 || seed)`.
  [[nodiscard]] std::string secret() const;

 private:
  SignerKey(std::string name, std::span<const uint8_t, 32> seed);

  VerifierKey verifier_;
  std::array<uint8_t, 32> seed_{};
  std::array<uint8_t, 64> expanded_{};
};

// Signs with every key, in their order. REQUIRES: a text of valid UTF-8 that ends in a line feed and has no
// other control character, 1 to note_signatures_max keys, and a note within note_bytes_max.
[[nodiscard]] std::string sign_note(std::string_view text, std::span<const SignerKey* const> keys);

// The text of a note that at least one known key signed. Signatures of unknown keys are ignored, as witnesses
// may add theirs; one of a known key that does not verify refuses the whole note.
[[nodiscard]] Result<std::string> open_note(std::string_view note, std::span<const VerifierKey> known);

}  // namespace provodka::log
