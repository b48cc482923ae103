#include "ledger/log/note.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

namespace provodka::log {
namespace {

// The key pair and the note in the documentation of the Go package that the format comes from.
const std::string go_secret =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const std::string go_vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string go_text =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string go_note =
    go_text +
    "\n\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

const SignerKey alice = SignerKey::generate("example.com/alice");
const SignerKey bob = SignerKey::generate("example.com/bob");

std::string signed_by(std::string_view text, std::vector<const SignerKey*> keys) {
  return sign_note(text, keys);
}

bool opens(std::string_view note, std::vector<VerifierKey> known) {
  return open_note(note, known).has_value();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("the published key signs the published note") {
  const auto key = SignerKey::parse(go_secret);
  REQUIRE(key);
  CHECK(key->secret() == go_secret);
  CHECK(key->verifier().to_string() == go_vkey);
  CHECK(signed_by(go_text, {&*key}) == go_note);
}

TEST_CASE("the published note opens with the published key") {
  const auto key = VerifierKey::parse(go_vkey);
  REQUIRE(key);
  CHECK(key->name == "PeterNeumann");
  CHECK(key->id == 0xc74f20a3);
  CHECK(key->to_string() == go_vkey);
  CHECK(open_note(go_note, std::vector{*key}).value() == go_text);
}

TEST_CASE("a generated key survives storage") {
  const auto stored = SignerKey::parse(alice.secret());
  REQUIRE(stored);
  CHECK(stored->verifier() == alice.verifier());
  CHECK(stored->sign("text\n") == alice.sign("text\n"));
  CHECK(VerifierKey::parse(alice.verifier().to_string()).value() == alice.verifier());
  CHECK(SignerKey::generate("example.com/alice").verifier() != alice.verifier());
}

TEST_CASE("a note of two keys opens with either, and with both") {
  const std::string text = "first\n\nafter an empty line\n";
  const std::string note = signed_by(text, {&alice, &bob});
  CHECK(open_note(note, std::vector{alice.verifier()}).value() == text);
  CHECK(open_note(note, std::vector{bob.verifier()}).value() == text);
  CHECK(open_note(note, std::vector{alice.verifier(), bob.verifier()}).value() == text);
}

TEST_CASE("a note without a known signature does not open") {
  const std::string note = signed_by("text\n", {&alice});
  CHECK_FALSE(opens(note, {}));
  CHECK_FALSE(opens(note, {bob.verifier()}));
  CHECK_FALSE(opens(note, {SignerKey::generate("example.com/alice").verifier()}));
}

TEST_CASE("one known signature that fails refuses the note, though another verifies") {
  const std::string note = signed_by("text\n", {&alice});
  const std::string bobs = signed_by("other\n", {&bob});
  const std::string both = note + bobs.substr(bobs.rfind("\n\n") + 2);
  CHECK(opens(both, {alice.verifier()}));
  CHECK_FALSE(opens(both, {alice.verifier(), bob.verifier()}));
  CHECK_FALSE(opens(both, {bob.verifier()}));
}

TEST_CASE("a changed text does not open") {
  const std::string note = signed_by("balance 199.90\n", {&alice});
  CHECK(opens(note, {alice.verifier()}));
  CHECK_FALSE(opens(replaced(note, "199", "198"), {alice.verifier()}));
  CHECK_FALSE(opens("\n" + note, {alice.verifier()}));
}

TEST_CASE("two known keys of one name and id are refused, one key given twice is not") {
  VerifierKey impostor = alice.verifier();
  impostor.key[0] ^= 1;
  const std::string note = signed_by("text\n", {&alice});
  CHECK_FALSE(opens(note, {alice.verifier(), impostor}));
  CHECK_FALSE(opens(note, {impostor, alice.verifier()}));
  CHECK(opens(note, {alice.verifier(), alice.verifier()}));
}

TEST_CASE("a note that is spelled otherwise does not open") {
  const std::string note = signed_by("text\n", {&alice});
  const std::string name = "\u2014 example.com/alice ";
  const std::vector<VerifierKey> known{alice.verifier()};
  REQUIRE(opens(note, known));
  CHECK_FALSE(opens("", known));
  CHECK_FALSE(opens("text\n", known));
  CHECK_FALSE(opens("text\n\n", known));
  CHECK_FALSE(opens("\n\n", known));
  CHECK_FALSE(opens(note.substr(0, note.size() - 1), known));
  CHECK_FALSE(opens(note + "\n", known));
  CHECK_FALSE(opens(note + "trailing\n", known));
  CHECK_FALSE(opens(replaced(note, "text\n\n", "text\n"), known));
  CHECK_FALSE(opens(replaced(note, "text\n\n", "text\r\n\r\n"), known));
  CHECK_FALSE(opens(replaced(note, "\u2014 ", "- "), known));
  CHECK_FALSE(opens(replaced(note, "\u2014 ", "\u2013 "), known));
  CHECK_FALSE(opens(replaced(note, "\u2014 ", "\u2014"), known));
  CHECK_FALSE(opens(replaced(note, name, name + " "), known));
  CHECK_FALSE(opens(replaced(note, name, "\u2014  "), known));
  CHECK_FALSE(opens(replaced(note, "=\n", "\n"), known));
  CHECK_FALSE(opens(replaced(note, "=\n", "= \n"), known));
  CHECK_FALSE(opens(note + "\u2014 no-signature\n", known));
  CHECK_FALSE(opens(note + "\u2014 only-an-id AAAAAA==\n", known));
  CHECK(opens(note + "\u2014 stranger AAAAAAA=\n", known));
}

TEST_CASE("a note is UTF-8 without control characters") {
  for (const char* text :
       {"tab\there\n", "bell\a\n", "\x80\n", "\xc0\xaf\n", "\xc1\x81\n", "\xe0\x80\xaf\n", "\xed\xa0\x80\n",
        "\xf0\x80\x80\xaf\n", "\xf4\x90\x80\x80\n", "\xf8\x88\x80\x80\x80\n", "\xe2\x82\n", "\xff\n"}) {
    std::string note = std::string(text) + "\n" + std::string("\u2014 example.com/alice ");
    const std::string signature = alice.sign(text);
    std::vector<uint8_t> blob;
    for (int shift = 24; shift >= 0; shift -= 8) {
      blob.push_back(static_cast<uint8_t>(alice.verifier().id >> shift));
    }
    blob.insert(blob.end(), signature.begin(), signature.end());
    note += base64(blob) + "\n";
    CHECK_FALSE(opens(note, {alice.verifier()}));
  }
  for (const char* text : {"\u044f\n", "\u20ac\n", "\U0001f600\n", "\U0010ffff\n", "\u07ff\u0800\uffff\n"}) {
    CHECK(opens(signed_by(text, {&alice}), {alice.verifier()}));
  }
}

TEST_CASE("the limits of a note hold") {
  const std::string stranger = "\u2014 stranger AAAAAAA=\n";
  std::string note = signed_by("text\n", {&alice});
  for (size_t i = 1; i < note_signatures_max; ++i) note += stranger;
  CHECK(opens(note, {alice.verifier()}));
  CHECK_FALSE(opens(note + stranger, {alice.verifier()}));

  const size_t overhead = signed_by("\n", {&alice}).size() - 1;
  const std::string longest = std::string(note_bytes_max - overhead - 1, 'x') + "\n";
  const std::string fits = signed_by(longest, {&alice});
  CHECK(fits.size() == note_bytes_max);
  CHECK(opens(fits, {alice.verifier()}));
  CHECK_FALSE(opens("x" + fits, {alice.verifier()}));
}

TEST_CASE("a key that is spelled otherwise is not a key") {
  for (const char* vkey : {"", "PeterNeumann", "PeterNeumann+c74f20a3", "PeterNeumann+c74f20a3+",
                           "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                           "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                           "PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                           "PeterNeumann+0x4f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                           "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                           "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX",
                           "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy",
                           "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
                           "peterneumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                           "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                           "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
    INFO(vkey);
    CHECK_FALSE(VerifierKey::parse(vkey));
  }
  CHECK_FALSE(SignerKey::parse(go_vkey));
  CHECK_FALSE(SignerKey::parse(replaced(go_secret, "c74f20a3", "c74f20a4")));
  CHECK_FALSE(SignerKey::parse(replaced(go_secret, "PRIVATE+KEY", "PUBLIC+KEY")));
}

TEST_CASE("a fault about a secret key does not repeat it") {
  const auto parsed = SignerKey::parse(replaced(go_secret, "+AYEK", "+AoEK"));
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().what.find("FALVFGyNhPJEMzD1QIDr") == std::string::npos);
}

TEST_CASE("key names have no space, plus or control character") {
  for (const char* name : {"a", "example.com/log42", "\u043f\u0440\u043e\u0432\u043e\u0434\u043a\u0430"}) {
    CHECK(valid_key_name(name));
  }
  for (const char* name :
       {"", "a b", "a+b", "a\tb", "a\n", "\u00a0", "a\u2003b", "\u3000", "\u0085", "\xff"}) {
    CHECK_FALSE(valid_key_name(name));
  }
}

TEST_CASE("base64 has the published values and one spelling of each") {
  const auto encode = [](std::string_view text) {
    return base64(std::span(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
  };
  const std::vector<std::pair<std::string, std::string>> published = {{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : published) {
    CHECK(encode(plain) == coded);
    const auto decoded = unbase64(coded);
    REQUIRE(decoded);
    CHECK(std::string(decoded->begin(), decoded->end()) == plain);
  }
  CHECK(encode("\xfb\xff") == "+/8=");
  for (const char* coded : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "Zm9v=", "Zm9v\n", " Zm9v", "Zm 9v",
                            "-_8=", "Zg==Zg==", "====", "Zm9v===="}) {
    INFO(coded);
    CHECK_FALSE(unbase64(coded));
  }
}

}  // namespace
}  // namespace provodka::log
