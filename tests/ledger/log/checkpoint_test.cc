#include "ledger/log/checkpoint.h"

#include <string>

#include <catch2/catch_test_macros.hpp>

namespace provodka::log {
namespace {

const std::string a_root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
const std::string a_note = "example.com/log\n2\n" + a_root + "\n\n\u2014 example.com/log AAAAAAA=\n";

TEST_CASE("the checkpoint of the specification is read and written back") {
  const std::string text = "example.com/behind-the-sofa\n20852163\n" + a_root + "\n";
  const auto checkpoint = Checkpoint::parse(text);
  REQUIRE(checkpoint);
  CHECK(checkpoint->origin == "example.com/behind-the-sofa");
  CHECK(checkpoint->size == 20'852'163);
  CHECK(checkpoint->root.bytes[0] == 0x0a);
  CHECK(checkpoint->text() == text);
}

TEST_CASE("extension lines of a checkpoint are dropped") {
  const std::string text = "example.com/log\n0\n" + a_root + "\n";
  CHECK(Checkpoint::parse(text + "one\ntwo\n").value().text() == text);
}

TEST_CASE("a checkpoint that is spelled otherwise is refused") {
  const auto parses = [](const std::string& text) { return Checkpoint::parse(text).has_value(); };
  CHECK(parses("o\n18446744073709551615\n" + a_root + "\n"));
  CHECK_FALSE(parses(""));
  CHECK_FALSE(parses("\n1\n" + a_root + "\n"));
  CHECK_FALSE(parses("o\n\n" + a_root + "\n"));
  CHECK_FALSE(parses("o\n01\n" + a_root + "\n"));
  CHECK_FALSE(parses("o\n-1\n" + a_root + "\n"));
  CHECK_FALSE(parses("o\n+1\n" + a_root + "\n"));
  CHECK_FALSE(parses("o\n1 \n" + a_root + "\n"));
  CHECK_FALSE(parses("o\n18446744073709551616\n" + a_root + "\n"));
  CHECK_FALSE(parses("o\n1\n"));
  CHECK_FALSE(parses("o\n1\n\n"));
  CHECK_FALSE(parses("o\n1\n" + a_root));
  CHECK_FALSE(parses("o\n1\n" + a_root.substr(4) + "\n"));
  CHECK_FALSE(parses("o\n1\n" + a_root + "\n\n"));
  CHECK_FALSE(parses("o\n1\n" + a_root + "\n\nextension\n"));
  CHECK_FALSE(parses("o\n1\n" + a_root + "\nextension"));
}

TEST_CASE("an inclusion proof is the lines of the specification") {
  const Hash hash = Checkpoint::parse("o\n1\n" + a_root + "\n").value().root;
  const InclusionProof proof{.index = 73'894, .hashes = {hash, hash}, .checkpoint_note = a_note};
  const std::string text = "c2sp.org/tlog-proof@v1\nindex 73894\n" + a_root + "\n" + a_root + "\n\n" + a_note;
  CHECK(proof.to_string() == text);
  CHECK(InclusionProof::parse(text).value() == proof);
  const InclusionProof lone{.index = 0, .hashes = {}, .checkpoint_note = a_note};
  CHECK(lone.to_string() == "c2sp.org/tlog-proof@v1\nindex 0\n\n" + a_note);
  CHECK(InclusionProof::parse(lone.to_string()).value() == lone);
}

TEST_CASE("extra data of an inclusion proof is dropped") {
  const std::string rest = "index 1\n" + a_root + "\n\n" + a_note;
  const std::string header = "c2sp.org/tlog-proof@v1\n";
  CHECK(InclusionProof::parse(header + "extra Zm9v\n" + rest).value().to_string() == header + rest);
  CHECK_FALSE(InclusionProof::parse(header + "extra Zm9\n" + rest));
  CHECK_FALSE(InclusionProof::parse(header + "extra Zm9v\nextra Zm9v\n" + rest));
  CHECK_FALSE(InclusionProof::parse(header + "index 1\nextra Zm9v\n\n" + a_note));
}

TEST_CASE("an inclusion proof that is spelled otherwise is refused") {
  const auto parses = [](const std::string& text) { return InclusionProof::parse(text).has_value(); };
  const std::string header = "c2sp.org/tlog-proof@v1\n";
  REQUIRE(parses(header + "index 1\n" + a_root + "\n\n" + a_note));
  CHECK_FALSE(parses(""));
  CHECK_FALSE(parses("c2sp.org/tlog-proof@v2\nindex 1\n\n" + a_note));
  CHECK_FALSE(parses("c2sp.org/tlog-proof@v1"));
  CHECK_FALSE(parses(header + "index 01\n\n" + a_note));
  CHECK_FALSE(parses(header + "index\n\n" + a_note));
  CHECK_FALSE(parses(header + "Index 1\n\n" + a_note));
  CHECK_FALSE(parses(header + "index 1\nAAAA\n\n" + a_note));
  CHECK_FALSE(parses(header + "index 1\n" + a_root + "\n"));
  CHECK_FALSE(parses(header + "index 1\n" + a_root + "\n\n"));
  std::string hashes;
  for (size_t i = 0; i < inclusion_hashes_max; ++i) hashes += a_root + "\n";
  CHECK(parses(header + "index 1\n" + hashes + "\n" + a_note));
  CHECK_FALSE(parses(header + "index 1\n" + hashes + a_root + "\n\n" + a_note));
}

TEST_CASE("a consistency proof is read and written back") {
  const Hash hash = leaf_hash("some");
  const ConsistencyProof proof{.old_size = 3, .new_size = 7, .hashes = {hash}, .checkpoint_note = a_note};
  CHECK(proof.to_string().starts_with("provodka/consistency-proof@v1\nold 3\nnew 7\n"));
  CHECK(proof.to_string().ends_with("\n\n" + a_note));
  CHECK(ConsistencyProof::parse(proof.to_string()).value() == proof);
}

TEST_CASE("a consistency proof that is spelled otherwise is refused") {
  const auto parses = [](const std::string& text) { return ConsistencyProof::parse(text).has_value(); };
  const std::string header = "provodka/consistency-proof@v1\n";
  REQUIRE(parses(header + "old 3\nnew 7\n\n" + a_note));
  CHECK_FALSE(parses("c2sp.org/tlog-proof@v1\nold 3\nnew 7\n\n" + a_note));
  CHECK_FALSE(parses(header + "new 7\nold 3\n\n" + a_note));
  CHECK_FALSE(parses(header + "old 3\n\n" + a_note));
  CHECK_FALSE(parses(header + "old 3\nnew 07\n\n" + a_note));
  CHECK_FALSE(parses(header + "old 3\nnew 7\n" + a_note));
  CHECK_FALSE(parses(header + "old 3\nnew 7\n\n"));
  std::string hashes;
  for (size_t i = 0; i <= consistency_hashes_max; ++i) hashes += a_root + "\n";
  CHECK_FALSE(parses(header + "old 3\nnew 7\n" + hashes + "\n" + a_note));
}

}  // namespace
}  // namespace provodka::log
