#define OPENSSL_SUPPRESS_DEPRECATED

#include "ledger/log/note.h"

#include "ledger/core/invariant.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <openssl/sha.h>
#include <sodium.h>

namespace provodka::log {
namespace {

constexpr uint8_t type_ed25519 = 0x01;
constexpr std::string_view secret_prefix = "PRIVATE+KEY+";
constexpr std::string_view signature_prefix = "\u2014 ";

static_assert(crypto_sign_PUBLICKEYBYTES == 32 && crypto_sign_SEEDBYTES == 32);
static_assert(crypto_sign_SECRETKEYBYTES == 64 && crypto_sign_BYTES == 64);

// libsodium chooses its code for this processor and opens its source of randomness once.
void start_sodium() {
  static const int started = sodium_init();
  INVARIANT(started >= 0, "libsodium starts");
}

const uint8_t* bytes_of(std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); }

// The bytes that a continuation of a UTF-8 sequence adds, and the smallest code point that needs so many: a
// longer spelling of a smaller one is invalid.
struct Sequence {
  int continuations;
  char32_t bits;
  char32_t smallest;
};

std::optional<Sequence> sequence_of(uint8_t lead) {
  if (lead < 0x80) return Sequence{0, lead, 0};
  if ((lead & 0xe0) == 0xc0) return Sequence{1, lead & 0x1fu, 0x80};
  if ((lead & 0xf0) == 0xe0) return Sequence{2, lead & 0x0fu, 0x800};
  if ((lead & 0xf8) == 0xf0) return Sequence{3, lead & 0x07u, 0x10000};
  return std::nullopt;
}

// Takes one code point off the front of the text; nothing when the text does not begin with valid UTF-8.
std::optional<char32_t> next_code_point(std::string_view& text) {
  const auto sequence = sequence_of(static_cast<uint8_t>(text[0]));
  if (!sequence || text.size() <= static_cast<size_t>(sequence->continuations)) return std::nullopt;
  char32_t code_point = sequence->bits;
  for (int i = 1; i <= sequence->continuations; ++i) {
    const auto byte = static_cast<uint8_t>(text[static_cast<size_t>(i)]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    code_point = code_point << 6 | (byte & 0x3fu);
  }
  const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  if (code_point < sequence->smallest || code_point > 0x10ffff || surrogate) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(sequence->continuations) + 1);
  return code_point;
}

// The White_Space property of Unicode.
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
         c == 0x3000;
}

bool valid_note_text(std::string_view text) {
  while (!text.empty()) {
    const auto c = next_code_point(text);
    if (!c || (*c < 0x20 && *c != '\n')) return false;
  }
  return true;
}

std::vector<uint8_t> with_type(std::span<const uint8_t, 32> key) {
  std::vector<uint8_t> typed{type_ed25519};
  typed.insert(typed.end(), key.begin(), key.end());
  return typed;
}

uint32_t read_big_endian(std::span<const uint8_t, 4> bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

uint32_t key_id(std::string_view name, std::span<const uint8_t, 32> key) {
  const std::vector<uint8_t> typed = with_type(key);
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, name.data(), name.size());
  SHA256_Update(&context, "\n", 1);
  SHA256_Update(&context, typed.data(), typed.size());
  std::array<uint8_t, 32> digest;
  SHA256_Final(digest.data(), &context);
  return read_big_endian(std::span<const uint8_t, 32>(digest).first<4>());
}

// What the two written forms of a key share: `name+hex8(id)+base64(0x01 || 32 bytes)`.
struct KeyText {
  std::string name;
  uint32_t id = 0;
  std::array<uint8_t, 32> bytes{};
};

std::string write_key(std::string_view name, uint32_t id, std::span<const uint8_t, 32> bytes) {
  return fmt::format("{}+{:08x}+{}", name, id, base64(with_type(bytes)));
}

// The faults never repeat the text, as it may be a secret.
Result<KeyText> parse_key(std::string_view text) {
  const size_t first = text.find('+');
  if (first == std::string_view::npos || text.size() < first + 10 || text[first + 9] != '+') {
    return fault("a key has the form name+id+base64");
  }
  KeyText key{.name = std::string(text.substr(0, first))};
  if (!valid_key_name(key.name)) return fault("the name of a key is empty or has forbidden characters");
  const std::string_view hex = text.substr(first + 1, 8);
  const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), key.id, 16);
  if (error != std::errc{} || fmt::format("{:08x}", key.id) != hex) {
    return fault("the id of key {} is not eight lower-case hexadecimal digits", key.name);
  }
  auto bytes = unbase64(text.substr(first + 10));
  if (!bytes || bytes->size() != 33) return fault("key {} is not base64 of 33 bytes", key.name);
  const bool ed25519 = bytes->front() == type_ed25519;
  std::copy(bytes->begin() + 1, bytes->end(), key.bytes.begin());
  sodium_memzero(bytes->data(), bytes->size());
  if (!ed25519) return fault("key {} is not of type Ed25519", key.name);
  return key;
}

struct Signature {
  std::string_view name;
  uint32_t id = 0;
  std::vector<uint8_t> bytes = {};
};

Result<Signature> parse_signature(std::string_view line) {
  if (!line.starts_with(signature_prefix)) return fault("a signature line does not begin with an em dash");
  line.remove_prefix(signature_prefix.size());
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return fault("a signature line has no signature");
  Signature signature{.name = line.substr(0, space)};
  if (!valid_key_name(signature.name)) return fault("a signature line has an invalid key name");
  auto bytes = unbase64(line.substr(space + 1));
  if (!bytes || bytes->size() < 5) return fault("the signature of {} is not base64 of it", signature.name);
  signature.id = read_big_endian(std::span<const uint8_t>(*bytes).first<4>());
  signature.bytes.assign(bytes->begin() + 4, bytes->end());
  return signature;
}

// Two different keys of one name and id cannot be told apart by a signature, so such a set is refused.
Result<const VerifierKey*> find_key(const Signature& signature, std::span<const VerifierKey> known) {
  const VerifierKey* found = nullptr;
  for (const VerifierKey& key : known) {
    if (key.name != signature.name || key.id != signature.id) continue;
    if (found && *found != key) return fault("two known keys are named {} with id {:08x}", key.name, key.id);
    found = &key;
  }
  return found;
}

bool verifies(const VerifierKey& key, std::string_view text, const Signature& signature) {
  return signature.bytes.size() == crypto_sign_BYTES &&
         crypto_sign_verify_detached(signature.bytes.data(), bytes_of(text), text.size(), key.key.data()) ==
             0;
}

}  // namespace

std::string base64(std::span<const uint8_t> bytes) {
  std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();
  return out;
}

std::optional<std::vector<uint8_t>> unbase64(std::string_view text) {
  // libsodium 1.0.18 takes some bytes above 127 for letters of the alphabet.
  if (std::ranges::any_of(text, [](char c) { return static_cast<uint8_t>(c) > 0x7f; })) return std::nullopt;
  std::vector<uint8_t> out(text.size() / 4 * 3 + 3);
  size_t length = 0;
  if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    return std::nullopt;
  }
  out.resize(length);
  return out;
}

bool valid_key_name(std::string_view name) {
  if (name.empty()) return false;
  while (!name.empty()) {
    const auto c = next_code_point(name);
    if (!c || *c < 0x20 || *c == '+' || is_space(*c)) return false;
  }
  return true;
}

Result<VerifierKey> VerifierKey::parse(std::string_view vkey) {
  auto text = parse_key(vkey);
  if (!text) return std::unexpected(text.error());
  if (text->id != key_id(text->name, text->bytes))
    return fault("the id of key {} is not its own", text->name);
  return VerifierKey{.name = std::move(text->name), .id = text->id, .key = text->bytes};
}

std::string VerifierKey::to_string() const { return write_key(name, id, key); }

SignerKey::SignerKey(std::string name, std::span<const uint8_t, 32> seed) {
  INVARIANT(valid_key_name(name), "a key name has no space, plus or control character", name);
  start_sodium();
  std::ranges::copy(seed, seed_.begin());
  crypto_sign_seed_keypair(verifier_.key.data(), expanded_.data(), seed_.data());
  verifier_.name = std::move(name);
  verifier_.id = key_id(verifier_.name, verifier_.key);
}

SignerKey::~SignerKey() {
  sodium_memzero(seed_.data(), seed_.size());
  sodium_memzero(expanded_.data(), expanded_.size());
}

SignerKey SignerKey::generate(std::string name) {
  start_sodium();
  std::array<uint8_t, 32> seed;
  randombytes_buf(seed.data(), seed.size());
  SignerKey key(std::move(name), seed);
  sodium_memzero(seed.data(), seed.size());
  return key;
}

Result<SignerKey> SignerKey::parse(std::string_view secret) {
  if (!secret.starts_with(secret_prefix)) return fault("a secret key begins with {}", secret_prefix);
  auto text = parse_key(secret.substr(secret_prefix.size()));
  if (!text) return std::unexpected(text.error());
  SignerKey key(std::move(text->name), text->bytes);
  sodium_memzero(text->bytes.data(), text->bytes.size());
  if (text->id != key.verifier_.id) return fault("the id of key {} is not its own", key.name());
  return key;
}

std::string SignerKey::sign(std::string_view text) const {
  std::string signature(crypto_sign_BYTES, '\0');
  crypto_sign_detached(reinterpret_cast<uint8_t*>(signature.data()), nullptr, bytes_of(text), text.size(),
                       expanded_.data());
  return signature;
}

std::string SignerKey::secret() const {
  return std::string(secret_prefix) + write_key(verifier_.name, verifier_.id, seed_);
}

std::string sign_note(std::string_view text, std::span<const SignerKey* const> keys) {
  INVARIANT(text.ends_with('\n') && valid_note_text(text), "the text of a note is lines of UTF-8");
  INVARIANT(!keys.empty() && keys.size() <= note_signatures_max, "a note has 1 to 64 signatures",
            keys.size());
  std::string note = std::string(text) + "\n";
  for (const SignerKey* key : keys) {
    const uint32_t id = key->verifier().id;
    std::vector<uint8_t> blob;
    for (int shift = 24; shift >= 0; shift -= 8) blob.push_back(static_cast<uint8_t>(id >> shift));
    const std::string signature = key->sign(text);
    blob.insert(blob.end(), signature.begin(), signature.end());
    note += fmt::format("{}{} {}\n", signature_prefix, key->name(), base64(blob));
  }
  INVARIANT(note.size() <= note_bytes_max, "a note is at most 1 MB", note.size());
  return note;
}

Result<std::string> open_note(std::string_view note, std::span<const VerifierKey> known) {
  start_sodium();
  if (note.size() > note_bytes_max) return fault("a note of {} bytes is too long", note.size());
  if (!valid_note_text(note)) return fault("a note is not UTF-8 without control characters");
  const size_t split = note.rfind("\n\n");
  if (split == std::string_view::npos) return fault("a note has no empty line before its signatures");
  const std::string_view text = note.substr(0, split + 1);
  std::string_view lines = note.substr(split + 2);
  if (!lines.ends_with('\n')) return fault("a note does not end with a signature line");
  if (std::ranges::count(lines, '\n') > static_cast<ptrdiff_t>(note_signatures_max)) {
    return fault("a note has more than {} signatures", note_signatures_max);
  }
  bool verified = false;
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    const auto signature = parse_signature(lines.substr(0, end));
    if (!signature) return std::unexpected(signature.error());
    lines.remove_prefix(end + 1);
    const auto key = find_key(*signature, known);
    if (!key) return std::unexpected(key.error());
    if (!*key) continue;
    if (!verifies(**key, text, *signature)) return fault("the signature of {} is wrong", signature->name);
    verified = true;
  }
  if (!verified) return fault("no known key has signed the note");
  return std::string(text);
}

}  // namespace provodka::log
