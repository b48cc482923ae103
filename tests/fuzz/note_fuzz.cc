#include "ledger/core/invariant.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/note.h"
#include "tests/fuzz/fuzz.h"

#include <array>
#include <string>

namespace provodka::log {
namespace {

// The published key of the format's first implementation; the seeds have a note that it signed.
const SignerKey& known_key() {
  static const SignerKey key =
      SignerKey::parse("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")
          .value();
  return key;
}

// What is parsed is written, and what is written is parsed as the same.
template <class T, class Write>
void check_form(std::string_view text, const char* what, Write write) {
  const auto parsed = T::parse(text);
  if (!parsed) return;
  const auto again = T::parse(write(*parsed));
  INVARIANT(again && *again == *parsed, "what is written is read back equal", what);
}

void check_note(std::string_view note) {
  const std::array known{known_key().verifier()};
  const auto text = open_note(note, known);
  INVARIANT(!text || note.starts_with(*text), "the text of a note is its beginning");
  if (!text || text->size() + 1'000 > note_bytes_max) return;
  const std::array<const SignerKey*, 1> signers{&known_key()};
  const auto again = open_note(sign_note(*text, signers), known);
  INVARIANT(again && *again == *text, "a text that was in a note can be signed again");
}

void check(std::string_view text) {
  check_note(text);
  check_form<Checkpoint>(text, "checkpoint", [](const auto& c) { return c.text(); });
  check_form<InclusionProof>(text, "inclusion proof", [](const auto& p) { return p.to_string(); });
  check_form<ConsistencyProof>(text, "consistency proof", [](const auto& p) { return p.to_string(); });
  if (const auto key = VerifierKey::parse(text))
    INVARIANT(key->to_string() == text, "a key has one spelling", text);
  if (const auto bytes = unbase64(text)) INVARIANT(base64(*bytes) == text, "base64 has one spelling", text);
}

}  // namespace
}  // namespace provodka::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  provodka::log::check(provodka::fuzz::text_of(data, size));
  return 0;
}
