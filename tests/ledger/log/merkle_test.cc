#include "ledger/log/merkle.h"

#include "tests/ledger/log/memory_tiles.h"

#include <bit>
#include <string>

#include <catch2/catch_test_macros.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

namespace provodka::log {
namespace {

std::string hex(const Hash& hash) {
  std::string out;
  for (uint8_t byte : hash.bytes) out += fmt::format("{:02x}", byte);
  return out;
}

Hash sha256_by_evp(std::string_view data) {
  Hash out;
  REQUIRE(EVP_Digest(data.data(), data.size(), out.bytes.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return out;
}

std::string raw(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size()};
}

// The tree that implementations of RFC 6962 share as a test vector.
const std::vector<std::string> vector_entries = {
    "",
    std::string(1, '\x00'),
    "\x10",
    "\x20\x21",
    "\x30\x31",
    "\x40\x41\x42\x43",
    "\x50\x51\x52\x53\x54\x55\x56\x57",
    "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
};
const std::vector<std::string> vector_roots = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

TEST_CASE("the published tree has the published roots at every size") {
  Frontier frontier;
  CHECK(hex(frontier.root()) == vector_roots[0]);
  for (size_t i = 0; i < vector_entries.size(); ++i) {
    frontier.append(leaf_hash(vector_entries[i]));
    CHECK(hex(frontier.root()) == vector_roots[i + 1]);
  }
}

TEST_CASE("a leaf is hashed behind a zero byte, at every position in a block") {
  std::string entry;
  for (size_t length = 0; length < 300; ++length) {
    REQUIRE(leaf_hash(entry) == sha256_by_evp(std::string(1, '\0') + entry));
    entry += static_cast<char>('a' + length % 26);
  }
  const std::string longest(65'535, 'x');
  CHECK(leaf_hash(longest) == sha256_by_evp(std::string(1, '\0') + longest));
}

TEST_CASE("leaves are hashed the same side by side, whatever their lengths") {
  for (size_t length = 0; length < 300; ++length) {
    const std::string a(length, 'a'), b(length + 7, 'b'), c(299 - length, 'c'),
        d(64 * (length % 5) + 63, 'd');
    const std::vector<std::string_view> entries = {a, b, c, d, a};
    std::vector<Hash> hashes(entries.size());
    leaf_hashes(entries, hashes);
    for (size_t i = 0; i < entries.size(); ++i) {
      REQUIRE(hashes[i] == sha256_by_evp(std::string(1, '\0') + std::string(entries[i])));
    }
  }
}

TEST_CASE("a node is hashed behind a one byte, left before right") {
  Hash left = leaf_hash("left");
  Hash right = leaf_hash("right");
  for (int i = 0; i < 100; ++i) {
    const Hash parent = node_hash(left, right);
    REQUIRE(parent == sha256_by_evp("\x01" + raw(left) + raw(right)));
    REQUIRE(parent != node_hash(right, left));
    left = right;
    right = parent;
  }
}

TEST_CASE("the empty tree has the hash of nothing") { CHECK(empty_root() == sha256_by_evp("")); }

TEST_CASE("a frontier has the root of the definition and a peak for each bit") {
  const std::vector<Hash> leaves = numbered_leaves(600);
  Frontier frontier;
  for (size_t size = 0;; ++size) {
    REQUIRE(frontier.size() == size);
    REQUIRE(frontier.root() == root_by_definition(std::span(leaves).first(size)));
    REQUIRE(frontier.peaks().size() == static_cast<size_t>(std::popcount(size)));
    if (size == leaves.size()) break;
    frontier.append(leaves[size]);
  }
}

TEST_CASE("a restored frontier continues as if it had never stopped") {
  const std::vector<Hash> leaves = numbered_leaves(200);
  for (size_t stop : {size_t{0}, size_t{1}, size_t{7}, size_t{8}, size_t{127}, size_t{200}}) {
    Frontier before;
    for (size_t i = 0; i < stop; ++i) before.append(leaves[i]);
    auto after = Frontier::restore(before.size(), before.peaks());
    REQUIRE(after);
    CHECK(after->root() == before.root());
    for (size_t i = stop; i < leaves.size(); ++i) after->append(leaves[i]);
    CHECK(after->root() == root_by_definition(leaves));
  }
}

TEST_CASE("peaks that do not fit the size are a fault") {
  const std::vector<Hash> peaks = numbered_leaves(2);
  CHECK(Frontier::restore(3, peaks));
  CHECK_FALSE(Frontier::restore(4, peaks));
  CHECK_FALSE(Frontier::restore(7, peaks));
  CHECK_FALSE(Frontier::restore(0, peaks));
}

}  // namespace
}  // namespace provodka::log
